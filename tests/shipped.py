"""Units of the shipped models by what they follow: their numbers change with the weights."""

from dashboard.lessons.units import shipped_unit
from models.units import Unit


def unit_for(concept: str, model: str = "war-and-peace", state: str = "cell") -> Unit:
    """The unit of a shipped model that follows a concept best."""
    return shipped_unit(model, concept, state)


QUOTES, COLUMN = unit_for("inside-quotes"), unit_for("column")
