"""An entry of the journal as a Russian sentence. An action and its details in, words out, without Streamlit."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from loaders.access import journal
from loaders.access.roles import RIGHTS, ROLES
from pages.shared import formats
from pages.shared.address import SCREENS

_OF_ROWS: Final = frozenset({journal.ROWS_VIEWED, journal.EXPORTED, journal.IMPORTED, journal.UNDONE})
"""Events that count rows."""

_LISTS: Final = frozenset({"blocks", "rights", "departments", "channels"})
_DAYS: Final = frozenset({"valid_until", "start", "end"})

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "page": {name: f"«{screen.title}»" for name, screen in SCREENS.items()},
    "role": {str(role): rule.title for role, rule in ROLES.items()},
    "right": {str(right): words for right, words in RIGHTS.items()},
    "rights": {str(right): words for right, words in RIGHTS.items()},
}
"""Words for what stands in a detail as a key."""


def sentence(action: str, detail: str, rows: int | None, blocks: Mapping[str, str]) -> str:
    """Write what happened; `detail` is the entry's JSON, `blocks` names the blocks of the city."""
    held: dict[str, Any] = json.loads(detail)
    words = {**_WORDS, "blocks": blocks}
    parts = [_rows(action, rows), _days(held)]
    parts += [_part(key, value, words) for key, value in held.items() if key not in {"start_day", "end_day"}]
    told = "; ".join(part for part in parts if part)
    return f"{journal.ACTIONS.get(action, 'Событие')}{': ' if told else ''}{told}"


def _rows(action: str, rows: int | None) -> str:
    if rows is None or action not in _OF_ROWS:
        return ""
    return formats.counted(rows, "строка", "строки", "строк")


def _days(held: Mapping[str, Any]) -> str:
    """Write the days that were looked at."""
    try:
        return formats.span(date.fromisoformat(held["start_day"]), date.fromisoformat(held["end_day"]))
    except (KeyError, TypeError, ValueError):
        return ""


def _part(key: str, value: Any, words: Mapping[str, Mapping[str, str]]) -> str:
    title = journal.DETAILS.get(key, key)
    if isinstance(value, bool):
        return title if value else "" if key == "is_searched" else f"не {title}"
    text = str(value)
    if key in _LISTS:
        known = words.get(key, {})
        text = ", ".join(known.get(each, each) for each in _list(text)) or "нет"
    elif key in _DAYS:
        text = _day(text)
    else:
        text = words.get(key, {}).get(text, text)
    return f"{title}: {text}" if text else ""


def _list(text: str) -> list[str]:
    """Read words written as a JSON array or with commas."""
    try:
        read = json.loads(text)
    except ValueError:
        read = text.split(",")
    return [str(each).strip() for each in read] if isinstance(read, list) else [text]


def _day(text: str) -> str:
    try:
        return formats.day(datetime.fromisoformat(text).date())
    except ValueError:
        return text
