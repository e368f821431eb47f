"""What the pages of the static site are made of: elements, colors, ticks, commands."""

import re

import numpy as np
import pytest

from dashboard import browser
from dashboard.messages import as_code
from dashboard.site import plots
from dashboard.site.colors import PALETTE, STEPS, class_of, colored, style
from dashboard.site.markup import Html, element


@pytest.mark.parametrize("command", ["python -m x", "a ``b` c", "'`'"])
def test_a_command_stays_code_in_markdown(command: str):
    fence, shown, _ = re.fullmatch(r"(`+)([^`].*[^`])(\1)", as_code(command)).groups()  # type: ignore[union-attr]
    assert shown == command
    assert fence not in command


def test_colors_are_those_of_the_reader():
    script = browser.modules()["reader/colors.js"]
    strongest = dict(re.findall(r"(light|dark): (0\.\d+)", script))
    ends = re.findall(r"(light|dark): { low: \[([\d, ]+)\], high: \[([\d, ]+)\] }", script)[:2]  # the first palette
    read = {
        name: {"low": numbers(low), "high": numbers(high), "strongest": float(strongest[name])}
        for name, low, high in ends
    }
    assert read == PALETTE


def numbers(written: str) -> tuple[int, ...]:
    return tuple(map(int, written.split(",")))


def test_levels_have_classes_with_a_rule_each():
    rules = style()
    for level in np.linspace(-1.2, 1.2, 241):
        name = class_of(level)
        assert (name == "") == (round(min(1, abs(level)) * STEPS) == 0)
        assert not name or f".{name} {{" in rules
        assert not name or (name[0] == "n") == (level < 0)


def test_a_colored_text_shows_what_cannot_be_seen_and_adds_no_tag(hostile: str):
    shown = colored(hostile, np.linspace(-1, 1, len(hostile)))
    words = re.sub(r"</?i(?: class=\"[np]\d+\")?>", "", shown)
    assert "<" not in words
    assert not [each for each in words if ord(each) < 32 or each in "\u202e\u2028"]
    assert "◌\u0301" in words
    assert "→" in words
    assert "␀" in words
    assert "↵" in words


def test_elements_escape_texts_and_attributes():
    made = element("a", "<b>&", Html("<i></i>"), href='"><script>', data_x=None, hidden=True)
    assert made == '<a href="&quot;&gt;&lt;script&gt;" hidden>&lt;b&gt;&amp;<i></i></a>'


@pytest.mark.parametrize(("low", "high"), [(0.45, 1.01), (-1e-7, 3e-7), (-4321.0, 9876.0), (2.0, 2.5)])
def test_ticks_are_few_and_within_limits(low: float, high: float):
    numbers = plots.ticks((low, high))
    assert 2 <= len(numbers) <= 8
    assert all(low - 1e-12 <= number <= high + 1e-12 for number in numbers)
    assert np.allclose(np.diff(numbers, 2), 0, atol=1e-9 * max(abs(low), abs(high)))
