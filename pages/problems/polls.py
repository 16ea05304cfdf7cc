"""The panel of candidates for a poll or a vote, and their file."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import streamlit as st

from analytics.polls import USUAL_RULES
from loaders.scope import Scope
from pages.gate.downloads import Made
from pages.problems import reading
from pages.problems.ways import Ways
from pages.shared import export, formats, frame, readers
from pages.shared.asked import Asked
from pages.shared.export import Offered
from pages.shared.filters import DIMENSIONS
from pages.shared.inert_csv import inert_csv
from pages.shared.run import Run
from pages.shared.table import Cell, Heading, Link, table

MOST_ROWS: Final = 12

_COLUMNS: Final = (
    *(Heading("Тема", is_wide=True), Heading("Блок", is_wide=True)),
    *(Heading("Поступило", is_number=True), Heading("Почему", is_wide=True)),
)

_HEADS: Final = (
    *("Тема", "Блок", "Поступило", "Было", "Территорий", "Повторных, %", "Довольны, %", "Оценок"),
    *("Почему", "Период", "Данные на", "Отборы"),
)


def panel(asked: Asked, run: Run, ways: Ways) -> None:
    """List what the citizens may be asked about, each topic with the reasons."""
    period = reading.poll_period(asked)
    with frame.panel("О чём спросить жителей", f"темы для опроса или голосования, {_span(asked)}", key="polls"):
        found = reading.polls(asked)
        if found.height:
            days = reading.link_period(period.start, period.end)
            rows = [_row(row, asked, ways, days) for row in found.head(MOST_ROWS).iter_rows(named=True)]
            st.html(table(_COLUMNS, rows, "Темы для опроса или голосования с причинами"))
        else:
            st.html('<p class="mcu-quiet">Тем, по которым набралось достаточно причин, за эти дни нет.</p>')
        st.html(f'<p class="mcu-note">{_rule()}</p>')
        export.button(run, offered(asked, run, ways, found.height))


def _row(row: dict[str, Any], asked: Asked, ways: Ways, days: str) -> list[Cell]:
    href = ways.path(("topic_block", "topic"), (row["topic_block"], row["topic"]), "appeals", period=days)
    return [
        Link(row["topic"], href),
        ways.title("topic_block", row["topic_block"]),
        formats.number(row["received"]),
        "; ".join(_reasons(row, asked.min_n)),
    ]


def _reasons(row: Mapping[str, Any], least: int) -> list[str]:
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


def _rule() -> str:
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


def offered(asked: Asked, run: Run, ways: Ways, rows: int) -> Offered:
    """Describe the file of the candidates; it is made anew, of what the fetching reader's scope opens."""
    period = reading.poll_period(asked)
    chosen = _chosen(run)

    def make(scope: Scope) -> Made:
        found = reading.polls(replace(asked, scope=scope, version=readers.version(scope)))
        about = (formats.span(period.start, period.end), formats.day(asked.as_of), chosen)
        return Made(
            inert_csv(_HEADS, ([*_line(row, asked.min_n, ways), *about] for row in found.iter_rows(named=True))),
            found.height,
        )

    return Offered("Темы для опроса", f"темы для опроса {period.start:%d.%m.%Y}-{period.end:%d.%m.%Y}.csv", rows, make)


def _chosen(run: Run) -> str:
    """Write the filters that narrowed the list."""
    titles = [run.options.title(name, key) for name in DIMENSIONS for key in getattr(run.filters, name)]
    return ", ".join(titles) or "нет"


def _line(row: Mapping[str, Any], least: int, ways: Ways) -> list[object]:
    enough = row["satisfied_n"] >= least and row["satisfied_share"] is not None
    return [
        row["topic"],
        ways.title("topic_block", row["topic_block"]),
        row["received"],
        row["received_before"],
        row["territories"],
        round(row["repeat_share"] * 100, 1),
        round(row["satisfied_share"] * 100, 1) if enough else None,
        row["satisfied_n"],
        "; ".join(_reasons(row, least)).replace(formats.NBSP, " "),
    ]
