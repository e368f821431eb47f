import json

import pandas as pd
import pytest

from corpora import InputError
from models.history import Losses, load_log, load_samples, losses_at
from models.run import Run


def test_the_log_of_a_run_is_read_as_numbers(tiny_run: Run):
    log = load_log(tiny_run)
    assert len(log) == len((tiny_run.folder / "log.csv").read_text().splitlines()) - 1
    assert log["step"].is_monotonic_increasing
    assert log["validation_loss"].min() == pytest.approx(tiny_run.training["validation_loss"])
    assert log["validation_loss"].isna().any()


def test_a_row_that_is_on_its_way_is_left_out(tiny_run: Run):
    whole = load_log(tiny_run)
    with (tiny_run.folder / "log.csv").open("a") as log:
        log.write("999999,0.9,1000,1.2")  # of a loss of 1.234
    pd.testing.assert_frame_equal(load_log(tiny_run), whole, check_dtype=False)


def test_columns_that_came_later_do_no_harm(tiny_run: Run):
    path = tiny_run.folder / "log.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([f"new,{lines[0]}", *(f"7,{line}" for line in lines[1:])]))
    assert (load_log(tiny_run)["new"] == 7).all()
    assert losses_at(load_log(tiny_run), 20).train is not None


def test_a_run_without_log_and_samples_has_neither(tiny_run: Run):
    for name in ("log.csv", "samples.jsonl"):
        (tiny_run.folder / name).unlink()
    assert load_log(tiny_run).empty
    assert load_samples(tiny_run) == []
    assert losses_at(load_log(tiny_run), 5) == Losses()


def test_an_empty_log_is_one_that_is_about_to_be_written(tiny_run: Run):
    (tiny_run.folder / "log.csv").write_text("")
    assert load_log(tiny_run).empty


@pytest.mark.parametrize("damaged", ["step,chars\n1,2\n", "step,chars,train_loss,validation_loss\na,b,c,d\n", "\0\n"])
def test_a_damaged_log_is_one_line(tiny_run: Run, damaged: str):
    (tiny_run.folder / "log.csv").write_text(damaged)
    with pytest.raises(InputError, match="Wanted the log of a training, but cannot read"):
        load_log(tiny_run)


@pytest.mark.parametrize("damaged", ["{}\n", "[1}\n", '{"step": "x", "chars": 1, "temperature": 1, "text": ""}\n'])
def test_damaged_samples_are_one_line(tiny_run: Run, damaged: str):
    (tiny_run.folder / "samples.jsonl").write_text(damaged)
    with pytest.raises(InputError, match="Wanted a sample per line, but cannot read"):
        load_samples(tiny_run)


def test_samples_are_read_in_order_and_to_the_letter(tiny_run: Run, hostile: str):
    before = load_samples(tiny_run)
    assert [sample.step for sample in before] == sorted(sample.step for sample in before)
    with (tiny_run.folder / "samples.jsonl").open("a") as samples:
        samples.write(json.dumps({"step": 10**6, "chars": 10**9, "temperature": 1.0, "text": hostile}) + "\n")
        samples.write('{"step": 2000000, "chars"')  # on its way
    after = load_samples(tiny_run)
    assert after[:-1] == before
    assert after[-1].text == hostile


def test_losses_at_a_step_are_those_of_the_row_that_holds_it(tiny_run: Run):
    log = load_log(tiny_run)  # a row per 20 steps, an evaluation per 60
    assert losses_at(log, 0) == Losses()
    first = losses_at(log, 1)
    assert (first.train, first.train_first, first.train_last) == (log["train_loss"][0], 1, 20)
    assert first.validation is None
    later = losses_at(log, 61)
    assert (later.train_first, later.train_last) == (61, 80)
    assert later.validation_step == 60
    assert later.validation == log["validation_loss"][2]
    assert losses_at(log, 60).train_last == 60
    end = losses_at(log, 10**9)
    assert end.train is None
    assert end.validation_step == log["step"].iloc[-1]
