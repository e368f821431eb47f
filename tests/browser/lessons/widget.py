"""What a lesson's widget tells a test."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDGET = "[data-lesson] .widget:not(:empty)"


def data(page: "Page", name: str) -> str:
    """What stands in the widget's `place.dataset` under a name, hyphenated as in HTML."""
    found = page.locator(".widget").get_attribute(f"data-{name}")
    assert found is not None, f"the widget says nothing of {name}"
    return found
