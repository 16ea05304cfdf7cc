"""Bars, days and tables of the screen «Сроки» as HTML: every piece is a link to the rows behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Final

import polars as pl

from analytics import schema
from analytics.due_states import OVERDUE_EDGES
from analytics.schema import Stage
from loaders.city import City
from pages.shared import formats
from pages.shared.options import absent
from pages.shared.palette import Palette
from pages.shared.text import href_to, html_text

MOST_ROWS: Final = 12

UNSEEN: Final = "дольше, чем видно"
"""What stands where fewer have passed a stage than the number tells of."""

AS_USUAL: Final = 2
"""Step of the ramp for a stage that lasts as long as in the whole city; twice as long is twice as far up."""

Href = Callable[[str | None, int, str], str]
"""Gives the address of register rows: of a department, so many, due on those days."""


@dataclass(frozen=True, slots=True)
class Names:
    """Know the short titles of departments."""

    short: Mapping[str, str]

    @classmethod
    def of(cls, city: City) -> "Names":
        """Take the titles from a city."""
        return cls({body.title: body.short_title for body in city.departments})

    def title(self, department: str | None) -> str:
        """Give the words for a department."""
        return absent("department", None) if department is None else self.short.get(department, department)


def bands(edges: Sequence[int] = OVERDUE_EDGES) -> list[tuple[int, int | None, str]]:
    """List the bands of ageing: first day, last day (None: no end) and words.

    >>> bands((1, 4))
    [(1, 3, '1–3 дн.'), (4, None, 'от 4 дн.')]
    """
    closed = [(low, high - 1, f"{low}–{high - 1} дн.") for low, high in pairwise(edges)]
    return [*closed, (edges[-1], None, f"от {edges[-1]} дн.")]


def ageing(frame: pl.DataFrame, morning: date, names: Names, href: Href, palette: Palette) -> str:
    """Draw what is overdue by department as bars whose pieces are the bands, oldest last and hottest."""
    ramp = [palette.warm[i] for i in (2, 3, 4, 5, 6, 7)]
    counted: dict[str | None, dict[int, int]] = {}
    for department, band, appeals in frame.select("department", "from_day", "appeals").iter_rows():
        counted.setdefault(department, {})[band] = appeals
    ordered = sorted(counted.items(), key=lambda item: sum(item[1].values()), reverse=True)
    most = max((sum(each.values()) for _, each in ordered), default=1)
    rows = [
        _ageing_row(names.title(department), pieces, most, ramp, morning, partial(href, department))
        for department, pieces in ordered[:MOST_ROWS]
    ]
    rest = sum(sum(each.values()) for _, each in ordered[MOST_ROWS:])
    more = f'<p class="mcu-note">Ещё {formats.number(rest)} у остальных подразделений.</p>' if rest else ""
    legend = "".join(
        f'<span><i style="background:{c}"></i>{w}</span>' for c, (_, _, w) in zip(ramp, bands(), strict=True)
    )
    return f'<div class="mcu-keys">{legend}</div><div class="mcu-bars">{"".join(rows)}</div>{more}'


def _ageing_row(
    title: str,
    pieces: Mapping[int, int],
    most: int,
    ramp: Sequence[str],
    morning: date,
    href: Callable[[int, str], str],
) -> str:
    total = sum(pieces.values())
    drawn = "".join(
        _piece(pieces[low], most, colour, words, href(pieces[low], _due_days(morning, low, high)))
        for colour, (low, high, words) in zip(ramp, bands(), strict=True)
        if pieces.get(low)
    )
    words = html_text(title)
    return f'<div><span title="{words}">{words}</span><b>{formats.number(total)}</b><div>{drawn}</div></div>'


def _piece(count: int, most: int, colour: str, words: str, href: str) -> str:
    width = max(100 * count / most, 0.6)
    title = f"{words}: {formats.appeals(count)}"
    return (
        f'<a class="mcu-link" style="width:{width:.2f}%;background:{colour}"{href_to(href)} '
        f'title="{title}" aria-label="{title}"></a>'
    )


def _due_days(morning: date, low: int, high: int | None) -> str:
    """Write the due days of a band of ageing, as on that morning, for the register's address."""
    first = "" if high is None else f"{morning - timedelta(days=high)}"
    return f"{first}..{morning - timedelta(days=low)}"


def ahead(counted: Sequence[tuple[str, int, str]]) -> str:
    """Draw how much falls due by bands of days ahead: title, count and address of each."""
    most = max((count for _, count, _ in counted), default=0) or 1
    rows = "".join(
        f"<div><span>{html_text(title)}</span><b>{formats.number(count)}</b>"
        f"<div>{_ahead(count, most, title, href)}</div></div>"
        for title, count, href in counted
    )
    return f'<div class="mcu-bars mcu-ahead">{rows}</div>'


