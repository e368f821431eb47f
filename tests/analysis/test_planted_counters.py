"""In a long text, whose parts the search once read apart, units that count or hold for long score what they deserve."""

import pandas as pd
import pytest

from analysis.concepts import concept
from analysis.search import search
from tests.analysis.planted_counters import BRACES, TOGGLE, counting_run, write_nested

CHARACTERS = 200_000


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The search table of the wired network."""
    folder, text = tmp_path_factory.mktemp("counters"), write_nested(CHARACTERS)
    (folder / "text.txt").write_text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARSCOPE_DATA", str(folder / "data"))
        concepts = [concept("inside-quotes"), concept("brace-depth")]
        return search(counting_run(folder, text), folder / "text.txt", concepts=concepts, draws=40).units


@pytest.mark.parametrize("state", ["hidden", "cell"])
@pytest.mark.parametrize(
    ("name", "unit", "verdict"), [("inside-quotes", TOGGLE, "detector"), ("brace-depth", BRACES, "ramp")]
)
def test_a_toggle_and_a_counter_score_one(name: str, unit: int, verdict: str, state: str, units: pd.DataFrame):
    best = units.query("concept == @name and state == @state").iloc[0]
    assert best["unit"] == unit
    assert best["score"] > 0.999
    assert (best["verdict"], best["level"]) == (verdict, "strict")
