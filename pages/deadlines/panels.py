"""The panels of the screen «Сроки»."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from analytics import breach, survival
from analytics.heat_map import HeatMap
from analytics.keys import written
from analytics.norms import Norm
from analytics.periods import Period, format_period
from pages.deadlines import bars, figures, reading
from pages.deadlines.bars import Names
from pages.heat_map.reading import headlines
from pages.shared import formats, frame, listing, take
from pages.shared.asked import Asked
from pages.shared.clicks import clicked
from pages.shared.filters import Filters
from pages.shared.layers import Verdict, aim_mark, assured, between, standing, too_early
from pages.shared.palette import Palette
from pages.shared.run import Run
from pages.shared.table import some_of
from pages.shared.text import href_to, html_text, label

LAST_DAY: Final = 60
"""Days of the curves: twice the longest ordinary norm."""


def strip(asked: Asked) -> str:
    """Say in one sentence whether dates are kept, whether that is changing, and where what is overdue lies."""
    found, target = reading.whole(asked), asked.city.thresholds.on_time_target
    share, n = found["on_time_share"], int(found["on_time_share_n"] or 0)
    if share is None or n < asked.min_n:
        kept = f"Сроков за период {formats.number(n)}: о доле «в срок» судить рано."
    else:
        tone, words = ("good", "цель достигнута") if share >= target else ("warn", "цель не достигнута")
        aim = f'<span class="mcu-{tone}">{aim_mark(share >= target)} {words}</span>'
        kept = (
            f"В срок <b>{formats.percent(share)}</b> из {formats.number(n)} наступивших сроков, цель "
            f"{formats.percent(target, 0)}: {aim}; {_standing(asked)}."
        )
    return f'<div class="mcu-say" role="status">{kept} {_where_overdue(asked)} {_tomorrow(asked)}</div>'


def _standing(asked: Asked) -> str:
    """Say whether the share is really changing, and whether its target is reached always, never, or now and then."""
    found = next(each for each in headlines(asked) if each.measure.key == "on_time_share")
    verdict, said = Verdict(found.measure, found.judgement), assured(found.assurance)
    words = f'<span class="mcu-{verdict.tone}">{verdict.sign} {standing(found.judgement)}</span>'
    return f"{words} · {said}" if said else words


def _where_overdue(asked: Asked) -> str:
    total = int(reading.whole(asked)["overdue_open"] or 0)
    if not total:
        return "Просроченных в работе нет."
    rows = reading.by_department(asked).sort("overdue_open", descending=True).head(1)
    name, most = rows["department"][0], int(rows["overdue_open"][0])
    title = html_text(Names.of(asked.city).title(name))
    much = f", из них {formats.number(most)} — {title}" if 3 * most >= total else ""
    when = "сейчас" if reading.is_present(asked) else f"на {formats.day(reading.moment(asked))}"
    return f"Просрочено {when} <b>{formats.number(total)}</b>{much}."


def _tomorrow(asked: Asked) -> str:
    """Say how many dates run out by the end of the next working day, and how many will probably be missed."""
    rows = reading.forecast(asked).filter(pl.col("is_city"), pl.col("ahead") == breach.HORIZONS[0])
    if rows.is_empty():
        return ""
    due, expected, lower, upper, decided = rows.select("open", "expected", "lower", "upper", "decided").row(0)
    nearest = "ближайшего" if reading.is_present(asked) else f"первого после {formats.day(reading.moment(asked))}"
    runs_out = f"К концу {nearest} рабочего дня истекает <b>{formats.number(due)}</b>"
    if expected is None:
        return f"{runs_out}; {too_early(decided)}."
    return f"{runs_out}, вероятно, не успеют {formats.number(expected)} ({between(lower, upper)})."


def facts(asked: Asked, filters: Filters) -> str:
    """Write the numbers of the period as links to what they count."""
    found = reading.whole(asked)
    curves = reading.curves(asked)
    open_share = survival.open_after(curves.city, [], [30])["open_share"][0] if curves.city.height else None
    missed = f"из {formats.number(found['on_time_share_n'])} наступивших"
    items = [
        ("missed", "Нарушено сроков", formats.number(found["missed"]), missed),
        ("overdue_open", "Просрочено", formats.number(found["overdue_open"]), "в работе, срок прошёл"),
        ("postponed", "Отложено", *_put_off(asked, found)),
        ("open", "В работе", formats.number(found["open"]), "на конец периода"),
        (
            "median_answer_days",
            "Половина ответов — до",
            formats.measure(found["median_answer_days"], "days"),
            _ninth(found),
        ),
        ("", "Открыты на 30-й день", formats.percent(open_share), "поступивших за год"),
    ]
    drawn = (
        f'<a class="mcu-link"{_behind(key, found, filters)}>'
        f"<span>{title}</span><b>{value}</b><small>{small}</small></a>"
        for key, title, value, small in items
    )
    return f'<div class="mcu-facts mcu-linked">{"".join(drawn)}</div>'


def _behind(measure: str, found: dict[str, float | None], filters: Filters) -> str:
    """Lead to the rows of a number; a share of a year's curve has none in the period."""
    if not measure:
        return ""
    return href_to(listing.href(found.get(f"{measure}_n", found[measure]), filters, measure))


