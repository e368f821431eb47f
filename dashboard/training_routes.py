"""The data routes of trainings: what a page polls while a model trains, and asks for while its slider is moved."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from corpora import InputError
from dashboard.components import below_base_path
from dashboard.route_numbers import NUMBER
from dashboard.snapshots import emergence_of, emerging, following, snapshots_frame
from dashboard.trainings import find_training, history
from models.run import Run
from models.units import Unit

PREFIX = "/charscope/trainings"
ANEW = {"Cache-Control": "no-cache"}  # a training may have gone on, or been set back


def _of_run(answer: Callable[[Run, Request], Response]) -> Callable[[Request], Response]:
    """A route about the run that the path names: what is wrong with it is one line."""

    def respond(request: Request) -> Response:
        try:
            return answer(find_training(request.path_params["run"]), request)
        except InputError as error:
            return PlainTextResponse(" ".join(str(error).split()), status_code=404)

    return respond


def _json(content: dict[str, Any]) -> Response:
    return JSONResponse(content, headers=ANEW)


def _history(run: Run, request: Request) -> Response:
    return _json(history(run, request.query_params.get("since", "")))


def _snapshots(run: Run, request: Request) -> Response:
    frame = snapshots_frame(run, request.path_params["state"], request.path_params["column"])
    return Response(frame, media_type="application/octet-stream", headers=ANEW | {"Content-Encoding": "identity"})


def _emergence(run: Run, request: Request) -> Response:
    """Of a unit and a concept; of a concept, the units that follow it; or which units changed."""
    asked = request.query_params
    if "unit" in asked:
        unit = Unit.parse(asked["unit"], asked.get("state") or run.memory)
        return _json(emergence_of(run, unit, asked.get("concept", "")))
    return _json(following(run, asked["concept"]) if asked.get("concept") else emerging(run))


def training_routes() -> list[Route]:
    """The routes of all trainings, below the server's base path if it has one."""
    of_run = below_base_path(PREFIX) + "/{run:str}"
    return [
        Route(f"{of_run}/history", _of_run(_history)),
        Route(f"{of_run}/snapshots/{{state:str}}/{{column:{NUMBER}}}", _of_run(_snapshots)),
        Route(f"{of_run}/emergence", _of_run(_emergence)),
    ]
