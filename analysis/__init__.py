"""What do the units mean: concepts, scores, and the search for units that track a concept.

The names below are what a notebook needs; docs/api.md shows them at work. What is heavy is imported when it is used.
"""

from typing import TYPE_CHECKING

from corpora.lazy import imported_when_used
from corpora.threads import share_processors

share_processors()  # before anything imports PyTorch

if TYPE_CHECKING:
    from analysis.api import ablate_unit, label_text, score_units, search_units
    from analysis.concepts import CONCEPTS, Concept
    from analysis.findings import Findings, load_findings

_HOMES = {
    "CONCEPTS": "analysis.concepts",
    "Concept": "analysis.concepts",
    "Findings": "analysis.findings",
    "ablate_unit": "analysis.api",
    "label_text": "analysis.api",
    "load_findings": "analysis.findings",
    "score_units": "analysis.api",
    "search_units": "analysis.api",
}

__all__ = [
    "CONCEPTS",
    "Concept",
    "Findings",
    "ablate_unit",
    "label_text",
    "load_findings",
    "score_units",
    "search_units",
]


__getattr__ = imported_when_used(__name__, _HOMES)
