"""Справочник показателей: what every number means, how it is counted, where it comes from, and its value now."""

from itertools import groupby

import streamlit as st

from analytics import measures as catalogue
from analytics.measures import EVERY, Measure
from loaders.cells import DEFAULT
from pages.shared import formats, frame, notices
from pages.shared.run import Run
from pages.shared.text import html_text

UNITS = {"count": "количество", "share": "доля, %", "days": "дни", "score": "средний балл"}
CLOCKS = {
    "received_on": "по дню поступления",
    "answered_on": "по дню завершения работы",
    "due_on": "по дню срока",
    None: "состояние на конец периода",
}
GOOD = {"up": "больше — лучше", "down": "меньше — лучше", None: "ни хорошо, ни плохо"}


def draw() -> None:
    """Draw the passports, grouped by the day they are counted by."""
    run = frame.current()
    frame.header(
        "Показатели",
        "Каждое число продукта определено один раз. Акты называют показатели, но не дают формул: определения — "
        "продукта, пороги — города; официальными они не являются.",
    )
    with notices.told():
        values = _values(run)
        for clock, group in groupby(sorted(EVERY.values(), key=_clock_order), key=lambda measure: measure.clock):
            with frame.panel(CLOCKS[clock].capitalize(), formats.span(run.period.start, run.period.end)):
                st.html(f'<div class="mcu-passports">{"".join(_passport(m, values, run) for m in group)}</div>')


def _clock_order(measure: Measure) -> int:
    return list(CLOCKS).index(measure.clock)


def _values(run: Run) -> dict[str, float | int | None]:
    needed = {name for measure in EVERY.values() for name in catalogue.needs(measure)}
    cells = run.cells(run.period.start, dimensions=(*DEFAULT, *sorted(needed)))
    found = catalogue.aggregate(cells, [], list(EVERY), run.period.window(run.as_of)).collect()
    return found.row(0, named=True)


def _passport(measure: Measure, values: dict[str, float | int | None], run: Run) -> str:
    n = values.get(f"{measure.key}_n")
    few = measure.unit == "share" and n is not None and n < run.city.thresholds.min_share_base
    value = formats.FEW if few else formats.measure(values[measure.key], measure.unit)
    base = f"{measure.base}: {formats.number(n)}" if measure.base else ""
    facts = {"Единица": UNITS[measure.unit], "Основание": base, "Смысл": GOOD[measure.good], "Источник": measure.source}
    listed = "".join(f"<dt>{name}</dt><dd>{html_text(text)}</dd>" for name, text in facts.items() if text)
    return (
        f'<section id="{html_text(measure.key)}"><h3>{html_text(measure.title)}</h3>'
        f'<b class="mcu-value">{html_text(value)}</b>'
        f"<p>{html_text(measure.definition, 600)}</p><dl>{listed}</dl></section>"
    )


draw()
