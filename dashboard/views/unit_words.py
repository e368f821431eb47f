"""The words of the Unit view: names of units, characters and concepts, and verdicts. No Streamlit here."""

import unicodedata
from collections.abc import Iterator
from math import isnan
from typing import Any

from analysis.concepts import CONCEPTS
from analysis.findings import NGRAMS
from analysis.profile.summary import Match
from analysis.statistics import score_text
from dashboard.verdict_words import measure_of, title_of
from models.units import Unit

NAMES = {" ": "space", "\n": "new line", "\t": "tab", "\ufffd": "any other"}
HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me", "Mc")  # controls, surrogates, marks on their neighbours


def name_of(unit: Unit) -> str:
    """`L2·u392 (h)`."""
    return f"{unit} ({unit.symbol})"


def sentence(words: str) -> str:
    """The same with a capital letter."""
    return words[:1].upper() + words[1:]


def signed(number: float, digits: int = 2) -> str:
    """A number with its sign, the minus as a typographic one."""
    return f"{number:+.{digits}f}".replace("-", "−")


def character_name(character: str) -> str:
    """A character as a label: one that does not show as itself is named."""
    shown = f"U+{ord(character):04X}" if unicodedata.category(character) in HIDDEN else character
    return NAMES.get(character, shown)


def match_figures(match: Match) -> Iterator[tuple[str, str, str]]:
    """The evidence as figures: name, figure, more about it."""
    evidence: dict[str, Any] = match.evidence or {}
    measure = measure_of(match.concept)
    if isnan(match.score):
        yield measure, "–", "the unit does not vary on this text"
        return
    if not evidence:
        yield measure, score_text(match.score), "on text that had no part in choosing it"
        return
    low, high = score_text(evidence["ci_low"]), score_text(evidence["ci_high"])
    yield measure, score_text(match.score), f"95 % interval {low} to {high}"
    if not isnan(match.stratified):
        yield "Among equal characters", score_text(match.stratified), "AUROC where the character itself is no clue"
    ngram = max((evidence[name] for name in NGRAMS if not isnan(evidence[name])), default=None)
    if ngram is not None:
        yield "N-gram baseline", score_text(ngram), "best of 1, 3 and 5 characters, without a network"
    if not isnan(evidence["untrained"]):
        yield "Untrained networks", score_text(evidence["untrained"]), "the best unit of three of the same shape"


def lead_sentence(agreement: dict[int, float], measure: str) -> str:
    """Whether a unit leads or follows: the lag at which it tracks a concept clearly better; "" if unknown."""
    if any(isnan(value) for value in agreement.values()):
        return ""
    distance = {lag: abs(value - (0.5 if measure == "AUROC" else 0)) for lag, value in agreement.items()}
    best = max(distance, key=lambda lag: (distance[lag], -abs(lag)))
    if distance[best] < (FAINT / 2 if measure == "AUROC" else FAINT):
        return "It hardly tracks the concept at any lag."
    if best == 0 or distance[best] - distance[0] < CLOSE:
        return "In step: it tracks the concept at no other lag clearly better."
    where = f"{abs(best)} character{'s' if abs(best) > 1 else ''}"
    leads = f"It leads: it agrees best with the concept {where} later."
    return leads if best > 0 else f"It follows: it agrees best with the concept {where} earlier."


FAINT = 0.2  # of |2 AUROC - 1| or a correlation: below it the best lag means nothing
CLOSE = 0.005  # of an AUROC or a correlation: a smaller difference means nothing


def sides_of(concept: str) -> tuple[str, str]:
    """The words for where a concept holds, and for where it does not; for an amount, above and below its median."""
    if concept in CONCEPTS and CONCEPTS[concept].is_amount:
        return f"where “{title_of(concept)}” is above its median", "below the median"
    return f"where “{title_of(concept)}” holds", "outside"


def ablation_sentence(row: dict[str, Any]) -> str:
    """How clamping a unit changed the predictions."""
    if row["verdict"] == "not tested":
        return "Not tested: the concept matters too rarely in the held-out text."
    clamped = f"With the unit clamped to its mean {row['clamped_to']} the concept"
    if row["verdict"] == "confirmed":
        used = "predictions get worse where it matters, hardly elsewhere: the network uses this unit for the concept."
        return f"{clamped}, {used}"
    if row["verdict"] == "encoded but unused":
        unused = "the unit encodes the concept, but the network does not depend on it."
        return f"{clamped}, predictions hardly get worse: {unused}"
    return f"{clamped}, predictions hardly get worse. The unit does not encode the concept either."


def causal_figure(row: dict[str, Any]) -> tuple[str, str, str]:
    """The outcome of a causal test as one figure."""
    if row["verdict"] == "not tested":
        return "When clamped", "not tested", "the concept matters too rarely in the text"
    return "When clamped", f"{signed(row['bits_there'])} bits", f"per prediction where it matters: {row['verdict']}"


def ablation_figures(row: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """The figures of a causal test: name, figure, more about it."""
    if row["verdict"] == "not tested":
        return
    interval = f"95 % interval {signed(row['ci_low'])} to {signed(row['ci_high'])}; {row['events']:,} events"
    yield "Where it matters", f"{signed(row['bits_there'])} bits", interval
    yield "Other predictions", f"{signed(row['bits_elsewhere'], 3)} bits", f"of {row['characters']:,} predictions"
    yield "Control units", f"{signed(row['controls_95'])} bits", f"the 95th percentile of {row['controls']} like it"
