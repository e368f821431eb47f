"""Evaluation against `torch.nn.LSTM`, read in one go; the interval, the paper's bytes, and what a run keeps."""

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import stats
from torch.nn import functional

from corpora import InputError, Vocabulary, to_code_points
from corpora.paper import byte_lengths
from corpora.preparing import prepare
from corpora.reading import read_bytes, read_sections
from corpora.sources import Source
from models import evaluate as evaluate_module
from models.config import ModelConfig
from models.evaluate import Evaluation, character_losses, evaluate, keep_evaluation, load_evaluation, spelled_out
from models.network import CharRNN
from models.run import Run, corpus_of, load_run
from tests.conftest import Outcome


def losses_of_one_pass(network: CharRNN, ids: np.ndarray) -> np.ndarray:
    """Nats of every character but the first, by the network's own modules."""
    with torch.no_grad():
        output, _ = network.rnn(network.embedding(torch.from_numpy(ids)))
        return functional.cross_entropy(
            network.readout(output)[:-1], torch.from_numpy(ids[1:]), reduction="none"
        ).numpy()


def test_the_loss_is_that_of_one_pass_over_the_text(tiny_run: Run, story: str):
    ids, network = tiny_run.vocabulary.encode(story[-6000:]), tiny_run.load_network()
    expected = losses_of_one_pass(network, ids)
    result = evaluate(network, ids)
    assert result.nats == pytest.approx(expected.mean(dtype=np.float64), abs=1e-6)
    assert result.bits == pytest.approx(result.nats / math.log(2))
    assert result.characters == len(ids) - 1
    np.testing.assert_allclose(character_losses(network, ids), expected, atol=2e-5)


def test_many_streams_score_every_character_once_and_none_of_them_cold(tiny_run: Run, story: str):
    ids, network = tiny_run.vocabulary.encode(story[-5300:]), tiny_run.untrained_network(seed=1)
    network.rnn.bias_ih_l0.data[24:48] = 8.0  # forgets so slowly that the length of the warm-up shows
    expected = list(losses_of_one_pass(network, ids[:1001]))
    for start in range(1000, len(ids) - 1, 1000):
        warmed = ids[start - 500 : start + 1001]
        expected += list(losses_of_one_pass(network, warmed)[500:])
    result = evaluate(network, ids, stream_length=1000)
    assert result.characters == len(expected) == len(ids) - 1
    assert result.nats == pytest.approx(np.mean(expected, dtype=np.float64), abs=1e-6)


@pytest.mark.parametrize(("block", "warm_up"), [(250, 500), (7, 500), (64, 100), (1000, 300), (100, 1), (5, 0)])
@pytest.mark.parametrize("stream_length", [40, 300, 1000])
def test_a_stream_is_warmed_up_on_what_there_is_before_it_whatever_the_lengths(
    block: int, warm_up: int, stream_length: int, tiny_run: Run, story: str, monkeypatch: pytest.MonkeyPatch
):
    for name, value in (("BLOCK", block), ("WARM_UP", warm_up)):
        monkeypatch.setattr(evaluate_module, name, value)
    ids, network = tiny_run.vocabulary.encode(story[-1100:]), tiny_run.untrained_network(seed=1)
    network.rnn.bias_ih_l0.data[24:48] = 8.0  # forgets so slowly that the length of the warm-up shows
    expected = []
    for start in range(0, len(ids) - 1, stream_length):
        before = min(start, warm_up)
        expected += list(losses_of_one_pass(network, ids[start - before : start + stream_length + 1])[before:])
    np.testing.assert_allclose(character_losses(network, ids, stream_length), expected, atol=2e-5)


def test_evaluation_leaves_a_network_in_training_as_it_was(tiny_run: Run, story: str):
    network = tiny_run.load_network().train()
    first, second = (evaluate(network, tiny_run.vocabulary.encode(story[:2500])) for _ in range(2))
    assert network.training
    assert first == second


@pytest.mark.parametrize("length", [0, 1])
def test_nothing_to_predict_is_one_clear_error(length: int, tiny_run: Run):
    with pytest.raises(InputError, match=f"at least 2 characters to evaluate on, got {length}"):
        evaluate(tiny_run.load_network(), np.zeros(length, dtype=np.int64))


# ---- the interval --------------------------------------------------------------------------------------------------


def test_the_interval_is_students_t_over_eight_parts():
    losses = np.random.default_rng(0).gamma(1.0, 1.2, 80_000).astype(np.float32)
    parts = losses.reshape(8, -1).mean(axis=1, dtype=np.float64)
    result = Evaluation.of(losses)
    low, high = stats.t.interval(0.95, 7, parts.mean(), stats.sem(parts))
    assert (result.low, result.high) == pytest.approx((low, high))
    assert result.nats == pytest.approx(parts.mean())


