"""The data routes of Compare: a text as another model reads it, a layer, two models' surprise, and an exported page."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from corpora import InputError
from dashboard.compare_page import compare_page
from dashboard.compared import layer_codes, parse_rows
from dashboard.components import below_base_path
from dashboard.engine import ENGINE
from dashboard.frames import encode_frame
from dashboard.landing import known_run
from dashboard.location import PALETTES
from dashboard.naming import names_of_units
from dashboard.paired import compare_losses
from dashboard.route_numbers import NUMBER
from dashboard.routes import PREFIX, held_reading, refusal
from models.run import load_run


def by_another(request: Request) -> Response:
    """The address of the same text as another model reads it, which it does now if it has not yet; its units' names."""
    try:
        run = load_run(known_run(request.path_params["run"]))
        key = request.path_params["key"]
        reading = held_reading(key)
        if run.weights_hash != reading.run.weights_hash:
            key, _ = ENGINE.read(run, reading.text, session=key)
        answer = {"url": below_base_path(f"{PREFIX}/{quote(key)}"), "names": names_of_units(run)}
        return JSONResponse(answer, headers={"Cache-Control": "no-cache"})
    except InputError as error:
        return refusal(error)


def layer(request: Request) -> Response:
    """The mean |activation| of a layer, as codes; the header has its mean and its scale."""
    try:
        asked = request.path_params
        codes, mean, scale = layer_codes(held_reading(asked["key"]), asked["layer"], asked["state"])
        frame = encode_frame({"mean": mean, "scale": scale}, {"activations": codes})
        return Response(
            frame, media_type="application/octet-stream", headers={"Cache-Control": "private, max-age=86400"}
        )
    except InputError as error:
        return refusal(error)


def against(request: Request) -> Response:
    """Two models' surprise: see `dashboard.paired`."""
    try:
        first, second = (held_reading(request.path_params[name]) for name in ("key", "other"))
        return JSONResponse(compare_losses(first, second))
    except InputError as error:
        return refusal(error)


def export(request: Request) -> Response:
    """A self-contained page with the rows in view, for download."""
    try:
        text, palette = held_reading(request.path_params["key"]).text, request.query_params.get("palette", "")
        rows, problems = parse_rows(request.query_params.get("rows", ""))
        if problems or not rows:
            raise InputError(problems[0] if problems else "Wanted rows to export, got none. Add a row.")
        page = compare_page(rows, text, palette if palette in PALETTES else PALETTES[0])
        headers = {"Content-Disposition": 'attachment; filename="comparison.html"'}
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)
    except InputError as error:
        return refusal(error)


def compare_routes() -> list[Route]:
    """The routes, below a reading; they come before those of states, which match two parts of any name."""
    key = below_base_path(PREFIX) + "/{key:str}"
    return [
        Route(key + "/by/{run:str}", by_another),
        Route(key + "/against/{other:str}", against),
        Route(f"{key}/layer/{{layer:{NUMBER}}}/{{state:str}}", layer),
        Route(key + "/comparison", export),
    ]
