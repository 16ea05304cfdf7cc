"""An entry of the journal as a Russian sentence. An action and its details in, words out, without Streamlit."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from loaders.access import journal
from loaders.access.roles import RIGHTS, ROLES
from pages.shared import formats
from pages.shared.address import SCREENS

_OF_ROWS: Final = frozenset({journal.ROWS_VIEWED, journal.EXPORTED, journal.IMPORTED, journal.UNDONE})
"""Events that count rows."""

_OF_LOADS: Final = frozenset({journal.IMPORTED, journal.UNDONE})
"""Those that count the rows of a file that was loaded."""

_LISTS: Final = frozenset({"blocks", "departments", "channels"})
_DAYS: Final = frozenset({"valid_until", "end"})
_SPAN: Final = frozenset({"start_day", "end_day", "start"})

_ORDER: Final = ("account", "absent", "substitute", "batch", "source", "page", "name")
"""Details that say what an entry is about: they come first, the others in the order of their keys."""

_SILENT: Final = frozenset({"recipe", "numbers", "definitions", "events"})
"""Details for proving a file again: the screen «Отчёты» reads them, nobody else."""

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


@dataclass(frozen=True, slots=True)
class Names:
    """Hold what a city calls things: its blocks by key, the source systems by key, and its clock.

    `tells_rows` says whether the reader is told how many rows others saw or took: whoever sees no rows is not.
    """

    blocks: Mapping[str, str]
    source: Mapping[str, str]
    zone: ZoneInfo
    tells_rows: bool = True

    def known(self) -> dict[str, Mapping[str, str]]:
        """Give the words by the key of the detail they stand in."""
        return {**_WORDS, "blocks": self.blocks, "source": self.source}


def sentence(action: str, detail: str, rows: int | None, names: Names) -> str:
    """Write what happened; `detail` is the entry's JSON."""
    held: dict[str, Any] = json.loads(detail)
    about = [_part(key, held[key], names) for key in _ORDER if key in held]
    rest = [_part(key, held[key], names) for key in held if key not in (*_ORDER, *_SPAN, *_SILENT)]
    parts = [*about, _rows(action, rows, names), _span(held, names.zone), *rest]
    return " · ".join([journal.ACTIONS.get(action, "Событие"), *filter(None, parts)])


def _rows(action: str, rows: int | None, names: Names) -> str:
    if rows is None or action not in (_OF_ROWS if names.tells_rows else _OF_LOADS):
        return ""
    return formats.counted(rows, "строка", "строки", "строк")


def _span(held: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Write the days that were looked at, or on which somebody stands in."""
    if "start" in held:
        return f"с {_day(str(held['start']), zone, is_end=False)}"
    try:
        return formats.span(date.fromisoformat(held["start_day"]), date.fromisoformat(held["end_day"]))
    except (KeyError, TypeError, ValueError):
        return ""


def _part(key: str, value: Any, names: Names) -> str:
    title = journal.DETAILS.get(key, key)
    if isinstance(value, bool):
        return title if value else _NOT.get(key, "")
    if key == "batch":
        return f"№ {value}"
    if isinstance(value, int):
        return f"{title} {formats.number(value)}" if value else ""
    text = _text(key, str(value), names)
    return text if key in _BARE or not text else f"{title}: {text}"


def _text(key: str, text: str, names: Names) -> str:
    """Put keys, lists and days into words."""
    known = names.known().get(key, {})
    if key in _LISTS:
        return ", ".join(known.get(each, each) for each in text.split(", "))
    if key in _DAYS:
        return _day(text, names.zone, is_end=True)
    return known.get(text, text)


def _day(text: str, zone: ZoneInfo, *, is_end: bool) -> str:
    """Write the city's day of a moment; an end is the first moment that is not open: the day before it is the last."""
    try:
        moment = datetime.fromisoformat(text) - timedelta(seconds=1 if is_end else 0)
        return formats.day(moment.astimezone(zone).date())
    except ValueError:
        return text
