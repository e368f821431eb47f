"""Learn: the course. The lessons run in the browser; the server only sends them."""

from corpora import InputError
from dashboard.components import below_base_path, declare, module_address
from dashboard.landing import LANDING_RUN
from dashboard.lesson_page import STYLES
from dashboard.lessons import course, widget_styles
from dashboard.location import Location
from dashboard.messages import show_error
from dashboard.routes import GLOSSARY, LESSONS, QUIZ
from dashboard.session import arrive, choose, linkable, note_written

KEY = "learn"
_mount = declare(
    "charscope_learn", '<div class="reader-place"></div>', *STYLES, "pages.css", "quiz.css", *widget_styles()
)


def show_learn() -> None:
    """The Learn view."""
    try:
        lessons = course()
    except InputError as error:
        show_error(error)
        return
    location, _ = arrive(KEY)
    choose(location)
    chosen = location != Location(model=LANDING_RUN)  # what other views show stands in the address; nothing else does
    _mount(
        key=KEY,
        data={
            "host": module_address("hosts/learn.js"),
            "url": below_base_path(LESSONS),
            "glossary": below_base_path(GLOSSARY),
            "quizzes": below_base_path(QUIZ),
            "course": [lesson.summary() | {"module": lesson.module} for lesson in lessons],
            "address": note_written(linkable(location)) if chosen else {},
        },
    )
