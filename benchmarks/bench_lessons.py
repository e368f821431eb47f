"""Learn in Chromium: how soon each lesson shows its picture, and the longest frame while it trains, plays or computes.

python -m benchmarks.bench_lessons
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import typer

from benchmarks.compare import Comparison, Quick, announce, report
from dashboard.lessons import course


def main(quick: Quick = False) -> None:
    """Open every lesson from the course's path, go to each of its stops and watch the frames."""
    chromium = os.environ.get("CHARSCOPE_CHROMIUM") or shutil.which("chromium")
    if not chromium:
        print("No Chromium found: the lessons are not timed.")
        return
    announce("Lessons: frames per second at each stop, as a share of those of the course's page at rest")
    names = [lesson.name for lesson in course()][: 1 if quick else None]
    for each in _in_chromium(chromium, names, 300 if quick else 4000):
        rates, at_rest = tuple(rate for _, rate in each["stops"]), each["rest"][1]
        ratio = Comparison(tuple(1 / rate for rate in rates), (1 / at_rest,) * len(rates)).ratio
        longest = max(longest for longest, _ in each["stops"])
        report(each["name"], ratio, f"longest frame {longest:.0f} ms, first picture after {each['first']:,.0f} ms")


def _in_chromium(chromium: str, names: list[str], milliseconds: int) -> list[dict]:
    """What the worker measures of an app that is started for it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.port", str(port), "--server.headless", "true"]
    with subprocess.Popen([sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options]) as app:
        try:
            address = f"http://127.0.0.1:{port}/"
            _wait(f"{address}_stcore/health")
            asked = {"chromium": chromium, "address": address, "lessons": names, "milliseconds": milliseconds}
            done = subprocess.run(
                [sys.executable, "-m", "benchmarks.lessons_worker"],
                input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True,
            )  # fmt: skip
        finally:
            app.terminate()
    return json.loads(done.stdout)


def _wait(address: str) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"The app did not answer at {address}.")


if __name__ == "__main__":
    typer.run(main)
