"""Runs like a given one, with another kind of cell."""

from dataclasses import replace

from models.config import Cell
from models.run import Run


def with_cell(run: Run, cell: Cell) -> Run:
    """A run beside `run` that differs in its cell, and has fresh weights; `run` itself if it has that cell."""
    if run.model.cell == cell:
        return run
    other = Run(run.folder.with_name(cell), replace(run.model, cell=cell), run.vocabulary, run.corpus, run.training)
    other.save_config()
    other.save_weights(other.untrained_network(0).state_dict())
    return other
