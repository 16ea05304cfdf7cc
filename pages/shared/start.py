"""What stands in the way of the screens: a demo city that is still being made, a store that cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from loaders.cells import DataChanged
from loaders.errors import InputRefused, StoreUnavailable
from pages.gate.first_start import State, first_start
from pages.shared import formats, notices, readers
from pages.shared.text import html_text
from pages.shared.viewer import NoSession

_LOOK_EVERY = "0.5s"


@contextmanager
def whole_run() -> Iterator[None]:
    """Keep a run on one viewer and one version of the data: without the first draw nothing, with another draw anew.

    What a reader may not see and what the store cannot give are told in words.
    """
    try:
        yield
    except NoSession:
        notices.signed_out()
    except DataChanged:
        st.rerun()
    except InputRefused as error:
        notices.empty(error.what, error.advice)
    except StoreUnavailable as error:
        notices.empty("Хранилище данных недоступно", str(error))


def is_open() -> bool:
    """Say whether the screens can be drawn; draw what stands in the way instead."""
    state = first_start.state
    if state.is_working:
        _progress()
        return False
    if state.failure:
        st.error(state.failure, icon=":material/warning:")
    with notices.told():
        return _store_answers()
    return False


def _store_answers() -> bool:
    try:
        readers.store()
    except StoreUnavailable as error:
        notices.empty("Хранилище данных недоступно", str(error))
        st.button("Попробовать ещё раз")
        return False
    return True


@st.fragment(run_every=_LOOK_EVERY)
def _progress() -> None:
    """Show how far the demo city is, and draw the whole screen when it is ready."""
    state = first_start.state
    if not state.is_working:
        st.rerun()
    _draw(state)


def _draw(state: State) -> None:
    with st.container(key="first-start", border=True):
        st.html(
            "<h1>Готовим демонстрационный город</h1>"
            "<p>Хранилище пусто, поэтому оно наполняется вымышленными обращениями за три года. "
            "Это занимает меньше минуты и бывает один раз. Настоящие выгрузки загружаются на экране «Загрузка».</p>"
        )
        st.progress(state.share, text=f"{html_text(state.step)} · {formats.percent(state.share, 0)}")
