"""Learn in a real browser: the course's front page, and the frame that every lesson has."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from dashboard.lessons import course, find_lesson
from tests.browser.lessons.widget import WIDGET, data
from tests.browser.reader import address_of, wait_for_address

if TYPE_CHECKING:
    from playwright.sync_api import Page

Open = Callable[..., "Page"]

# ---- the course --------------------------------------------------------------------------------------------


def test_the_course_is_a_path_that_remembers_what_is_done(app: str, visitor: "Page"):
    visitor.goto(app + "learn")
    visitor.wait_for_selector(".station")
    assert visitor.locator(".station h2 a").all_inner_texts() == [lesson.facts.title for lesson in course()]
    assert visitor.locator(".station.done").count() == 0
    visitor.locator(".station a").first.click()
    visitor.wait_for_selector(WIDGET)
    assert address_of(visitor) == {"lesson": course()[0].name}
    assert visitor.locator(".reveal").is_disabled()
    right = course()[0].facts.predict.right
    visitor.locator(".option").nth(right - 1).click()
    visitor.locator(".reveal").click()
    assert visitor.locator(".verdict").inner_text() == "Yes."
    visitor.go_back()
    visitor.wait_for_selector(".station.done")
    visitor.reload()
    visitor.wait_for_selector(".station.done")
    assert visitor.locator(".station.done").count() == 1
    visitor.get_by_role("button", name="Start again").click()
    assert visitor.locator(".station.done").count() == 0


def test_a_wrong_prediction_is_told_the_right_one(open_page: Open, exported: Callable[[str], str]):
    page = open_page(exported("hello"), WIDGET, offline=True)
    page.locator(".option").first.click()
    page.locator(".reveal").click()
    assert "The state before the step" in page.locator(".verdict").inner_text()


def test_where_nothing_can_be_kept_a_lesson_works_all_the_same(app: str, newcomer: "Page"):
    newcomer.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    newcomer.goto(app + "learn?lesson=hello")
    newcomer.wait_for_selector(WIDGET)
    newcomer.locator(".option").first.click()
    newcomer.locator(".reveal").click()
    newcomer.wait_for_selector(".answer math")


def test_an_address_restores_a_lesson_with_what_a_teacher_hid_and_locked(app: str, visitor: "Page"):
    visitor.goto(app + "learn?lesson=hello&trained=10&lock=trained&hide=seed,edits&step=3")
    visitor.wait_for_selector(WIDGET)
    assert visitor.locator("[data-control=trained]").is_disabled()
    assert visitor.locator("[data-control=seed], .weights").count() == 0
    assert visitor.locator(".stops button", has_text="Trained weights").is_disabled()
    assert visitor.locator(".column").nth(2).get_attribute("aria-pressed") == "true"
    visitor.locator(".column").nth(3).click()
    wanted = {"lesson": "hello", "trained": "10", "lock": "trained", "hide": "seed,edits", "step": "4"}
    wait_for_address(visitor, wanted)


def test_a_locked_step_leaves_the_columns_to_be_read_only(open_page: Open, exported: Callable[[str], str]):
    page = open_page(exported("hello") + "#lock=step&step=2", WIDGET, offline=True)
    assert page.locator(".column:disabled").count() == page.locator(".column").count() == 4
    assert page.locator(".column").nth(1).get_attribute("aria-pressed") == "true"


def test_a_network_that_does_not_arrive_is_told_and_tried_again(app: str, visitor: "Page"):
    visitor.route("**/networks/**", lambda route: route.abort())
    visitor.goto(app + "learn?lesson=sequences")
    visitor.wait_for_selector(f"{WIDGET} .note")
    told = visitor.locator(f"{WIDGET} .note").inner_text()
    assert told.startswith("The model's description did not arrive from ")
    assert told.endswith("Reload the page.")
    for lesson in ("layers", "cell-path", "both-ways", "gates&gate=forget"):
        visitor.goto(f"{app}learn?lesson={lesson}")
        visitor.wait_for_selector(f"{WIDGET} :text('description did not arrive')")
        assert "being opened" not in visitor.locator(WIDGET).inner_text()
    visitor.goto(app + "learn?lesson=sequences")
    visitor.wait_for_selector(f"{WIDGET} .note")
    visitor.unroute("**/networks/**")
    visitor.get_by_label("Random numbers").fill("2")
    visitor.wait_for_selector(f'{WIDGET}[data-state="ready"]')


def test_a_name_that_no_lesson_has_leads_to_the_path(app: str, visitor: "Page"):
    visitor.goto(app + "learn?lesson=nothing")
    visitor.wait_for_selector(".station")
    assert "No lesson is called “nothing”" in visitor.locator(".note").inner_text()


def test_back_returns_to_the_lesson_before_as_it_was(app: str, visitor: "Page"):
    visitor.goto(app + "learn?lesson=hello")
    visitor.wait_for_selector(WIDGET)
    visitor.locator(".stops button", has_text="Without").click()
    loss = data(visitor, "total")
    visitor.locator(".neighbours .next a").click()
    visitor.wait_for_selector("[data-lesson]:not([data-lesson=hello]) .widget:not(:empty)")
    visitor.go_back()
    visitor.wait_for_selector("[data-lesson=hello] .widget:not(:empty)")
    assert data(visitor, "total") == loss
    assert address_of(visitor)["carry"] == "off"


def test_the_keyboard_is_enough_for_a_whole_lesson(open_page: Open, exported: Callable[[str], str]):
    page = open_page(exported("hello"), WIDGET, offline=True)
    reached, total = [], data(page, "total")
    for _ in range(100):
        page.keyboard.press("Tab")
        at = page.evaluate(
            "document.activeElement.dataset.control ?? document.activeElement.type ?? document.activeElement.tagName"
        )
        reached.append(at)
        if at == "trained":
            for _ in range(3):
                page.keyboard.press("ArrowLeft")
            assert data(page, "total") != total
        if at == "radio":
            page.keyboard.press("ArrowDown")  # from the first option to the second, the right one
            break
    assert {"button", "trained", "seed", "carry", "step", "number", "SUMMARY"} <= set(reached)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".verdict").inner_text() == "Yes."


# ---- ways between lessons and views ------------------------------------------------------------------------


def test_a_lesson_leads_to_a_real_model_in_a_new_tab(app: str, visitor: "Page"):
    visitor.goto(app + "learn?lesson=temperature&temperature=2")
    visitor.wait_for_selector(WIDGET)
    see = find_lesson("temperature").facts.see[0]
    with visitor.context.expect_page() as opened:
        visitor.locator(".see a").first.click()
    page = opened.value
    page.wait_for_selector("[data-written]")
    assert see.set.items() <= address_of(page).items()
    assert visitor.locator("[data-control=temperature]").input_value() == "2"


def test_a_view_leads_to_the_lessons_about_it(app: str, visitor: "Page"):
    visitor.goto(app + "unit?model=war-and-peace-gru")
    with visitor.context.expect_page() as opened:
        visitor.get_by_role("link", name=find_lesson("softmax").facts.title).click()
    page = opened.value
    page.wait_for_selector(WIDGET)
    assert address_of(page)["lesson"] == "softmax"


def test_an_exported_lesson_leads_nowhere(open_page: Open, exported: Callable[[str], str]):
    page = open_page(exported("temperature"), WIDGET, offline=True)
    assert not page.locator(".see").is_visible()
    assert page.locator("a[href]").count() == 0
