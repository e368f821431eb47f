"""The menu of detectors and the concept in view: what was chosen is what the headline speaks of."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dashboard.engine import Engine
from dashboard.export import export_page
from dashboard.readings import findings_of
from models.run import load_run, shipped_runs
from models.units import Unit
from tests.browser.reader import ReaderOnPage, address_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]
RUN = "war-and-peace"
EVERY_CHOICE = """
async ([findings, states]) => {
  const { menuOf, entryInView, labelOf, invitationOf } = await import("charscope/reader/detectors.js");
  const { DEFAULT_VIEW, changedView } = await import("charscope/reader/view.js");
  const { sentenceAbout } = await import("charscope/reader/sentence.js");
  const reading = { findings, states, has: () => true };
  let view = DEFAULT_VIEW;
  const chosen = menuOf(reading).flatMap(({ title, entries }) => entries.map((entry) => {
    const { state, layer, unit, concept } = entry;
    view = changedView(reading, view, { state, layer, unit, concept });
    const stays = entryInView(reading, view) === entry && view.concept === concept;
    return { group: title, label: labelOf(reading, entry), concept, stays, sentence: sentenceAbout(findings, view) };
  }));
  return [invitationOf(reading), chosen];
}
"""
GROUPS = {
    ("detector", True): "Detectors", ("ramp", True): "Detectors",
    ("detector", False): "Detectors by the lax rule only", ("ramp", False): "Detectors by the lax rule only",
    ("local", False): "Local: a baseline does as well", ("none", False): "No unit found",
}  # fmt: skip


@pytest.fixture
def page_with_modules(open_page: Open, tmp_path: Path) -> "Page":
    """An exported page: it holds the modules of the app."""
    _, reading = Engine().read(load_run(RUN), "Once upon a time")
    (tmp_path / "page.html").write_text(export_page(reading, [Unit(1, 5, "hidden")]), encoding="utf-8")
    return open_page((tmp_path / "page.html").as_uri(), offline=True)


@pytest.mark.parametrize("name", shipped_runs())
def test_after_each_choice_the_headline_speaks_of_it_and_the_menu_stays(page_with_modules: "Page", name: str):
    run = load_run(name)
    findings = findings_of(run)
    invitation, chosen = page_with_modules.evaluate(EVERY_CHOICE, [findings, list(states_of(findings))])
    best = {finding["concept"]: finding for finding in findings if finding["rank"] == 1}
    assert {choice["concept"] for choice in chosen} == set(best)
    for choice in chosen:
        finding = best[choice["concept"]]
        title, unit = finding["title"], str(Unit(finding["layer"], finding["unit"]))
        first = re.split(r"(?<=\))\. It |(?<=\.\d\d)\. It ", choice["sentence"])[0]
        assert choice["stays"], choice
        assert title in first, choice
        assert unit.lower() in first.lower(), choice
        assert title in choice["label"]
        assert unit in choice["label"]
        assert choice["group"] == GROUPS[finding["verdict"], finding["clear"]]
    told = any(finding["verdict"] in ("detector", "ramp") for finding in findings)
    assert invitation == ("find a detector …" if told else "no detectors in this model")
    print(f"{name}: {len(chosen)} entries, {sum(' It ' in choice['sentence'] for choice in chosen)} with a second one")


def states_of(findings: list[dict[str, Any]]) -> set[str]:
    return {finding["state"] for finding in findings}


def test_every_entry_of_the_menu_can_be_chosen(app: str, open_page: Open):
    page = open_page(app)
    finder = page.locator("select.finder")
    best = {finding["concept"]: finding for finding in findings_of(load_run(RUN)) if finding["rank"] == 1}
    assert page.locator("select.finder optgroup").count() > 1
    for concept, finding in best.items():
        finder.select_option(concept)
        ReaderOnPage(page).show(f"{finding['state']} {Unit(finding['layer'], finding['unit'])}")
        assert finding["title"] in page.locator(".sentence").inner_text()
        assert finder.input_value() == concept
        assert address_of(page)["concept"] == concept


def test_a_concept_in_the_address_is_restored_and_another_unit_clears_it(app: str, open_page: Open):
    finding = next(each for each in findings_of(load_run(RUN)) if each["rank"] == 1 and each["verdict"] == "local")
    unit = f"L{finding['layer']}.u{finding['unit']}"
    page = open_page(f"{app}?unit={unit}&state={finding['state']}&concept={finding['concept']}")
    assert finding["title"] in page.locator(".sentence").inner_text()
    assert page.locator("select.finder").input_value() == finding["concept"]
    assert address_of(page)["concept"] == finding["concept"]
    page.get_by_role("button", name="next unit").click()
    page.wait_for_function("!location.search.includes('concept')")
    assert page.locator("select.finder").input_value() != finding["concept"]


def test_a_concept_alone_leads_to_its_best_unit(app: str, open_page: Open):
    finding = next(each for each in findings_of(load_run("linux")) if each["rank"] == 1 and each["verdict"] == "ramp")
    page = open_page(f"{app}?model=linux&concept={finding['concept']}")
    ReaderOnPage(page).show(f"{finding['state']} {Unit(finding['layer'], finding['unit'])}")
    assert finding["title"] in page.locator(".sentence").inner_text()


def test_brackets_lead_through_the_detectors_in_the_menus_order(app: str, open_page: Open):
    page = open_page(app)
    order = [each["concept"] for each in findings_of(load_run(RUN)) if each["rank"] == 1 and each["clear"]]
    at = order.index(address_of(page)["concept"])
    for key, by in [("]", 1)] * len(order) + [("[", -1)] * 2:
        at = (at + by) % len(order)
        page.keyboard.press(key)
        page.wait_for_function("(wanted) => new URL(location).searchParams.get('concept') === wanted", arg=order[at])
        assert page.locator("select.finder").input_value() == order[at]
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("!location.search.includes('concept')")
    page.keyboard.press("]")  # on from where they were left
    after = order[(at + 1) % len(order)]
    page.wait_for_function("(wanted) => new URL(location).searchParams.get('concept') === wanted", arg=after)
