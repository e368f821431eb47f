"""The numbers of lesson 17: what a shipped model predicts after each of three prompts."""

from typing import Any

from models.run import load_run
from models.sample import Stepper

MODEL = "war-and-peace-gru"
PROMPTS = {
    "middle": "The door opened slowly, and in came the pr",
    "start": "The door opened slowly, and in came the ",
    "end": "The door opened slowly, and in came the prince.",
}
"""Three places: a letter in the middle of a word, one that begins a word, and one after a sentence."""


def data() -> dict[str, Any]:
    """The model, its characters, and the logits after each prompt; the last character is U+FFFD, never written."""
    run = load_run(MODEL)
    network, prompts = run.load_network(), {}
    for name, prompt in PROMPTS.items():
        stepper, ids = Stepper(network), run.vocabulary.encode(prompt)
        logits = [stepper.step(int(index)) for index in ids][-1]
        prompts[name] = {"prompt": prompt, "logits": logits.float().tolist()}
    return {"model": MODEL, "characters": list(run.vocabulary.characters), "prompts": prompts}
