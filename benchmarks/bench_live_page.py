"""The live page in Chromium, from disk: WebAssembly against plain JavaScript, and the times that a reader waits.

python -m benchmarks.bench_live_page
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import typer

from benchmarks.compare import Comparison, Quick, announce, report
from corpora.demo import load_passage
from dashboard.browser import ENGINE_SCRIPTS
from dashboard.live import live_page_parts
from models.run import load_run


def main(quick: Quick = False) -> None:
    """Write a page that may use WebAssembly and one that may not, and open both by turns."""
    chromium = os.environ.get("CHARSCOPE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("No Chromium found: the live page is not timed.")
        return
    announce("Live page: characters that WebAssembly writes in Chromium, as a multiple of plain JavaScript's")
    run = load_run("war-and-peace-gru" if quick else "war-and-peace")
    characters, rounds, length = (200, 1, 500) if quick else (1500, 5, 20_000)
    text = (load_passage("war-and-peace") * 20)[:length]
    with tempfile.TemporaryDirectory() as folder:
        page = "".join(live_page_parts(run))
        pages = [Path(folder) / name for name in ("wasm.html", "javascript.html")]
        pages[0].write_text(page, encoding="utf-8")
        pages[1].write_text(page.replace(f" {ENGINE_SCRIPTS}", "", 1), encoding="utf-8")
        asked = {
            "chromium": chromium, "pages": [str(each) for each in pages], "rounds": rounds, "characters": characters,
            "text": text,
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.live_page_worker"],
            input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
    fast, slow = zip(*json.loads(done.stdout), strict=True)
    assert {each["kernel"] for each in fast} == {"wasm"}
    assert {each["kernel"] for each in slow} == {"javascript"}
    ratio = Comparison(tuple(1 / each["speed"] for each in fast), tuple(1 / each["speed"] for each in slow)).ratio
    speeds = [f"{max(each['speed'] for each in one):,.0f}" for one in (fast, slow)]
    report(f"{run.name}, {len(page) / 1e6:.1f} MB", ratio, f"{speeds[0]} and {speeds[1]} characters/s at best")
    for name, words in (
        ("colored", "from opening to the first color"),
        ("first", "from opening to the first written character"),
        ("pasted", f"until {length:,} pasted characters are read and colored"),
        ("longest", "longest time between two frames meanwhile"),
    ):
        times = sorted(each[name] for each in fast)
        print(f"{words}: {statistics.median(times):,.0f} ms ({times[0]:,.0f}–{times[-1]:,.0f})")


if __name__ == "__main__":
    typer.run(main)
