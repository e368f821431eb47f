"""One slider through a training: losses, samples, and a passage colored by a unit as it was at each step."""

from urllib.parse import quote

from dashboard.components import below_base_path, declare, module_address
from dashboard.training_routes import PREFIX
from models.run import Run

_mount = declare("charscope_training", '<div class="reader-place"></div>', "reader.css", "training.css")


def show_slider(run: Run, live: bool, *, is_told: bool = False) -> None:
    """Show the slider of a run; a live one follows the training without running the script again.

    How the training stands is said above it, unless the page tells that already.

    The browser keeps step, unit, state, concept and axis in the address (`step`, `unit`, `state`, `concept`, `log`).
    """
    url = below_base_path(f"{PREFIX}/{quote(run.name)}")
    _mount(
        key="training", data={"host": module_address("hosts/training.js"), "url": url, "live": live, "told": is_told}
    )
