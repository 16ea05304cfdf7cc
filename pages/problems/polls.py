"""The panel of candidates for a poll or a vote, and their file."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from analytics.polls import USUAL_RULES
from pages.problems import reading
from pages.problems.ways import Ways
from pages.shared import formats, frame, take
from pages.shared.asked import Asked
from pages.shared.table import Cell, Heading, Link, table

MOST_ROWS: Final = 12

_COLUMNS: Final = (
    *(Heading("Тема", is_wide=True), Heading("Блок", is_wide=True)),
    *(Heading("Поступило", is_number=True), Heading("Почему", is_wide=True)),
)


def panel(asked: Asked, ways: Ways) -> None:
    """List what the citizens may be asked about, each topic with the reasons."""
    period = reading.poll_period(asked)
    with frame.panel("О чём спросить жителей", f"темы для опроса или голосования, {_span(asked)}", key="polls"):
        found = reading.polls(asked)
        if found.height:
            days = reading.link_period(period.start, period.end)
            rows = [_row(row, asked, ways, days) for row in found.head(MOST_ROWS).iter_rows(named=True)]
            listed = table(_COLUMNS, rows, "Темы для опроса или голосования с причинами")
            st.html(listed + take.rest(MOST_ROWS, found.height))
        else:
            st.html('<p class="mcu-quiet">Тем, по которым набралось достаточно причин, за эти дни нет.</p>')
        st.html(f'<p class="mcu-note">{rule()}</p>')


def _row(row: dict[str, Any], asked: Asked, ways: Ways, days: str) -> list[Cell]:
    named, number = (row["topic_block"], row["topic"]), row["received"]
    href = ways.path(("topic_block", "topic"), named, "appeals", number, period=days)
    return [
        row["topic"],
        ways.title("topic_block", row["topic_block"]),
        Link(formats.number(number), href),
        "; ".join(reasons(row, asked.min_n)),
    ]


def reasons(row: Mapping[str, Any], least: int) -> list[str]:
    """Write the reasons that speak for a topic, each with its number."""
    satisfied = formats.share(row["satisfied_share"], row["satisfied_n"], least)
    words = {
        "people": "обращаются многие",
        "territories": f"в {formats.counted(row['territories'], 'территории', 'территориях', 'территориях')}",
        "rising": f"растёт, было {formats.number(row['received_before'])}",
        "dissatisfied": f"довольных меньше обычного: {satisfied} из {formats.number(row['satisfied_n'])}",
        "repeats": f"повторных больше обычного: {formats.percent(row['repeat_share'], 0)}",
    }
    return [words[reason] for reason in row["reasons"]]


def rule() -> str:
    """Say when a topic is listed."""
    rule = USUAL_RULES
    return (
        f"Тема попадает в список, если обращений не меньше {rule.people} и есть ещё хотя бы {rule.others} причины: "
        f"не меньше {rule.territories} территорий (по {rule.each} обращения), рост, недовольство ответами или "
        "повторные чаще обычного — последние три только там, где это не случай. Правило своё, решает человек."
    )


def _span(asked: Asked) -> str:
    period = reading.poll_period(asked)
    widened = "" if period == asked.period else ", не меньше четырёх недель"
    return f"{formats.span(period.start, period.end)}{widened}"
