"""Справочник показателей: what every number means, how it is counted, where it comes from, and its value now."""

from itertools import groupby

import streamlit as st

from analytics.measures import EVERY, Measure
from pages.measures.reading import CLOCKS, GOOD, UNITS, clock_order, values
from pages.shared import formats, frame, notices
from pages.shared.asked import Asked
from pages.shared.run import Run
from pages.shared.text import html_text


def draw() -> None:
    """Draw the passports, grouped by the day they are counted by."""
    run = frame.current()
    frame.header(
        "Показатели",
        "Каждое число продукта определено один раз. Акты называют показатели, но не дают формул: определения — "
        "продукта, пороги — города; официальными они не являются.",
    )
    with notices.told():
        found = values(Asked.by(run))
        for clock, group in groupby(sorted(EVERY.values(), key=clock_order), key=lambda measure: measure.clock):
            with frame.panel(CLOCKS[clock].capitalize(), formats.span(run.period.start, run.period.end)):
                st.html(f'<div class="mcu-passports">{"".join(_passport(m, found, run) for m in group)}</div>')


def _passport(measure: Measure, found: dict[str, float | int | None], run: Run) -> str:
    n = found.get(f"{measure.key}_n")
    few = measure.unit != "count" and n is not None and n < Asked.by(run).min_n
    value = formats.FEW if few else formats.measure(found[measure.key], measure.unit)
    base = f"{measure.base}: {formats.number(n)}" if measure.base else ""
    facts = {"Единица": UNITS[measure.unit], "Основание": base, "Смысл": GOOD[measure.good], "Источник": measure.source}
    listed = "".join(f"<dt>{name}</dt><dd>{html_text(text)}</dd>" for name, text in facts.items() if text)
    return (
        f'<section id="{html_text(measure.key)}"><h3>{html_text(measure.title)}</h3>'
        f'<b class="mcu-value">{html_text(value)}</b>'
        f"<p>{html_text(measure.definition, 600)}</p><dl>{listed}</dl></section>"
    )


draw()
