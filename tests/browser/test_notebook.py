"""What a notebook shows, in a page that holds it as a notebook does: several frames, each with a page of its own."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from corpora.demo import load_passage
from dashboard.notebook import Heatmap, heatmap
from models.recording.store import open_recording, record_to_zarr
from models.run import load_run
from tests.shipped import QUOTES

if TYPE_CHECKING:
    from playwright.sync_api import Frame, Page

Open = Callable[..., "Page"]
OpenNotebook = Callable[..., "tuple[Page, list[Frame]]"]
NOTEBOOK = """<!doctype html><html><head><meta charset="utf-8"></head>
<body data-jp-theme-light="{light}"><input id="cell">{outputs}</body></html>"""
OUTPUT = '<div class="jp-OutputArea-output jp-RenderedHTMLCommon" data-mime-type="text/html">{}</div>'
COLORED = """
() => {
  const canvas = document.querySelector("canvas.colors");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
}
"""


@pytest.fixture(scope="module")
def passage() -> Heatmap:
    return heatmap("war-and-peace", load_passage("war-and-peace"), unit=QUOTES, state="cell")


@pytest.fixture
def open_notebook(open_page: Open, tmp_path: Path) -> OpenNotebook:
    """Opens a page with these outputs, and the frames of it once each shows a unit."""

    def open_outputs(*shown: Heatmap, light: str = "true", **options: object) -> "tuple[Page, list[Frame]]":
        outputs = "".join(OUTPUT.format(each._repr_html_()) for each in shown)
        (tmp_path / "notebook.html").write_text(NOTEBOOK.format(light=light, outputs=outputs), encoding="utf-8")
        page = open_page((tmp_path / "notebook.html").as_uri(), wait_for="iframe", offline=True, **options)
        frames = [frame for frame in page.frames if frame is not page.main_frame]
        assert len(frames) == len(shown)
        for frame in frames:
            frame.wait_for_selector("[data-recolor-ms]")
        return page, frames

    return open_outputs


def unit_in(frame: "Frame") -> str | None:
    return frame.locator(".reader").get_attribute("data-unit")


def test_the_text_is_colored_and_nothing_is_requested(open_notebook: OpenNotebook, passage: Heatmap):
    page, (frame,) = open_notebook(passage, fresh=True)
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.reload()
    frame = next(frame for frame in page.frames if frame is not page.main_frame)
    frame.wait_for_selector("[data-recolor-ms]")
    assert unit_in(frame) == f"cell {QUOTES}"
    assert frame.evaluate(COLORED) > 20
    assert requests == [page.url]


def test_another_unit_is_chosen_by_key_and_by_click(open_notebook: OpenNotebook, passage: Heatmap):
    page, (one, other) = open_notebook(passage, passage)
    page.locator("#cell").focus()
    page.keyboard.press("]")  # meant for the notebook
    one.locator(".scroll").click()
    page.keyboard.press("]")
    one.wait_for_selector(f".reader:not([data-unit='cell {QUOTES}'])")
    chosen = unit_in(one)
    one.get_by_role("button", name="next unit").click()
    one.wait_for_selector(f".reader:not([data-unit='{chosen}'])")
    one.get_by_role("button", name="h", exact=True).click()
    one.wait_for_selector(".reader[data-unit^='hidden']")
    assert unit_in(other) == f"cell {QUOTES}"
    assert page.locator("#cell").input_value() == "]"


def test_the_frame_is_closed_to_both_sides(open_notebook: OpenNotebook, passage: Heatmap):
    page, (frame,) = open_notebook(passage)
    reached = frame.evaluate("() => { try { return parent.document.title } catch (error) { return error.name } }")
    assert reached == "SecurityError"
    assert page.evaluate("document.querySelector('iframe').contentDocument") is None


def test_the_controls_stay_in_sight_and_the_card_in_the_frame(open_notebook: OpenNotebook, passage: Heatmap):
    page, (frame,) = open_notebook(passage)
    height, scrolls = frame.evaluate("[innerHeight, document.documentElement.scrollHeight]")
    assert scrolls == height == passage.height
    text = frame.locator(".scroll")
    box, outer = text.bounding_box(), page.locator("iframe").bounding_box()
    assert box
    assert outer
    assert outer["y"] <= box["y"] < box["y"] + box["height"] <= outer["y"] + outer["height"]
    for share in (0.1, 0.5, 0.9):
        page.mouse.move(box["x"] + 60, box["y"] + share * box["height"])
        frame.wait_for_selector(".card:visible")
        card = frame.locator(".card").bounding_box()
        assert card
        assert outer["y"] <= card["y"] < card["y"] + card["height"] <= outer["y"] + outer["height"]


@pytest.mark.parametrize(("theme", "scheme", "color"), [
    ("auto", "dark", "rgb(14, 17, 23)"), ("auto", "light", "rgb(255, 255, 255)"),
    ("dark", "light", "rgb(14, 17, 23)"), ("light", "dark", "rgb(255, 255, 255)"),
])  # fmt: skip
def test_it_is_dark_or_light(open_notebook: OpenNotebook, theme: str, scheme: str, color: str):
    shown = heatmap("war-and-peace-rnn", "He said, and went.", theme=theme)  # pyright: ignore[reportArgumentType]
    _, (frame,) = open_notebook(shown, color_scheme=scheme)
    assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == color


@pytest.mark.parametrize(("light", "color"), [("true", "rgb(255, 255, 255)"), ("false", "rgb(14, 17, 23)")])
def test_it_follows_a_dark_notebook(open_notebook: OpenNotebook, light: str, color: str):
    shown = heatmap("war-and-peace-rnn", "He said, and went.")
    _, (frame,) = open_notebook(shown, light=light, color_scheme="null")  # as the system has it, which is light
    frame.wait_for_selector("body")
    assert frame.evaluate("getComputedStyle(document.body).backgroundColor") == color


def test_a_recording_without_predictions_shows_its_colors(open_notebook: OpenNotebook, tmp_path: Path):
    run = load_run("war-and-peace-gru")
    list(record_to_zarr(run, load_passage("war-and-peace")[:600], tmp_path / "x.zarr"))
    bare = open_recording(tmp_path / "x.zarr")[["char", "hidden"]]
    _, (frame,) = open_notebook(heatmap(bare, unit="L1.u3", predictions=True))
    assert unit_in(frame) == "hidden L1·u3"
    assert frame.evaluate(COLORED) > 20
    assert frame.get_by_role("button", name="Predictions").count() == 0
    frame.locator(".scroll").hover(position={"x": 60, "y": 20})
    frame.wait_for_selector(".card:visible")
    card = frame.locator(".card").inner_text()
    assert "next:" in card
    assert not any(word in card for word in ("ranked", "surprise", "undefined", "NaN"))
