"""The example notebook is run from top to bottom, as a reader runs it."""

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.shipped import COLUMN, QUOTES
from tests.test_docs import names_under

PAGE, SESSION = ROOT / "docs" / "notebook.ipynb", ROOT / "docs" / "session.ipynb"
SECONDS = 600
WRONG = 'heatmap("war-and-peace", passage, unit="L7.u0")'


def read_notebook(page: Path = PAGE) -> Any:
    import nbformat

    return nbformat.read(page, as_version=4)


@pytest.fixture(scope="module")
def run_notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Any], Any]]:
    """Runs a notebook; it then has its outputs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "TMPDIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name)))
        from nbclient import NotebookClient

        def run(notebook: Any) -> Any:
            folder = {"metadata": {"path": str(PAGE.parent)}}
            NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=folder).execute()
            return notebook

        yield run


@pytest.fixture(scope="module")
def executed(run_notebook: Callable[[Any], Any]) -> Any:
    """The notebook with its outputs, and one more cell that asks for a unit which is not there."""
    import nbformat

    notebook = read_notebook()
    notebook.cells.append(nbformat.v4.new_code_cell(WRONG, metadata={"tags": ["raises-exception"]}))
    return run_notebook(notebook)


@pytest.mark.slow
def test_the_session_finds_what_it_says(run_notebook: Callable[[Any], Any]) -> None:
    """The unit keeps its state beside the marks and writes at them; held off, the network writes something else."""
    outputs = list(outputs_of(run_notebook(read_notebook(SESSION))).values())
    said = [output.text for cell in outputs for output in cell if output.output_type == "stream"]
    kept = re.search(r"keeps (\d\.\d+) of c", "".join(said))
    assert kept
    assert 0.9 < float(kept[1]) < 1
    table = next(out.data["text/plain"] for cell in outputs for out in cell if "forget" in str(out.get("data")))
    rows = {line.split()[0]: [float(word) for word in line.split()[1:]] for line in table.splitlines()[2:]}
    assert rows["mark"][1] < 0.1 < 0.9 < rows["inside"][1]
    assert rows["outside"][3] < 0 < rows["inside"][3]
    free, held = (re.search(rf"{name}: (.+)", "".join(said)) for name in ("free", "held"))
    assert free
    assert held
    assert free[1] != held[1]
    assert not any(output.output_type == "error" for cell in outputs for output in cell)


def outputs_of(notebook: Any) -> dict[str, list[Any]]:
    """The outputs of each code cell, by its source."""
    return {cell.source: list(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"}


@pytest.mark.slow
def test_its_outputs_hold_the_reader(executed: Any):
    shown = [
        output.data
        for outputs in outputs_of(executed).values()
        for output in outputs
        if output.output_type == "execute_result" and "<iframe" in output.data.get("text/html", "")
    ]
    assert [re.match(r"<Heatmap of (\S+ \(\w\)) of war-and-peace, [\d,]+ characters>$", data["text/plain"])[1]
            for data in shown] == [f"{QUOTES} (c)", f"{COLUMN} (c)", f"{QUOTES} (h)"]  # fmt: skip
    for data in shown:
        assert 'sandbox="allow-scripts"' in data["text/html"]
        assert "Content-Security-Policy" in data["text/html"]
        assert "charscope/reader/reader.js" in data["text/html"]


@pytest.mark.slow
def test_its_figures_are_those_of_a_quote_detector(executed: Any):
    (table,) = next(outputs for source, outputs in outputs_of(executed).items() if "groupby" in source)
    outside, inside = (float(line.split()[1]) for line in table.data["text/plain"].splitlines()[2:])
    assert outside < 0 < inside
    (said,) = next(outputs for source, outputs in outputs_of(executed).items() if source.startswith("print"))
    right = re.match(r"The sign is right at ([\d.]+)% of [\d,]+ characters.$", said.text.strip())
    assert right
    assert float(right[1]) > 90


@pytest.mark.slow
def test_what_is_wrong_is_one_line_in_a_notebook(executed: Any):
    (error,) = outputs_of(executed)[WRONG]
    assert error.ename == "InputError"
    (line,) = error.traceback
    assert line.startswith("InputError: Wanted a unit of a 2x512 LSTM, L1.u0 to L2.u511, got L7.u0.")


@pytest.mark.parametrize("page", [PAGE, SESSION])
def test_it_is_kept_without_outputs(page: Path):
    notebook = read_notebook(page)
    assert all(not outputs for outputs in outputs_of(notebook).values())
    assert all(cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    assert page.stat().st_size < 10_000


def test_every_argument_of_heatmap_is_documented():
    from dashboard.notebook import heatmap

    keywords = [each for each in inspect.signature(heatmap).parameters.values() if each.kind is each.KEYWORD_ONLY]
    assert names_under("docs/commands.md", "In a notebook") == {each.name for each in keywords}
