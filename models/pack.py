"""Copies what ships of a run, smaller.

python -m models pack RUN --out models/pretrained/NAME
"""

import dataclasses
import os
import shutil
from pathlib import Path

from safetensors import SafetensorError

from corpora import InputError
from corpora.whole import put_in_place
from models.half import is_half
from models.out import find_out
from models.run import WEIGHTS, Run
from models.snapshots import pack_snapshots
from models.writing import building, take_over


def pack_run(run: Run, folder: Path) -> None:
    """Copy weights as float16, configuration, log, samples, and the snapshots of the units that a search found.

    A search table belongs to the weights it was made with, to the bit: search the packed run again.

    Raises:
        InputError: the run has no weights, or the folder holds anything else than a packed run, or cannot be written.
    """
    found = find_out(folder)
    if found and os.path.samestat(found, run.folder.stat()):
        raise InputError(
            f"Wanted another folder than the run's own to pack it into, got {folder}. Choose another --out."
        )
    require_packed_or_new(folder)
    target = folder.resolve()
    weights = {name: tensor.half() for name, tensor in run.load_network().state_dict().items()}
    with building(target, f"Cannot write {folder}") as made:
        if target.is_dir():
            take_over(target, made)
        for name in ("config.json", "log.csv", "samples.jsonl"):
            (made / name).unlink(missing_ok=True)
            if (run.folder / name).exists():
                shutil.copyfile(run.folder / name, made / name)
        dataclasses.replace(run, folder=made, results=None).save_weights(weights)
        pack_snapshots(run, made)
        put_in_place(made, target)


def require_packed_or_new(folder: Path) -> None:
    """Refuse to pack into a folder that holds anything but a run that was packed there before.

    Raises:
        InputError: it does, or it cannot be written.
    """
    found = find_out(folder)
    if found is None or (folder.is_dir() and (_is_packed(folder) or not any(folder.iterdir()))):
        return
    raise InputError(
        f"Wanted a new or empty folder for --out, or a run that was packed there before, got {folder}, which is "
        f"{'another folder' if folder.is_dir() else 'a file'}. Choose another --out."
    )


def _is_packed(folder: Path) -> bool:
    """Whether its weights are in float16, as only `pack` writes them, beside a configuration."""
    if not (folder / "config.json").is_file():
        return False
    try:
        return is_half(folder / WEIGHTS)
    except (SafetensorError, OSError):
        return False
