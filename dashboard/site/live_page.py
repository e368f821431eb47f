"""The page on which a model runs: Read and Generate on one network, which loads once."""

from urllib.parse import urlencode

from dashboard import browser
from dashboard.site.board import ROOT, ways_of
from dashboard.site.markup import element
from dashboard.site.model import Model
from dashboard.site.shell import RUNNING, Place, page

HOST = "hosts/site.js"


def modules() -> dict[str, bytes]:
    """All modules that a live page needs, by their path in the site."""
    needed = [*browser.needed_by(HOST), *browser.needed_by(browser.WORKER)]
    return {module_path(path): browser.modules()[path].encode() for path in dict.fromkeys(needed)}


def module_path(path: str) -> str:
    """Where a module lies: a folder for each version, so that browsers may keep it for ever."""
    return f"modules/{browser.version()}/{path}"


def live_page(model: Model, about: str, weights: str, text: str) -> bytes:
    """The page; `about`, `weights` and `text` are the names of files beside it."""
    place, (unit, concept) = Place(ROOT), model.first
    first = urlencode({"unit": unit.slug, "state": unit.state, **({"concept": concept} if concept else {})})
    preloads = [
        element("link", rel="modulepreload", href=place.to(module_path(path))) for path in browser.needed_by(HOST)[1:]
    ]
    head = (
        *preloads,
        element("script", type="module", src=place.to(module_path(HOST))),
    )
    size = model.run.weights_path.stat().st_size / 1e6
    waiting = element(
        "div",
        element("p", f"The network loads here ({size:.1f} MB, once) and then runs on this machine."),
        element(
            "p", "If nothing happens: the page needs JavaScript and a web server, or one of its files did not arrive: "
            "reload the page. A folder on a disk is served by ",
            element("code", "python -m http.server"), ". The ", element("a", "board", href="index.html"),
            " reads without either.", class_="aside",
        ),
        id="live", data_about=about, data_weights=weights, data_text=text, data_first=first,
    )  # fmt: skip
    heading = element("h1", model.label, " ", element("small", model.title))
    return page(
        place,
        f"{model.name}, live",
        heading,
        waiting,
        ways=ways_of(model, "", live=False),
        head=head,
        styles="live.css",
        policy=RUNNING,
    )