def test_the_interval_holds_the_true_mean_as_often_as_it_says_even_where_losses_are_alike_for_long():
    chance, held, apart = np.random.default_rng(1), 0, 0
    for _ in range(300):
        level = np.repeat(chance.normal(0, 0.3, 50), 200)  # stretches of 200 characters in eighths of 1,250
        losses = 1.2 + level + chance.normal(0, 1, len(level))
        result = Evaluation.of(losses)
        held += result.low <= 1.2 <= result.high
        apart += abs(losses.mean() - 1.2) <= 1.96 * losses.std() / math.sqrt(len(losses))
    assert held / 300 > 0.9
    assert apart / 300 < 0.6  # as if every character were news


@pytest.mark.parametrize("characters", [1, 999, 1999])
def test_a_short_text_tells_no_interval(characters: int):
    result = Evaluation.of(np.linspace(0, 2, characters))
    assert (result.low, result.high) == (-math.inf, math.inf)
    assert "95 %" not in result.describe()
    assert math.isfinite(Evaluation.of(np.linspace(0, 2, 2000)).margin)


def test_lengths_make_it_a_mean_per_byte():
    losses, lengths = np.arange(9000.0), np.tile([1, 2, 3], 3000)
    result = Evaluation.of(losses, lengths)
    assert result.characters == 18_000
    assert result.nats == pytest.approx(losses.sum() / 18_000)
    parts = [losses[at : at + 1125].sum() / lengths[at : at + 1125].sum() for at in range(0, 9000, 1125)]
    assert result.margin == pytest.approx(stats.t.ppf(0.975, 7) * stats.sem(parts))


# ---- the paper's bytes ---------------------------------------------------------------------------------------------


def test_nats_per_byte_are_those_of_a_model_over_bytes_that_says_the_same():
    """From a model over characters one over bytes is made, whose sequences have the same probability."""
    vocabulary = Vocabulary(("\n", "a", "b", "é", "\ufffd"))
    probability = dict(zip("\nabé\ufffd", (0.1, 0.4, 0.2, 0.2, 0.1), strict=True))
    text = "ab\né–a\n\nb…é"
    others = 0x110000 - 4
    weight = dict.fromkeys("–…", probability["\ufffd"] / others) | {c: probability[c] for c in "\nabé"}
    rest = 1 - sum(weight.values())  # all other code points; none occurs, so let none share a first byte with these
    nats = 0.0
    for spelling in map(spelling_of, text):
        for at in range(len(spelling)):  # the chance that a spelling goes on so, given how it began
            began = sum(w for code, w in weight.items() if spelling_of(code)[:at] == spelling[:at])
            goes_on = sum(w for code, w in weight.items() if spelling_of(code)[: at + 1] == spelling[: at + 1])
            nats -= math.log(goes_on / (began + rest * (at == 0)))
    codes = to_code_points(text)
    losses = np.array([-math.log(probability[vocabulary.decode(vocabulary.encode(c))]) for c in text])
    result = Evaluation.of(losses + spelled_out(vocabulary, codes), byte_lengths(codes))
    content = spelling_of(text)
    assert result.characters == len(content)
    assert result.nats == pytest.approx(nats / len(content), rel=1e-12)


def spelling_of(character: str) -> bytes:
    return character.replace("\n", "\r\n").encode()


def test_the_code_of_a_text_is_a_distribution_over_all_code_points():
    vocabulary = Vocabulary(("a", "b", "\ufffd"))
    known = -np.log([0.5, 0.3])
    unknown = -math.log(0.2) + spelled_out(vocabulary, to_code_points("☃\ufffd"))
    assert unknown[0] == unknown[1]
    assert np.exp(-known).sum() + (0x110000 - 2) * np.exp(-unknown[0]) == pytest.approx(1)
    assert spelled_out(vocabulary, to_code_points("ab")).tolist() == [0, 0]


@pytest.fixture
def book(story: str, tmp_path: Path) -> Path:
    """A file of our own with a BOM, CR LF, and a character of several bytes."""
    path = tmp_path / "book.txt"
    text = story[:33_000].replace("anna", "Anaïs")
    path.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    return path


def untrained_run(name: str, path: Path, folder: Path) -> Run:
    """A run on the book read as War and Peace is."""
    options = {"licence": "ours", "split": (0.8, 0.1, 0.1)}
    read = {"war-and-peace": read_sections, "war-and-peace-bytes": read_bytes}[name]
    corpus = prepare(name, Source(name, read=read, exact_split=name.endswith("bytes"), **options), path)
    vocabulary = Vocabulary.of([corpus.split("training")])
    described = {"name": name, "sha256": corpus.sha256, "licence": "ours", "cuts": list(corpus.cuts)}
    run = Run(folder / name, ModelConfig(num_layers=1, hidden_size=8, embedding_size=4), vocabulary, described, {})
    run.save_config()
    run.save_weights(run.untrained_network(0).state_dict())
    return run


