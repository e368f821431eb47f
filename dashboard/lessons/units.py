"""The units that the course shows: of a shipped model the one that its own search found for a concept.

A search that a reader made of a shipped model may find others, of which no snapshots are kept: it does not count here.
"""

from functools import cache

from analysis.findings import found_unit
from models.run import PRETRAINED, load_run
from models.units import Unit


@cache
def shipped_unit(model: str, concept: str, state: str = "") -> Unit:
    """The unit of a shipped model that follows a concept best, in a state or in whatever state.

    Raises:
        InputError: no such model is shipped, or its search found no unit for the concept.
    """
    return found_unit(load_run(PRETRAINED / model), concept, state)
