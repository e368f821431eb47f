"""The weights of the steps at which a training wrote a sample, where they are kept: `train --keep-checkpoints`.

With these, whatever is measured of a network can be measured all along its training. The checkpoint that a training
goes on from is another one: see `models.checkpoint`.
"""

from pathlib import Path

import torch

from corpora import InputError
from corpora.stored import DamagedFileError, reason_of
from models.network import CharRNN
from models.run import Run
from models.tensors import UNREADABLE, read_weights, shapes_of, write_tensors
from models.writing import replacing

FOLDER = "checkpoints"  # with a file for each step
PRECISIONS = {"float16": torch.float16, "float32": torch.float32}


def keep_checkpoint(folder: Path, step: int, network: CharRNN, precision: str) -> None:
    """Write `checkpoints/STEP.safetensors`, whole or not at all.

    `precision` is a key of `PRECISIONS`; a weight that it cannot hold becomes the largest that it can.

    Raises:
        InputError: it cannot be written.
    """
    dtype = PRECISIONS[precision]
    most = torch.finfo(dtype).max
    weights = {name: tensor.cpu().clamp(-most, most).to(dtype) for name, tensor in network.state_dict().items()}
    with replacing(_path(folder, step)) as temporary:
        write_tensors(temporary, weights)


def forget_checkpoints_after(folder: Path, step: int) -> None:
    """Drop the weights of steps that a resumed run will do again."""
    for kept in _steps(folder):
        if kept > step:
            _path(folder, kept).unlink()


def kept_checkpoints(run: Run) -> list[int]:
    """The steps whose weights a run kept, in order."""
    return _steps(run.folder)


def load_checkpoint_network(run: Run, step: int) -> CharRNN:
    """The network as it was at a step, in float32 and evaluation mode.

    Raises:
        InputError: it was not kept, or its file is damaged.
    """
    path = _path(run.folder, step)
    if step not in _steps(run.folder):
        raise InputError(
            f"Wanted the weights of {run.name} at step {step}, which were not kept. Train a run that keeps them: "
            "train --keep-checkpoints float16"
        )
    try:
        weights = read_weights(path, shapes_of(run.model, len(run.vocabulary)))
    except UNREADABLE as error:
        raise DamagedFileError.no(
            f"the weights of a {run.model.title}", path, reason_of(error), "Delete it: the others are read without it."
        ) from None
    network = CharRNN(run.model, len(run.vocabulary))
    network.load_state_dict(weights)
    return network.eval()


def _path(folder: Path, step: int) -> Path:
    return folder / FOLDER / f"{step:08}.safetensors"


def _steps(folder: Path) -> list[int]:
    stems = (path.stem for path in (folder / FOLDER).glob("*.safetensors"))
    return sorted(int(stem) for stem in stems if stem.isdecimal() and stem.isascii())
