"""The address bar as the only state: own parameters of a screen, links to other screens, hrefs for our HTML."""

from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal
from urllib.parse import urlencode, urlsplit

import streamlit as st

from loaders.access.roles import Right, Role
from pages.shared.filters import NUMBERLESS, PARAMETERS, Filters
from pages.shared.folding import Numbers

Need = Right | Literal["numbers", "quality"]
"""What a screen asks of whoever opens it: a right, the numbers of any scope, or what the quality of the data needs.

Lists of rejected rows have no block, and show values as they came: they take the whole city, and the right to see rows
or to load them.
"""


@dataclass(frozen=True, slots=True)
class Screen:
    """Describe a screen: its title, who may open it, whether it shows data, whether the shared filters narrow it.

    `needs` has no default: a screen cannot be added without saying who may open it. `has_period` says whether it tells
    of a period, which is chosen and compared, or of the present.
    """

    title: str
    needs: Need
    of_data: bool = True
    is_filtered: bool = True
    has_period: bool = True


SCREENS: Final[dict[str, Screen]] = {
    "heat-map": Screen("Тепловая карта", "numbers"),
    "my-cases": Screen("Мои дела", Right.ROWS, has_period=False),
    "deadlines": Screen("Сроки", "numbers"),
    "rating": Screen("Рейтинг", "numbers"),
    "problems": Screen("Проблемные сферы", "numbers"),
    "map": Screen("Карта", "numbers"),
    "registry": Screen("Реестр", Right.ROWS),
    "reports": Screen("Отчёты", Right.EXPORT, is_filtered=False),
    "intake": Screen("Загрузка", Right.IMPORT, of_data=False, is_filtered=False),
    "quality": Screen("Качество данных", "quality"),
    "measures": Screen("Показатели", "numbers", of_data=False),
    "journal": Screen("Журнал", Right.JOURNAL, of_data=False, is_filtered=False),
    "access": Screen("Доступ", Right.ACCESS, of_data=False, is_filtered=False),
}
"""Every screen under its address, in the order of the menu; the first one is the home screen."""

HOME: Final = next(iter(SCREENS))

FIRST: Final[dict[Role, str]] = dict.fromkeys((Role.COORDINATOR, Role.BLOCK_ACCOUNTABLE, Role.BLOCK_HEAD), "my-cases")
"""Screens that the bare address opens to some roles; to all others, and to whoever may not open theirs, it is home."""

CITY: Final = "city"
"""Parameter with the key of the municipality; it stands only when the reader may choose between several."""

PLACE: Final = "as"
"""Parameter with the key of the place a substitute looks from; absent, it is the reader's own."""

LIMITS: Final = "limits"
"""Parameter with the reader's own limits of colours by measure; they are kept on all screens."""

_closed: Final[ContextVar[frozenset[str]]] = ContextVar("closed", default=frozenset())
"""Screens that do not open in this run."""

_numbers: Final[ContextVar[Mapping[str, Numbers]]] = ContextVar("numbers", default=NUMBERLESS)
"""Numbers of the words of every column in this run: they make long choices short."""
_first: Final[ContextVar[str]] = ContextVar("first", default=HOME)
"""The screen that the bare address opens to the reader of this run."""

Value = str | int | date | Sequence[str] | None


def query() -> dict[str, list[str]]:
    """Give all parameters of the present address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def param(name: str, allowed: Sequence[str] | None = None, default: str = "") -> str:
    """Read a screen's own parameter; what is not among the allowed values counts as absent."""
    value = st.query_params.get(name, default)
    return value if allowed is None or value in allowed else default


def params(name: str) -> list[str]:
    """Read all values of a screen's own parameter."""
    return st.query_params.get_all(name)


def set_param(name: str, value: Value) -> None:
    """Write a screen's own parameter into the address; None or an empty value removes it."""
    written = _written(value)
    if written:
        st.query_params[name] = written
    else:
        st.query_params.pop(name, None)


def write_filters(filters: Filters, numbers: Mapping[str, Numbers] = NUMBERLESS) -> None:
    """Put the shared filters into the address, leaving a screen's own parameters as they are.

    A callback runs before the run has its numbers: where a choice may become long it brings them along.
    """
    own = {name: values for name, values in query().items() if name not in PARAMETERS}
    st.query_params.from_dict(own | filters.query(numbers))


def target(filters: Filters, **own: Value) -> dict[str, str | list[str]]:
    """Give the parameters of a link: the city and the place in view, the filters, and the target screen's own ones."""
    chosen = filters.query(_numbers.get())
    return kept() | chosen | {name: text for name, value in own.items() if (text := _written(value))}


def kept() -> dict[str, str | list[str]]:
    """Give the parameters that every link carries: which city is looked at, from whose place, in which colours."""
    return {name: st.query_params[name] for name in (CITY, PLACE, LIMITS) if st.query_params.get(name)}


def close(screens: Iterable[str]) -> None:
    """Let no link of this run lead to screens that do not open: there would be only a refusal."""
    _closed.set(frozenset(screens))


def number(words: Mapping[str, Numbers]) -> None:
    """Let the links of this run write long choices by the numbers of their words."""
    _numbers.set(words)


def begin_with(screen: str) -> None:
    """Say which screen the bare address opens in this run: links to any other one name it."""
    _first.set(screen)


def url(screen: str, filters: Filters, **own: Value) -> str:
    """Give the address of a screen for our own HTML, empty when it is closed; `<a class="mcu-link"{href_to(…)}>`."""
    if screen in _closed.get():
        return ""
    path = "/" if screen == HOME == _first.get() else f"/{screen}"
    asked = urlencode(target(filters, **own), doseq=True)
    return f"{path}?{asked}" if asked else path


def whole(screen: str, parameters: Mapping[str, str | Sequence[str] | None]) -> str:
    """Give an address of a screen as somebody else may open it: with this installation before it, where it is known."""
    asked = urlencode({name: value for name, value in parameters.items() if value}, doseq=True)
    return f"{base()}/{'' if screen == HOME else screen}?{asked}"


def base() -> str:
    """Give the address of this installation, as the reader's browser knows it; empty when it does not say."""
    found = urlsplit(st.context.url or "")
    return f"{found.scheme}://{found.netloc}" if found.netloc else ""


def script(screen: str) -> str:
    """Give the script of a screen, relative to the script that Streamlit runs."""
    return f"{screen.replace('-', '_')}/page.py"


def link(screen: str, label: str, filters: Filters, **own: Value) -> None:
    """Draw a link to a screen that carries the filters in its href; `label` is Markdown of our own."""
    st.page_link(script(screen), label=label, query_params=target(filters, **own))


def _written(value: Value) -> str | list[str]:
    if value is None:
        return ""
    if isinstance(value, str | int | date):
        return str(value)
    return [str(item) for item in value]
