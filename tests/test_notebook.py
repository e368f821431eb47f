"""The example notebook is run from top to bottom, as a reader runs it."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.test_docs import names_under

PAGE = ROOT / "docs" / "notebook.ipynb"
SECONDS = 600
WRONG = 'heatmap("war-and-peace", passage, unit="L7.u0")'


def read_notebook() -> Any:
    import nbformat

    return nbformat.read(PAGE, as_version=4)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The notebook with its outputs, and one more cell that asks for a unit which is not there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "TMPDIR"):
            patch.setenv(name, str(tmp_path_factory.mktemp(name)))
        import nbformat
        from nbclient import NotebookClient

        notebook = read_notebook()
        notebook.cells.append(nbformat.v4.new_code_cell(WRONG, metadata={"tags": ["raises-exception"]}))
        folder = {"metadata": {"path": str(PAGE.parent)}}
        NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=folder).execute()
        yield notebook


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
            for data in shown] == ["L2·u392 (c)", "L1·u286 (c)", "L2·u392 (h)"]  # fmt: skip
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


def test_it_is_kept_without_outputs():
    notebook = read_notebook()
    assert all(not outputs for outputs in outputs_of(notebook).values())
    assert all(cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")
    assert Path(PAGE).stat().st_size < 10_000


def test_every_argument_of_heatmap_is_documented():
    from dashboard.notebook import heatmap

    keywords = [each for each in inspect.signature(heatmap).parameters.values() if each.kind is each.KEYWORD_ONLY]
    assert names_under("docs/commands.md", "In a notebook") == {each.name for each in keywords}
