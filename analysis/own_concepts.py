"""Custom concepts that are saved with a run: a YAML file among its results, in the form of docs/custom-concepts.md."""

from pathlib import Path

from analysis.concepts import CONCEPTS, Concept
from analysis.concepts.custom import load_concepts, parse_file
from corpora import InputError
from models.run import Run
from models.writing import replacing

FILE = "concepts.yaml"


def own_concepts(run: Run) -> dict[str, Concept]:
    """By name, the concepts saved with a run.

    Raises:
        InputError: the file was changed and holds no concepts any more.
    """
    path = _path_of(run)
    return {concept.name: concept for concept in load_concepts(path)} if path else {}


def known_concepts(run: Run) -> dict[str, Concept]:
    """By name, the concepts of the catalogue and those saved with a run."""
    return CONCEPTS | own_concepts(run)


def written_concepts(run: Run) -> str:
    """The saved concepts as they were written; empty if none were.

    Raises:
        InputError: the file cannot be read.
    """
    path = _path_of(run)
    try:
        return path.read_text(encoding="utf-8-sig") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read {path}: {error}. Move it away and save the concepts again.") from None


def save_concepts(run: Run, written: str) -> list[Concept]:
    """Save concepts with a run, in the place of those saved before; the file is written whole or not at all.

    Raises:
        InputError: what is written is no list of concepts, or the file cannot be written.
    """
    concepts = parse_file(written, "the text above")
    if not concepts:
        raise InputError("Wanted at least one concept, got none. Begin with '- name: ...'.")
    with replacing(run.results_folder / FILE) as temporary:
        temporary.write_text(written, encoding="utf-8")
    return concepts


def _path_of(run: Run) -> Path | None:
    return next((folder / FILE for folder in run.measured_in if (folder / FILE).is_file()), None)
