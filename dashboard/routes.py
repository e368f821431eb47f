"""The data routes: readings by key, as binary frames and as exported pages, and the modules that show them."""

import re
from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from corpora import InputError
from dashboard import browser
from dashboard.components import below_base_path
from dashboard.engine import ENGINE
from dashboard.export import Look, detector_units, export_page, in_every_state
from dashboard.generator import about_network
from dashboard.landing import first_text, known_run
from dashboard.lessons import See, find_lesson
from dashboard.lessons.glossary import glossary_page
from dashboard.live import live_page_parts
from dashboard.location import PALETTES
from dashboard.quiz import quiz
from dashboard.readings import Reading
from dashboard.route_numbers import NUMBER
from dashboard.training_routes import training_routes
from models.run import WEIGHTS, Run, load_run
from models.units import Unit

PREFIX, NETWORKS, LESSONS = "/charscope/readings", "/charscope/networks", "/charscope/lessons"
GLOSSARY, QUIZ = "/charscope/glossary", "/charscope/quiz"
UNITS_IN_EXPORT = 40  # a click should give a small file; the command takes any number


class GoneError(InputError):
    """A reading that the server does not hold: it was dropped, or it never was."""


def held_reading(key: str) -> Reading:
    """The reading under a key.

    Raises:
        GoneError: it is not held.
    """
    reading = ENGINE.reading(key)
    if reading is None:
        raise GoneError("The server no longer holds this reading. Reload the page, which reads the text again.")
    return reading


def refusal(error: Exception) -> Response:
    """What to answer to a request that cannot be met: one line that says why."""
    return PlainTextResponse(str(error), status_code=410 if isinstance(error, GoneError) else 404)


def _reading(request: Request) -> Reading:
    return held_reading(request.path_params["key"])


def _frame(content: bytes) -> Response:
    """A frame that browsers may keep; not compressed, since that would cost more than it saves."""
    headers = {"Cache-Control": "private, max-age=86400, immutable", "Content-Encoding": "identity"}
    return Response(content, media_type="application/octet-stream", headers=headers)


def base(request: Request) -> Response:
    """Text, predictions, loss and findings of a reading."""
    try:
        return _frame(_reading(request).base_frame())
    except InputError as error:
        return refusal(error)


def state(request: Request) -> Response:
    """A state or a gate, for all units or for one column."""
    try:
        asked = request.path_params
        reading = _with_gate(asked["key"], _reading(request), asked["state"])
        return _frame(reading.state_frame(asked["state"], asked.get("column")))
    except InputError as error:
        return refusal(error)


def _with_gate(key: str, reading: Reading, state: str) -> Reading:
    """The reading, with its gates if the state is one of them."""
    return ENGINE.with_gates(key, reading) if state in reading.gates else reading


def export(request: Request) -> Response:
    """A self-contained page with the unit in view and the best unit of every concept, for download.

    Where a gate is in view the page holds all gates of that unit.
    """
    try:
        reading = _reading(request)
        shown, model = request.query_params, reading.run.model
        unit = Unit.parse(shown.get("unit", "L1.u0"), shown.get("state", "hidden")).require(model, gates=True)
        reading = _with_gate(request.path_params["key"], reading, unit.state)
        own = in_every_state([unit], tuple(reading.states))
        units = in_every_state([*own, *detector_units(reading.run)], model.states)[:UNITS_IN_EXPORT]
        mode = "predictions" if shown.get("mode") in ("predictions", "guesses") else "colors"
        name = f"{reading.run.name}-{unit.slug}.html"
        headers = {"Content-Disposition": attachment(name)}
        palette = request.query_params.get("palette")
        concept = request.query_params.get("concept", "")
        look = Look(mode, palette if palette in PALETTES else PALETTES[0], concept)
        page = export_page(reading, units, look)
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)
    except InputError as error:
        return refusal(error)


def attachment(name: str) -> str:
    """The header that makes a browser save an answer under a name, in whatever script (RFC 6266)."""
    plain = re.sub(r"[^\w .+-]", "_", name, flags=re.ASCII)
    exact = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{exact}'


