"""Who computes has no say in what comes out: two workers of a Dask cluster give the tables of one process.

Axes: `time`, `concept`, `unit`.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from distributed import LocalCluster

from analysis.concepts import concept
from analysis.findings import Findings
from analysis.scoring import workers
from analysis.scoring.workers import Threads, workers_at
from analysis.search import search
from corpora import InputError
from models.run import Run
from tests.analysis.planted import TEXT, wired_run
from tests.conftest import Outcome

CONCEPTS = [concept(name) for name in ("inside-quotes", "column", "character-class")]
DRAWS = 20


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler on this machine, with two workers in processes of their own."""
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=":0"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def wired(tmp_path: Path) -> Run:
    (tmp_path / "text.txt").write_text(TEXT[:12_000])
    return wired_run(tmp_path)


def assert_identical(first: pd.DataFrame, second: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(first, second, check_exact=True)


def test_two_workers_give_the_same_tables_to_the_last_bit(wired: Run, scheduler: str, tmp_path: Path):
    def searched(at: str | None) -> Findings:
        return search(wired, tmp_path / "text.txt", concepts=CONCEPTS, draws=DRAWS, scheduler=at)

    alone, together = searched(None), searched(scheduler)
    for name in ("units", "scores", "share", "probes"):
        assert_identical(getattr(alone, name), getattr(together, name))
    assert alone.units["q_value"].notna().any()


def test_the_command_computes_on_the_cluster(
    wired: Run, scheduler: str, tmp_path: Path, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("analysis.search.fitting_concepts", lambda corpus, codes: CONCEPTS)
    gathered, gather = [], workers.Cluster.map
    monkeypatch.setattr(workers.Cluster, "map", lambda *asked: gathered.append(asked[1]) or gather(*asked))
    words = ("analysis", "search", wired.folder, f"--text={tmp_path}/text.txt")
    done = command(*words, f"--scheduler={scheduler}", f"--out={tmp_path}/two.parquet")
    assert done.code == 0, done
    assert len(gathered) > 5
    assert command(*words, f"--out={tmp_path}/one.parquet").code == 0
    assert_identical(*(pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("one", "two")))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "127.0.0.1:9", "nonsense://x"])
def test_an_address_where_nobody_answers_is_an_error_of_one_line(
    address: str, wired: Run, tmp_path: Path, command: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workers, "PATIENCE", "1s")
    words = ("analysis", "search", wired.folder, f"--text={tmp_path}/text.txt")
    error = command(*words, f"--scheduler={address}").error
    assert "Wanted the address of a Dask scheduler" in error
    assert address in error
    assert error.endswith("Start one: dask scheduler")
    with pytest.raises(InputError), workers_at(address):
        raise AssertionError("nobody is there")


def test_threads_keep_the_order_and_pass_on_what_goes_wrong():
    numbers = np.arange(50).tolist()
    assert Threads(4).map(lambda number: number**2, numbers) == [number**2 for number in numbers]
    with pytest.raises(ZeroDivisionError):
        Threads(2).map(lambda number: 1 // number, [1, 0])
    with workers_at(None) as here:
        assert isinstance(here, Threads)
        assert here.count >= 1
