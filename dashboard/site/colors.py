"""A text colored by a unit without JavaScript: spans of classes, whose colors follow light and dark.

The colors are those of `browser/reader/colors.js`, in a few steps.
"""

import unicodedata
from itertools import groupby

import numpy as np
from jaxtyping import Float, Float32

from corpora.shell import is_invisible
from dashboard.site.markup import Html, element, joined

STEPS = 20  # from 0 to full activation
MARKS = ("Mn", "Me", "Mc")
LOW, HIGH, STRONGEST = "low", "high", "strongest"
PALETTE = {
    "light": {LOW: (74, 148, 232), HIGH: (245, 130, 20), STRONGEST: 0.85},
    "dark": {LOW: (58, 130, 230), HIGH: (205, 100, 8), STRONGEST: 0.75},
}


def levels_of(values: Float32[np.ndarray, " time"], state: str) -> Float[np.ndarray, " time"]:
    """What colors a character, -1 to 1: h itself, and tanh c of a cell state."""
    return np.tanh(values) if state == "cell" else values


def class_of(level: float) -> str:
    """The class of a level; "" for one that is as good as 0."""
    step = min(STEPS, round(abs(level) * STEPS))
    return f"{'n' if level < 0 else 'p'}{step}" if step else ""


def glyph_of(character: str, keep_lines: bool = False) -> str:
    """What stands for a character: itself, or a sign for one that cannot be seen or changes its neighbours."""
    code, category = ord(character), unicodedata.category(character)
    if character == "\n":
        return "↵\n" if keep_lines else "↵"
    if character == "\t":
        return "→"
    if code < 32:
        return chr(0x2400 + code)
    if category in MARKS:
        return f"◌{character}"
    return "▯" if is_invisible(character) else character


def visible(name: str) -> str:
    """A name with a sign for each character that cannot be seen or reorders the others."""
    return "".join(glyph_of(character) if is_invisible(character) else character for character in name)


def colored(text: str, levels: Float[np.ndarray, " time"], keep_lines: bool = False) -> Html:
    """The text, each stretch of one color in a span."""
    parts = []
    classes = [class_of(float(level)) for level in levels]
    for name, group in groupby(zip(classes, text, strict=True), key=lambda pair: pair[0]):
        part = "".join(glyph_of(character, keep_lines) for _, character in group)
        parts.append(element("i", part, class_=name) if name else part)
    return joined(*parts)


def style() -> str:
    """The rules of all classes, for light and dark."""
    rules = [f".{sign}{step} {{ background: rgb(var(--{end}) / calc(var(--strongest) * {step / STEPS:g})); }}"
             for sign, end in (("n", LOW), ("p", HIGH)) for step in range(1, STEPS + 1)]  # fmt: skip
    return "\n".join(
        [
            f":root {{ {_variables('light')} }}",
            f"@media (prefers-color-scheme: dark) {{ :root {{ {_variables('dark')} }} }}",
            *rules,
        ]
    )


def _variables(theme: str) -> str:
    ends = PALETTE[theme]
    return " ".join(
        f"--{name}: {value if name == STRONGEST else ' '.join(map(str, value))};" for name, value in ends.items()
    )
