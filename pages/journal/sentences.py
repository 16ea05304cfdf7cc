"""An entry of the journal as a Russian sentence. An action and its details in, words out, without Streamlit."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from loaders.access import journal
from loaders.access.roles import RIGHTS, ROLES
from pages.shared import formats
from pages.shared.address import SCREENS

_OF_ROWS: Final = frozenset({journal.ROWS_VIEWED, journal.EXPORTED, journal.IMPORTED, journal.UNDONE})
"""Events that count rows."""

_LISTS: Final = frozenset({"blocks", "departments", "channels"})
_DAYS: Final = frozenset({"valid_until", "end"})
_SPAN: Final = frozenset({"start_day", "end_day", "start"})

_ORDER: Final = ("account", "absent", "substitute", "batch", "source", "page", "name")
"""Details that say what an entry is about: they come first, the others in the order of their keys."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "page": {name: f"«{screen.title}»" for name, screen in SCREENS.items()},
    "role": {str(role): rule.title for role, rule in ROLES.items()},
    "right": {str(right): words for right, words in RIGHTS.items()},
}
"""Words for what stands in a detail as a key."""

_NOT: Final = {"is_active": "выключена"}
"""Words for what is not so; of other details nothing is said then."""

_BARE: Final = frozenset({"account", "source", "name", "change", "reason"})
"""Details that need no title before them."""


def sentence(action: str, detail: str, rows: int | None, words: Mapping[str, Mapping[str, str]]) -> str:
    """Write what happened; `detail` is the entry's JSON, `words` names the city's blocks and the source systems."""
    held: dict[str, Any] = json.loads(detail)
    known = {**_WORDS, **words}
    names = [*(name for name in _ORDER if name in held), *(name for name in held if name not in _ORDER)]
    about = [_part(name, held[name], known) for name in names if name in _ORDER]
    rest = [_part(name, held[name], known) for name in names if name not in _ORDER and name not in _SPAN]
    parts = [*about, _rows(action, rows), _span(held), *rest]
    return " · ".join([journal.ACTIONS.get(action, "Событие"), *filter(None, parts)])


def _rows(action: str, rows: int | None) -> str:
    if rows is None or action not in _OF_ROWS:
        return ""
    return formats.counted(rows, "строка", "строки", "строк")


def _span(held: Mapping[str, Any]) -> str:
    """Write the days that were looked at, or on which somebody stands in."""
    if "start" in held:
        return f"с {formats.day(datetime.fromisoformat(held['start']).date())}"
    try:
        return formats.span(date.fromisoformat(held["start_day"]), date.fromisoformat(held["end_day"]))
    except (KeyError, TypeError, ValueError):
        return ""


def _part(key: str, value: Any, words: Mapping[str, Mapping[str, str]]) -> str:
    title = journal.DETAILS.get(key, key)
    if isinstance(value, bool):
        return title if value else _NOT.get(key, "")
    if key == "batch":
        return f"№ {value}"
    if isinstance(value, int):
        return f"{title} {formats.number(value)}" if value else ""
    text = _text(key, str(value), words.get(key, {}))
    return text if key in _BARE or not text else f"{title}: {text}"


def _text(key: str, text: str, known: Mapping[str, str]) -> str:
    """Put keys, lists and days into words."""
    if key in _LISTS:
        return ", ".join(known.get(each, each) for each in text.split(", "))
    if key in _DAYS:
        return _day(text)
    return known.get(text, text)


def _day(text: str) -> str:
    """Write a day; an end at midnight is the first moment that is open no more, so the day before it is the last."""
    try:
        return formats.day((datetime.fromisoformat(text) - timedelta(seconds=1)).date())
    except ValueError:
        return text
