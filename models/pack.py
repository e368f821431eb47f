"""Copies what ships of a run, smaller.

python -m models pack RUN --out models/pretrained/NAME
"""

import dataclasses
import shutil
from pathlib import Path

from corpora import InputError
from models.run import Run
from models.snapshots import pack_snapshots
from models.writing import replacing


def pack_run(run: Run, folder: Path) -> None:
    """Copy weights as float16, configuration, log, samples, and the snapshots of the units that a search found.

    A search table belongs to the weights it was made with, to the bit: search the packed run again.

    Raises:
        InputError: the run has no weights, it is to be packed into its own folder, or the folder cannot be written.
    """
    if run.folder.resolve() == folder.resolve():
        raise InputError(
            f"Wanted another folder than the run's own to pack it into, got {folder}. Name the run by its folder."
        )
    weights = {name: tensor.half() for name, tensor in run.load_network().state_dict().items()}
    packed = dataclasses.replace(run, folder=folder, results=None)
    for name in ("config.json", "log.csv", "samples.jsonl"):
        if (run.folder / name).exists():
            with replacing(folder / name) as temporary:
                shutil.copyfile(run.folder / name, temporary)
    packed.save_weights(weights)
    pack_snapshots(run, folder)
