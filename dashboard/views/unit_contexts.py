"""Pieces of text where a unit has certain values, one below the other, as HTML. Text is text, whatever it holds."""

import html
from collections.abc import Mapping, Sequence
from itertools import groupby
from math import tanh

from analysis.profile.contexts import BEFORE, Context
from corpora import to_text
from dashboard.views.unit_words import signed, visible

LEVELS = 12  # steps of a color either side of zero
STRONGEST = 0.72  # opacity at full activation: letters keep a contrast of 4.5 on it, on white and on black
LOW, HIGH = (58, 130, 230), (213, 108, 14)
_COLORS = "".join(
    f".contexts .{name}{level} {{ background: rgba({red}, {green}, {blue}, {STRONGEST * level / LEVELS:.3f}); }}\n"
    for name, (red, green, blue) in (("l", LOW), ("h", HIGH))
    for level in range(1, LEVELS + 1)
)
STYLE = f"""
<style>
.contexts {{ overflow-x: auto; }}
.contexts h6 {{ margin: 0.9rem 0 0.25rem; padding: 0; font-size: 0.9rem; font-weight: 600; opacity: 0.8; }}
.contexts div {{ display: flex; white-space: pre; line-height: 1.75;
  font-family: "Source Code Pro", ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.86rem; }}
@media (min-width: 1100px) {{ .contexts div {{ font-size: 0.98rem; }} }}
.contexts p {{ margin: 0; font-size: 0.93rem; }}
.contexts p span {{ padding: 0.1em 0.5em; border-radius: 3px; }}
.contexts div > b {{ flex: none; width: 4.2em; padding-right: 1em; text-align: right; font-weight: 400; opacity: 0.75;
  font-variant-numeric: tabular-nums; }}
.contexts code {{ all: unset; direction: ltr; unicode-bidi: bidi-override; font-variant-ligatures: none; }}
.contexts mark {{ color: inherit; background: none; outline: 1.5px solid currentColor; border-radius: 2px; }}
.contexts i {{ font-style: normal; opacity: 0.6; }}
{_COLORS}</style>
"""
LEGEND = (
    f'<p><span class="l{LEVELS}">low</span> <span>zero</span> <span class="h{LEVELS}">high</span> '
    "The outlined character has the value that stands at the left.</p>"
)


def contexts_html(groups: Mapping[str, Sequence[Context]], state: str) -> str:
    """Groups of contexts under their headings; the marked characters stand below one another."""
    told = "".join(
        f"<h6>{html.escape(title)}</h6>" + "".join(_line(context, state) for context in contexts)
        for title, contexts in groups.items()
        if contexts
    )
    return f'{STYLE}<section class="contexts">{LEGEND}{told}</section>'


def _line(context: Context, state: str) -> str:
    text = [_mark(visible(character)) for character in to_text(context.codes)]
    classes = [color_class(float(value), state) for value in context.values]
    pieces = [" " * (BEFORE - context.marked)]
    for marked, run in groupby(range(len(text)), key=lambda index: index == context.marked):
        colored = "".join(
            f'<span class="{name}">{"".join(text[index] for index in same)}</span>'
            for name, same in groupby(run, key=classes.__getitem__)
        )
        pieces.append(f"<mark>{colored}</mark>" if marked else colored)
    return f"<div><b>{signed(context.value)}</b><code>{''.join(pieces)}</code></div>"


def _mark(character: str) -> str:
    escaped = html.escape(character)
    return f"<i>{escaped}</i>" if character in "↵⇥▯" else escaped


def color_class(value: float, state: str) -> str:
    """The color of an activation: of c it is that of tanh c, as in the reader."""
    strength = tanh(value) if state == "cell" else value
    level = min(LEVELS, round(LEVELS * abs(strength)))
    return f"{'h' if strength > 0 else 'l'}{level}" if level else ""
