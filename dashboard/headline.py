"""Rows of large figures, and lists of facts, as HTML. All text is escaped."""

import html
from collections.abc import Iterable

FIVE = 5
STYLE = """
<style>
.headline { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(var(--least, 15rem), 43%), 1fr));
  gap: 0.5rem 1.5rem; }
.headline b { display: block; font-size: clamp(1.4rem, 5.5vw, 1.9rem); font-weight: 600; line-height: 1.35; }
.headline span { opacity: 0.75; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.45rem 1.5rem; }
.facts b { font-weight: 600; }
.facts span { overflow-wrap: anywhere; }
@media (max-width: 640px) {
  .facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .facts span { margin-bottom: 0.6rem; }
}
.written { white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; margin: 0.6rem 0 1.1rem; border: 0;
  padding: 0.9rem 1.1rem; border-radius: 0.5rem; background: rgba(128, 128, 128, 0.1); color: inherit;
  font-family: "Source Code Pro", ui-monospace, monospace; font-size: 1rem; line-height: 1.5; }
</style>
"""


def headline(figures: Iterable[tuple[str, str, str]]) -> str:
    """A row of figures, each with its name and a note, and their style."""
    return STYLE + plain_headline(figures)


def plain_headline(figures: Iterable[tuple[str, str, str]]) -> str:
    """The same without the style."""
    rows = [
        f"<div>{html.escape(name)}<b>{html.escape(figure)}</b><span>{html.escape(more)}</span></div>"
        for name, figure, more in figures
    ]
    least = ' style="--least: 12rem"' if len(rows) == FIVE else ""  # one row, not four and one
    return f'<div class="headline"{least}>{"".join(rows)}</div>'


def facts(described: dict[str, str]) -> str:
    """A list of facts, each under its heading, and their style."""
    return STYLE + plain_facts(described)


def plain_facts(described: dict[str, str]) -> str:
    """The same without the style."""
    rows = "".join(f"<b>{html.escape(name)}</b><span>{html.escape(words)}</span>" for name, words in described.items())
    return f'<div class="facts">{rows}</div>'


def written(text: str) -> str:
    """A sample of a model, with its line breaks."""
    return f'{STYLE}<pre class="written">\n{html.escape(text)}</pre>'
