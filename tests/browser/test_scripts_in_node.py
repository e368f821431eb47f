"""Widths of characters and texts of scores, the browser's against Python's."""

import json
import subprocess
import unicodedata

import numpy as np
from wcwidth import wcswidth, wcwidth

from analysis.statistics import measured_text, score_text
from tests.browser.engine_in_node import NODE, SCRIPT, needs_node

SEQUENCES = [
    "👨‍👩‍👧‍👦", "🇩🇪", "👍🏽", "1️⃣", "❤️", "🏳️‍🌈", "é", "é", "中", "한", "ａ", "ｱ",
]  # fmt: skip


def in_node(clusters: list[str], scores: list[float]) -> dict[str, list]:
    given = json.dumps({"clusters": clusters, "scores": scores})
    script = str(SCRIPT.with_name("run_widths.js"))
    return json.loads(
        subprocess.run([str(NODE), script], input=given, capture_output=True, text=True, check=True).stdout
    )


@needs_node
def test_every_assigned_character_is_as_wide_as_wcwidth_says():
    assigned = [
        chr(code) for code in range(0x20, 0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")
    ]
    visible = [character for character in assigned if wcwidth(character) > 0]
    wide = in_node(visible, [])["cells"]
    assert [c for c, cells in zip(visible, wide, strict=True) if cells != wcwidth(c)] == []
    assert sum(cells == 2 for cells in wide) > 100_000 - 20_000


@needs_node
def test_sequences_are_as_wide_as_wcwidth_says():
    assert in_node(SEQUENCES, [])["cells"] == [wcswidth(each) for each in SEQUENCES]


@needs_node
def test_a_score_is_the_same_text_in_python_and_in_the_browser():
    scores = [0.0625, 0.5625, 0.9995, 0.99999, 1.0, 0.0, -0.2, *np.random.default_rng(0).uniform(-1, 1, 500).tolist()]
    assert in_node([], scores)["scores"] == [score_text(each) for each in scores]
    assert score_text(0.99999) == "0.999"
    assert measured_text("AUROC", float("nan")) == "no AUROC: does not vary on this text"
