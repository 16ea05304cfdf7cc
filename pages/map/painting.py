"""Which colour and which words a place gets when the map shows a measure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from analytics import hexagons, keys, measures
from analytics.colour import Scale
from analytics.hexagons import PLACE, SQUARE_KM
from pages.heat_map.figures import colours
from pages.heat_map.grid import short
from pages.map import reading
from pages.map.features import OPACITY, Colour, Tip, rgb
from pages.map.view import View
from pages.shared import formats, legend
from pages.shared.asked import Asked
from pages.shared.limits import shown
from pages.shared.options import absent
from pages.shared.palette import Palette
from pages.shared.text import plain

_FAINT: Final = 90


@dataclass(frozen=True, eq=False)
class Paint:
    """Hold places with a colour and the words of the tooltip for each row of `frame`."""

    frame: pl.DataFrame
    fills: Sequence[Colour]
    tips: Sequence[Tip]

    def of_places(self) -> tuple[dict[str, Colour], dict[str, Tip]]:
        """Give colours and words by place."""
        places = self.frame[PLACE].to_list()
        return dict(zip(places, self.fills, strict=True)), dict(zip(places, self.tips, strict=True))


def by_measure(asked: Asked, view: View, palette: Palette, resolution: int) -> Paint:
    """Colour the places of a resolution by the chosen measure."""
    frame = reading.counted(asked, view.measure, resolution)
    scale = scale_of(asked, view)
    ramp = [rgb(colour, OPACITY) for colour in ramp_of(view, palette, scale)]
    faint = without_number(palette)
    fills = [faint if step is None else ramp[step] for step in scale.step_of(frame["shown"])]
    names = reading.names(asked, resolution) if resolution else {}
    return Paint(frame, fills, [_tip(row, view.measure, names) for row in frame.iter_rows(named=True)])


def without_number(palette: Palette) -> Colour:
    """Give the colour of a place whose number is not shown: too few cases, or nothing to tell it per."""
    return rgb(palette.faint, _FAINT)


def scale_of(asked: Asked, view: View) -> Scale:
    """Choose one scale for every zoom."""
    return reading.scale(asked, view.measure, view.limits, view.by_areas)


def ramp_of(view: View, palette: Palette, scale: Scale) -> tuple[str, ...]:
    """Choose the colours of the steps as the matrix does: the hot end is the one that needs a decision."""
    return colours(palette, scale, measures.find(view.measure).good)


def legend_html(asked: Asked, view: View, palette: Palette) -> str:
    """Write the legend of a measure, with what a number of cases is told per."""
    scale, unit = scale_of(asked, view), measures.find(view.measure).unit
    edges = [_edge(edge, unit) for edge in scale.edges]
    own = shown(view.limits, unit)
    return legend.html(ramp_of(view, palette, scale), legend.between(edges), *ends(asked, view), own)


def ends(asked: Asked, view: View) -> tuple[str, str]:
    """Write both ends of the scale."""
    scale, unit = scale_of(asked, view), measures.find(view.measure).unit
    per = f" {per_words(by_areas=view.by_areas)}" if unit == "count" else ""
    return _edge(scale.edges[0], unit), _edge(scale.edges[-1], unit) + per


def per_words(*, by_areas: bool) -> str:
    """Say what a number of cases is told per."""
    return "на 1 000 жителей" if by_areas else "на км²"


def value_words(row: Mapping[str, Any], view: View) -> str:
    """Write the number that the colour of a place stands for."""
    unit = measures.find(view.measure).unit
    return formats.number(row["shown"], 1) if unit == "count" else formats.measure(row["shown"], unit)


def name_of(place: str, names: Mapping[str, str]) -> str:
    """Name a place: a territory by its title, a cell by the territory that most of its cases come from."""
    if place in names:
        return f"{names[place]} ({_at(place)})"
    return f"Ячейка ({_at(place)})" if hexagons.is_cell(place) else absent("territory", keys.read(place))


def _at(place: str) -> str:
    """Write where the middle of a cell is, to a hundred metres."""
    return "; ".join(formats.number(angle, 3) for angle in hexagons.centre(place))


def _edge(edge: float, unit: str) -> str:
    return short(edge, unit) if unit != "count" else formats.number(edge, 0 if edge >= 10 else 1)  # noqa: PLR2004


def _tip(row: Mapping[str, Any], measured: str, names: Mapping[str, str]) -> Tip:
    """Write the tooltip of a place: its number with its base, what the colour stands for, and what was before."""
    measure, name = measures.find(measured), plain(name_of(row[PLACE], names))
    if row["is_masked"]:
        return name, "меньше случаев, чем показывается"
    if row["value"] is None:
        return name, f"{measure.short_title}: {formats.FEW}, случаев {formats.number(row['n'])}"
    base = "" if measure.unit == "count" else f" из {formats.number(row['n'])}"
    lines = [f"{measure.short_title}: {formats.measure(row['value'], measure.unit)}{base}"]
    if measure.unit == "count":
        lines.append(_per(row))
    if row["before"] is not None:
        lines.append(f"было {formats.measure(row['before'], measure.unit)}")
    return name, "\n".join(lines)


def _per(row: Mapping[str, Any]) -> str:
    """Say what a number of cases comes to per area or per resident."""
    if "population" not in row:
        return f"{formats.number(row['shown'], 1)} на км² (площадь {formats.number(row[SQUARE_KM], 2)} км²)"
    if row["shown"] is None:
        return "сколько жителей, город не указал"
    return f"{formats.number(row['shown'], 1)} на 1 000 жителей ({formats.number(row['population'])})"
