"""Runs the browser's engine in Node.js, with a run's weights."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "dashboard" / "browser" / "tests" / "run_engine.js"
NEEDED = (20, 19)


def find_node() -> str | None:
    """Node.js from 20.19 on, if it is there."""
    node = shutil.which("node")
    if not node:
        return None
    found = re.match(r"v(\d+)\.(\d+)", subprocess.run([node, "--version"], capture_output=True, text=True).stdout)
    return node if found and (int(found[1]), int(found[2])) >= NEEDED else None


NODE = find_node()
needs_node = pytest.mark.skipif(NODE is None, reason="needs Node.js from 20.19 on")


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """The engine's answer to a request: see run_engine.js."""
    assert NODE, "Node.js is missing"
    environment = {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}
    done = subprocess.run(
        [NODE, str(SCRIPT)], input=json.dumps(request), capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def read(folder: Path, ids: list[int], out: Path, kernel: str, clamps: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """States, gates and logits after each character, [time, ...] flattened, and the losses, by name."""
    out.mkdir()
    answer = ask({"folder": str(folder), "kernel": kernel, "read": ids, "clamps": clamps, "out": str(out)})
    assert answer["kernel"] == kernel
    found = {path.name: np.fromfile(path) for path in out.iterdir()}
    return {name: values if name == "loss" else values.reshape(len(ids), -1) for name, values in found.items()}
