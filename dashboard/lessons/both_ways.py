"""What lesson 25 trains on: the letters of a passage of ours."""

import re
from typing import Any

from corpora.demo import load_passage

MODEL, HELD_OUT = "war-and-peace-lstm", 240


def data() -> dict[str, Any]:
    """The passage in lower-case letters and spaces, and how many of its last characters are held out."""
    text = " ".join(re.findall("[a-z]+", load_passage("war-and-peace").lower()))
    return {"model": MODEL, "text": text, "held": HELD_OUT}
