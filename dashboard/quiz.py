"""The quiz "Guess this unit": units of one model, each with its activations on demo passages, concepts to choose from,
and what the search says of it.

Axes: `time`.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

import numpy as np
from jaxtyping import Float

from analysis.cells import NAMED
from analysis.concepts import CONCEPTS
from analysis.findings import CLEAR, FOUND, NGRAMS, Findings, best_units, ranked, rows_of, sureness
from analysis.profile.summary import Match, matches
from corpora import InputError
from corpora.demo import load_passage, passage_like, passage_names
from dashboard.codes import values_of
from dashboard.engine import ENGINE
from dashboard.guessing import level_bytes, units_without
from dashboard.landing import known_run
from dashboard.location import Location
from dashboard.naming import naming_of
from dashboard.readings import Reading
from dashboard.verdict_words import measure_of, title_of, verdict_sentence
from models.run import Run, load_run
from models.sample import uniform_at
from models.units import STATES, Unit

DEFAULT_MODEL = "linux"  # the shipped model with the most detectors
COUNT, MOST = 6, 20  # units of a list that is drawn, and at most of a teacher's
FOLLOWS = 0.4  # least strength on the development part at which a unit may look as if it tracked a concept: AUROC .7
CANDIDATES, OPTIONS = 10, 4  # wrong concepts to draw from, and concepts to choose from beside "nothing"
T = TypeVar("T")
SHORTEST = 240  # characters of an excerpt, which ends with a line
CONTROLS = ("untrained", "rotated", "delimiter_swap", "null_95")


@dataclass(frozen=True)
class Question:
    """A unit in the state in which it is shown, and every concept that counts as a right answer; none is "nothing"."""

    unit: Unit
    right: tuple[str, ...]
    match: Match | None
    """The search's surest finding, or the concept that the unit follows best; None if it follows none."""


def quiz(model: str, written: str, seed_written: str = "") -> dict[str, Any]:
    """A quiz over the units that a teacher wrote, such as `L2.u392,L1.u286.hidden`, or over units drawn with a seed.

    Raises:
        InputError: no such model, no search of it, a unit that it lacks, or no such seed.
    """
    seed = _seed(seed_written)
    return quiz_of(load_run(known_run(model or DEFAULT_MODEL)), written, seed)


def quiz_of(run: Run, written: str, seed: int) -> dict[str, Any]:
    """The same of a run that is at hand.

    Raises:
        InputError: no search of it, or a unit that it lacks.
    """
    findings = ENGINE.findings(run)
    if findings is None:
        raise InputError(f"Nobody has searched the units of {run.name}. Search them in Find.")
    units = read_units(written, run) if written else draw_units(findings, run, seed)
    questions, naming = [question(findings, run, unit) for unit in units], naming_of(run)
    readings = _readings(run)
    return {
        "model": run.name, "title": run.model.title, "seed": seed,
        "units": [f"{each.unit.slug}.{each.unit.state}" for each in questions],
        "characters": findings.attributes.get("test_characters"),
        "questions": [
            _asked(findings, run, readings, each, seed, k) | {"called": naming.name(each.unit)}
            for k, each in enumerate(questions)
        ],
    }  # fmt: skip


def _seed(written: str) -> int:
    if not re.fullmatch("[0-9]{0,4}", written):
        raise InputError(f"Wanted a whole number from 0 to 9999 as the seed, got {written[:40]!r}.")
    return int(written or 1)


def read_units(written: str, run: Run) -> list[Unit]:
    """The units of a list such as `L2.u392,L1.u286.hidden`, each once; the state may be missing.

    Raises:
        InputError: what is no unit of the run, or too many.
    """
    parts = list(dict.fromkeys(part.strip() for part in written.split(",") if part.strip()))
    if not 1 <= len(parts) <= MOST:
        raise InputError(f"Wanted 1 to {MOST} units such as L2.u217,L1.u3 in the link, got {len(parts)}.")
    return [_unit(part).require(run.model) for part in parts]


def _unit(written: str) -> Unit:
    name, _, state = written.rpartition(".")
    return Unit.parse(name, state) if state in STATES else Unit.parse(written)


