"""A text colored by a unit, inside a notebook: the same reader as in the application, offline, in a frame of its own.

from dashboard.notebook import heatmap
heatmap("war-and-peace", text, unit="L2.u392")
heatmap("my-book.zarr", start=5000, length=2000)

What is heavy is imported when the first text is shown.
"""

import html
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from corpora import InputError
from corpora.shell import python

if TYPE_CHECKING:
    import xarray as xr

    from dashboard.readings import Reading
    from models.recording import Recording
    from models.run import Run
    from models.units import Unit

LARGEST = 20_000_000  # activations: a notebook's file keeps what it shows
HEIGHTS = (160, 4000)  # CSS pixels
THEMES = ("auto", "light", "dark")
# Browsers tell a frame the color scheme of its element, so that a page in it follows a dark notebook. JupyterLab before
# 4.3 and Visual Studio Code name their theme without setting a color scheme.
STYLE = (
    '<style>[data-jp-theme-light="false"] .charscope, [data-vscode-theme-kind="vscode-dark"] .charscope'
    " { color-scheme: dark; }</style>"
)


@dataclass(frozen=True, repr=False)
class Heatmap:
    """A page with the reader. A notebook shows it; `save` writes it to a file."""

    title: str
    page: str
    """The page as HTML: it makes no request, and needs nothing around it."""
    height: int
    """CSS pixels that it takes in a notebook."""

    def __repr__(self) -> str:
        return f"<Heatmap of {self.title}>"

    def _repr_html_(self) -> str:
        """The page in a frame that can run its scripts, and reach neither the notebook nor another frame."""
        return (
            f'{STYLE}<iframe class="charscope" sandbox="allow-scripts" title="{html.escape(self.title)}" '
            f'style="width: 100%; height: {self.height}px; border: 0" srcdoc="{html.escape(self.page)}"></iframe>'
        )

    def save(self, path: str | Path) -> None:
        """Write the page as one HTML file.

        Raises:
            InputError: it cannot be written.
        """
        from models.writing import replacing

        with replacing(Path(path)) as temporary:
            temporary.write_text(self.page, encoding="utf-8")


def heatmap(
    shown: "str | Path | Run | Recording | xr.Dataset",
    text: str | None = None,
    *,
    unit: "str | Unit | Sequence[str | Unit] | None" = None,
    state: str | None = None,
    all_units: bool = False,
    run: "str | Path | Run | None" = None,
    start: int = 0,
    length: int | None = None,
    predictions: bool = False,
    palette: str = "blue–orange",
    theme: Literal["auto", "light", "dark"] = "auto",
    height: int = 480,
) -> Heatmap:
    """A text colored by a unit; in the reader, another unit can be chosen.

    Args:
        shown: A run, by name, folder or object, that reads `text`; or a recording: its folder, what `open_recording`
            gives, or one in memory together with its `text` and `run`.
        text: At most 100,000 characters.
        unit: The unit to show first, such as `L2.u392`; if there are several, the others can be chosen. So can the
            detectors that a search found; without a unit, the clearest of them is first.
        state: `hidden`, `cell`, or a gate such as `forget_gate`, to show first; with a gate, the page has all gates of
            its units. A recording must hold them. Default: `hidden`, if the recording has it.
        all_units: Whether every unit can be chosen: 1.3 bytes each for a character and a state, kept in the notebook.
        run: Of a recording: the run that made it, where it does not say so or lies elsewhere.
        start: The first character to show; the network reads from the beginning of the text.
        length: How many characters to show. Default: all.
        predictions: Whether to open with the five likeliest next characters under each one.
        palette: `blue–orange` or `blue–green`.
        theme: `auto` follows the notebook's theme; or `light`, `dark`.
        height: Of the frame, in CSS pixels.

    Raises:
        InputError: something is missing, unknown, too long or too large. The message says what was wanted.
    """
    from dashboard.export import Look, export_page
    from dashboard.location import PALETTES
    from models.units import GATES

    _require_one_of("palette", palette, PALETTES)
    _require_one_of("theme", theme, THEMES)
    _require_yes_or_no("all_units", all_units)
    _require_yes_or_no("predictions", predictions)
    height = _height(height)
    reading = _reading(shown, text, run, start, length, gates=isinstance(state, str) and state in GATES)
    units = _units(reading, _several(unit), state, all_units)
    if len(units) * len(reading) > LARGEST:
        raise InputError(
            f"Wanted at most {LARGEST:,} activations in a notebook, got {len(units)} for each of {len(reading):,} "
            f"characters. Choose a stretch by start= and length=, or write a file: {python()} -m dashboard export"
        )
    page = export_page(reading, units, Look("predictions" if predictions else "colors", palette, theme=theme))
    title = f"{units[0]} ({units[0].symbol}) of {reading.run.name}, {len(reading):,} characters"
    return Heatmap(title, page, height)


