"""Opens lessons, each as one exported file with the network cut."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.browser.lessons.widget import WIDGET

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def opened(open_page: Callable[..., "Page"], exported: Callable[[str], str]) -> Callable[..., "Page"]:
    """Opens a lesson by its name, with what its address says; the test fails if the console shows an error."""

    def open_lesson(name: str, words: str = "", **options: object) -> "Page":
        return open_page(f"{exported(name)}#{words}", WIDGET, offline=True, **options)

    return open_lesson
