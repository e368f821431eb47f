"""Compare in Chromium: one of eight rows over a long text changes its unit, against Read, which has one row.

python -m benchmarks.bench_compare
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import typer

from benchmarks.compare import Comparison, Quick, announce, report
from corpora.demo import load_passage
from dashboard.compare_page import compare_page
from dashboard.compared import Row, Signal
from dashboard.engine import ENGINE
from dashboard.export import export_page
from models.run import load_run
from models.units import Unit

FRAME_MS = 16


def main(quick: Quick = False) -> None:
    """Write a page of each, and step through its units."""
    chromium = os.environ.get("CHARSCOPE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("No Chromium found: Compare is not timed.")
        return
    announce("Compare: switching the unit of one of eight rows, as a multiple of Read's speed with one row")
    run, (length, times) = load_run("war-and-peace-gru"), (1_000, 5) if quick else (20_000, 50)
    text = (load_passage("war-and-peace") * 20)[:length]
    units = [Unit(1, index, "hidden") for index in range(8)]
    pages = [
        compare_page([Row(Signal.of_unit(run.name, unit)) for unit in units], text, ""),
        export_page(ENGINE.read(run, text)[1], units),
    ]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("compare.html", "read.html")]
        for file, page in zip(files, pages, strict=True):
            file.write_text(page, encoding="utf-8")
        told = [(str(file), *keys) for file, keys in zip(files, (("rows", "]"), ("unit", "ArrowDown")), strict=True)]
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.compare_worker"],
            input=json.dumps({"chromium": chromium, "pages": told, "times": times}),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    taken = json.loads(done.stdout)
    ratio = Comparison(*(tuple(each) for each in taken)).ratio
    longest = max(taken[0])
    report(f"8 rows, {length:,} characters", ratio, f"{sorted(taken[0])[times // 2]:.1f} ms, at most {longest:.1f} ms")
    print(f"  a frame has {FRAME_MS} ms")


if __name__ == "__main__":
    typer.run(main)
