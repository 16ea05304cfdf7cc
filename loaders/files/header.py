"""Find the header of a table by the profile's contract: which row it is and which columns it names."""

import difflib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from loaders import personal
from loaders.errors import InputRefused, Place
from loaders.files.raw import MAX_COLUMNS
from loaders.profile import Field, Profile
from loaders.telling import Form, told_one
from loaders.text import name_key

HEADER_ROWS: Final = 30
"""Rows among which the header is looked for; titles of reports stand above it."""

MAX_NAME: Final = 256
"""Characters of a header that count."""

_SHOWN: Final = 12


@dataclass(frozen=True)
class Header:
    """Say where the header stands (`position` among the rows given) and which columns are wanted.

    `wanted` leads from the compared form of a header to its column number; `names` gives all headers as written.
    """

    position: int
    names: tuple[str, ...]
    wanted: dict[str, int]

    @property
    def score(self) -> int:
        """Count the wanted columns."""
        return len(self.wanted)


def find(rows: Sequence[Sequence[str | None]], profile: Profile) -> Header | None:
    """Return the row that names most of the profile's columns and all its required ones; None where none does."""
    found = (_match(position, row, profile) for position, row in enumerate(rows[:HEADER_ROWS]))
    fitting = [header for header in found if header is not None]
    return max(fitting, key=lambda header: (header.score, -header.position), default=None)


def checked(header: Header, profile: Profile, file: str) -> Header:
    """Refuse a header with too many columns, a wanted name twice, or not the exact one where the profile has it."""
    if len(header.names) > MAX_COLUMNS:
        what = f"В файле {len(header.names)} столбцов, допускается {MAX_COLUMNS}"
        raise InputRefused("too_many_columns", what, place=Place(file), advice="Проверьте, та ли это выгрузка.")
    counts = Counter(name_key(name) for name in header.names)
    for name in header.names:
        if counts[name_key(name)] > 1 and name_key(name) in profile.wanted:
            raise InputRefused(
                "duplicate_header",
                "Столбец встречается дважды",
                place=Place(file, column=name),
                advice="Оставьте один из них.",
            )
    _check_exact(header, profile, file)
    return header


def missing(rows: Sequence[Sequence[str | None]], profile: Profile, file: str) -> InputRefused:
    """Explain which obligatory columns no row names, with the nearest names that are there."""
    best = max(rows[:HEADER_ROWS], key=lambda row: len(_keys(row) & profile.wanted), default=())
    keys = _keys(best)
    lacking = [each for each in profile.required if not keys.intersection(each.keys)]
    wanted = "; ".join(_called(each, keys) for each in lacking or profile.required)
    # A file without a header begins with somebody's appeal.
    there = ", ".join(f"«{told_one(cell, Form.WORD)}»" for cell in best[:_SHOWN] if cell)
    advice = f"Первая похожая на заголовок строка: {there}." if keys else "Первая строка должна называть столбцы."
    return InputRefused("header", f"Не найдены столбцы: {wanted}", place=Place(file), advice=advice)


def unknown(header: Header, profile: Profile) -> list[str]:
    """Name the columns that the profile neither reads nor knows as dropped, personal data masked."""
    known = profile.wanted | profile.dropped
    return [personal.masked(name) for name in header.names if name_key(name) and name_key(name) not in known]


def _match(position: int, row: Sequence[str | None], profile: Profile) -> Header | None:
    names = tuple((cell or "")[:MAX_NAME].strip().lstrip("\ufeff") for cell in row)
    keys = [name_key(name) for name in names]
    present = set(keys)
    if not all(present.intersection(each.keys) for each in profile.required):
        return None
    wanted = {key: keys.index(key) for key in profile.wanted if key in present}
    return Header(position, names, wanted)


def _check_exact(header: Header, profile: Profile, file: str) -> None:
    exact = profile.file.exact_header
    if not exact or tuple(map(name_key, exact)) == tuple(map(name_key, header.names)):
        return
    padded = (*header.names, *[""] * len(exact))
    pairs = [*zip(exact, padded, strict=False), ("конец строки", padded[len(exact)])]
    number, (wanted, there) = next(
        (n, pair) for n, pair in enumerate(pairs, 1) if name_key(pair[0]) != name_key(pair[1])
    )
    what = f"Столбцов должно быть ровно {len(exact)} в установленном порядке: на месте {number} ждали «{wanted}»"
    raise InputRefused("header", what, place=Place(file, column=told_one(there, Form.WORD)))


def _keys(row: Sequence[str | None]) -> set[str]:
    return {name_key(cell[:MAX_NAME]) for cell in row if cell} - {""}


def _called(each: Field, keys: set[str]) -> str:
    near = [name for key in each.keys for name in difflib.get_close_matches(key, keys, n=1, cutoff=0.75)]
    hint = f" (похоже на «{near[0]}»)" if near else ""
    return f"«{each.headers[0]}»{hint}"
