"""The slider through a training, on a shipped model and on a training that goes on while one looks."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from analysis.concepts import concept
from models.history import append_line, append_row
from models.run import Run, load_run
from models.snapshots import SNAPSHOTS, load_snapshots
from models.units import Unit
from models.work import at_work
from tests.browser.reader import address_of, wait_for_address
from tests.shipped import QUOTES, unit_for

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

Open = Callable[..., "Page"]
SPEAKER = unit_for("attribution")
SHOWN = (".training[data-settled]:not([data-settled=''])", ".js-plotly-plot")
STRONGEST = 0.85  # the opacity of a full activation on a light page: reader/colors.js
# The opacity of each painted character of the passage, in reading order, and whether it is on the orange side.
COLORS = """
(root) => Array.from(root.querySelectorAll(".passage canvas.colors"), (canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: data.length / 4 }, (_, k) => [data[4 * k + 3], Number(data[4 * k] > data[4 * k + 2])]);
}).flat()
"""
# Steps that a play shows, and the milliseconds of script that each takes.
PLAY = """
(root) => new Promise((done) => {
  const steps = [], times = [], last = Number(root.querySelector("input[type=range]").max);
  const watch = new MutationObserver(() => {
    if (steps.at(-1) !== root.dataset.step) (steps.push(root.dataset.step), times.push(Number(root.dataset.drawMs)));
    if (root.querySelector("input[type=range]").value === String(last)) (watch.disconnect(), done({ steps, times }));
  });
  watch.observe(root, { attributes: true, attributeFilter: ["data-draw-ms"] });
  root.querySelector(".play").click();
})
"""


def step_of(root: "Locator") -> int:
    return int(root.get_attribute("data-step") or -1)


def wait_for_step(page: "Page", step: int) -> None:
    page.wait_for_selector(f'.training[data-step="{step}"]')


def colors_expected(codes: np.ndarray) -> list[list[int]]:
    """Opacities and sides of codes, without the characters that have no color."""
    levels = codes[codes != 0].astype(np.float64) / 127
    return [[round(abs(level) * STRONGEST * 255), int(level > 0)] for level in levels]


def test_the_slider_shows_a_unit_as_it_was(open_below: Open):
    run = load_run("war-and-peace")
    snapshots = load_snapshots(run)
    assert snapshots is not None
    steps, cell = snapshots["step"].to_numpy().tolist(), snapshots["cell"].sel(unit_name=str(QUOTES)).to_numpy()
    labels = concept("inside-quotes").labels(snapshots["char"].to_numpy())
    scores = [roc_auc_score(labels, row) for row in cell]
    first = 1 + max(k for k, score in enumerate(scores) if score < 0.8)
    before, settled, after, last = steps[first - 1], steps[first], steps[first + 1], steps[-1]
    page = open_below("models", SHOWN, f"model=war-and-peace&step={settled}", fresh=True)
    root = page.locator(".training")
    visited = page.evaluate("history.length")
    assert root.locator(".sentence").inner_text() == (
        f"{QUOTES} passes AUROC .8 for “inside quotation marks” at step {settled:,} and stays above it. "
        f"At step {before:,} it was {scores[first - 1]:.3f}.".replace(" 0.", " .")
    )
    assert root.get_attribute("data-unit") == f"{QUOTES.slug} cell"

    # arrows move it, wherever in it the focus is; colors are the codes of that step
    root.locator("input[type=range]").focus()
    for key, step in (
        ("ArrowRight", after), ("ArrowLeft", settled), ("ArrowLeft", before), ("Home", 0), ("End", last)
    ):  # fmt: skip
        page.keyboard.press(key)
        wait_for_step(page, step)
        painted = [pair for pair in root.evaluate(COLORS) if pair[0]]
        np.testing.assert_allclose(painted, colors_expected(cell[steps.index(step)]), atol=1)
    root.locator(".play").focus()
    page.keyboard.press("ArrowLeft")
    wait_for_step(page, steps[-2])
    wait_for_address(page, {"model": "war-and-peace", "step": str(steps[-2])})
    assert f"{steps[-2]:,}" in root.locator(".figures").inner_text()
    assert "nats" in root.locator(".figures").inner_text()

    # the cursor of a chart can be dragged
    box = root.locator(".curves").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 120)
    page.mouse.down()
    page.mouse.move(box["x"] + 5, box["y"] + 120)
    page.mouse.up()
    wait_for_step(page, 0)

    # Play goes through all steps to the last one, each drawn within a frame
    played = root.evaluate(PLAY)
    assert [int(step) for step in played["steps"]][-3:] == steps[-3:]
    assert np.median(played["times"]) < 16

    # another unit, state and concept, and the other axis, are in the address and come back
    root.get_by_label("or any", exact=True).fill(SPEAKER.slug)
    page.keyboard.press("Enter")
    page.wait_for_selector(f'.training[data-unit="{SPEAKER.slug} cell"]')
    root.get_by_label("State", exact=True).select_option("hidden")
    page.wait_for_selector(f'.training[data-unit="{SPEAKER.slug} hidden"]')
    root.get_by_label("Concept", exact=True).select_option("attribution")
    root.get_by_role("button", name="Linear axis").click()
    shown = {"unit": SPEAKER.slug, "state": "hidden", "concept": "attribution"}
    wanted = {"model": "war-and-peace", "log": "false"} | shown
    wait_for_address(page, wanted)
    assert page.evaluate("history.length") == visited
    page.reload()
    page.wait_for_selector(f'.training[data-unit="{SPEAKER.slug} hidden"]')
    root.get_by_role("button", name="Logarithmic axis").wait_for()
    root.locator(".sentence", has_text="inside attributions of speech").wait_for()
    assert address_of(page) == wanted

    # a unit that was not kept is one line, and the rest stays
    kept = set(map(str, snapshots["unit_name"].to_numpy()))
    other = next(unit for unit in (Unit(1, k) for k in range(512)) if str(unit) not in kept)
    root.get_by_label("or any", exact=True).fill(other.slug)
    page.keyboard.press("Enter")
    root.locator(".note", has_text=f"keeps snapshots of {len(kept)} units, and {other} is not one of them").wait_for()
    assert root.locator(".written").first.inner_text()


def test_older_links_show_their_sample(open_below: Open):
    page = open_below("models", SHOWN, "model=war-and-peace&sample=3&log=true")
    root = page.locator(".training")
    wait_for_step(page, 2)
    assert root.locator(".curves text", has_text="uniform over").count() == 1
    root.get_by_text("one below the other").click()
    assert root.locator("details .written").count() == 20
    page.goto(page.url.split("?")[0] + "?sample=99")
    root.locator(".note", has_text="Wanted a sample from 1 to 20, got “99”").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_has_room_for_all_of_it(open_below: Open, scheme: str):
    page = open_below("models", SHOWN, "model=war-and-peace", viewport=(390, 844), color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.locator(".training").evaluate(
        "(root) => Array.from(root.querySelectorAll('*')).filter((one) => one.getBoundingClientRect().right > 391 "
        "&& !one.closest('.passage')).length"
    )
    assert wide == 0


def test_a_training_is_followed_until_the_reader_takes_the_slider(
    open_below: Open, gru_run: Run, folder: Path, request: pytest.FixtureRequest
):
    growing = folder / "runs" / "growing"
    shutil.copytree(gru_run.folder, growing)
    request.addfinalizer(lambda: shutil.rmtree(growing))
    described = json.loads((growing / "config.json").read_text())
    finished = dict(described["training"])
    for name in ("steps_done", "best_step", "validation_loss", "seconds"):
        described["training"].pop(name, None)
    (growing / "config.json").write_text(json.dumps(described))
    last = load_run(growing).folder / SNAPSHOTS
    newest = sorted(last.glob("*.npz"))[-1]
    with at_work(growing, "train") as work:
        work.report(40, 400)
        page = open_below("models", (".training[data-status=training]",), "model=growing")
        root = page.locator(".training")
        wait_for_step(page, int(newest.stem))
        assert "Training: step 40 of 400" in root.locator(".status").inner_text()
        row = {"step": 5000, "epoch": 1, "chars": 10**6, "train_loss": 1.25, "validation_loss": 1.5, "learning_rate": 0,
               "grad_norm": 0, "chars_per_second": 1234}  # fmt: skip
        append_row(growing / "log.csv", row)
        append_line(growing / "samples.jsonl", {"step": 5000, "chars": 10**6, "temperature": 0.8, "text": "<b>new</b>"})
        (last / "00005000.npz").write_bytes(newest.read_bytes())
        wait_for_step(page, 5000)
        assert root.locator(".written").first.inner_text() == "<b>new</b>"
        assert "1,234 characters/s" in root.locator(".status").inner_text()
        root.locator("input[type=range]").focus()
        page.keyboard.press("Home")
        wait_for_step(page, 0)
        append_line(growing / "samples.jsonl", {"step": 6000, "chars": 10**6, "temperature": 0.8, "text": "newer"})
        snapshots = load_snapshots(gru_run)
        assert snapshots is not None
        most = snapshots.sizes["snapshot"] + 1
        page.wait_for_function(
            "(most) => document.querySelector('[data-testid=stApp]') && "
            "[...document.querySelectorAll('*')].some((one) => "
            "Number(one.shadowRoot?.querySelector('.training input[type=range]')?.max) === most)",
            arg=most,
        )
        assert step_of(root) == 0  # the reader's hand counts
    described["training"] = finished
    (growing / "config.json").write_text(json.dumps(described))
    page.wait_for_selector(".training[data-status=finished]")
    assert root.locator(".status").inner_text() == ""
