"""Fonts, styles, the icon and the Russian words of the interface, served under /assets."""

import json
from importlib.resources import files
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pages.shared.palette import DARK, LIGHT, css_variables

FOLDER: Final = Path(__file__).parents[1] / "static"
"""Holds only files that anyone may see."""

_KEEP: Final = "public, max-age=3600"


class _Assets(StaticFiles):
    """Serve the folder with an hour of the browser's memory: an update is seen the same day without a reload trick."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # Starlette's own arguments, passed on
        response.headers["cache-control"] = _KEEP
        return response


def _script() -> bytes:
    """Join the table of words to the script that applies it: one request, no inline code."""
    folder = files("pages.gate")
    words = json.loads((folder / "russian.json").read_text(encoding="utf-8"))
    code = (folder / "russian.js").read_text(encoding="utf-8")
    return code.replace("/* WORDS */ {}", json.dumps(words, ensure_ascii=False)).encode()


async def _russian(_: Request) -> Response:
    return Response(_script(), media_type="text/javascript", headers={"cache-control": _KEEP})


async def _palette(_: Request) -> Response:
    """Give the colours by the system's scheme, for the moments before the first run of the script, and for paper."""
    light, dark = css_variables(LIGHT), css_variables(DARK)
    # The first run writes the reader's colours below these: paper is light whatever they are.
    paper = light.replace(";", " !important;")
    rules = (
        f":root{{{light}}}",
        f"@media (prefers-color-scheme: dark) {{ :root{{{dark}}} }}",
        f"@media print {{ :root{{{paper}}} }}",
    )
    style = "\n".join(rules)
    return Response(style, media_type="text/css", headers={"cache-control": _KEEP})


def routes() -> list[BaseRoute]:
    """Give the routes of own files; made ones stand before the folder."""
    own = [Route("/assets/russian.js", _russian), Route("/assets/palette.css", _palette)]
    return [*own, Mount("/assets", _Assets(directory=FOLDER))]
