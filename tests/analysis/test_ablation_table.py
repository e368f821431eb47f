"""Which units the ablate command tests, on which text, what it keeps, and how it refuses."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import __main__ as command_line
from analysis.ablation.ablation import (
    Ablation,
    Target,
)
from analysis.ablation.table import FILE, choose_targets, keep_ablation, load_ablations, relatives_of
from analysis.findings import FORMAT as SEARCHES
from analysis.findings import TABLES
from analysis.own_concepts import own_concepts, save_concepts, written_concepts
from analysis.texts import held_out_text
from corpora import InputError
from corpora.shell import python
from models.network import CharRNN
from models.run import UNITS, Run, load_run
from models.units import Unit
from tests.analysis.ablated import QUOTES
from tests.analysis.planted import wired_run
from tests.conftest import Outcome, write_story
from tests.test_docs import RUN, tables_under


def keep_search(run: Run, **attributes: object) -> None:
    """A search table with what an ablation needs of it."""
    rows = [
        ("inside-quotes", "hidden", 1, 3, 1, 0.7),
        ("inside-quotes", "hidden", 1, 4, 2, 0.6),
        ("inside-quotes", "cell", 1, 5, 1, 0.9),
        ("inside-quotes", "cell", 2, 6, 2, 0.8),
        ("column", "hidden", 2, 8, 1, 0.5),
        ("column", "cell", 1, 3, 1, 0.4),
        ("of-yesterday", "cell", 1, 3, 1, 0.9),
        ("column", "forget_gate", 1, 4, 1, 0.95),
        ("comment", "cell", 1, 3, 1, -1.0),
    ]
    table = pd.DataFrame(rows, columns=["concept", "state", "layer", "unit", "rank_in_state", "development"])
    others = [column for column in TABLES[UNITS] if column.name not in table]
    table = table.assign(
        **{column.name: {"string": "", "integer": 1, "float": np.nan}[column.type] for column in others}
    )
    table.attrs = {"format": SEARCHES, "weights_sha256": run.weights_hash, **attributes}
    table.to_parquet(run.folder / UNITS, index=False)


def names_of(targets: list[Target]) -> list[tuple[str, str, int, int]]:
    return [(target.concept.name, target.unit.state, target.unit.layer, target.unit.index) for target in targets]


QUOTES_FOUND, COLUMN_FOUND = ("inside-quotes", "cell", 1, 5), ("column", "hidden", 2, 8)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, [QUOTES_FOUND, COLUMN_FOUND]),
        ({"state": "hidden"}, [("inside-quotes", "hidden", 1, 3), COLUMN_FOUND]),
        ({"concept_name": "inside-quotes"}, [QUOTES_FOUND]),
        ({"concept_name": "column", "state": "cell"}, [("column", "cell", 1, 3)]),
        ({"unit": "L1.u3"}, [("inside-quotes", "hidden", 1, 3), ("column", "cell", 1, 3)]),
        ({"unit": "L1·u4"}, [("inside-quotes", "hidden", 1, 4)]),
        ({"unit": "L1.u4", "concept_name": "inside-quotes"}, [("inside-quotes", "hidden", 1, 4)]),
        ({"unit": "L1.u4", "concept_name": "inside-quotes", "state": "cell"}, [("inside-quotes", "cell", 1, 4)]),
        ({"unit": "L1.u4", "concept_name": "column"}, [("column", "cell", 1, 4)]),
    ],
)
def test_units_and_concepts_that_are_not_named_come_from_the_search(
    asked: dict[str, Any], expected: list[tuple[str, str, int, int]], tiny_run: Run
):
    keep_search(tiny_run)
    assert sorted(names_of(choose_targets(tiny_run, **asked))) == sorted(expected)


def test_other_candidates_for_the_same_concept_are_no_controls(tiny_run: Run):
    assert relatives_of(tiny_run, Target(QUOTES, Unit(1, 5, "cell"))) == set()
    keep_search(tiny_run)
    (target,) = choose_targets(tiny_run, concept_name="inside-quotes")
    assert relatives_of(tiny_run, target) == {3, 4}


def test_the_text_is_the_part_that_judged_in_the_search(tiny_run: Run, tmp_path: Path):
    text = held_out_text(tiny_run)
    assert (len(text.codes), text.start) == (12_000, 5800)
    assert text.source == f"{tiny_run.corpus['name']}, test split"
    keep_search(tiny_run, characters=11_000, test_characters=5000)
    text = held_out_text(load_run("tiny"))
    assert (len(text.codes), text.start) == (11_000, 6000)
    (tmp_path / "own.txt").write_text("mine " * 200)
    own = held_out_text(tiny_run, tmp_path / "own.txt")
    assert (len(own.codes), own.start, own.source) == (1000, 0, "own.txt")


def result_of(**fields: Any) -> Ablation:
    numbers = {name: 0.5 for name, kind in Ablation.__annotations__.items() if kind is float}
    named: Any = {"concept": "column", "unit": Unit(1, 3, "cell"), "text": "x", "characters": 10}
    more: Any = {"events": 30, "controls": 40, "clamped_to": "outside", "verdict": "confirmed"}
    return Ablation(**(numbers | named | more | fields))


def row_of(result: Ablation) -> dict[str, Any]:
    """A result as the table holds it."""
    fields = {name: getattr(result, name) for name in Ablation.__annotations__}
    return {"concept": fields.pop("concept"), **fields.pop("unit").columns, **fields}


def test_results_are_kept_one_for_each_unit_and_concept_of_the_present_weights(tiny_run: Run):
    assert load_ablations(tiny_run) is None
    other, hidden = Unit(1, 2, "cell"), Unit(1, 3, "hidden")
    results = [result_of(), result_of(unit=other), result_of(unit=hidden, ci_low=np.nan), result_of(bits_there=2.0)]
    for result in results:
        keep_ablation(tiny_run, result)
    table = load_ablations(tiny_run)
    assert table is not None
    pd.testing.assert_frame_equal(table, pd.DataFrame([row_of(results[at]) for at in (1, 3, 2)]))
    assert table.attrs == {"run": "tiny", "weights_sha256": tiny_run.weights_hash}
    tiny_run.save_weights(tiny_run.untrained_network(1).state_dict())
    changed = load_run("tiny")
    assert load_ablations(changed) is None
    keep_ablation(changed, results[0])
    table = load_ablations(changed)
    assert table is not None
    assert len(table) == 1


def test_columns_and_attributes_are_documented(tiny_run: Run):
    keep_ablation(tiny_run, result_of())
    table = load_ablations(tiny_run)
    assert table is not None
    rows, kinds = tables_under(RUN, FILE), {"i": "integer", "f": "float"}
    documented = {name: row[1] for row in rows if len(row) == 3 for name in re.findall(r"`([^`]+)`", row[0])}
    assert documented == {name: kinds.get(table[name].dtype.kind, "string") for name in table.columns}
    assert {name for row in rows if len(row) == 2 for name in re.findall(r"`([^`]+)`", row[0])} == set(table.attrs)


def test_the_command_tests_one_unit_and_keeps_the_result(tiny_run: Run, command: Callable[..., Outcome]):
    one = ("analysis", "ablate", "tiny", "--unit=L2.u5", "--concept=inside-quotes", "--chars=1000")
    outcome = command(*one)
    assert outcome.code == 0, outcome
    assert outcome.out.startswith("L2·u5 (cell) for inside-quotes: ")
    assert "raises the logits of" in outcome.out
    table = load_ablations(tiny_run)
    assert table is not None
    assert table[["concept", "state", "layer", "unit"]].to_numpy().tolist() == [["inside-quotes", "cell", 2, 5]]
    lower = command("analysis", "ablate", "tiny", "--unit=L1.u5", "--concept=column", "--state=hidden", "--chars=1000")
    assert "L1·u5 is not in the last layer" in lower.out
    table = load_ablations(tiny_run)
    assert table is not None
    assert set(table["state"]) == {"cell", "hidden"}


def test_a_text_of_ones_own_is_tested_and_not_kept(tiny_run: Run, command: Callable[..., Outcome], tmp_path: Path):
    (tmp_path / "own.txt").write_text(write_story(3000, seed=9))
    asked = ("--unit=L1.u5", "--concept=inside-quotes", f"--text={tmp_path}/own.txt")
    outcome = command("analysis", "ablate", "tiny", *asked)
    assert "Not kept" in outcome.out, outcome
    assert not (tiny_run.folder / FILE).exists()
    (tmp_path / "own.txt").write_text("none of it\n" * 100)
    assert "in which it never changes" in command("analysis", "ablate", "tiny", *asked).error
    (tmp_path / "own.txt").write_text("short")
    assert "at least 400 characters to test units on" in command("analysis", "ablate", "tiny", *asked).error


def test_what_was_done_before_an_interruption_is_kept(
    tiny_run: Run, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
):
    keep_search(tiny_run)

    def one_and_no_more(network: CharRNN, vocabulary: Any, text: Any, target: Target, *rest: Any) -> Ablation:
        if (tiny_run.folder / FILE).exists():
            raise KeyboardInterrupt
        return result_of(concept=target.concept.name, unit=target.unit)

    monkeypatch.setattr(command_line, "ablate_unit", one_and_no_more)
    assert command("analysis", "ablate", "tiny").code == 130
    table = load_ablations(tiny_run)
    assert table is not None
    assert len(table) == 1


def test_of_many_concepts_one_that_cannot_be_tested_does_not_stop_the_rest(
    tiny_run: Run, command: Callable[..., Outcome], tmp_path: Path
):
    keep_search(tiny_run)
    (tmp_path / "own.txt").write_text("no one spoke of it\n" * 60 + "and no one asked\n" * 60)
    outcome = command("analysis", "ablate", "tiny", f"--text={tmp_path}/own.txt", "--chars=1000")
    assert outcome.code == 0, outcome
    assert "L1·u5 (cell) for inside-quotes: Wanted a text in which" in outcome.err
    assert "L2·u8 (hidden) for column: " in outcome.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--unit=37",), "Wanted a unit such as L2.u217 (layers count from 1, units from 0), got '37'"),
        (("--unit=L9.u1", "--concept=column"), "Wanted a unit of a 2x24 LSTM, L1.u0 to L2.u23, got L9.u1"),
        (("--concept=collumn",), "No concept is called 'collumn'. Known: "),
        (("--unit=L1.u9",), "got none for L1.u9. Search first: {python} -m analysis search tiny; or name both"),
        ((), "got none for any concept. Search first"),
        (
            ("--unit=L1.u3", "--concept=column", "--state=sell"),
            "Wanted hidden or cell as the state of a 2x24 LSTM",
        ),
        (("--unit=L1.u3", "--concept=column", "--text={tmp}/none.txt"), "No file at {tmp}/none.txt"),
    ],
)
def test_bad_wishes_are_one_line(
    words: tuple[str, ...], message: str, tiny_run: Run, command: Callable[..., Outcome], tmp_path: Path
):
    outcome = command("analysis", "ablate", "tiny", *(word.format(tmp=tmp_path) for word in words))
    assert message.format(tmp=tmp_path, python=python()) in outcome.error


def test_an_rnn_has_no_cell_to_hold(tmp_path: Path, command: Callable[..., Outcome]):
    run = wired_run(tmp_path, "rnn", planted=False)
    words = ("--unit=L1.u3", "--concept=column", "--state=cell")
    assert (
        "Wanted hidden as the state of a 1x40 RNN, got 'cell'."
        in command("analysis", "ablate", run.folder, *words).error
    )


MINE = """\
- name: after-comma
  description: From a comma to the end of the line.
  automaton: {open: ",", close: "\\n"}

