"""One unit beside the table: what its score is made of, whom it differs from, and the ways to its cases."""

from typing import Any, Final

import polars as pl

from analytics.criteria import CRITERION_TITLES, FEWER, INDICATORS, Criterion, Indicator
from analytics.rating import BOUND, Rating, Standing
from analytics.rounding import shares
from analytics.tally import UNIT
from pages.rating.league import Context, place_words
from pages.rating.view import Chosen
from pages.rating.words import tenths, two_layers
from pages.shared import address, formats, listing
from pages.shared.filters import Filters
from pages.shared.text import href_to, html_text

MOST: Final = 3

_SHOWN: Final = 0.05
"""Points below which a difference is written as none."""


def shown(rating: Rating, asked: str) -> str:
    """Choose the unit to show: the one asked for, else the last told apart from the rest, else the first."""
    if asked in rating.table[UNIT]:
        return asked
    apart = rating.table.filter(pl.col("standing") == Standing.BELOW.value)
    apart = apart if apart.height else rating.table.filter(pl.col("standing") == Standing.ABOVE.value).reverse()
    return str((apart if apart.height else rating.table.reverse())[UNIT][-1])


def story(rating: Rating, context: Context, filters: Filters) -> str:
    """Write the story of the unit that the context selects."""
    unit = context.selected
    row = rating.table.filter(pl.col(UNIT) == unit).row(0, named=True)
    parts = rating.parts.filter(pl.col(UNIT) == unit)
    title, full = (html_text(name(unit, context.city)) for name in (context.chosen.title, context.chosen.full_title))
    whole = f'<p translate="no">{full}</p>' if full != title else ""
    own = context.chosen.narrowed(filters, unit, context.city)
    return (
        f'<div class="mcu-story mcu-unit"><h2>{title}</h2>{whole}<p>{_lead(row)}</p>'
        f"<p>{_apart(rating, unit, context)}</p>"
        f"{_score(row, parts, context, own)}{_links(own, context.chosen, unit)}</div>"
    )


def _lead(row: dict[str, Any]) -> str:
    reach = formats.number(BOUND * row["deviation"], 1)
    return (
        f"Балл <b>{formats.number(row['score'], 1)} ± {reach}</b> из 100, место <b>{place_words(row)}</b> "
        f"из {row['of']} (с вероятностью 95 %), поступило {formats.number(row['n'])}."
    )


def _apart(rating: Rating, unit: str, context: Context) -> str:
    """Name whom the unit is told apart from, either way."""
    own = rating.pairs.filter(pl.col(UNIT) == unit)
    better, worse = (own.filter(side)["other"].to_list() for side in ("is_better", "is_worse"))
    said = [
        f"{word} {_whom(units, context)}" for word, units in (("лучше", better), ("хуже", worse)) if units
    ]  # fmt: skip
    if not said:
        return "Ни от кого не отличить: разница с каждым в пределах случайного."
    return f"Различие доказано, всё вместе с вероятностью 95 %: {'; '.join(said)}. С прочими — в пределах случайного."


def _whom(units: list[str], context: Context) -> str:
    if len(units) > MOST:
        return f"<b>{formats.number(len(units))}</b> других"
    return ", ".join(f"«{html_text(context.chosen.title(each, context.city))}»" for each in units)


def _score(row: dict[str, Any], parts: pl.DataFrame, context: Context, own: Filters) -> str:
    """Write the points of every indicator under its criterion; shown tenths add up to the shown score."""
    written = tenths(parts["points"].to_list(), row["score"])
    by_key = {
        part["indicator"]: (part, points) for part, points in zip(parts.iter_rows(named=True), written, strict=True)
    }
    by_criterion = [
        [by_key[key] for key, each in INDICATORS.items() if each.criterion is criterion and key in by_key]
        for criterion in Criterion
    ]
    weights = shares([float(sum(part["weight"] for part, _ in inside)) for inside in by_criterion], digits=0)
    said = []
    for criterion, inside, weight in zip(Criterion, by_criterion, weights, strict=True):
        if inside:
            total = formats.number(sum(points for _, points in inside), 1)
            most = formats.number(100 * weight, 0)
            said.append(f"<h3><span>{html_text(CRITERION_TITLES[criterion])}</span><span>{total} из {most}</span></h3>")
            said += [_indicator(part, points, context, own) for part, points in inside]
    total = f"<div class='sum'><span>Всего</span><b>{formats.number(row['score'], 1)}</b></div>"
    return f'<div class="made">{"".join(said)}{total}</div>{_runs(context)}'


