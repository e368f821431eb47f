"""The page on which a model runs: Read and Generate on one network, which loads once."""

from urllib.parse import urlencode

from dashboard.site.board import ROOT, ways_of
from dashboard.site.explained import explained
from dashboard.site.markup import element
from dashboard.site.model import Model
from dashboard.site.shell import RUNNING, Place, page, scripts

HOST = "hosts/site.js"


def live_page(model: Model) -> bytes:
    """The page."""
    place, (unit, concept) = Place(ROOT, bool(model.lessons)), model.first
    first = urlencode({"unit": unit.slug, "state": unit.state, **({"concept": concept} if concept else {})})
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
        id="live", data_first=first, **{f"data_{name}": file for name, file in model.files.items()},
    )  # fmt: skip
    heading = element("h1", model.label, " ", element("small", model.title))
    return page(
        place,
        f"{model.name}, live",
        heading,
        waiting,
        *explained(model, ROOT, "read", "generate"),
        ways=ways_of(model, "", live=False),
        head=scripts(place, HOST),
        styles="live.css",
        policy=RUNNING,
    )