def _put_off(asked: Asked, found: dict[str, float | None]) -> tuple[str, str]:
    """Write how many are put off; where no source tells of it, that is unknown and not zero."""
    if reading.ever_puts_off(asked):
        return formats.number(found["postponed"]), "срок перенесён на дату"
    return formats.DASH, "источники не сообщают"


def _ninth(found: dict[str, float | None]) -> str:
    return f"9 из 10 — до {formats.measure(found['p90_answer_days'], 'days')}"


def cohorts(asked: Asked, run: Run) -> None:
    """Draw the on-time share by cohort of due dates."""
    found, names = reading.cohorts(asked), Names.of(run.city)
    weeks = reading.weeks(asked)
    note = f"по неделе срока, {formats.span(weeks.start, weeks.end)}; открытые просроченные считаются нарушенными"
    with frame.panel("В срок: держатся ли даты", note, key="cohorts"):
        event = st.plotly_chart(
            cohort_figure(asked, names, run.palette), key="cohort-lines", theme=None,
            config={"displayModeBar": False}, alt=f"В срок {note}",
            on_select="rerun", selection_mode="points",
        )  # fmt: skip
        st.html(_chosen(clicked(event), found, weeks.end, names, run))
        few = f"Точки нет, где в основании меньше {asked.min_n} случаев."
        lines = _lines(found, len(reading.worst(asked)))
        st.html(f'{lines}<p class="mcu-note">{few}{settling_words(asked)}</p>')


def _lines(found: HeatMap, drawn: int) -> str:
    """Say whose lines are drawn beside the whole."""
    bodies = sum(key is not None for key in found.row_keys)
    how = "линии — у тех, кто пропускает больше всего, все числа — в таблице внизу; те же линии — у доли ещё открытых"
    return some_of(drawn, bodies, how) if drawn else ""


def _starts(found: HeatMap) -> list[date]:
    return [key for key in found.column_keys if isinstance(key, date)]


def cohort_figure(asked: Asked, names: Names, palette: Palette) -> go.Figure:
    """Draw the cohorts of the city and of the departments that miss most."""
    found = reading.cohorts(asked)
    starts = _starts(found)
    chosen = [key for key in reading.worst(asked) if key in found.row_keys]
    lines = [_city_line(found, starts), *(_line(found, key, names.title(key)) for key in chosen)]
    return figures.cohorts(lines, asked.city.thresholds.on_time_target, _settling(starts, asked), starts, palette)


def settling_words(asked: Asked) -> str:
    """Say from which week on the shares are not settled."""
    first = _settling(_starts(reading.cohorts(asked)), asked)
    if first is None:
        return ""
    return f" Затенены недели с {formats.day(first)}: они ещё идут, или строки за них ещё приходят; доля изменится."


def _settling(starts: list[date], asked: Asked) -> date | None:
    """Find the first week that is not over or whose rows are still arriving; None where all are settled."""
    late = reading.settling_from(asked)
    first = asked.as_of + timedelta(days=1) if late is None else late
    return next((start for start in starts if start + timedelta(days=6) >= first), None)


def _chosen(data: Sequence[Any], found: HeatMap, last: date, names: Names, run: Run) -> str:
    """Lead from a clicked point to the dates of that week; without one say that points lead somewhere."""
    place, starts = str(data[1])[:9] if len(data) > 1 else "", _starts(found)
    if not place.isdecimal() or int(place) >= len(starts):
        return '<p class="mcu-note">Нажмите на точку, чтобы увидеть сроки этой недели.</p>'
    start, key = starts[int(place)], str(data[0])
    number = _dates(found, start, key if key in run.options.of("departments") else "")
    filters = run.filters.replace(departments=(key,)) if key in run.options.of("departments") else run.filters
    week = Period(start, min(start + timedelta(days=6), last))
    who = names.title(key) if key else "все подразделения"
    rows = href_to(listing.href(number, filters.replace(period=format_period(week)), "due"))
    words = f"Показать сроки недели с {formats.day(start)} · {html_text(who)}: {formats.number(number)}"
    return f'<a class="mcu-link"{rows}>{words}</a>'


def _dates(found: HeatMap, start: date, key: str) -> int:
    """Count the dates of a week, of a department or of all."""
    rows = found.cells.filter(pl.col("row") == key) if key else found.column_totals
    return int(rows.filter(pl.col("column") == start)["n"].sum())


def _city_line(found: HeatMap, starts: list[date]) -> figures.Line:
    return _points(found.column_totals.select("column", "value", "n"), "Всего", starts, is_city=True)


def _line(found: HeatMap, key: str, title: str) -> figures.Line:
    rows = found.cells.filter(pl.col("row") == key).select("column", "value", "n")
    return _points(rows, title, [start for start in found.column_keys if isinstance(start, date)], key=key)


