"""Read a file of any accepted format into a raw table; nothing here knows what the columns mean."""

from collections.abc import Iterator
from pathlib import Path

from loaders.errors import InputRefused, Place
from loaders.files import kinds, parsing, separated
from loaders.files.raw import RawTable
from loaders.profile import Profile
from loaders.progress import Progress, silent


def read(path: Path, profile: Profile, progress: Progress = silent) -> Iterator[RawTable]:
    """Read the wanted columns of a file part by part, at least one part, in file order.

    Raises `InputRefused` where it cannot be read without guessing, be it in its last part.
    """
    kind = allowed(path, profile)
    if kind == "csv":
        return separated.read(path, profile, progress)
    return parsing.read(path, kind, profile, progress).parts()


def head(path: Path, profile: Profile, rows: int) -> RawTable | None:
    """Read the first rows of a file; None where the profile does not fit it."""
    try:
        kind = allowed(path, profile)
        if kind == "csv":
            return separated.head(path, profile)
        return parsing.read(path, kind, profile, silent, limit=rows)
    except InputRefused as refusal:
        if refusal.code in {"header", "format", "duplicate_header"}:
            return None
        raise


def allowed(path: Path, profile: Profile) -> str:
    """Return the format of a file, refusing formats that the system does not write."""
    kind = kinds.kind_of(path)
    if kind not in profile.file.formats and not (kind == "ndjson" and "json" in profile.file.formats):
        advice = f"Эта система отдаёт: {', '.join(profile.file.formats)}."
        raise InputRefused(
            "format",
            f"Файл {kind.upper()} не подходит профилю «{profile.title}»",
            place=Place(path.name),
            advice=advice,
        )
    return kind
