"""What a click on a chart carries: the browser sends it, so nothing about its shape is certain."""

from collections.abc import Mapping
from typing import Any


def clicked(state: Any) -> list[Any]:
    """Give what the first chosen point of a chart carries, empty where none is chosen or the state is made up.

    >>> clicked({"selection": {"points": [{"customdata": ["roads", 3]}]}})
    ['roads', 3]
    >>> clicked({"selection": {}}), clicked({"selection": {"points": [None]}}), clicked(None)
    ([], [], [])
    """
    chosen = state.get("selection") if isinstance(state, Mapping) else None
    points = chosen.get("points") if isinstance(chosen, Mapping) else None
    first = points[0] if isinstance(points, list) and points else None
    data = first.get("customdata") if isinstance(first, Mapping) else None
    return data if isinstance(data, list) else []
