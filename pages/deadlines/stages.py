"""The panel of stages on «Сроки»: where work stands, and how long cases stay in each stage, at whom."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from analytics import natural, schema
from analytics.schema import Stage
from pages.deadlines import bars, reading
from pages.deadlines.bars import Names
from pages.shared import formats, frame, listing
from pages.shared.asked import Asked
from pages.shared.run import Run
from pages.shared.table import Heading, Link, some_of, table

_HEADS: Final = ("В работе", "Дней в этапе", "9 из 10", "Обращений")
MOST_BODIES: Final = 6


def stages(asked: Asked, run: Run) -> None:
    """Write what stands in each stage, how long cases stay there, and at whom they stay longest."""
    standing, times = reading.stages(asked).drop_nulls("stage"), reading.times_in_stages(asked)
    note = f"в работе на {formats.day(reading.moment(asked))}; время в этапе — по прошедшим его за год"
    with frame.panel("Этапы: где стоит работа и сколько", note, key="stages"):
        if standing.is_empty() and times.city.is_empty():
            st.html('<p class="mcu-note">Источники не сообщают этап работы.</p>')
            return
        headings = (Heading("Этап", is_wide=True), *(Heading(title, is_number=True) for title in _HEADS))
        st.html(table(headings, _rows(standing, times.city, run), "Этапы работы"))
        st.html(f'<p class="mcu-note">{known_words(times.known)}</p>')
        if times.departments.height:
            _longest(asked, run)


def _longest(asked: Asked, run: Run) -> None:
    """Write at whom cases stay longest, of the departments with enough of them."""
    times = reading.times_in_stages(asked)
    longest, bodies = _by_body(times.departments, asked.min_n)
    if not bodies:
        few = f"ни у кого нет {formats.number(asked.min_n)} обращений, прошедших исполнение"
        st.html(f'<p class="mcu-note">По подразделениям не показано: {few}.</p>')
        return
    drawn = bars.in_stages(longest, times.city, Names.of(run.city), run.palette)
    st.html(drawn + some_of(MOST_BODIES, bodies, "остальные видны, если отобрать подразделение слева"))


def _rows(standing: pl.DataFrame, times: pl.DataFrame, run: Run) -> list[list[str | Link]]:
    """Write one row per stage that anything is known of."""
    opened = dict(standing.select("stage", "open").iter_rows())
    known = {row["stage"]: row for row in times.iter_rows(named=True)}
    return [_row(stage.value, opened, known, run) for stage in Stage if stage in opened or stage in known]


def _row(stage: str, opened: Mapping[str, int], known: Mapping[str, dict[str, Any]], run: Run) -> list[str | Link]:
    title, time = schema.TITLES[stage].capitalize(), known.get(stage)
    stands: str | Link = formats.DASH
    if stage in opened:
        href = listing.href(opened[stage], run.filters, "open", stage=stage)
        stands = Link(formats.number(opened[stage]), href)
    if time is None:
        return [title, stands, *[formats.DASH] * 3]
    return [title, stands, _median(time), _days(time["ninth"]), formats.number(time["cases"])]


def _median(time: Mapping[str, Any]) -> str:
    """Write the median with its interval."""
    if time["median"] is None:
        return bars.UNSEEN
    within = [formats.number(time[name]) for name in ("lower", "upper") if time[name] is not None]
    return f"{formats.number(time['median'])} ({'–'.join(dict.fromkeys(within))})" if within else _days(time["median"])


def _days(days: int | None) -> str:
    return bars.UNSEEN if days is None else formats.number(days)


def known_words(known: Mapping[str, int]) -> str:
    """Say of how many cases the time in stages is known, and how."""
    told, seen = known["source"], known["seen"]
    if not told + seen:
        return "Сколько обращения пробыли в этапе, неизвестно: источники не сообщают, когда этап начался."
    how = [f"назвал источник у {formats.number(told)}"] if told else []
    how += [f"видно по сменявшимся записям, к дню их изменения, у {formats.number(seen)}"] if seen else []
    return (
        f"Начала этапов известны у {formats.number(told + seen)} из {formats.number(known['received'])} поступивших за "
        f"год: {'; '.join(how)}. Дней у половины обращений, в скобках — от и до с вероятностью 95 %; стоящие в этапе "
        "учтены, а не отброшены."
    )


def _by_body(times: pl.DataFrame, least: int) -> tuple[pl.DataFrame, int]:
    """Keep those that hold the execution longest of all the departments with enough cases, and count these.

    Each comes with all its stages.
    """
    enough = times.filter(pl.col("cases") >= least)
    bodies = enough.filter(pl.col("stage") == Stage.EXECUTION.value)
    longest = (
        bodies.sort(
            "median", "ninth", *natural.order("department"), descending=[True, True, False, False], nulls_last=False
        )
        .head(MOST_BODIES)
        .select("department", place=pl.int_range(pl.len()))
    )
    return enough.join(longest, on="department").sort("place", maintain_order=True), bodies.height
