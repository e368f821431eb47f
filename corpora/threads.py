"""How threads wait for each other, set before PyTorch is loaded: see docs/decisions/019."""

import os

SPINS = 1_000  # times that libgomp looks whether the others are ready, before it gives the processor away


def share_processors() -> None:
    """Keep PyTorch's threads from spinning for long while another process has their processor.

    What a person has set counts: `GOMP_SPINCOUNT` or `OMP_WAIT_POLICY`. Elsewhere than under libgomp this does nothing.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", str(SPINS))
