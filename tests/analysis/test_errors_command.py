"""The command on tiny runs: what it prints and keeps, for one run and for several, and what it refuses."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analysis.errors import command as errors_command
from analysis.errors.measure import analyse_errors, count_ngrams, count_training_words, losses_of, text_of_runs
from analysis.errors.oracles import CATEGORIES
from analysis.errors.stored import FILE, ErrorAnalysis, load_errors
from corpora import InputError, prepare_file
from models.checkpoints import keep_checkpoint
from models.evaluate import character_losses
from models.jobs import find_job
from models.ngram import ngram_losses
from models.run import Run, load_run
from tests.conftest import Outcome
from tests.other_cells import with_cell

Command = Callable[..., Outcome]
QUICKLY = ("--chars=4000", "--order=9")


def kept_by(run: Run) -> ErrorAnalysis:
    found = load_errors(run)
    assert found is not None
    return found


def test_the_analysis_is_printed_kept_and_read_again(command: Command, tiny_run: Run):
    outcome = command("analysis", "errors", "tiny", *QUICKLY)
    assert outcome.code == 0
    assert all(category.title in outcome.out for category in CATEGORIES)
    found = kept_by(tiny_run)
    assert f"{found.errors:,} errors in 3,999 characters" in outcome.out
    assert sum(kind.errors for kind in found.categories) == found.errors
    assert sum(kind.share for kind in found.categories) == pytest.approx(1)
    assert {curve.closing for curve in found.curves} == {'"'}  # the story has no parentheses
    job = find_job(tiny_run.folder, "errors")
    assert job
    assert (job.state, job.message) == (
        "finished",
        f"{found.errors:,} errors in 3,999 characters ({found.errors / 3999:.1%})",
    )


def test_errors_and_nats_are_those_of_the_losses(tiny_run: Run):
    """By the functions of models/, without any of ours."""
    text = text_of_runs([tiny_run], "test", 3000)
    training, ids = (tiny_run.vocabulary.encode(codes) for codes in (text.corpus.split("training"), text.codes))
    losses = character_losses(tiny_run.load_network(), ids)
    scores = list(ngram_losses(training, ids, len(tiny_run.vocabulary), 12))
    best = min(scores, key=lambda score: score.evaluation.nats)
    known = np.max([np.exp(-score.losses[1:]) for score in scores[:9]], axis=0) > 0.5
    ngrams = count_ngrams(text, tiny_run.vocabulary, 12)
    found = analyse_errors(tiny_run, text, ngrams, count_training_words(text))
    assert found.errors == (np.exp(-losses) < 0.5).sum()
    assert found.categories[0].errors == ((np.exp(-losses) < 0.5) & known).sum()
    assert found.nats == pytest.approx(losses.mean(), rel=1e-5)
    assert (found.ngram_order, found.ngram_nats) == (best.order, pytest.approx(best.evaluation.nats))
    assert found.characters == len(losses) == 2999


def test_json_is_what_is_kept(command: Command, tiny_run: Run):
    printed = json.loads(command("analysis", "errors", "tiny", "--json", *QUICKLY).out)
    assert printed == {"tiny": json.loads((tiny_run.folder / FILE).read_text())}


def test_several_runs_stand_side_by_side_and_their_order_does_not_matter(
    command: Command, tiny_run: Run, monkeypatch: pytest.MonkeyPatch
):
    with_cell(tiny_run, "gru")
    counted, count = [], errors_command.count_ngrams
    monkeypatch.setattr(errors_command, "count_ngrams", lambda *all: counted.append(all) or count(*all))
    outcome = command("analysis", "errors", "tiny", "gru", *QUICKLY)
    assert outcome.code == 0
    assert len(counted) == 1  # one text and one vocabulary
    first = {name: kept_by(load_run(name)) for name in ("tiny", "gru")}
    assert first["tiny"].text_sha256 == first["gru"].text_sha256
    assert first["tiny"].errors != first["gru"].errors
    command("analysis", "errors", "gru", "tiny", *QUICKLY)
    assert {name: kept_by(load_run(name)) for name in ("tiny", "gru")} == first
    command("analysis", "errors", "gru", *QUICKLY)
    assert kept_by(load_run("gru")) == first["gru"]


def test_runs_of_other_texts_and_repeated_runs_are_refused_in_one_line(command: Command, tiny_run: Run, tmp_path: Path):
    (tmp_path / "other.txt").write_text("Another text altogether. " * 1000)
    other = with_cell(tiny_run, "gru")
    corpus = prepare_file(tmp_path / "other.txt")
    path = other.folder / "config.json"
    described = json.loads(path.read_text())
    described["corpus"] = {
        "name": corpus.name, "sha256": corpus.sha256, "licence": corpus.licence, "cuts": list(corpus.cuts)
    }  # fmt: skip
    path.write_text(json.dumps(described))
    message = command("analysis", "errors", "tiny", "gru", *QUICKLY).error
    assert "Wanted runs of one text, got tiny of file-story" in message
    assert "whose test texts differ. Analyse each with a command of its own." in message
    assert "Wanted each run once" in command("analysis", "errors", "tiny", str(tiny_run.folder)).error
    assert "Wanted one of training, validation, test" in command("analysis", "errors", "tiny", "--split=dev").error
    assert not (tiny_run.folder / FILE).exists()


def test_an_analysis_of_other_weights_is_none_and_a_damaged_one_is_one_line(tiny_run: Run, command: Command):
    command("analysis", "errors", "tiny", *QUICKLY)
    path = tiny_run.folder / FILE
    kept = json.loads(path.read_text())
    path.write_text(json.dumps(kept | {"weights_sha256": "0" * 64}))
    assert load_errors(tiny_run) is None
    path.write_text(json.dumps(kept | {"later": 1}))
    assert kept_by(tiny_run).errors == kept["errors"]
    path.write_text(json.dumps(kept | {"format": 2}))
    with pytest.raises(InputError, match=r"has format 2\. Update Charscope"):
        load_errors(tiny_run)
    kept["categories"][0]["share"] = 1.5
    path.write_text(json.dumps(kept))
    with pytest.raises(InputError, match=r"share.*Delete it, then measure again: .* analysis errors RUN"):
        load_errors(tiny_run)


def test_kept_weights_are_measured_as_well(tiny_run: Run):
    """A run whose kept weights are its own, and an untrained network's: the gains are those of these networks."""
    untrained = tiny_run.untrained_network(1)
    for step, network in ((0, untrained), (30, tiny_run.load_network())):
        keep_checkpoint(tiny_run.folder, step, network, "float32")
    text = text_of_runs([tiny_run], "test", 4000)
    ngrams = count_ngrams(text, tiny_run.vocabulary, 9)
    found = analyse_errors(tiny_run, text, ngrams, count_training_words(text))
    (own,), (early,), (late,) = (found.curves_at(step) for step in (None, 0, 30))
    assert late.bins == own.bins
    assert all(one.gain < other.gain for one, other in zip(early.bins, own.bins, strict=True))
    losses = character_losses(untrained, tiny_run.vocabulary.encode(text.codes))
    np.testing.assert_allclose(losses_of(tiny_run, text, 0)[1:], losses, rtol=1e-5)
    shutil.rmtree(tiny_run.folder / "checkpoints")
    assert analyse_errors(tiny_run, text, ngrams, count_training_words(text)).curves == [own]
