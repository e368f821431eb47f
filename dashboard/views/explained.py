"""The way from a view to the lessons that explain what it shows."""

import streamlit as st

from dashboard.lessons.explained import lessons_about


def show_explained(place: str) -> None:
    """One quiet line of links, each in a new tab; `place` is a key of `dashboard.lessons.explained.EXPLAINED`."""
    links = [f"[{lesson.facts.title}](learn?lesson={lesson.name})" for lesson in lessons_about(place)]
    if links:
        st.caption(f"How does this work? {' · '.join(links)}")