def test_paper_bytes_of_a_run_over_characters(book: Path, tmp_path: Path, command: Callable[..., Outcome]):
    content = book.read_bytes()
    book.write_bytes(content[:-1000] + "☃".encode() + content[-1000:])  # which the vocabulary lacks
    run = untrained_run("war-and-peace", book, tmp_path)
    outcome = command("models", "evaluate", run.folder, "--paper-bytes")
    content = book.read_bytes()
    tail = content[round(len(content) * 0.9) :].decode().replace("\r\n", "\n")
    text = content.decode("utf-8-sig").replace("\r\n", "\n")
    losses = losses_of_one_pass(run.load_network(), run.vocabulary.encode(text[-len(tail) - 1 :]))
    unknown = sum(character not in run.vocabulary.characters for character in tail)
    assert unknown == 1
    nats = losses.sum(dtype=np.float64) + unknown * math.log(0x110000 - len(run.vocabulary) + 1)
    figure = load_evaluation(run)["test paper bytes"]
    assert figure.characters == len(content) - round(len(content) * 0.9)
    assert figure.nats == pytest.approx(nats / figure.characters, rel=1e-6)
    assert f"war-and-peace test paper bytes: {figure.nats:.4f} nats" in outcome.out
    assert f"bits per byte, {figure.characters:,} bytes" in outcome.out


def test_paper_bytes_of_a_run_over_bytes_are_its_plain_figure(
    book: Path, tmp_path: Path, command: Callable[..., Outcome]
):
    run = untrained_run("war-and-peace-bytes", book, tmp_path)
    command("models", "evaluate", run.folder)
    command("models", "evaluate", run.folder, "--paper-bytes")
    plain, of_bytes = (load_evaluation(run)[figure] for figure in ("test", "test paper bytes"))
    assert of_bytes.characters == plain.characters + 1  # the first byte, too, is predicted: from the one before it
    assert of_bytes.nats == pytest.approx(plain.nats, rel=1e-3)


def test_paper_bytes_are_of_one_text_and_split(tiny_run: Run, command: Callable[..., Outcome]):
    refused = command("models", "evaluate", "tiny", "--paper-bytes").error
    assert "Wanted war-and-peace or war-and-peace-bytes" in refused
    assert "Omit --paper-bytes" in refused
    other = command("models", "evaluate", "tiny", "--paper-bytes", "--split=validation").error
    assert "Wanted the test split with --paper-bytes, got validation" in other
    assert load_evaluation(tiny_run) == {}


# ---- evaluation.json -----------------------------------------------------------------------------------------------


def test_a_run_keeps_its_figures_until_its_weights_change(tiny_run: Run, command: Callable[..., Outcome]):
    assert load_evaluation(tiny_run) == {}
    for split in ("validation", "test"):
        command("models", "evaluate", "tiny", f"--split={split}")
    figures = load_evaluation(tiny_run)
    assert set(figures) == {"validation", "test"}
    corpus_ids = tiny_run.vocabulary.encode(corpus_of(tiny_run).split("test"))
    assert figures["test"].nats == evaluate(tiny_run.load_network(), corpus_ids).nats
    assert figures["test"].margin == pytest.approx(evaluate(tiny_run.load_network(), corpus_ids).margin)
    tiny_run.save_weights(tiny_run.untrained_network(0).state_dict())
    changed = load_run("tiny")
    assert load_evaluation(changed) == {}
    command("models", "evaluate", "tiny")
    assert set(load_evaluation(changed)) == {"test"}


def test_figures_of_another_text_are_shown_and_not_kept(tiny_run: Run, command: Callable[..., Outcome], tmp_path: Path):
    (tmp_path / "other.txt").write_text("quite another text\n" * 500)
    assert "nats" in command("models", "evaluate", "tiny", f"--corpus={tmp_path}/other.txt").out
    assert load_evaluation(tiny_run) == {}


def test_a_figure_without_an_interval_is_kept_as_plain_json(tiny_run: Run):
    keep_evaluation(tiny_run, "test", Evaluation(1.5, math.inf, 700), {})
    keep_evaluation(tiny_run, "test dynamic", Evaluation(1.25, 0.25, 7000), {"steps": 50})
    described = json.loads(
        (tiny_run.folder / "evaluation.json").read_text(), parse_constant=lambda name: pytest.fail(name)
    )
    assert described["figures"]["test"] == {"nats": 1.5, "low": None, "high": None, "characters": 700}
    assert described["figures"]["test dynamic"]["steps"] == 50
    assert load_evaluation(tiny_run) == {
        "test": Evaluation(1.5, math.inf, 700),
        "test dynamic": Evaluation(1.25, 0.25, 7000),
    }


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"weights_sha256": "HASH", "figures": {"test": {}}}'])
def test_a_damaged_file_is_one_clear_error(damage: str, tiny_run: Run):
    (tiny_run.folder / "evaluation.json").write_text(damage.replace("HASH", tiny_run.weights_hash))
    with pytest.raises(InputError, match=r"is not a file of evaluations .* Delete it, then measure again"):
        load_evaluation(tiny_run)


def test_an_evaluation_is_small_and_frozen():
    assert [field.name for field in dataclasses.fields(Evaluation)] == ["nats", "margin", "characters"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        Evaluation(1.0, 0.1, 10).nats = 2.0  # pyright: ignore[reportAttributeAccessIssue]
