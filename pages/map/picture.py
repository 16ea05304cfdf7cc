"""The map as a drawing for paper: vector shapes, words as text, nothing fetched. No Streamlit here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import asinh, degrees, radians, tan
from typing import Any, Final

import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from loaders.geography import Geography, metres
from pages.map import deck
from pages.map.features import OPACITY, Colour
from pages.shared import formats
from pages.shared.palette import FONT, LIGHT
from pages.shared.text import cut, html_text

WIDTH, HEIGHT = 1120, 790
"""Points of a sheet that lies on its side."""

_MAP: Final = (40, 74, 700, 676)
"""Left, top, width and height of the map on the sheet."""

_BESIDE: Final = 770
_LINE: Final = 17
_LETTERS: Final = 52


@dataclass(frozen=True, slots=True)
class Steps:
    """Hold the legend: colours of the steps, the words of both ends, and the colour of places without a number."""

    colours: Sequence[str]
    low: str
    high: str
    hidden: Colour


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Turn degrees into points of the sheet, on the projection of the web's maps: shapes keep their angles."""

    west: float
    north: float
    scale: float

    @classmethod
    def over(cls, box: deck.Box) -> "_Sheet":
        south, west, north, east = box
        _, _, width, height = _MAP
        return cls(west, _up(north), min(width / (east - west), height / (_up(north) - _up(south))))

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        left, top, _, _ = _MAP
        return left + (longitude - self.west) * self.scale, top + (self.north - _up(latitude)) * self.scale

    def path(self, shape: BaseGeometry) -> str:
        rings = (ring for part in shapely.get_parts(shape) for ring in _rings(part))
        return "".join(_path([self.at(*point) for point in shapely.get_coordinates(ring)]) for ring in rings)


def draw(
    ground: Geography, fills: Mapping[str, Colour], shapes: Mapping[str, Any], steps: Steps, about: Mapping[str, str],
    box: deck.Box | None, points: Iterable[tuple[float, float]],
) -> bytes:  # fmt: skip
    """Draw places in their colours on the ground, with the legend and what the sheet shows beside them.

    `shapes` are rings of cells or shapes of territories; `points` widen the sheet where the city has no outline.
    """
    shown = _box(ground, box, list(points))
    sheet = _Sheet.over(shown)
    outlines = ground.outline
    parts = [
        *(_shape(sheet.path(each), LIGHT.background, LIGHT.line) for each in outlines),
        *(
            _shape(sheet.path(_as_shape(shapes[place])), *_paint(fill))
            for place, fill in fills.items()
            if place in shapes
        ),
        *(_shape(sheet.path(area.shape), "none", LIGHT.faint) for area in ground.areas),
        *(_shape(sheet.path(each), "none", LIGHT.muted, 1.6) for each in outlines),
        *(_words(sheet.at(*_middle(area.shape)), area.title, 12, "middle") for area in ground.areas),
        *_scale_bar(sheet, shown),
        *_beside(steps, about),
    ]
    style = f'font-family="{FONT}" fill="{LIGHT.text}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" lang="ru" {style}>'
    paper = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>'
    return f"{head}{paper}{''.join(parts)}</svg>".encode()


def _scale_bar(sheet: _Sheet, shown: deck.Box) -> list[str]:
    """Draw how long so many kilometres are in the middle of the sheet: the projection stretches with the latitude."""
    south, west, north, east = shown
    middle = (south + north) / 2
    across = metres((west, middle), (east, middle))
    kilometres = max(step for step in _KILOMETRES if step * 1_000 <= max(across / 3, _KILOMETRES[0] * 1_000))
    width = sheet.scale * (east - west) * kilometres * 1_000 / across
    left, y = _MAP[0], HEIGHT - 22
    bar = f'<path d="M{left} {y - 5}V{y}H{left + width:.1f}V{y - 5}" fill="none" stroke="{LIGHT.text}"/>'
    return [bar, _words((left + width + 8, y), f"{formats.number(kilometres, 1).removesuffix(',0')} км", 12)]


_KILOMETRES: Final = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)


def _box(ground: Geography, box: deck.Box | None, points: list[tuple[float, float]]) -> deck.Box:
    if ground.outline or ground.areas or not points:
        return deck.bounds(ground, box)
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    margin = max(east - west, north - south, 0.01) * 0.05
    return south - margin, west - margin, north + margin, east + margin


def _up(latitude: float) -> float:
    return degrees(asinh(tan(radians(latitude))))


def _middle(shape: BaseGeometry) -> tuple[float, float]:
    point = shape.representative_point()
    return point.x, point.y


def _as_shape(shape: Any) -> BaseGeometry:
    return Polygon(shape) if isinstance(shape, list) else shape


def _rings(part: BaseGeometry) -> list[Any]:
    return [part.exterior, *part.interiors] if isinstance(part, Polygon) else [part]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _paint(fill: Colour) -> tuple[str, str]:
    """Give the colour of a place as it lies on paper: what the screen shows fainter is fainter here too."""
    *colour, opacity = fill
    part = opacity / OPACITY
    red, green, blue = (round(channel * part + 255 * (1 - part)) for channel in colour)
    return f"#{red:02x}{green:02x}{blue:02x}", "#ffffff"


def _shape(path: str, fill: str, line: str, width: float = 0.6) -> str:
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{line}" stroke-width="{width}"/>'


def _words(at: tuple[float, float], text: str, size: int, anchor: str = "start", weight: int = 400) -> str:
    x, y = at
    halo = 'paint-order="stroke" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" {halo}>'
        f"{html_text(text, 400)}</text>"
    )


def _beside(steps: Steps, about: Mapping[str, str]) -> list[str]:
    """Write the legend and what the sheet shows, line under line."""
    written = [_words((40, 46), cut(about["показатель"].split(". ")[0], 90), 20, weight=700)]
    for number, colour in enumerate(steps.colours):
        written.append(f'<rect x="{_BESIDE + number * 26}" y="84" width="24" height="12" fill="{colour}"/>')
    written.append(_words((_BESIDE, 114), f"{steps.low} … {steps.high}", 12))
    hidden, _ = _paint(steps.hidden)
    written.append(f'<rect x="{_BESIDE}" y="128" width="24" height="12" fill="{hidden}"/>')
    written.append(_words((_BESIDE + 32, 139), "мало случаев, число скрыто", 12))
    y = 176
    for name, text in about.items():
        written.append(_words((_BESIDE, y), name.capitalize(), 12, weight=700))
        for line in _wrapped(text):
            y += _LINE
            written.append(_words((_BESIDE, y), line, 12))
        y += _LINE + 9
    return written


def _wrapped(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= _LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
