"""Character-level recurrent networks: training, evaluation, sampling and recording.

The names below are what a notebook needs; docs/api.md shows them at work. What is heavy is imported when it is used.
"""

from typing import TYPE_CHECKING

from corpora.lazy import imported_when_used
from corpora.threads import share_processors

share_processors()  # before anything imports PyTorch

if TYPE_CHECKING:
    from models.api import evaluate_run, generate_text, record_text, train_run
    from models.evaluate import Evaluation
    from models.importing.importing import from_torch, import_file
    from models.recording.store import open_recording
    from models.run import Run, all_runs, load_run
    from models.units import Unit

_HOMES = {
    "Evaluation": "models.evaluate",
    "Run": "models.run",
    "Unit": "models.units",
    "all_runs": "models.run",
    "evaluate_run": "models.api",
    "from_torch": "models.importing.importing",
    "import_file": "models.importing.importing",
    "load_run": "models.run",
    "open_recording": "models.recording.store",
    "record_text": "models.api",
    "generate_text": "models.api",
    "train_run": "models.api",
}

__all__ = [
    "Evaluation",
    "Run",
    "Unit",
    "all_runs",
    "evaluate_run",
    "from_torch",
    "generate_text",
    "import_file",
    "load_run",
    "open_recording",
    "record_text",
    "train_run",
]


__getattr__ = imported_when_used(__name__, _HOMES)
