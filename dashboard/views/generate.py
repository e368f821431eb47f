"""Generate: the network writes in the browser, free and with units held. The server only sends it there."""

from corpora import InputError
from dashboard.component import hear, heard_from, note_view
from dashboard.components import declare, module_address
from dashboard.generator import STYLES
from dashboard.messages import show_error
from dashboard.routes import network_address
from dashboard.session import arrive, choose, choose_model, linkable, note_written, with_unit
from dashboard.views.explained import show_explained
from models.run import load_run

KEY = "generate"
_mount = declare("charscope_generate", '<div class="reader-place"></div>', *STYLES)


def show_generate() -> None:
    """The Generate view."""
    try:
        location, _ = arrive(KEY)
        choose_model("generate_model", location)
        run = load_run(location.model)
    except InputError as error:
        show_error(error)
        return
    location = with_unit(location)
    choose(location)
    query = note_written(linkable(location))
    assert location.unit is not None
    look = {"concept": location.concept, "mode": location.mode, "palette": location.palette}
    look |= {"signals": bool(location.signals)}
    _mount(
        key=KEY,
        data={
            "host": module_address("hosts/generate.js"),
            "url": network_address(run),
            "address": {"model": query["model"]},
            "heard": heard_from(KEY),
            "view": {**location.unit.columns, **{name: value for name, value in look.items() if value}},
        },
        on_view_change=lambda: hear(KEY, "view", note_view),
    )
    show_explained("generate")