def draw_units(findings: Findings, run: Run, seed: int) -> list[Unit]:
    """Two to four detectors of different concepts, and units that track nothing: mixed, the same for the same seed."""
    table = ranked(findings.units)
    clear = table["verdict"].isin(FOUND) & table["level"].isin(CLEAR)
    rows = rows_of(table[(clear if clear.any() else table["verdict"].isin(NAMED)) & table["state"].isin(run.states)])
    count = 2 + int(uniform_at(seed, 0) * 3)
    of_concept: dict[str, Unit] = {}
    for row in _shuffled(rows, seed, 1_000):
        unit = Unit.of_row(row)
        if not any((unit.layer, unit.index) == (each.layer, each.index) for each in of_concept.values()):
            of_concept.setdefault(row["concept"], unit)
    detectors = _shuffled(list(of_concept.values()), seed, 2_000)[:count]
    plain = _shuffled(_plain_units(findings, run), seed, 3_000)[: COUNT - len(detectors)]
    return _shuffled([*detectors, *plain], seed, 10)


def _plain_units(findings: Findings, run: Run) -> list[Unit]:
    """Units without a verdict that do not look as if they tracked one of the concepts that may be asked for."""
    scores = findings.scores[findings.scores["state"] == run.memory]
    asked = scores[scores["concept"].isin(_askable(findings)) & (scores["development"] >= FOLLOWS)]
    following = set(zip(asked["layer"], asked["unit"], strict=True))
    free = units_without(NAMED, findings, run.model.num_layers, run.model.hidden_size)
    return [Unit(layer, index, run.memory) for layer, index in free if (layer, index) not in following]


def _askable(findings: Findings) -> list[str]:
    """Concepts that make a question: the surest first, without those that the last character alone tells."""
    best = best_units(findings.units)
    known = best["concept"].isin(CONCEPTS) & (best["kind"] != "local")
    return list(best.loc[known, "concept"])[: CANDIDATES + OPTIONS]


def question(findings: Findings, run: Run, unit: Unit) -> Question:
    """What the search knows of a unit; it is shown in the state of its surest finding, unless a state was named."""
    table = findings.units
    own = table[(table["layer"] == unit.layer) & (table["unit"] == unit.index) & table["state"].isin(run.states)]
    if unit.state:
        own = own[own["state"] == unit.state]
    rows = sorted(rows_of(own[own["verdict"].isin(NAMED)]), key=lambda row: (*sureness(row), -row["development"]))
    shown = unit if unit.state else unit.in_state(rows[0]["state"] if rows else run.memory)
    rows = [row for row in rows if row["state"] == shown.state]
    surest = [row for row in rows if sureness(row)[0] == sureness(rows[0])[0]]
    known = {match.concept: match for match in matches(findings, shown, 1 + len(own))}
    match = known.get(surest[0]["concept"]) if surest else next(iter(known.values()), None)
    return Question(shown, tuple(row["concept"] for row in surest), match)


def options_of(findings: Findings, asked: Question, seed: int, number: int) -> list[str]:
    """Concepts to choose from: a right one, if there is one, among some that the unit does not follow."""
    scores, unit = findings.scores, asked.unit
    own = (scores["layer"] == unit.layer) & (scores["unit"] == unit.index) & (scores["state"] == unit.state)
    strength = scores[own].set_index("concept")["development"]
    wrong = [name for name in _askable(findings) if strength.get(name, math.nan) < FOLLOWS and name not in asked.right]
    first = 10_000 * (number + 1)
    right = list(asked.right[:1])
    return _shuffled([*right, *_shuffled(wrong, seed, first)[: OPTIONS - len(right)]], seed, first + 1_000)


def _asked(
    findings: Findings, run: Run, readings: list[Reading], asked: Question, seed: int, number: int
) -> dict[str, Any]:
    """A question for the browser."""
    unit, options = asked.unit, options_of(findings, asked, seed, number)
    return {
        "unit": unit.slug, "name": f"{unit} ({unit.symbol})", "state": unit.state,
        "column": unit.column(run.model.hidden_size), "right": list(asked.right),
        "options": [{"name": name, "title": title_of(name)} for name in options],
        "excerpts": [*excerpts(readings[0], unit, 2), *excerpts(readings[1], unit, 1)],
        "ways": ways(run, asked), "evidence": evidence(findings, asked.match),
        "tracks": [title_of(name) for name in asked.right],
    }  # fmt: skip


