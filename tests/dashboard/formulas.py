"""The formulas of docs/frame-format.md, written anew: what a code of a cell state stands for."""

import numpy as np

BEND = 3


def compressed(x: np.ndarray) -> np.ndarray:
    """The g of the page: x up to 3, 3 + ln(x / 3) beyond."""
    return np.where(x <= BEND, x, BEND + np.log(np.maximum(x, BEND) / BEND))


def cells_of_codes(codes: np.ndarray, scale: np.ndarray | float) -> np.ndarray:
    """The c that codes stand for, where `scale` is the unit's largest |c|."""
    y = np.abs(codes.astype(float)) / 127 * compressed(np.asarray(scale, dtype=float))
    return np.sign(codes) * np.where(y <= BEND, y, BEND * np.exp(y - BEND))
