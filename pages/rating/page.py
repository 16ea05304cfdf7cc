"""Screen «Рейтинг»: who works well by the criteria of the order, and whether the difference is real."""

from functools import partial

import streamlit as st

from analytics.rating import Rating
from pages.rating import moves, opening, panels, reading, switches, words
from pages.rating.view import View
from pages.shared import address, frame, notices, peers, worst
from pages.shared.asked import Asked
from pages.shared.run import Run
from pages.shared.text import how_counted

_PARAMETERS = ("who", "weights", "indicator", "unit")

_METHOD = (
    "Каждый показатель — доля, повёрнутая так, что больше — лучше. Доли придвинуты к общей тем сильнее, чем меньше за "
    "ними случаев: пять безупречных дел ещё не безупречное подразделение. Балл — сумма долей с весами; насколько он "
    "случаен, посчитано в предположении, что показатели друг от друга не зависят. Методы: доли — эмпирический Байес "
    "(Моррис, 1983), разброс по Пауле и Манделю (1982); места и пары — Гольдштейн и Шпигельхальтер (1996); воронка — "
    "Шпигельхальтер (2005); перемены — контрольные карты по правилам национальной службы здоровья Англии."
)


def _draw(run: Run) -> None:
    asked = Asked.by(run)
    kinds = peers.kinds(run.options, run.city)
    if not kinds:
        advice = "Вам открыто одно подразделение: о его работе судят экраны «Тепловая карта» и «Сроки»."
        _alone("Сравнивать не с кем", advice, run)
        return
    view = _view(run)
    rating = reading.rating(asked, view.chosen)
    said = opening.lead(worst.found(asked), rating, view.chosen, run.city, partial(address.url, filters=run.filters))
    st.html(f'<div class="mcu-say" role="status">{said}</div>')
    switches.draw(view, kinds, rating, run)
    if _is_empty(run):
        _nobody(rating, view, run)
        return
    _panels(asked, view, rating, run)


def _view(run: Run) -> View:
    return View.parse(*(address.param(name) for name in _PARAMETERS), run.city, peers.kinds(run.options, run.city))


def _is_empty(run: Run) -> bool:
    """Say whether fewer than two are rated."""
    is_alone = not peers.kinds(run.options, run.city)
    return is_alone or reading.rating(Asked.by(run), _view(run).chosen).table.height < 2  # noqa: PLR2004 — two are compared


def _panels(asked: Asked, view: View, rating: Rating, run: Run) -> None:
    shared = panels.context(asked, view, run)
    with st.container(key="rating", horizontal=True, gap="small"):
        with st.container(key="rating-left"), notices.told():
            panels.table(rating, shared, run)
            if rating.table.height <= moves.FEW:
                moves.panel(asked, shared, rating)
        with st.container(key="rating-right", gap="small"):
            with notices.told():
                panels.unit(rating, shared, run)
            with notices.told():
                panels.funnel(asked, shared, run, view)
    if rating.table.height > moves.FEW:
        with notices.told():
            moves.panel(asked, shared, rating)
    st.html(how_counted(_METHOD))


def _nobody(rating: Rating, view: View, run: Run) -> None:
    """Say that fewer than two are rated, by which rule the others are not, and what helps."""
    left = "; ".join(words.excluded(rating, view.chosen, run.city))
    why = f"В сравнении нет двух участников. Не участвуют: {left}." if left else "За период не поступило ни одного."
    st.html(f'<p class="mcu-explanation">{why}</p>')
    _alone("Сравнивать не с кем", "Возьмите период длиннее или снимите часть фильтров слева.", run)


def _alone(what: str, advice: str, run: Run) -> None:
    notices.empty(what, advice, link="На тепловую карту", href=address.url(address.HOME, run.filters))


frame.header(
    "Рейтинг", "Кто работает хорошо и настоящая ли это разница.", span=frame.current().period_words,
    is_empty=partial(_is_empty, frame.current()),
)  # fmt: skip
with notices.told():
    _draw(frame.current())