def _reading(shown: Any, text: Any, run: Any, start: int, length: int | None, gates: bool) -> "Reading":
    """What is to be shown: a text that a run reads, or a recording; with the gates if they are wanted."""
    from dashboard.recorded import open_run, reading_in_memory, reading_on_disk, stretch_of
    from models.recording import Recording
    from models.run import Run

    if not (text is None or isinstance(text, str)):
        raise InputError(f"Wanted a text, got {_kind(text)}. Give a str: heatmap(run, text).")
    if not isinstance(run, str | Path | Run | None):
        raise InputError(f"Wanted a run, its name or its folder, got {_kind(run)}: heatmap(recording, run=NAME).")
    recorded = _opened(shown, text)
    if isinstance(recorded, Recording):
        if text is None or run is None:
            raise InputError(
                "Wanted the text and the run of a recording in memory, which holds neither: "
                "heatmap(recording, text, run=NAME)."
            )
        return reading_in_memory(recorded, text, open_run(run), start, length, gates)
    if recorded is not None:
        if text is not None:
            raise InputError(
                "Wanted a recording or a text, got both. The recording holds its text: leave the text out."
            )
        return reading_on_disk(recorded, None if run is None else open_run(run), start, length, gates)
    if run is not None:
        raise InputError("Wanted one run, got two. Leave out run=, which says what run made a recording.")
    if text is None:
        raise InputError(f"Wanted a text for {open_run(shown).name} to read, got none: heatmap(run, text).")
    from dashboard.engine import ENGINE

    key, reading = ENGINE.read(open_run(shown), text)
    reading = ENGINE.with_gates(key, reading) if gates else reading
    return reading.stretch(*stretch_of(len(reading), start, length))


def _opened(shown: Any, text: str | None) -> "Recording | xr.Dataset | None":
    """The recording to be shown, or None if it is a run that reads a text."""
    from models.recording import Recording
    from models.recording.store import is_recording, open_recording
    from models.run import Run

    if isinstance(shown, Run):
        return None
    if isinstance(shown, str | Path):
        return open_recording(Path(shown)) if text is None and is_recording(Path(shown)) else None
    if isinstance(shown, Recording):
        return shown
    import xarray as xr

    if isinstance(shown, xr.Dataset):
        return shown
    raise InputError(f"Wanted a run or a recording, got {_kind(shown)}: heatmap(run, text) or heatmap(recording).")


def _several(unit: Any) -> Sequence[Any]:
    """The units asked for: none, one or several."""
    if unit is None:
        return ()
    return unit if isinstance(unit, Sequence) and not isinstance(unit, str) else [unit]


def _units(reading: "Reading", wanted: Sequence[Any], state: str | None, all_units: bool) -> "list[Unit]":
    """The units of the page, the one to show first at the head; each in every state that the reading has."""
    from dashboard.export import detector_units, every_unit, in_every_state
    from models.units import Unit

    states, run = tuple(reading.states), reading.run
    _require_one_of("state", states[0] if state is None else state, states)
    named = []
    for each in wanted:
        if not isinstance(each, str | Unit):
            raise InputError(f"Wanted a unit such as 'L2.u217', got {_kind(each)}.")
        chosen = Unit.parse(each) if isinstance(each, str) else each
        named.append(
            chosen.in_state(state or (chosen.state if chosen.state in states else states[0])).require(run.model, True)
        )
    first = state or states[0]
    offered = every_unit(run, first) if all_units else detector_units(run)
    offered = [each.in_state(state) for each in offered[:1] if state] + offered
    units = in_every_state([*named, *offered] or [Unit(1, 0, first)], states)
    return [unit for unit in units if unit.state in states]


def _require_one_of(what: str, got: Any, known: Sequence[str]) -> None:
    if not isinstance(got, str) or got not in known:
        raise InputError(f"Wanted {' or '.join(known)} as the {what}, got {_shown(got)}. Choose one of these.")


def _require_yes_or_no(what: str, got: Any) -> None:
    import numpy as np

    if not isinstance(got, bool | np.bool_):
        raise InputError(f"Wanted True or False as {what}, got {_shown(got)}.")


def _height(wanted: Any) -> int:
    """A height in pixels; any kind of whole number will do."""
    try:
        height = operator.index(wanted)
    except TypeError:
        height = 0
    if not HEIGHTS[0] <= height <= HEIGHTS[1]:
        raise InputError(f"Wanted a height of {HEIGHTS[0]} to {HEIGHTS[1]} pixels, got {_shown(wanted)}.")
    return height


def _shown(value: Any) -> str:
    """A value in an error's one line."""
    return repr(value) if isinstance(value, str | int | float) else _kind(value)


def _kind(value: Any) -> str:
    """What a value of the wrong type is, in a few characters."""
    return "nothing" if value is None else f"a value of type {type(value).__name__}"
