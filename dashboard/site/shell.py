"""What all pages share: head, policy, the line at the top, the line at the bottom."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard import browser, headline
from dashboard.generator import STYLES
from dashboard.lesson_page import STYLES as LESSON_STYLES
from dashboard.lessons import widget_styles
from dashboard.site import colors
from dashboard.site.markup import Html, element, joined, link

IMAGES = Path(__file__).parent.parent / "images"
READABLE = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
RUNNING = f"{READABLE}; script-src 'self' {browser.ENGINE_SCRIPTS}; connect-src 'self'; worker-src 'self'"
"""Policies: of a page without a script, and of one that runs a network."""


def named(stem: str, content: bytes, ending: str) -> str:
    """A file's name with a hash of its content: what has such a name never changes."""
    return f"{stem}-{hashlib.sha256(content).hexdigest()[:16]}.{ending}"


@cache
def assets() -> dict[str, tuple[str, bytes]]:
    """Styles and pictures that all pages use: their path in the site, and their content."""
    base, own = ((Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("base.css", "site.css"))
    grids = headline.STYLE.replace("<style>", "").replace("</style>", "")
    contents = {
        "site.css": "\n".join([base, own, grids, colors.style()]).encode(),
        "live.css": "\n".join([base, browser.styles(*STYLES, "live.css")]).encode(),
        "learn.css": "\n".join(
            [base, browser.styles(*LESSON_STYLES, "pages.css", "quiz.css", *widget_styles())]
        ).encode(),
        "logo.svg": (IMAGES / "logo.svg").read_bytes(),
        "icon.svg": (IMAGES / "icon.svg").read_bytes(),
    }
    return {name: (f"assets/{named(*_parted(name, content))}", content) for name, content in contents.items()}


def _parted(name: str, content: bytes) -> tuple[str, bytes, str]:
    stem, _, ending = name.partition(".")
    return stem, content, ending


def modules(*entries: str) -> dict[str, bytes]:
    """All modules that pages with these hosts and widgets need, by their path in the site."""
    needed = [path for entry in (*entries, browser.WORKER) for path in browser.needed_by(entry)]
    return {module_path(path): browser.modules()[path].encode() for path in dict.fromkeys(needed)}


def module_path(path: str) -> str:
    """Where a module lies: a folder for each version, so that browsers may keep it for ever."""
    return f"modules/{browser.version()}/{path}"


@dataclass(frozen=True)
class Place:
    """Where a page lies in its site."""

    root: str = ""
    """How it reaches the site's root, such as `../../`."""
    has_course: bool = False
    """Whether the site has lessons."""

    def to(self, path: str) -> str:
        """The relative address of a file of the site."""
        return self.root + path


def scripts(place: Place, host: str, *more: str) -> tuple[Html, ...]:
    """The part of a page's head that runs a host, and loads what it and more modules need at once."""
    needed = dict.fromkeys(path for entry in (host, *more) for path in browser.needed_by(entry))
    del needed[host]
    preloads = [element("link", rel="modulepreload", href=place.to(module_path(path))) for path in needed]
    return (*preloads, element("script", type="module", src=place.to(module_path(host))))


def page(
    place: Place,
    title: str,
    *body: str | None,
    ways: tuple[Html, ...] = (),
    head: tuple[Html, ...] = (),
    styles: str = "site.css",
    policy: str = READABLE,
) -> bytes:
    """A whole page. `ways` are links beside the logo, `head` is more of the head."""
    path = {name: place.to(path) for name, (path, _) in assets().items()}
    logo = element("img", src=path["logo.svg"], alt="Charscope", width="164", height="36")
    learn = link(place.to("learn/index.html"), "Learn") if place.has_course else None
    top = element("nav", link(place.to("index.html"), logo, class_="logo"), *ways, learn)
    bottom = element(
        "footer", "Charscope shows what every unit of a character-level recurrent network does while it reads. "
        "This page makes no request to any other site.",
    )  # fmt: skip
    made = element(
        "html",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", http_equiv="Content-Security-Policy", content=policy),
            element("title", f"{title} · Charscope" if title else "Charscope"),
            element("link", rel="icon", href=path["icon.svg"], type="image/svg+xml"),
            element("link", rel="stylesheet", href=path[styles]),
            *head,
        ),
        element("body", element("header", top), element("main", *body), bottom),
        lang="en",
    )
    return joined(Html("<!doctype html>\n"), made, "\n").encode()
