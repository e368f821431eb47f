"""One self-contained HTML page with one lesson: it works offline, and its policy allows no request.

python -m dashboard lesson NAME --out lesson.html
"""

import base64
import html
import json

from dashboard import browser
from dashboard.export import CSS_OF_THEME, HEAD, PAGE_CSS, SCRIPTS, Theme, import_map, policy_for
from dashboard.generator import about_network
from dashboard.lessons import Lesson
from dashboard.live import packed_weights
from models.run import Run, load_run

HOST = "hosts/lesson_page.js"
STYLES = ("reader.css", "learn.css")
BODY = """<main class="reader lesson"><p class="waiting">Opening the lesson …</p></main>
<script type="application/json" id="lesson">{lesson}</script>
"""
NETWORK = """<script type="text/plain" id="about-{name}">{about}</script>
<script type="text/plain" id="weights-{name}">{weights}</script>
"""


def lesson_page(lesson: Lesson, theme: Theme = "auto") -> str:
    """The page."""
    imports = import_map(HOST, lesson.module)
    host, widget = browser.bare_name(HOST), browser.bare_name(lesson.module)
    script = (
        f'import * as widget from "{widget}";\nimport {{ openLessonPage }} from "{host}";\nopenLessonPage(widget);\n'
    )
    before = (HEAD + BODY).format(
        policy=policy_for(imports, script, engine=bool(lesson.facts.models)),
        title=html.escape(f"{lesson.facts.title} · Charscope"),
        css=PAGE_CSS + browser.styles(*STYLES, *lesson.style) + CSS_OF_THEME[theme],
        lesson=json.dumps(lesson.page()).replace("<", "\\u003c"),
    )
    networks = "".join(_network(load_run(name)) for name in lesson.facts.models)
    return before + networks + SCRIPTS.format(imports=imports, script=script)


def _network(run: Run) -> str:
    about = base64.b64encode(about_network(run)).decode()
    return NETWORK.format(name=run.name, about=about, weights="".join(packed_weights(run)))