def _live_page(run: Run, shown: Mapping[str, str], text: str | None = None) -> Response:
    """A page that holds the network, for download. It opens with what is shown in the app, in the view `tab`."""
    if "unit" in shown:
        Unit.parse(shown["unit"], shown.get("state", "")).require(run.model, gates=True)
    page = "".join(live_page_parts(run, text, dict(shown)))
    headers = {"Content-Disposition": attachment(f"{run.name}-live.html")}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def live_reading(request: Request) -> Response:
    """A live page that opens with the text of a reading."""
    try:
        reading = _reading(request)
        return _live_page(reading.run, request.query_params, reading.text)
    except InputError as error:
        return refusal(error)


def live_network(request: Request) -> Response:
    """A live page that opens with what is written, or is to be."""
    try:
        run = _run(request)
        return _live_page(run, request.query_params, first_text(run))
    except InputError as error:
        return refusal(error)


def network_address(run: Run) -> str:
    """Where the browser gets a network; it changes with the weights and with the search tables."""
    return below_base_path(f"{NETWORKS}/{quote(run.name)}/{run.weights_hash[:16]}")


def live_page_address(run: Run) -> str:
    """Where one gets a page that holds a network."""
    return f"{network_address(run)}/live"


def _run(request: Request) -> Run:
    run = load_run(known_run(request.path_params["run"]))
    if run.weights_hash[:16] != request.path_params["weights"]:
        raise InputError("This model has other weights by now. Reload the page.")
    return run


def about(request: Request) -> Response:
    """What the browser needs of a network besides its weights."""
    try:
        return Response(about_network(_run(request)), media_type="application/octet-stream")
    except InputError as error:
        return refusal(error)


def weights(request: Request) -> Response:
    """The weights of a network, as its run holds them: safetensors."""
    try:
        return _frame((_run(request).folder / WEIGHTS).read_bytes())
    except (InputError, OSError) as error:
        return refusal(error)


def lesson(request: Request) -> Response:
    """A lesson as the browser needs it, with its numbers; not kept, since those may change with a model."""
    try:
        found = find_lesson(request.path_params["name"])
        networks = {name: network_address(load_run(name)) for name in found.facts.models}
        return JSONResponse(found.page(_view_address) | {"networks": networks}, headers={"Cache-Control": "no-cache"})
    except InputError as error:
        return refusal(error)


def _view_address(see: See) -> str:
    """A view's address from Learn's, which lies beside it, whatever comes before both."""
    return f"./{see.view}?{see.query}"


def glossary(_: Request) -> Response:
    """The terms of the course."""
    try:
        return JSONResponse(glossary_page(), headers={"Cache-Control": "no-cache"})
    except InputError as error:
        return refusal(error)


def guess(request: Request) -> Response:
    """A quiz, with its network; the address says the model, and the units or the seed to draw them with."""
    asked = request.query_params
    try:
        made = quiz(asked.get("model", ""), asked.get("units", ""), asked.get("seed", ""))
        network = network_address(load_run(made["model"]))
        return JSONResponse(made | {"network": network}, headers={"Cache-Control": "no-cache"})
    except InputError as error:
        return refusal(error)


def module(request: Request) -> Response:
    """A browser module. It may be cached for ever: all addresses change when any module changes."""
    text = browser.modules().get(request.path_params["path"])
    if text is None or request.path_params["version"] != browser.version():
        return PlainTextResponse("No such module. Reload the page.", status_code=404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(text, media_type="text/javascript", headers=headers)


def routes() -> list[Route]:
    """All our routes, below the server's base path if it has one: Streamlit adds it only to its own routes."""
    key = below_base_path(PREFIX) + "/{key:str}"
    return [
        Route(key + "/base", base),
        Route(key + "/export", export),
        Route(key + "/live", live_reading),
        Route(key + "/{state:str}", state),
        Route(f"{key}/{{state:str}}/{{column:{NUMBER}}}", state),
        Route(below_base_path(NETWORKS) + "/{run:str}/{weights:str}/about", about),
        Route(below_base_path(NETWORKS) + "/{run:str}/{weights:str}/weights", weights),
        Route(below_base_path(NETWORKS) + "/{run:str}/{weights:str}/live", live_network),
        Route(below_base_path(LESSONS) + "/{name:str}", lesson),
        Route(below_base_path(GLOSSARY), glossary),
        Route(below_base_path(QUIZ), guess),
        *training_routes(),
        Route(below_base_path(browser.PREFIX) + "/{version:str}/{path:path}", module),
    ]
