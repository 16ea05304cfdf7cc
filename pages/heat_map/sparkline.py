"""A line of a few points as a picture that needs no script: small enough to stand in a tile."""

import base64
from collections.abc import Sequence

_PAD = 3.5
"""Room around the line for its last point, in pixels."""


def sparkline(
    values: Sequence[float | None],
    colour: str,
    width: int = 62,
    height: int = 24,
    *,
    before: Sequence[float | None] = (),
    faint: str = "",
) -> str:
    """Draw `values` as an `<img>` with the last point marked; an unknown value leaves a gap in the line.

    `before` are the values of last year, a thin line of the colour `faint` beneath. Fewer than two known values give
    an empty string: one point is no line.

    >>> sparkline([1.0, None], "#000000")
    ''
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:  # noqa: PLR2004 — a line has two ends
        return ""
    every = [*known, *(value for value in before if value is not None)]
    points, past = (_points(each, min(every), max(every), width, height) for each in (values, before))
    ghost = f'<path d="{_path(past)}" fill="none" stroke="{faint}" stroke-width="1"/>' if len(past) > 1 else ""
    last = max(i for i, value in enumerate(values) if value is not None)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'{ghost}<path d="{_path(points)}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round"/>'
        f'<circle cx="{points[last][0]:.1f}" cy="{points[last][1]:.1f}" r="2.6" fill="{colour}"/></svg>'
    )
    encoded = base64.b64encode(svg.encode()).decode()
    return f'<img alt="" width="{width}" height="{height}" src="data:image/svg+xml;base64,{encoded}">'


def _points(
    values: Sequence[float | None], low: float, high: float, width: int, height: int
) -> dict[int, tuple[float, float]]:
    step = (width - 2 * _PAD) / max(len(values) - 1, 1)
    scale = (height - 2 * _PAD) / ((high - low) or 1)
    return {
        i: (_PAD + i * step, height - _PAD - (value - low) * scale)
        for i, value in enumerate(values)
        if value is not None
    }


def _path(points: dict[int, tuple[float, float]]) -> str:
    pieces = [f"{'L' if i - 1 in points else 'M'}{x:.1f} {y:.1f}" for i, (x, y) in points.items()]
    return "".join(pieces)
