"""The numbers of lesson 4: a shipped model's embedding, the random one it began with, and flat maps.

Axes: `character`, of the vocabulary or on a map; `number`, the columns of the embedding; `direction`, the two of a map.
"""

from base64 import b64encode
from typing import Any

import numpy as np
from jaxtyping import Float, Float32

from models.run import load_run

MODEL = "linux"


def embeddings() -> dict[str, Float32[np.ndarray, "character number"]]:
    """The embedding after training, before it, and what training added.

    Weight decay shrinks the start: what is left of it is the multiple of the start nearest to the embedding.
    """
    run = load_run(MODEL)
    trained = run.load_network().embedding.weight.detach().numpy()
    start = run.untrained_network(run.training["seed"]).embedding.weight.detach().numpy()
    left = np.vdot(start, trained) / np.vdot(start, start)
    return {"change": trained - left * start, "embedding": trained, "start": start}


def data() -> dict[str, Any]:
    """The characters and each matrix, row by row, as base64 of float32; and where letters and digits stand on a map."""
    matrices, characters = embeddings(), list(load_run(MODEL).vocabulary.characters)
    mapped = [number for number, character in enumerate(characters) if character.isalnum()]
    maps = {name: principal_components(matrix[mapped]) for name, matrix in matrices.items()}
    return {
        "model": MODEL,
        "characters": characters,
        "columns": matrices["embedding"].shape[1],
        "matrices": {name: _coded(matrix) for name, matrix in matrices.items()},
        "mapped": mapped,
        "maps": {
            name: {"places": places.round(4).tolist(), "shares": shares.round(4).tolist()}
            for name, (places, shares) in maps.items()
        },
    }


def principal_components(
    matrix: Float32[np.ndarray, "character number"],
) -> tuple[Float[np.ndarray, "character direction"], Float[np.ndarray, " direction"]]:
    """Each character in the two directions of largest variance, and the share of the variance that each has.

    The sign of a direction is free: here the entry of largest size is positive.
    """
    centred = matrix.astype(np.float64) - matrix.mean(axis=0, dtype=np.float64)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    places = left[:, :2] * singular[:2]
    places *= np.sign(places[np.abs(places).argmax(axis=0), [0, 1]])
    return places, singular[:2] ** 2 / (singular**2).sum()


def _coded(matrix: Float32[np.ndarray, "character number"]) -> str:
    return b64encode(np.ascontiguousarray(matrix, dtype="<f4").tobytes()).decode()
