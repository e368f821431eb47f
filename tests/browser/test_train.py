"""Train in a real browser: from an uploaded file to the page of a network that was trained for some steps."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from models.jobs import find_jobs
from models.run import load_run
from tests.browser.reader import address_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
FEW = {"hidden_size": "8", "embedding_size": "4", "epochs": "0.5", "device": "cpu"}
PHONE, LONGEST = (390, 900), 300_000  # milliseconds; a training has to import torch first


@pytest.fixture
def ended(folder: Path) -> Iterator[None]:
    """What this file starts has ended before the next one looks at the application's folders."""
    yield
    for of_training in [*(folder / "runs").glob("*"), *(folder / "runs" / ".estimates").glob("*")]:
        for job in find_jobs(of_training):
            if job.state == "running":
                psutil.Process(job.pid).wait(LONGEST / 1000)


def write(page: "Page", option: str, value: str) -> None:
    box = page.locator(f".st-key-train_{option} input")
    box.fill(value)
    box.press("Enter")


@pytest.mark.usefixtures("ended")
def test_a_file_becomes_a_network(open_below: Open, folder: Path, story: str):
    page = open_below("train", (".st-key-train_form",), "from=Upload&preset=tiny&options=true")
    (folder / "my story.txt").write_text(story[:12_000])
    page.set_input_files("[data-testid=stFileUploader] input", folder / "my story.txt")
    page.wait_for_selector(".headline b:has-text('12,000')")

    write(page, "hidden_size", "none")
    page.wait_for_selector(":text('Wanted a whole number, 1 or more, as Hidden')")
    changed: list[str] = []
    for option, value in FEW.items():
        write(page, option, value)
        changed.append(option.removesuffix("_size"))  # what comes while the page is made anew may be lost
        page.wait_for_selector(f"button:has-text('Back to the preset: {', '.join(changed)}')")

    page.get_by_role("link", name="Learn", exact=True).click()
    page.wait_for_selector(".station")
    page.get_by_role("link", name="Train", exact=True).click()
    page.wait_for_selector(":text('Uploaded before: my story.txt')")
    page.wait_for_selector("button:has-text('Back to the preset: hidden, embedding, epochs, device')")
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    write(page, "name", "mine")
    page.get_by_role("button", name="Start training").click()
    page.wait_for_url("**/train?run=mine")
    page.wait_for_selector("h3:has-text('mine') .stMarkdownBadge:text-is('finished')", timeout=LONGEST)
    run = load_run(folder / "runs" / "mine")
    assert (run.model.hidden_size, run.options.epochs) == (8, 0.5)
    assert run.corpus["cuts"][-1] == 12_000

    page.get_by_role("button", name="All trainings").click()
    page.wait_for_selector(".st-key-train_list :text('1x8 LSTM')")
    assert address_of(page)["preset"] == "tiny"
    page.locator(".st-key-train_list").get_by_role("button", name="mine", exact=True).click()
    page.wait_for_url("**/train?run=mine")