_SILENT: Final = (
    "Об изменении сказано только по месяцам, которые вышли за пределы обычного: о нескольких месяцах подряд судить "
    "рано, пока не известен сезон (нужно больше двух с половиной лет) или соседние месяцы похожи друг на друга."
)


def _runs(context: Context) -> str:
    """Say that runs of months are not judged, where they are of none of the unit's measures."""
    own = [found for (unit, _), (found, _) in context.standings.statuses.items() if unit == context.selected]
    is_silent = own and not any(each.has_runs for each in own)
    return f'<small class="layers">{_SILENT}</small>' if is_silent else ""


def _indicator(part: dict[str, Any], points: float, context: Context, own: Filters) -> str:
    each = INDICATORS[part["indicator"]]
    own_rows = href_to(listing.href(base(part, each.key), own, each.measure_key))
    passport = href_to(f"{address.url('measures', own)}#{each.measure_key}")
    gain, level, centre = part["gain"], 100 * part["level"], 100 * part["centre"]
    tone = "muted" if abs(gain) < _SHOWN else "good" if gain > 0 else "bad"
    return (
        f'<div class="one"><div><span>{html_text(each.title)} <a class="mcu-link why"{passport} '
        f'title="{html_text(each.definition, 600)}" aria-label="Что это: {html_text(each.title)}">?</a></span>'
        f"<b>{formats.number(points, 1)}</b></div>"
        f'<i class="bar" style="--at:{centre:.1f}%"><i style="width:{level:.1f}%"></i></i>'
        f'<small><a class="mcu-link"{own_rows}>{_cases(part, each.key)}</a>, у середины '
        f'{formats.number(centre, 1)} %, <span class="mcu-{tone}">{formats.signed(gain, 1)}</span> балла</small>'
        f"{_layers(each, context)}</div>"
    )


def _layers(each: Indicator, context: Context) -> str:
    """Write how the unit's own measure stands at the end of the last whole month."""
    found = context.standings.statuses.get((context.selected, each.measure_key))
    if found is None or context.standings.month is None:
        return ""
    target = context.city.thresholds.on_time_target if each.key == "on_time" else None
    layers = two_layers(*found, each.measure, target)
    return f'<small class="layers">{formats.month(context.standings.month)}: {layers}</small>'


def _cases(part: dict[str, Any], key: str) -> str:
    """Write the share with its base; what the number of a period is turned into is told as two periods."""
    if not part["n"]:
        return "случаев нет, взята середина"
    if key == FEWER:
        return f"поступило {formats.number(part['n'] - part['k'])}, было {formats.number(part['k'])}"
    return f"{formats.percent(part['share'])}: {formats.number(part['k'])} из {formats.number(part['n'])}"


def base(part: dict[str, Any], key: str) -> int:
    """Count the cases that a share is taken over; of two periods those of the later one are listed."""
    return int(part["n"] - part["k"] if key == FEWER else part["n"])


def _links(own: Filters, chosen: Chosen, unit: str) -> str:
    cell = {"view": "work", "cell": unit} if chosen.who == "departments" else {}
    hrefs = {
        "Что происходит": address.url(address.HOME, own, **cell),
        "Сроки": address.url("deadlines", own),
        "Записи": listing.href(None, own),
    }
    return "".join(f'<a class="mcu-link button"{href_to(href)}>{words}</a> ' for words, href in hrefs.items() if href)
