"""What the search says of a unit and a concept, in words: for the Unit view and for the quiz."""

from analysis.concepts import CONCEPTS
from analysis.evidence.verdicts import ALPHA
from analysis.evidence.verdicts import RULES as LEVELS
from analysis.profile.summary import Match
from analysis.statistics import MEASURE_TITLES, score_text

RULES = {"strict": "by the strict rule", "default": "by the default rule", "lax": "by the lax rule only"}
LAX_RULE = LEVELS["lax"]


def title_of(concept: str) -> str:
    """A concept's title, or its name if it is a custom one."""
    return CONCEPTS[concept].title if concept in CONCEPTS else concept


def measure_of(concept: str) -> str:
    """The measure of agreement with a concept."""
    return MEASURE_TITLES[CONCEPTS[concept].measure if concept in CONCEPTS else "auroc"]


def verdict_sentence(match: Match) -> str:
    """What the search's verdict on a unit and a concept means."""
    binary = match.concept not in CONCEPTS or CONCEPTS[match.concept].is_binary
    ordered = binary or CONCEPTS[match.concept].is_amount
    if binary:
        does = "high where this holds, low elsewhere" if match.sign > 0 else "low where this holds, high elsewhere"
    else:
        does = "it rises with this" if match.sign > 0 else "it falls as this rises"
    how = f": {does}." if ordered else ": each class has its own values."
    if match.verdict in ("detector", "ramp"):
        return f"A {match.verdict} {RULES[match.level]}{how}"
    if match.verdict == "local":
        local = "But the last characters alone predict it about as well, so the unit need not remember anything."
        return f"It tracks this{how} {local}"
    if match.verdict == "none":
        return f"It correlates with this{how} {_why_none(match)}"
    return f"It correlates with this{how} Other units do so more closely, so the search gave no verdict on this one."


def _why_none(match: Match) -> str:
    """What a unit lacks to count as a finding, by the lax rule."""
    row, rule = match.evidence or {}, LAX_RULE
    if not row.get("q_value", 0) <= ALPHA:
        return "That may be chance, so it is no finding."
    names = {"score": "its AUROC", "stratified_auroc": "its AUROC among equal characters", "f1": "its F1",
             "ci_low": "the lower end of its interval"}  # fmt: skip
    asked = {"score": rule.auroc, "stratified_auroc": rule.stratified, "f1": rule.f1, "ci_low": rule.ci_low}
    if match.concept in CONCEPTS and not CONCEPTS[match.concept].is_binary:
        names, asked = {"r2": "the share of variance that it explains"}, {"r2": rule.r2}
    lacking = [
        f"{names[name]} is {score_text(row[name])}, below {score_text(least)}"
        for name, least in asked.items()
        if row.get(name) is not None and row[name] < least
    ]
    if not lacking:
        return "The correlation is too weak to count as a finding."
    return f"It is no finding: {' and '.join(lacking)}."
