"""What a unit is, computed without Streamlit: for the Unit view and for the static site."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.ablation.attribution import direct_logit_attribution
from analysis.ablation.table import load_ablations
from analysis.concepts import Concept
from analysis.findings import rows_of
from analysis.profile.contexts import Context, context_at, distinct, extreme_positions, quantile_positions
from analysis.profile.excerpt import LabelledExcerpt, is_constant
from analysis.profile.summary import Match
from analysis.profile.weights import next_characters
from corpora.shell import python
from dashboard.views.unit_words import character_name, sides_of, signed
from models.network import CharRNN
from models.run import Run
from models.units import Unit

EXTREMES, QUANTILES = 8, (0.9, 0.7, 0.5, 0.3, 0.1)
LOOKED_AT = 3 * EXTREMES  # places that are looked at: those that show the same are one
APART_IN_SHORT = 80  # characters between contexts in a short text
SHOWN = 8  # characters each way


def context_groups(passage: LabelledExcerpt, unit: Unit) -> dict[str, list[Context]]:
    """Contexts where the unit is highest, in between, and lowest, by title."""
    values = passage.values(unit)
    apart = {} if len(passage) > 40 * APART_IN_SHORT else {"apart": APART_IN_SHORT}
    places = {
        "Highest": extreme_positions(values, LOOKED_AT, **apart),
        "In between: at 90, 70, 50, 30 and 10 % of its range of values": quantile_positions(values, QUANTILES, **apart),
        "Lowest": extreme_positions(-values, LOOKED_AT, **apart),
    }
    return {
        title: distinct([context_at(passage, values, at) for at in found])[:EXTREMES] for title, found in places.items()
    }


def tests_of(run: Run, unit: Unit) -> list[dict[str, Any]]:
    """The results of clamping a unit, a row per concept tested; those of the state in view come first."""
    tested = load_ablations(run)
    if tested is None:
        return []
    same = (tested["layer"] == unit.layer) & (tested["unit"] == unit.index)
    return sorted(rows_of(tested[same]), key=lambda row: row["state"] != unit.state)


def ablate_command(run: Run, unit: Unit, concept: Concept | None) -> str:
    """The command that tests whether the network uses a unit."""
    state = f" --state {unit.state}" if len(run.states) > 1 else ""
    named = f"--unit {unit.slug} --concept {concept.name if concept else 'NAME'}"
    return f"{python()} -m analysis ablate {run.shell_name} {named}{state}"


def ablate_options(run: Run, unit: Unit, concept: Concept) -> list[str]:
    """The options of the same command, as the app gives them."""
    state = [f"--state={unit.state}"] if len(run.states) > 1 else []
    return [f"--unit={unit.slug}", f"--concept={concept.name}", *state]


def threshold_of(concept: Concept, found: list[Match] | None) -> float | None:
    """The threshold that the search chose for a binary concept."""
    for match in found or []:
        if match.concept == concept.name and match.evidence and concept.is_binary:
            threshold = float(match.evidence["threshold"])
            return None if threshold != threshold else threshold
    return None


@dataclass(frozen=True)
class Said:
    """The next characters that a unit makes more and less likely."""

    intro: str
    table: pd.DataFrame
    """Columns `label`, `side` (more or less likely), `push` (added to the logit)."""


def next_by(run: Run, network: CharRNN, passage: LabelledExcerpt, unit: Unit, concept: Concept | None) -> Said | None:
    """What a unit of the last layer adds to the predictions; None if it is constant."""
    hidden = passage.values(unit.in_state("hidden"))
    if concept and concept.has_sides:
        inside, outside = concept.sides(passage.labels[concept.name])
        difference, (where, other) = float(hidden[inside].mean() - hidden[outside].mean()), sides_of(concept.name)
        change = f"mean h, compared with {other}"
    else:
        difference, where, change = 2 * float(hidden.std()), "when its h is high", "compared with when it is low"
    effect = direct_logit_attribution(network, unit, difference)
    if effect is None or is_constant(hidden):
        return None
    table = next_characters(effect, passage.seen(len(effect)), SHOWN)
    names = [character_name(run.vocabulary.characters[number]) for number in table["number"]]
    sides = ["more likely" if logit > 0 else "less likely" for logit in table["logit"]]
    intro = f"Next characters that it makes more and less likely {where} ({signed(difference)} {change}):"
    return Said(intro, table.assign(label=names, side=sides, push=table["logit"]))


def indirect(run: Run, unit: Unit) -> str:
    """Why a unit below the last layer has no predictions of its own; "" for one of the last layer."""
    layers = run.model.num_layers
    if unit.layer == layers:
        return ""
    return (
        f"A unit of layer {unit.layer} does not reach the predictions directly: only layer {layers} does. "
        "It acts through the units above it."
    )
