"""Units of the shipped models by what they follow: their numbers change with the weights."""

from analysis.findings import found_unit
from models.run import load_run
from models.units import Unit


def unit_for(concept: str, model: str = "war-and-peace", state: str = "cell") -> Unit:
    """The unit of a shipped model that follows a concept best."""
    return found_unit(load_run(model), concept, state)


QUOTES, COLUMN = unit_for("inside-quotes"), unit_for("column")