def ways(run: Run, asked: Question) -> dict[str, str]:
    """Addresses of the views that show the unit, from Learn's, which lies beside them."""
    concept = asked.match.concept if asked.match and asked.match.concept in CONCEPTS else ""
    query = urlencode(Location(model=run.name, unit=asked.unit, concept=concept).to_query())
    return {"unit": f"./unit?{query}", "read": f"./read?{query}"}


def evidence(findings: Findings, match: Match | None) -> dict[str, Any] | None:
    """What is revealed: the concept, the verdict in a sentence, the held-out score and every control beside it.

    A unit that was not judged is compared with the controls of the concept's best unit.
    """
    if match is None or math.isnan(match.score):
        return None
    best = best_units(findings.units).set_index("concept", drop=False)
    row = match.evidence or rows_of(best.loc[[match.concept]])[0]
    ngrams = [row[name] for name in NGRAMS if not math.isnan(row[name])]
    controls = {"ngram": float(max(ngrams, default=math.nan))} | {name: float(row[name]) for name in CONTROLS}
    interval = [float(row[name]) for name in ("ci_low", "ci_high")] if match.evidence else None
    return {
        "concept": match.concept, "title": title_of(match.concept), "measure": measure_of(match.concept),
        "verdict": match.verdict, "level": match.level, "sentence": verdict_sentence(match), "score": match.score,
        "interval": interval, "controls": {name: value for name, value in controls.items() if not math.isnan(value)},
    }  # fmt: skip


# ---- activations -------------------------------------------------------------------------------------------


def _readings(run: Run) -> list[Reading]:
    """The demo passage like the model's corpus, and of the others the one with the fewest unknown characters."""
    own = passage_like(run.corpus["name"])
    others = [load_passage(name) for name in passage_names() if name != own]
    other = min(others, key=run.vocabulary.count_unknown)
    return [ENGINE.read(run, text)[1] for text in (load_passage(own), other)]


def levels_of(reading: Reading, unit: Unit) -> Float[np.ndarray, " time"]:
    """What colors the text in Read, -1 to 1: h, or tanh c."""
    column = unit.column(reading.units)
    scale = None if reading.cell_scale is None else reading.cell_scale[column : column + 1]
    values = values_of(reading.states[unit.state][column : column + 1], unit.state, scale)[0]
    return np.tanh(values) if unit.state == "cell" else values


def excerpts(reading: Reading, unit: Unit, count: int) -> list[dict[str, Any]]:
    """The lines in which the unit varies most, so that what it does shows, whatever it tracks; in the text's order."""
    levels, text = levels_of(reading, unit), reading.text
    windows = sorted(_windows(text), key=lambda window: -float(levels[slice(*window)].std()))
    chosen: list[tuple[int, int]] = []
    for start, stop in windows:
        if len(chosen) < count and all(stop <= first or start >= last for first, last in chosen):
            chosen.append((start, stop))
    name = next(each for each in passage_names() if load_passage(each) == text)
    return [
        {"passage": name, "start": start, "text": text[start:stop], "levels": level_bytes(levels[start:stop])}
        for start, stop in sorted(chosen)
    ]


def _windows(text: str) -> list[tuple[int, int]]:
    """From the start of a line over whole lines, at least `SHORTEST` characters."""
    starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n" and at + 1 < len(text))]
    ends = [*starts[1:], len(text)]
    fitting = [(start, next((end for end in ends if end >= start + SHORTEST), None)) for start in starts]
    return [(start, end) for start, end in fitting if end]


def _shuffled(items: Sequence[T], seed: int, first: int) -> list[T]:
    """The items in the order of the seed's random numbers from `first` on: the same on every machine."""
    order = sorted(range(len(items)), key=lambda k: uniform_at(seed, first + k))
    return [items[k] for k in order]
