"""One thread, which has to be asked for before numpy, numba and torch are imported: children are forked from it."""

import os
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"
os.environ["PYTHONWARNINGS"] = "ignore"
ROOT = Path(__file__).resolve().parents[2]
