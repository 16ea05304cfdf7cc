"""Colour and words of places that stand out beyond noise: hot spots, and clusters of the last days."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from analytics import hexagons, scan
from analytics.hexagons import PLACE
from analytics.hotspots import Excess, HotSpot
from pages.map import painting, reading, spots
from pages.map.features import OPACITY, Tip, rgb
from pages.map.painting import Paint
from pages.map.view import View
from pages.shared import formats, legend
from pages.shared.asked import Asked
from pages.shared.options import absent, title_map
from pages.shared.palette import Palette
from pages.shared.text import href_to, html_text, plain

_QUIET: Final = 70
_SILENT: Final = 30

_AGAINST: Final = {
    "residents": "по числу жителей",
    "others": "по остальным блокам тех же мест",
    "past": "по двенадцати таким же периодам до этого",
}


@dataclass(frozen=True, slots=True)
class Line:
    """Write one hot spot in a list: its title, what was seen, and the place that a click opens."""

    title: str
    words: str
    place: str


def excess(asked: Asked, view: View) -> Excess:
    """Give the hot spots of a view."""
    if view.show == "more":
        return spots.more(asked, view.by_areas)
    return spots.worse(asked, view.measure, view.by_areas)


def paint(asked: Asked, view: View, palette: Palette) -> Paint:
    """Colour places: hot spots, what was tested and is within chance, and what is too little to say."""
    if view.show == "surges":
        return _clusters(asked, palette)
    found = excess(asked, view)
    sized = found.places if view.by_areas else found.places.join(hexagons.ground(found.places[PLACE]), on=PLACE)
    names = _names(asked, view)
    hot, quiet, silent = rgb(palette.bad, OPACITY), rgb(palette.muted, _QUIET), rgb(palette.muted, _SILENT)
    rows = sized.to_dicts()
    fills = [hot if row["spot"] else silent if row["q"] is None else quiet for row in rows]
    return Paint(sized, fills, [_tip(row, names, view, asked) for row in rows])


def _tip(row: Mapping[str, Any], names: Mapping[str, str], view: View, asked: Asked) -> Tip:
    name = plain(painting.name_of(row[PLACE], names))
    if not asked.shows_small and row["seen"] < asked.city.thresholds.min_published:
        return name, "меньше случаев, чем показывается"
    what = f"{_what(view)}: {formats.number(row['seen'])}, ожидалось {formats.number(row['expected'], 1)}"
    if row["spot"]:
        return name, f"{what}\nпятно {row['spot']}: случаем этого не объяснить"
    return name, f"{what}\n{'слишком мало, чтобы судить' if row['q'] is None else 'в пределах случайного'}"


def _what(view: View) -> str:
    """Name what was counted: cases, or those that are bad by the measure."""
    return _BAD[view.measure] if view.show == "worse" else "поступило"


_BAD: Final = {
    "on_time_share": "не в срок",
    "overdue_share": "просрочено",
    "repeat_share": "повторных",
    "reworked_share": "возвращено на доработку",
    "satisfied_share": "недовольных",
}


def _names(asked: Asked, view: View) -> Mapping[str, str]:
    return {} if view.by_areas else reading.names(asked, spots.resolution(asked))


def _clusters(asked: Asked, palette: Palette) -> Paint:
    """Colour the cells of clusters; only these are drawn."""
    told = spots.clusters(asked)
    names = reading.names(asked, spots.resolution(asked))
    tips = {
        place: (plain(painting.name_of(place, names)), f"всплеск {number} с {formats.day(each.cluster.since)}")
        for number, each in enumerate(told, start=1)
        for place in each.cluster.places
    }
    frame = hexagons.ground(tips)
    return Paint(frame, [rgb(palette.bad, OPACITY)] * frame.height, list(tips.values()))


def legend_html(view: View, palette: Palette) -> str:
    """Write the legend of what stands out: two colours and their words."""
    if view.show == "surges":
        return legend.html([palette.bad], ["всплеск"], "", "всплеск последних дней")
    words = "в пределах случайного", "больше, чем объясняет случай"
    return legend.html([palette.muted, palette.bad], words, *words)


def title(view: View) -> str:
    """Head the map of a view that tells what stands out."""
    if view.show == "worse":
        return f"Где хуже: {_BAD[view.measure]}"
    return "Где пишут чаще обычного" if view.show == "more" else "Всплески: где и когда"


def lines(asked: Asked, view: View, radar: str) -> list[Line]:
    """List what stands out, the greatest excess first; `radar` is the address of the surge radar."""
    names = _names(asked, view)
    if view.show == "surges":
        return [_of_cluster(each, asked, radar) for each in spots.clusters(asked)]
    return [
        Line(painting.name_of(spot.foremost, names), _spot_words(spot, asked, view), spot.foremost)
        for spot in excess(asked, view).spots
    ]


def _spot_words(spot: HotSpot, asked: Asked, view: View) -> str:
    """Say what stands out and how much; small numbers are for those who see rows."""
    many = f"в {formats.number(spot.ratio, 1)} раза больше; {_cells(len(spot.places), view)}"
    if not asked.shows_small and spot.seen < asked.city.thresholds.min_published:
        return f"{_what(view)} {many}"
    return f"{_what(view)} <b>{formats.number(spot.seen)}</b> вместо {formats.number(spot.expected, 1)} — {many}"


def _cells(count: int, view: View) -> str:
    if view.by_areas:
        return formats.counted(count, "территория", "территории", "территорий")
    return formats.counted(count, "ячейка", "ячейки", "ячеек")


def _of_cluster(told: spots.Told, asked: Asked, radar: str) -> Line:
    cluster = told.cluster
    rare = (
        f"случай один дал бы такое реже раза в {formats.counted(int(cluster.recurrence_days), 'день', 'дня', 'дней')}"
    )
    topics = f"Больше прежнего: {html_text(', '.join(told.topics))}. " if told.topics else ""
    same = f'Об этом же говорит <a class="mcu-link"{href_to(radar)}>радар всплесков</a>. ' if told.alarms else ""
    return Line(
        f"{told.territory or 'Место без территории'}: {_block(cluster.stratum, asked)}",
        f"с {formats.day(cluster.since)} по {formats.day(cluster.until)} <b>{formats.number(cluster.seen)}</b> вместо "
        f"{formats.number(cluster.expected, 1)}. {topics}{same}{rare.capitalize()}.",
        cluster.centre,
    )


def _block(key: str | None, asked: Asked) -> str:
    return title_map(asked.city, "topic_block").get(key or "", absent("topic_block", key))


def silence(asked: Asked, view: View) -> str:
    """Say that nothing stands out, and what was looked at."""
    if view.show == "surges":
        return (
            "За последние две недели нигде не пришло больше, чем объясняют случай и то, что в этом городе бывает: "
            "разница в пределах случайного."
        )
    found = excess(asked, view)
    if not found.tested:
        return "Случаев слишком мало, чтобы отличить пятно от случая: возьмите период длиннее."
    where = formats.counted(found.tested, "места", "мест", "мест")
    mixed = " Чем места отличаются, объясняют их темы и случай." if view.show == "worse" else ""
    return f"Ни в одном из {where} числа не выше случайных: разница в пределах случайного.{mixed}"


def method(asked: Asked, view: View) -> str:
    """Say what was compared with what, and how many false alarms that costs."""
    if view.show == "surges":
        return (
            "Последние две недели против двенадцати, по каждому блоку: место и день недели учтены, повторные не в "
            "счёт. Обращения идут пачками, поэтому всплеск сверен и с прошлыми днями этого города: показано то, что "
            f"бывает не чаще раза в сто дней. Названы самые явные, не больше {scan.MOST_CLUSTERS}."
        )
    found = excess(asked, view)
    against = _STANDARD if view.show == "worse" else _AGAINST[spots.reference(asked, by_areas=view.by_areas)]
    rate = formats.percent(found.limit, 0)
    near = "каждая территория сама по себе" if view.by_areas else "вместе с соседними ячейками"
    clumps = ""
    if found.dispersion > _CLUMPED:
        times = formats.number(found.dispersion, 1)
        clumps = f"; случаи идут пачками, числа расходятся больше случайного в {times} раза, это учтено"
    return (
        f"Ожидается {against}; {near}. Проверено мест: {formats.number(found.tested)}, ложных среди "
        f"названных — не больше {rate}{clumps}."
    )


def authors(view: View) -> str:
    """Name the method and its authors."""
    if view.show == "surges":
        return "Пространственно-временное сканирование перестановками (Куллдорф, 2005)."
    return "Доля ложных среди названных — по Бенджамини и Хохбергу (1995)."


_STANDARD: Final = "по доле всего города в тех же темах, а где есть сроки — и с теми же сроками"

_CLUMPED: Final = 1.15