def _ahead(count: int, most: int, title: str, href: str) -> str:
    if not count:
        return ""
    words = f"{html_text(title)}: {formats.appeals(count)}"
    return f'<a class="mcu-link" style="width:{100 * count / most:.2f}%"{href_to(href)} aria-label="{words}"></a>'


def in_stages(times: pl.DataFrame, city: pl.DataFrame, names: Names, palette: Palette) -> str:
    """Draw departments against stages: median and nine of ten in days, hotter the longer beside the whole city."""
    stages = [stage.value for stage in Stage if stage in times["stage"]]
    usual = dict(city.select("stage", "median").iter_rows())
    rows: dict[str, dict[str, tuple[int | None, int | None]]] = {}
    for department, stage, median, ninth in times.select("department", "stage", "median", "ninth").iter_rows():
        rows.setdefault(department, {})[stage] = (median, ninth)
    head = "".join(f'<th scope="col" class="n">{schema.TITLES[stage].capitalize()}</th>' for stage in stages)
    body = "".join(
        f'<tr><th scope="row">{html_text(names.title(department))}</th>'
        + "".join(_stage_cell(cells.get(stage), usual.get(stage), palette) for stage in stages)
        + "</tr>"
        for department, cells in rows.items()
    )
    caption = (
        "Дольше всего на исполнении: за сколько дней этап прошла половина и за сколько — девять из десяти; "
        "цвет — во сколько раз дольше, чем по городу"
    )
    return (
        f'<p class="mcu-note">{caption}</p><div class="mcu-scroll mcu-data" tabindex="0" role="region" '
        f'aria-label="{caption}"><table class="mcu-table mcu-stages"><thead><tr>'
        f'<th scope="col">Подразделение</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _stage_cell(days: tuple[int | None, int | None] | None, usual: int | None, palette: Palette) -> str:
    if days is None:
        return f'<td class="n">{formats.DASH}</td>'
    median, ninth = days
    if median is None:
        return f'<td class="n">{UNSEEN}</td>'
    times = (median + 1) / ((usual or 0) + 1)  # a day more: zero to one is no disaster
    ramp = palette.warm
    colour = ramp[min(round(min(times, 4) * AS_USUAL), len(ramp) - 1)]
    said = f"{formats.number(median)} / {'дольше' if ninth is None else formats.number(ninth)}"
    return f'<td class="n" style="background:{colour};color:{palette.ink(colour)}">{said}</td>'


def month(
    frame: pl.DataFrame, today: date, is_working: Callable[[date], bool], href: Callable[[date, int], str]
) -> str:
    """Draw the days around `today` as a calendar: what was due and missed, and what is still to come."""
    days = {row["due_on"]: row for row in frame.iter_rows(named=True)}
    monday = today - timedelta(days=today.weekday() + 14)
    most = max((row["due"] for row in days.values()), default=1)
    cells = [_day(monday + timedelta(days=i), days, most, today, is_working, href) for i in range(7 * 7)]
    head = "".join(f"<span>{formats.weekday_short(monday + timedelta(days=i))}</span>" for i in range(7))
    return f'<div class="mcu-month"><div class="head">{head}</div><div class="days">{"".join(cells)}</div></div>'


def _day(
    day: date,
    days: Mapping[date, Mapping[str, int]],
    most: int,
    today: date,
    is_working: Callable[[date], bool],
    href: Callable[[date, int], str],
) -> str:
    row = days.get(day)
    names = [name for name, on in (("off", not is_working(day)), ("today", day == today), ("past", day < today)) if on]
    due = row["due"] if row else 0
    lines = [f"<small>{formats.day_short(day)}</small>", f"<b>{formats.number(due) if due else ''}</b>"]
    title = f"{formats.day(day)}: сроков нет"
    if row:
        said = [
            f"сроков {due}",
            f"в срок {row['on_time']}",
            f"нарушено {row['missed']}",
            f"ещё в работе {row['waiting']}",
        ]
        title = f"{formats.day(day)}: {', '.join(said)}"
        late = 100 * row["missed"] / due if due else 0
        lines.append(f'<i style="width:{100 * due / most:.0f}%"><i style="width:{late:.0f}%"></i></i>')
    body = "".join(lines)
    return f'<a class="mcu-link day {" ".join(names)}"{href_to(href(day, due))} title="{title}">{body}</a>'
