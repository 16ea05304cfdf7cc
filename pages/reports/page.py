"""Screen «Отчёты»: the papers of the acts, each seen before it is taken, and any file proved again by its number."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from analytics.periods import Period, format_period
from loaders.access.roles import Right
from loaders.errors import InputRefused
from pages.paper import orders, proof
from pages.reports import preview, spans
from pages.reports.catalogue import REPORTS
from pages.reports.layouts import LAYOUTS, USUAL
from pages.shared import address, formats, frame, notices, take_dialog, viewer
from pages.shared.run import Run
from pages.shared.text import html_text

_SHOWN = 8
"""Whole periods that may be chosen from at once; a link may name any other."""


def _draw(run: Run) -> None:
    listed = [key for key, each in REPORTS.items() if viewer.may(run.viewer, each.right, run.scope.municipality)]
    key = address.param("report", listed, listed[0])
    report = REPORTS[key]
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="report-choice"):
        _choose("report", "Отчёт", listed, key, {name: REPORTS[name].title for name in listed})
        period = _period(run, key)
        layout = _layout() if key == "quarterly" else ""
    query = {"period": [format_period(period)], **({"layout": [layout]} if layout else {})}
    query |= {
        name: values
        for name, values in address.query().items()
        if name in {"block", "department", "channel", "territory", "kind"}
    }
    with notices.told():
        order = orders.Order.of("report", key, query, "pdf", base=address.base())
        paper, _ = orders.paper(order, run.scope)
        with st.container(key="report-forms", border=True):
            st.html(f'<p class="mcu-note">{html_text(report.asks)}. Скачивание попадает в журнал.</p>')
            _forms(run, order, len(paper.parts))
        preview.draw(paper)


@st.fragment
@viewer.anew
def _forms(person: viewer.Viewer, run: Run, order: orders.Order, parts: int) -> None:
    """Draw the formats; the order of another report is forgotten."""
    if st.session_state.get("report-of") != order:
        take_dialog.begin()
        st.session_state["report-of"] = order
    with notices.told():
        viewer.demand(person, Right.EXPORT, run.scope.municipality)
        take_dialog.forms(person, viewer.scope(person, run.scope.municipality), order, parts)


def _choose(name: str, label: str, keys: list[str], value: str, titles: dict[str, str]) -> None:
    widget = f"report-{name}"
    st.session_state[widget] = value
    st.selectbox(
        label, keys, format_func=titles.__getitem__, key=widget, filter_mode=None, width=320,
        on_change=lambda: _set(name, str(st.session_state[widget])),
    )  # fmt: skip


def _set(name: str, value: str) -> None:
    """Write a choice into the address; another report begins with its own usual period."""
    address.set_param(name, value)
    if name == "report":
        address.set_param("period", None)
        address.set_param("layout", None)


def _period(run: Run, key: str) -> Period:
    """Let the reader choose a whole period; the last one is shown at first."""
    grain = REPORTS[key].grain
    last = spans.read(spans.LATEST, grain, run.as_of)
    known = [last]
    while len(known) < _SHOWN and known[-1].start > run.first:
        known.append(spans.read(spans.LATEST, grain, known[-1].start - timedelta(days=1)))
    asked = address.param("period")
    chosen = run.period if asked and asked == format_period(run.period) else last
    listed = known if chosen in known else [chosen, *known]
    titles = {format_period(each): formats.period(each.start, each.end).capitalize() for each in listed}
    _choose("period", "Период", list(titles), format_period(chosen), titles)
    return chosen


def _layout() -> str:
    chosen = address.param("layout", list(LAYOUTS), USUAL)
    _choose("layout", "Форма", list(LAYOUTS), chosen, {name: each.title for name, each in LAYOUTS.items()})
    return chosen


def _proof(run: Run) -> None:
    """Prove a file again by its number."""
    with st.form("proof", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        number = st.text_input("Номер файла", max_chars=12, key="proof-number", width=180)
        pressed = st.form_submit_button("Проверить")
    if not pressed:
        st.html(
            '<p class="mcu-note">Номер стоит внизу страниц файла. Программа соберёт его заново и сравнит числа.</p>'
        )
        return
    try:
        found = proof.prove(number, run.scope)
    except InputRefused as error:
        notices.refused(error)
        return
    made = formats.moment(found.made_at.astimezone(ZoneInfo(run.city.time_zone)).replace(tzinfo=None))
    if found.verdict == "same":
        words = f'<span class="mcu-good">✓ числа те же</span>: {html_text(found.name)}, скачан {made}'
    else:
        why = html_text("; ".join(found.reasons), 600)
        file = f"{html_text(found.name)}, скачан {made}"
        words = f'<span class="mcu-warn">■ числа теперь другие</span>: {file}. Причина: {why}'
    st.html(f'<p role="status">{words}.</p>')


frame.header("Отчёты", "Бумаги по актам: сначала взглянуть, потом скачать.")
with notices.told():
    _draw(frame.current())
with frame.panel("Проверить файл", "те же ли в нём числа", key="proof"), notices.told():
    _proof(frame.current())
