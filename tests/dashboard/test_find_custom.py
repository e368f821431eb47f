"""The form for custom concepts in Find: what it begins with, what it keeps, and what it saves with a model."""

from streamlit.testing.v1 import AppTest

from analysis.concepts import CONCEPTS, concepts_fitting
from analysis.own_concepts import save_concepts, written_concepts
from corpora import to_code_points
from dashboard.views.find_fitting import fitting_sentence
from models.run import Run

MINE = "- name: after-comma\n  description: After a comma.\n  automaton: {open: ',', close: '.'}\n"


def form() -> None:
    import streamlit as st
    from streamlit.navigation.page import StreamlitPage

    from dashboard.views.find_custom import show_custom_concepts
    from models.run import load_run

    if not st.toggle("elsewhere"):
        show_custom_concepts(load_run("tiny"), StreamlitPage(lambda: None))


def written(shown: AppTest) -> str:
    return str(shown.text_area[0].value)


def test_what_was_typed_outlasts_another_page(tiny_run: Run):
    shown = AppTest.from_function(form, default_timeout=30).run()
    assert written(shown).startswith("- name: inside-dashes")
    shown.text_area[0].set_value("- name: half").run()
    shown.toggle[0].set_value(True).run()
    assert not shown.text_area
    shown.toggle[0].set_value(False).run()
    assert written(shown) == "- name: half"
    assert not shown.exception
    assert written_concepts(tiny_run) == ""


def test_concepts_are_saved_with_the_model_and_are_in_the_form_of_the_next_visit(tiny_run: Run):
    shown = AppTest.from_function(form, default_timeout=30).run()
    shown.text_area[0].set_value("- name: [").run()
    shown.button(key="find_custom_save").click().run()
    assert "is not YAML" in shown.error[0].value.replace("\\", "")
    assert written_concepts(tiny_run) == ""
    shown.text_area[0].set_value(MINE).run()
    shown.button(key="find_custom_save").click().run()
    assert not shown.error
    assert written_concepts(tiny_run) == MINE
    later = AppTest.from_function(form, default_timeout=30).run()
    assert written(later) == MINE


def test_a_damaged_file_of_concepts_is_said_and_the_form_still_opens(tiny_run: Run):
    save_concepts(tiny_run, MINE)
    (tiny_run.results_folder / "concepts.yaml").write_bytes(b"\xff")
    shown = AppTest.from_function(form, default_timeout=30).run()
    assert "Cannot read" in shown.error[0].value
    assert written(shown).startswith("- name: inside-dashes")


def test_what_fits_a_text_is_said_with_what_it_lacks_for_the_rest():
    said = fitting_sentence(to_code_points("他说：是的，然后走了，再也没有回来过。\n" * 50))
    fitting = len(concepts_fitting("他说：是的，然后走了，再也没有回来过。\n" * 50))
    assert said.startswith(f"{fitting} of {len(CONCEPTS)} concepts fit the text. Of the others, ")
    assert "speak of C code" in said
    assert "1 needs the Latin, Greek or Cyrillic alphabet" in said
