"""The dialog of «Скачать…»: what, in which format, how far it is, the link.

One part is made while it is fetched. A whole file is ordered: it waits its turn beside the orders of others, shows how
far it is, and can be stopped; the link appears when the file is there.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from loaders.access.viewer import Viewer
from loaders.scope import Scope
from pages.gate import downloads, jobs
from pages.gate.downloads import Made
from pages.paper import orders, painter
from pages.shared import address, formats, notices, viewer
from pages.shared.text import href_to, html_text

_JOB: Final = "take-job"
_LINK: Final = "take-link"
_PATIENCE: Final = 0.8
"""Seconds to wait for a quick file before its progress is shown."""

_WORDS: Final = "Скачивание попадает в журнал. Ссылка действует пять минут и один раз."

Query = Mapping[str, Sequence[str]]


def begin() -> None:
    """Forget the order of an earlier look."""
    st.session_state.pop(_JOB, None)


@st.dialog("Скачать", width="medium")
@viewer.anew
def show(person: Viewer, municipality: str, key: str, query: Query) -> None:
    """Let the reader choose a part and a format."""
    with notices.told():
        scope = viewer.scope(person, municipality)
        whole = orders.Order.of("screen", key, query, "pdf", base=address.base())
        parts = orders.titles(whole, scope)
        titles = {"": f"Весь экран, частей: {len(parts)}"} | {part.key: part.title for part in parts if part.title}
        chosen = st.selectbox("Что", list(titles), format_func=titles.__getitem__, key="take-part", filter_mode=None)
        if chosen:
            _links(person, scope, whole, chosen, titles[chosen])
        else:
            forms(person, scope, whole, len(parts))
        st.html(f'<p class="mcu-explanation">{_WORDS}</p>')


def _links(person: Viewer, scope: Scope, whole: orders.Order, part: str, title: str) -> None:
    """Give a link per format of one part."""
    drawn = []
    for form in orders.OF_PART:
        if orders.FORMATS[form].is_drawn and not painter.is_possible():
            continue
        order = replace(whole, part=part, form=form)
        href = downloads.offer(
            person, scope, viewer.place(person).key, f"{title}.{form}", orders.FORMATS[form].media_type, _made(order)
        )
        drawn.append(f'<a class="mcu-button"{href_to(href)} download>{orders.FORMATS[form].title}</a>')
    st.html(f'<div class="mcu-take">{"".join(drawn)}</div>{"" if painter.is_possible() else _absent()}')


def _made(order: orders.Order) -> downloads.Make:
    def make(scope: Scope) -> Made:
        ready = orders.make(order, scope)
        return Made(ready.body, ready.rows, ready.detail, ready.name)

    return make


def _absent() -> str:
    """Say what is missing where pictures cannot be drawn."""
    return f'<p class="mcu-explanation">{html_text(f"{painter.ABSENT}. {painter.ABSENT_ADVICE}")}</p>'


def forms(person: Viewer, scope: Scope, whole: orders.Order, parts: int) -> None:
    """Draw a button per format of a whole file, and how far the ordered one is."""
    with st.container(horizontal=True, gap="small", key="take-forms"):
        for form in orders.OF_WHOLE:
            off = orders.FORMATS[form].is_drawn and not painter.is_possible()
            if st.button(orders.FORMATS[form].title, key=f"take-{form}", disabled=off):
                order = replace(whole, form=form)
                place = viewer.place(person).key
                name = f"{order.key}.{form}"
                job = jobs.order(
                    person, scope.municipality, place, name, parts,
                    lambda own, step, order=order: orders.make(order, own, step),
                )  # fmt: skip
                st.session_state[_JOB] = (job, form)
    if not painter.is_possible():
        st.html(_absent())
    if _JOB in st.session_state:
        _wait(person, *st.session_state[_JOB])


def _wait(person: Viewer, key: str, form: str) -> None:
    """Give a quick file a moment; then show how far the order is, anew every second."""
    until = time.monotonic() + _PATIENCE
    job = jobs.jobs.of(key, person.actor.session_id)
    while job is not None and not job.is_over and time.monotonic() < until:
        time.sleep(0.05)
    if job is not None and not job.is_over:
        _progress(key, form)
    else:
        _ended(person, key, form)


@st.fragment(run_every=1.0)
@viewer.anew
def _progress(person: Viewer, key: str, form: str) -> None:
    """Show how far an order is, and let it be stopped."""
    job = jobs.jobs.of(key, person.actor.session_id)
    if job is None or job.is_over:
        _ended(person, key, form)
        return
    if job.state == "waiting":
        ahead = jobs.jobs.ahead(key)
        before = f", перед вашим: {formats.number(ahead)}" if ahead else ""
        st.html(f'<p role="status">Ждёт очереди{before}. Готовится не больше двух файлов сразу.</p>')
    else:
        done = min(job.done, job.total)
        st.progress(done / max(job.total, 1), text=f"Готовится: {done} из {job.total}")
    if st.button("Остановить", key="take-stop"):
        jobs.jobs.stop(key, person.actor.session_id)
        st.rerun(scope="fragment")


def _ended(person: Viewer, key: str, form: str) -> None:
    """Give the link to a finished file, or say why there is none."""
    job = jobs.jobs.of(key, person.actor.session_id)
    if job is None:
        st.html('<p role="status">Файл больше не хранится: закажите его снова.</p>')
    elif job.state == "stopped":
        st.html('<p role="status">Остановлено: файл не создан.</p>')
    elif job.ready is None:
        st.error(job.said, icon=":material/warning:")
    elif job.stamp != person.stamp:
        st.error("Права изменились, пока файл готовился. Закажите его снова.", icon=":material/warning:")
    else:
        ready = job.ready
        href = _offered(person, key, form, job, ready)
        size = formats.size(len(ready.body))
        link = f'<a class="mcu-button"{href_to(href)} download>Скачать {html_text(form.upper())}</a>'
        st.html(f'<p role="status">Готово: {html_text(ready.name)}, {size}.</p><div class="mcu-take">{link}</div>')


def _offered(person: Viewer, key: str, form: str, job: jobs.Job, ready: orders.Ready) -> str:
    """Offer a finished file once: what is drawn anew every second must not push other links out."""
    kept = st.session_state.get(_LINK)
    if kept is None or kept[0] != key:
        made = Made(ready.body, ready.rows, ready.detail, ready.name)
        media_type = orders.FORMATS[form].media_type  # type: ignore[index]
        scope = viewer.scope(person, job.municipality)
        kept = (key, downloads.offer(person, scope, job.place, ready.name, media_type, lambda _: made))
        st.session_state[_LINK] = kept
    return str(kept[1])