- name: vowels-of-english
  description: A vowel.
  pattern: "[aeiou]"
"""


def test_custom_concepts_of_a_file_are_tested_and_not_kept(
    tiny_run: Run, command: Callable[..., Outcome], tmp_path: Path
):
    (tmp_path / "mine.yaml").write_text(MINE)
    file = f"--concepts={tmp_path}/mine.yaml"
    outcome = command("analysis", "ablate", "tiny", "--unit=L1.u5", file, "--chars=1000")
    assert outcome.code == 0, outcome
    for name in ("after-comma", "vowels-of-english"):
        assert f"L1·u5 (cell) for {name}: " in outcome.out
    assert "Not kept" in outcome.out
    assert not (tiny_run.folder / FILE).exists()
    one = command("analysis", "ablate", "tiny", "--unit=L1.u5", "--concept=after-comma", file, "--chars=1000")
    assert "for after-comma: " in one.out
    assert "for vowels" not in one.out
    assert "Name it with --unit" in command("analysis", "ablate", "tiny", file).error


def test_concepts_saved_with_a_run_are_known_by_name_and_their_results_kept(
    tiny_run: Run, command: Callable[..., Outcome]
):
    one = ("analysis", "ablate", "tiny", "--unit=L1.u5", "--concept=after-comma", "--chars=1000")
    assert "No concept is called 'after-comma'" in command(*one).error
    assert [each.name for each in save_concepts(tiny_run, MINE)] == list(own_concepts(tiny_run))
    assert written_concepts(tiny_run) == MINE
    with pytest.raises(InputError, match="the catalogue has a concept called 'column' already"):
        save_concepts(tiny_run, MINE.replace("after-comma", "column"))
    assert written_concepts(tiny_run) == MINE
    assert command(*one).code == 0
    table = load_ablations(tiny_run)
    assert table is not None
    assert list(table["concept"]) == ["after-comma"]
