"""One self-contained HTML page with one lesson: it works offline, and its policy allows no request.

python -m dashboard lesson NAME --out lesson.html
"""

import html
import json

from dashboard import browser
from dashboard.export import CSS_OF_THEME, HEAD, PAGE_CSS, SCRIPTS, Theme, import_map, policy_for
from dashboard.lessons import Lesson

HOST = "hosts/lesson_page.js"
STYLES = ("reader.css", "lessons.css")
BODY = """<main class="reader lesson"><p class="waiting">Opening the lesson …</p></main>
<script type="application/json" id="lesson">{lesson}</script>
"""
PAGE = HEAD + BODY + SCRIPTS


def lesson_page(lesson: Lesson, theme: Theme = "auto") -> str:
    """The page."""
    imports = import_map(HOST, lesson.module)
    host, widget = browser.bare_name(HOST), browser.bare_name(lesson.module)
    script = (
        f'import * as widget from "{widget}";\nimport {{ openLessonPage }} from "{host}";\nopenLessonPage(widget);\n'
    )
    return PAGE.format(
        policy=policy_for(imports, script),
        title=html.escape(f"{lesson.facts.title} · Charscope"),
        css=PAGE_CSS + browser.styles(*STYLES) + CSS_OF_THEME[theme],
        lesson=json.dumps(lesson.page()).replace("<", "\\u003c"),
        imports=imports,
        script=script,
    )
