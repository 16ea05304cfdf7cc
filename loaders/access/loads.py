"""What the journal tells of loads and of taking them back: numbers and the system, no name of a file."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.engine import Connection

from loaders.access import console, journal
from loaders.access.viewer import Actor

_COUNTS: Final = ("batch", "source", "new", "corrected", "duplicate", "rejected")


def imported(connection: Connection, by: Actor | None, result: Mapping[str, Any]) -> None:
    """Tell of an import in its own transaction, as done by an actor or the console."""
    detail = {**{name: result[name] for name in _COUNTS}, "files": len(result["files"])}
    city, rows = result["municipality"], result["rows_in"]
    journal.write(connection, by or console.actor(), journal.IMPORTED, municipality=city, detail=detail, rows=rows)


def undone(connection: Connection, by: Actor | None, city: str, batch: int, removed: int, restored: int) -> None:
    """Tell of an undo in its own transaction, as done by an actor or the console."""
    detail = {"batch": batch, "removed": removed, "restored": restored}
    journal.write(connection, by or console.actor(), journal.UNDONE, municipality=city, detail=detail)


def cleared(connection: Connection, city: str, rows: int) -> None:
    """Tell that every load of a made-up city was taken out at the console, in the transaction that does it."""
    detail: dict[str, str | int] = {"change": "демо-город очищен", "removed": rows}
    journal.write(connection, console.actor(), journal.UNDONE, municipality=city, detail=detail)
