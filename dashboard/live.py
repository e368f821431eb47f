"""One self-contained HTML page with the network itself: it reads any text and writes, without a server.

The page holds what `dashboard.export` puts into a still page, and in place of activations the weights: float16, as
gzip and base64, since the file of a large model would pass 10 MB without.

python -m dashboard export RUN --live --out page.html
"""

import base64
import html
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import urlencode

from corpora import InputError
from corpora.demo import load_passage, passage_like
from dashboard import browser
from dashboard.export import CSS_OF_THEME, HEAD, PAGE_CSS, SCRIPTS, Theme, base64_parts, import_map, policy_for
from dashboard.generator import STYLES, about_network
from dashboard.landing import first_look
from dashboard.readings import LONGEST_TEXT
from models.half import half_weights, is_half
from models.run import Run
from models.units import Unit

HOST = "hosts/live_page.js"
SCRIPT = f'import {{ openLivePage }} from "{browser.bare_name(HOST)}";\nopenLivePage();\n'
GZIP = 31  # zlib's window bits for the largest window in a gzip file
SHOWN = (
    "unit",
    "state",
    "concept",
    "mode",
    "palette",
    "signals",
    "tab",
    "prompt",
    "seed",
    "temperature",
    "hold",
    "count",
)
"""What a page can be told to open with; the page checks their values."""

BEFORE_WEIGHTS = (
    HEAD
    + """<header>{heading}</header>
<div id="live">
<p class="opening">Opening the network …</p>
<p class="opening late">If nothing happens, this file is incomplete, JavaScript is off, or the browser is too old. Get
the file again, or open it in a current browser.</p>
</div>
<footer>{footer}</footer>
<script type="application/json" id="page">{page}</script>
<script type="text/plain" id="about">{about}</script>
<script type="text/plain" id="weights">"""
)
AFTER_WEIGHTS = f"</script>\n{SCRIPTS}"
LIVE_CSS = """
header { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; margin: 0 0 14px; }
header h1 { font-size: 22px; margin: 0; }
header span { opacity: 0.75; font-size: 14px; }
.opening.late { animation: appear 0s 5s both; }
@keyframes appear { from { visibility: hidden; } to { visibility: visible; } }
@media print {
  .reader .scroll { max-height: none; overflow: visible; }
  .live :is(.tabs, .own-text), .reader :is(.toolbar, .keys), footer { display: none; }
}
.reader .scroll { max-height: max(320px, calc(100vh - 420px)); }
@media (max-width: 760px) { body { margin: 12px auto; padding: 0 12px; } }
"""


def live_page_parts(
    run: Run, text: str | None = None, shown: dict[str, str] | None = None, theme: Theme = "auto"
) -> Iterator[str]:
    """The page piece by piece. It raises at once.

    Args:
        run: its weights go into the page, rounded to float16.
        text: what the page opens with; by default, the demo passage in the manner of the run's corpus.
        shown: what it shows first, as an address says it: some of `SHOWN`.
        theme: of the page.

    Raises:
        InputError: the text is empty or too long, or the weights are damaged or too large for float16.
    """
    text = load_passage(passage_like(run.corpus["name"])) if text is None else text
    if not 0 < len(text) <= LONGEST_TEXT:
        raise InputError(f"Wanted a text of 1 to {LONGEST_TEXT:,} characters, got {len(text):,}. Take an excerpt.")
    about, imports = about_network(run), import_map(HOST)
    shown = {name: value for name, value in (shown or {}).items() if name in SHOWN}
    query = urlencode(shown if "unit" in shown else _first_look(run) | shown)
    before = BEFORE_WEIGHTS.format(
        policy=policy_for(imports, SCRIPT, engine=True),
        title=html.escape(f"{run.name}, live · Charscope"),
        css=browser.styles(*STYLES, "live.css") + PAGE_CSS + LIVE_CSS + CSS_OF_THEME[theme],
        heading=f"<h1>{html.escape(run.name)}</h1><span>{html.escape(_description(run))}</span>",
        footer=html.escape(
            f"Model {run.name}, weights {run.weights_hash[:12]}{rounding_of(run)}. Made with Charscope."
        ),
        page=json.dumps({"text": text, "query": query}).replace("<", "\\u003c"),
        about=base64.b64encode(about).decode(),
    )
    return chain([before], packed_weights(run), [AFTER_WEIGHTS.format(imports=imports, script=SCRIPT)])


def packed_weights(run: Run) -> Iterator[str]:
    """A run's weights, rounded to float16, as base64 of gzip.

    Raises:
        InputError: they are damaged or too large for float16.
    """
    return base64_parts(_gzipped(half_weights(run)))


def _description(run: Run) -> str:
    return (
        f"A network ({run.model.title}) that predicts the next character of a text. The colors show what one of its "
        f"{run.model.num_layers * run.model.hidden_size:,} units does. It runs in this page, without a connection."
    )


def _first_look(run: Run) -> dict[str, str]:
    """What the app shows first of a run, as an address says it."""
    unit, concept = first_look(run)
    return in_words(unit) | {"concept": concept}


def in_words(unit: Unit) -> dict[str, str]:
    """A unit as an address says it."""
    return {"unit": unit.slug, "state": unit.state}


def rounding_of(run: Run) -> str:
    """A remark if the weights that go into a page are not those of the run to the bit."""
    return "" if is_half(run.weights_path) else ", weights rounded to float16"


def _gzipped(parts: Iterable[bytes]) -> Iterator[bytes]:
    compressor = zlib.compressobj(wbits=GZIP)
    for part in parts:
        yield compressor.compress(part)
    yield compressor.flush()
