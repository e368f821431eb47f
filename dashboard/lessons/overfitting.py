"""The text of lesson 22: the first 2,000 characters of a demo passage of ours."""

from typing import Any

from corpora.demo import load_passage

CHARACTERS = 2_000


def data() -> dict[str, Any]:
    return {"text": load_passage("war-and-peace")[:CHARACTERS]}
