"""The table of the screen «Рейтинг» as HTML: places as intervals, groups that cannot be told apart, parts of scores."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from analytics.criteria import CRITERION_TITLES, INDICATORS, Criterion
from analytics.rating import BOUND, Rating, Standing
from analytics.tally import UNIT
from loaders.city import City
from pages.rating.reading import Standings
from pages.rating.view import Chosen, Who
from pages.rating.words import tenths, two_layers
from pages.shared import formats
from pages.shared.palette import Palette
from pages.shared.text import href_to, html_text

_WORDS: Final = {
    Standing.ABOVE.value: ("good", "▲ выше середины"),
    Standing.BELOW.value: ("bad", "▼ ниже середины"),
    Standing.INDISTINCT.value: ("muted", "≈ в пределах случайного"),
}

_COLUMNS: Final = 6


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what a row needs beside its numbers; `unit_href` and `rows_href` give the addresses of a unit."""

    chosen: Chosen
    city: City
    indicator: str
    selected: str
    standings: Standings
    palette: Palette
    unit_href: Callable[[str], str]
    rows_href: Callable[[str, int], str]

    @property
    def target(self) -> float | None:
        """Give the target of the indicator, None where the city sets none."""
        return self.city.thresholds.on_time_target if self.indicator == "on_time" else None


def colours(palette: Palette) -> dict[Criterion, str]:
    """Give the criteria colours that differ in lightness."""
    steps = palette.sequential
    return dict(zip(Criterion, (steps[4], steps[2], steps[6]), strict=True))


def table(rating: Rating, context: Context) -> str:
    """Write the table."""
    titles = {group.key: group.title for group in rating.rules.groups}
    rows, group, tier = [], None, None
    for row in rating.table.iter_rows(named=True):
        if titles and row["peers"] != group:
            rows.append(_heading(f"Сравниваются между собой: {titles.get(row['peers'], 'остальные')}", "peers"))
        if (row["peers"], row["tier"]) != (group, tier):
            rows.append(_heading(_tier(rating.table, row, context.chosen.kind), "tier"))
        group, tier = row["peers"], row["tier"]
        rows.append(_row(row, context))
    caption = "Рейтинг: место с пределами, балл и из чего он сложился"
    return (
        f'{_legend(context.palette)}<div class="mcu-scroll mcu-data" tabindex="0" role="region" '
        f'aria-label="{caption}"><table class="mcu-table mcu-rating"><caption>{caption}</caption>'
        f"{_head(context)}<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _legend(palette: Palette) -> str:
    keys = "".join(
        f'<span><i style="background:{colour}"></i>{html_text(CRITERION_TITLES[each])}</span>'
        for each, colour in colours(palette).items()
    )
    return f'<div class="mcu-keys">{keys}</div>'


def _head(context: Context) -> str:
    measured = html_text(INDICATORS[context.indicator].measure.short_title)
    month = context.standings.month
    till = f", {formats.month(month)}" if month else ""
    aim = f", цель {formats.percent(context.target, 0)}" if context.target else ""
    titles = (
        ("place", "Место, 95 %"), ("unit", "Кто"), ("n", "Балл"), ("parts", "Из чего, баллы из 100"),
        ("n", "Поступило"), ("status", f"{measured}{till}{aim}"),
    )  # fmt: skip
    cells = "".join(f'<th scope="col" class="{name}">{title}</th>' for name, title in titles)
    return f"<thead><tr>{cells}</tr></thead>"


def _heading(text: str, name: str) -> str:
    return f'<tr class="{name}"><th colspan="{_COLUMNS}" scope="rowgroup">{html_text(text)}</th></tr>'


def _tier(frame: pl.DataFrame, row: dict[str, Any], kind: Who) -> str:
    """Say how many stand in a group; its members cannot be told apart from its first one."""
    alike = frame.filter(pl.col("peers") == row["peers"], pl.col("tier") == row["tier"]).height
    counted = formats.counted(alike, kind.one, kind.few, kind.many)
    return f"Группа {row['tier']} · {counted}" + ("" if alike == 1 else " · разница с первым в пределах случайного")


def _row(row: dict[str, Any], context: Context) -> str:
    unit = row[UNIT]
    full = html_text(context.chosen.full_title(unit, context.city))
    title, (tone, word) = html_text(context.chosen.title(unit, context.city)), _WORDS[row["standing"]]
    reach = formats.number(BOUND * row["deviation"], 1)
    link = f'<a class="mcu-link"{href_to(context.unit_href(unit))}>{title}</a>'
    rows = f'<a class="mcu-link"{href_to(context.rows_href(unit, row["n"]))}>{formats.number(row["n"])}</a>'
    shown = ' class="chosen" aria-current="true"' if unit == context.selected else ""
    return (
        f'<tr{shown}><td class="place">{_place(row)}</td>'
        f'<th scope="row" class="unit" title="{full}">{link}<small class="mcu-{tone}">{word}</small></th>'
        f'<td class="n score"><b>{formats.number(row["score"], 1)}</b> <small>± {reach}</small></td>'
        f'<td class="parts">{_parts(row, context.palette)}</td><td class="n volume">{rows}</td>'
        f'<td class="status">{_status(unit, context)}</td></tr>'
    )


def place_words(row: dict[str, Any]) -> str:
    """Write the interval of a place: «4–13», or «14» alone.

    >>> place_words({"place_low": 4, "place_high": 13})
    '4–13'
    """
    low, high = row["place_low"], row["place_high"]
    return str(low) if low == high else f"{low}–{high}"


def _place(row: dict[str, Any]) -> str:
    of, low, high = row["of"], row["place_low"], row["place_high"]
    left, width = 100 * (low - 1) / of, 100 * (high - low + 1) / of
    said = f"место {row['place']} из {of}, с вероятностью 95 % — {place_words(row)}"
    return (
        f'<span class="said">{place_words(row)}</span><span class="track" role="img" aria-label="{said}" '
        f'title="{said}"><i style="left:{left:.1f}%;width:{width:.1f}%"></i>'
        f'<b style="left:{100 * (row["place"] - 0.5) / of:.1f}%"></b></span>'
    )


def _parts(row: dict[str, Any], palette: Palette) -> str:
    """Draw the points by criterion as one bar, and write the sum below it."""
    points = tenths([row[each.value] for each in Criterion], row["score"])
    pieces = [
        f'<i style="width:{value:.1f}%;background:{colour}" '
        f'title="{html_text(CRITERION_TITLES[each])}: {formats.number(value, 1)}"></i>'
        for value, (each, colour) in zip(points, colours(palette).items(), strict=True)
    ]
    said = ", ".join(
        f"{CRITERION_TITLES[each]} {formats.number(value, 1)}" for value, each in zip(points, Criterion, strict=True)
    )
    total = " + ".join(formats.number(value, 1) for value in points)
    return (
        f'<span class="stack" role="img" aria-label="{html_text(said)}">{"".join(pieces)}</span><small>{total}</small>'
    )


def _status(unit: str, context: Context) -> str:
    measure = INDICATORS[context.indicator].measure
    found = context.standings.statuses.get((unit, measure.key))
    if found is None:
        return '<span class="layer mcu-muted">○ мало данных</span>'
    return two_layers(*found, measure, context.target)
