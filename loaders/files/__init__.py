"""Read a file of any accepted format into a raw table; nothing here knows what the columns mean."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from loaders.errors import InputRefused, Place
from loaders.files import kinds, parsing, separated
from loaders.files.raw import RawTable
from loaders.profile import Profile
from loaders.progress import Progress, silent

_UNFIT: Final = ("header", "duplicate_header")
"""Codes of refusals that say no more than that a profile does not fit a file."""


def read(path: Path, profile: Profile, progress: Progress = silent) -> Iterator[RawTable]:
    """Read the wanted columns of a file part by part, at least one part, in file order.

    Raises `InputRefused` where it cannot be read without guessing, be it in its last part.
    """
    kind = allowed(path, profile)
    if kind == "csv":
        return separated.read(path, profile, progress)
    return (part for table in parsing.read(path, kind, profile, progress) for part in table.parts())


def heads(path: Path, profiles: Sequence[Profile], rows: int) -> list[RawTable | None]:
    """Read the first rows of a file by each profile at the cost of one; None where a profile does not fit it.

    Raises `InputRefused` where no profile fits and one of them says more than that.
    """
    kind = kinds.kind_of(path)
    written = [profile for profile in profiles if _writes(profile, kind)]
    if not written:
        return [None] * len(profiles)
    found = separated.heads(path, written) if kind == "csv" else parsing.heads(path, kind, written, rows)
    tables = [each for each in found if isinstance(each, RawTable)]
    refusals = [each for each in found if isinstance(each, InputRefused) and each.code not in _UNFIT]
    if refusals and not tables:
        raise refusals[-1]
    by_key = {profile.key: each for profile, each in zip(written, found, strict=True) if isinstance(each, RawTable)}
    return [by_key.get(profile.key) for profile in profiles]


def head(path: Path, profile: Profile, rows: int) -> RawTable | None:
    """Read the first rows of a file; None where the profile does not fit it."""
    return heads(path, [profile], rows)[0]


def allowed(path: Path, profile: Profile) -> str:
    """Return the format of a file, refusing formats that the system does not write."""
    kind = kinds.kind_of(path)
    if not _writes(profile, kind):
        advice = f"Эта система отдаёт: {', '.join(profile.file.formats)}."
        raise InputRefused(
            "format",
            f"Файл {kind.upper()} не подходит профилю «{profile.title}»",
            place=Place(path.name),
            advice=advice,
        )
    return kind


def _writes(profile: Profile, kind: str) -> bool:
    return kind in profile.file.formats or (kind == "ndjson" and "json" in profile.file.formats)
