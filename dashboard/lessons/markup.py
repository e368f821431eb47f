"""Markdown with TeX to HTML with MathML, which browsers set without any library and without a request.

HTML in the Markdown is shown as it is written. Links lead only into the course and to pages on the Web.
"""

import html
import re

from latex2mathml.converter import convert
from markdown_it import MarkdownIt

from corpora import InputError

TEX = re.compile(r"\$\$(?P<block>.+?)\$\$|(?<![\\$\w])\$(?P<inline>[^$\n]+?)\$(?![\w$])", re.DOTALL)
HOLDER = re.compile("\ue000(\\d+)\ue001")  # stands for an equation while Markdown is read: a private character
MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


def to_html(markdown: str) -> str:
    """The HTML of a text.

    Raises:
        InputError: TeX that cannot be read.
    """
    equations: list[str] = []

    def hold(found: re.Match[str]) -> str:
        equations.append(mathml(found["block"] or found["inline"], block=found["block"] is not None))
        return f"\ue000{len(equations) - 1}\ue001"

    rendered = MARKDOWN.render(TEX.sub(hold, markdown))
    return HOLDER.sub(lambda found: equations[int(found[1])], rendered).strip()


def mathml(tex: str, block: bool = False) -> str:
    """One equation as MathML; a reader that cannot show it finds the TeX in `alttext`."""
    try:
        made = convert(tex.strip(), display="block" if block else "inline")
    except Exception as error:  # its exceptions have no base of their own
        raise InputError(f"this TeX cannot be read: {tex.strip()} ({type(error).__name__}).") from error
    return made.replace("<math ", f'<math alttext="{html.escape(tex.strip())}" ', 1)