def _points(
    rows: pl.DataFrame, title: str, starts: list[date], *, is_city: bool = False, key: str = ""
) -> figures.Line:
    by_start = {start: (value, n) for start, value, n in rows.iter_rows()}
    points = []
    for index, start in enumerate(starts):
        value, n = by_start.get(start, (None, 0))
        tip = f"<b>{label(title)}</b><br>сроки недели с {formats.day(start)}<br>{formats.percent(value)} из {n}"
        points.append((index, value, tip))
    return figures.Line(title, tuple(points), is_city=is_city, key=key)


def ageing(asked: Asked, run: Run) -> None:
    """Draw what is overdue by department and by how long."""
    day = reading.moment(asked)
    note = f"в работе на {formats.day(day)}, дни после срока"
    with frame.panel("Просрочено: у кого и как давно", note, key="ageing"):
        counted = reading.ageing(asked)
        if counted.is_empty():
            st.html('<p class="mcu-note">Просроченных в работе нет.</p>')
            return
        drawn = bars.ageing(counted, reading.morning(asked), Names.of(run.city), _rows_of(run), run.palette)
        st.html(drawn + take.rest(bars.MOST_ROWS, counted["department"].n_unique()))


def _rows_of(run: Run) -> bars.Href:
    def href(department: str | None, number: int, due: str) -> str:
        filters = run.filters.replace(departments=(written(department),))
        return listing.href(number, filters, "overdue_open", due=due)

    return href


def open_by_day(asked: Asked, run: Run) -> None:
    """Draw how many are still open by day since receipt."""
    curves, names = reading.curves(asked), Names.of(run.city)
    end = reading.moment(asked)
    note = f"поступившие за год по {formats.day(end)}; незавершённые учтены, а не отброшены"
    with frame.panel("Скорость: доля ещё открытых", note, key="open-by-day"):
        if curves.city.is_empty():
            st.html('<p class="mcu-note">За год не поступило ни одного обращения.</p>')
            return
        figure = curve_figure(asked, names, run.palette)
        st.plotly_chart(figure, key="curves", theme=None, config={"displayModeBar": False}, alt=f"Скорость, {note}")
        st.html(f'<p class="mcu-note">{medians(curves.medians, names)}</p>')


def curve_figure(asked: Asked, names: Names, palette: Palette) -> go.Figure:
    """Draw the share still open by day: the city with its band, and the departments that miss most."""
    curves = reading.curves(asked)
    lines = [_curve(curves.city, "Всего", is_city=True)]
    for key in reading.worst(asked):
        rows = curves.departments.filter(pl.col("department") == key)
        lines += [_curve(rows, names.title(key))] if rows.height else []
    return figures.still_open(lines, curves.city, _marks(asked.city.rules.norms), LAST_DAY, palette)


def _curve(rows: pl.DataFrame, title: str, *, is_city: bool = False) -> figures.Line:
    shown = rows.filter(pl.col("day") <= LAST_DAY)
    points = [(0, 1.0, f"<b>{label(title)}</b><br>в день поступления открыты все")]
    points += [
        (day, share, f"<b>{label(title)}</b><br>к концу {day}-го дня открыто {formats.percent(share)}")
        for day, share in shown.select("day", "open_share").iter_rows()
    ]
    return figures.Line(title, tuple(points), is_city=is_city)


def _marks(norms: tuple[Norm, ...]) -> list[tuple[int, str]]:
    """Name the calendar days of the norms of answer, each once."""
    days = sorted({norm.amount for norm in norms if norm.event == "answer" and norm.unit == "calendar_days"})
    return [(day, f"{day} дн.") for day in days]


def medians(found: pl.DataFrame, names: Names) -> str:
    """Say the median with its interval, of the city first."""
    said = [
        f"{'Всего' if department is None else html_text(names.title(department))}: {_median(median, lower, upper)}"
        for department, median, lower, upper in found.select("department", "median", "lower", "upper").iter_rows()
    ]
    return f"Половина завершается за (в скобках — от и до с вероятностью 95 %): {'; '.join(said)}."


def _median(median: int | None, lower: int | None, upper: int | None) -> str:
    if median is None:
        return "дольше, чем наблюдали"
    within = (
        f"{formats.number(lower)}–{formats.number(upper)}"
        if lower is not None and upper is not None
        else "не определён"
    )
    return f"{formats.number(median)} дн. ({within})"


def due_days(asked: Asked, run: Run) -> None:
    """Draw the calendar of due dates around the end of the period."""
    day = reading.morning(asked)
    with frame.panel("Календарь сроков", "сколько сроков в день; красным — нарушенные", key="due-days"):
        st.html(bars.month(reading.calendar(asked), day, _is_working(run), _day_rows(run)))


def _is_working(run: Run) -> Callable[[date], bool]:
    return run.city.rules.calendar.is_working


def _day_rows(run: Run) -> Callable[[date, int], str]:
    return lambda day, due: listing.href(due, run.filters, listing.DATED, due=f"{day.isoformat()}..{day.isoformat()}")
