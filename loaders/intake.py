"""Read files of one source system into canonical appeals: the door of the product.

Several files are one intake. Every row of every file is either an appeal or a rejected row with its reason.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from loaders import collisions, files, personal
from loaders.city import City
from loaders.conform import Conformed, conform
from loaders.errors import InputRefused, Place
from loaders.files.raw import FINDINGS, MAX_ROWS, REJECTED, ROW, RawTable, too_many
from loaders.profile import Profile, available
from loaders.progress import Progress, part
from loaders.source_columns import SourceColumns
from loaders.text import clean, look_alike_key

TOLERATED_ROWS: Final = 20
"""Rejected rows that never refuse a file: so many a person looks through one by one."""

LOST_SHARE: Final = 0.05
"""Share of numbers without their last digits above which a file is refused."""

FURNITURE: Final = ("total_row", "header_row")
"""Codes of rejected rows that are no bad data: totals and repeated headers."""

EXPLAINED: Final = ("merged_cells",)
"""Codes of rejected rows whose loss the file itself explains: they are shown, and say nothing against the others."""

HOME: Final = "novoshakhtinsk"
"""City for a look at a file when nobody has named one."""

GENERAL: Final = "generic"
"""Key of the profile of any register."""

_LOOK: Final = 50
"""Rows by which a file is recognised."""

_BLOCK: Final = 1024 * 1024
_MAX_NAME: Final = 255


@dataclass(frozen=True)
class SourceFile:
    """Name one file that was read; `name` is for people and is never used as a path."""

    name: str
    path: Path
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Intake:
    """Hold what files became: `rows_in == appeals.height + rejected.height`.

    `appeals` has exactly the columns of `schema.APPEAL`, in file order. `rejected` has one row per row that was not
    loaded: file, source_row, column, code, value (as told), expected. `findings` counts doubts: code, detail, rows.
    """

    appeals: pl.DataFrame
    rejected: pl.DataFrame
    findings: pl.DataFrame
    files: tuple[SourceFile, ...]
    rows_in: int


def read(
    paths: Sequence[Path], profile: Profile, city: City, progress: Progress, *, now: datetime | None = None
) -> Intake:
    """Read files as one intake; raise `InputRefused` when any of them is refused, and then nothing counts.

    All files together may have `MAX_ROWS` rows. A file is refused as a whole when none of its rows is good, or when
    more than the profile's share of them is rejected for reasons that are not `EXPLAINED` and they are over
    `TOLERATED_ROWS`, when more than `LOST_SHARE` of the numbers lost digits, or when too many collide. `now` is the
    wall clock of the city, for tests.
    """
    if not paths:
        raise InputRefused("no_files", "Не назван ни один файл")
    clock = now or datetime.now(ZoneInfo(city.time_zone)).replace(tzinfo=None)
    read_files: list[SourceFile] = []
    results: list[Conformed] = []
    for number, path in enumerate(paths):
        step = part(progress, number / len(paths), (number + 1) / len(paths))
        read_files.append(_fingerprint(path))
        results.append(_one(path, profile, city, clock, step))
        if sum(each.appeals.height + each.rejected.height for each in results) > MAX_ROWS:
            raise too_many(_shown(path))
    return _together(results, tuple(read_files))


def recognise(path: Path) -> list[Profile]:
    """List the profiles whose header contract fits a file, best first; raise `InputRefused` when it cannot be read.

    Best is the one that knows the states of the first rows and reads most of the file's columns. Of equals the general
    register comes first: a plain file says nothing of a system; then the one that misses fewest of its own columns.
    """
    profiles = available()
    heads = files.heads(path, profiles, rows=_LOOK)
    fitting = [(profile, raw) for profile, raw in zip(profiles, heads, strict=True) if raw is not None]
    return [profile for profile, _ in sorted(fitting, key=lambda pair: _misfit(*pair))]


def _misfit(profile: Profile, raw: RawTable) -> tuple[bool, int, bool, float]:
    unknown = SourceColumns(raw, profile).words("status").values.null_count()
    read = len(raw.names)
    strange = unknown > profile.file.rejected_share * raw.frame.height
    return strange, -read, profile.key != GENERAL, -read / len(profile.wanted)


def preview(path: Path, profile: Profile, rows: int = 20, city: City | None = None) -> pl.DataFrame:
    """Return the first rows as canonical columns that hold something; nothing personal is among them."""
    raw = files.head(path, profile, rows)
    if raw is None:
        raise InputRefused("header", f"Файл не подходит профилю «{profile.title}»", place=Place(path.name))
    place = city or City.load(profile.city or HOME)
    now = datetime.now(ZoneInfo(place.time_zone)).replace(tzinfo=None)
    appeals = conform(replace(raw, frame=raw.frame.head(rows)), profile, place, now).appeals
    hidden = {"municipality", "source_system", "geo_cell", "lat", "lon"}
    return appeals.select(
        name for name in appeals.columns if name not in hidden and appeals[name].null_count() < appeals.height
    )


def _one(path: Path, profile: Profile, city: City, now: datetime, progress: Progress) -> Conformed:
    name = _shown(path)
    parts = [_placed(conform(raw, profile, city, now), raw, name) for raw in files.read(path, profile, progress)]
    progress("Строки проверены", 1.0)
    result = Conformed(
        pl.concat([each.appeals for each in parts]),
        pl.concat([each.rejected for each in parts]).sort(pl.col("file").rle_id(), ROW, maintain_order=True),
        tuple(finding for each in parts for finding in each.findings),
    )
    _check_lost(result)
    _check_share(result, profile, name)
    doubts = collisions.check(result.appeals, profile, name)
    return replace(result, appeals=result.appeals.drop(collisions.SHEET), findings=(*result.findings, *doubts))


def _placed(part: Conformed, raw: RawTable, name: str) -> Conformed:
    """Say where rows stand: in which file, and on which sheet where several are read."""
    where = f"{name}, лист «{raw.sheet}»" if raw.sheet else name
    appeals = part.appeals.with_columns(pl.lit(raw.sheet).alias(collisions.SHEET))
    return replace(part, appeals=appeals, rejected=part.rejected.with_columns(file=pl.lit(where)))


def _check_lost(result: Conformed) -> None:
    """Refuse a file too many numbers of which lost digits: other appeals may have got the same."""
    lost = result.rejected.filter(code="lost_digits")
    rows = result.appeals.height + result.rejected.height
    if lost.height <= LOST_SHARE * rows:
        return
    file, row, column, value = lost.select("file", "source_row", "column", "value").row(0)
    what = f"В столбце «{column}» у {lost.height} строк из {rows} не весь номер, например «{value}» в строке {row}"
    advice = "Сделайте этот столбец текстовым в системе или в Excel до вставки номеров и выгрузите файл заново."
    raise InputRefused("lost_digits", what, place=Place(file), advice=advice)


def _check_share(result: Conformed, profile: Profile, file: str) -> None:
    """Refuse a file too many rows of which are bad: it is the wrong profile or a broken export, not a few slips."""
    bad = result.rejected.filter(~pl.col("code").is_in(FURNITURE))
    rows = result.appeals.height + bad.height
    damaged = bad.filter(~pl.col("code").is_in(EXPLAINED)).height
    if result.appeals.height and (damaged <= TOLERATED_ROWS or damaged <= profile.file.rejected_share * rows):
        return
    if bad.is_empty():
        raise InputRefused("empty", "В файле нет ни одной строки обращения", place=Place(file))
    most = bad.group_by("column", "expected").len().sort("len", "column", descending=[True, False]).head(1)
    column, expected, count = most.row(0)
    where, row, value = (
        bad.join(most, on=("column", "expected"), maintain_order="left").select("file", "source_row", "value").row(0)
    )
    what = f"Отклонено {bad.height} строк из {rows}, чаще всего ({count}): {_reason(column, expected)}"
    what += f", а в строке {row} {f'стоит «{value}»' if value else 'пусто'}"
    raise InputRefused("too_many_rejected", what, place=Place(where), advice="Проверьте, та ли выбрана система.")


def _reason(column: str, expected: str) -> str:
    return f"«{column}» — ожидается {expected}" if column else f"ожидается {expected}"


def _together(results: list[Conformed], read_files: tuple[SourceFile, ...]) -> Intake:
    appeals = pl.concat([result.appeals for result in results])
    rejected = pl.concat([result.rejected for result in results])
    findings = [(each.code, each.detail, each.rows) for result in results for each in result.findings]
    twins = _twins(appeals["source_id"])
    if twins:
        findings.append(("id_twins", "номера различаются лишь написанием букв", twins))
    counted = pl.DataFrame(findings, schema=FINDINGS, orient="row").group_by("code", "detail", maintain_order=True)
    return Intake(
        appeals=appeals,
        rejected=rejected.cast(REJECTED),
        findings=counted.agg(pl.col("rows").sum()),
        files=read_files,
        rows_in=appeals.height + rejected.height,
    )


def _twins(ids: pl.Series) -> int:
    """Count rows whose numbers differ from another's only in case or in letters that look alike."""
    lettered = ids.filter(ids.str.contains(r"\p{L}")).unique()
    forms = look_alike_key(lettered)
    if forms.n_unique() == len(lettered):
        return 0
    return int(ids.is_in(lettered.filter(forms.is_duplicated()).to_list()).sum())


def _fingerprint(path: Path) -> SourceFile:
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
                size += len(block)
    except OSError as error:
        raise InputRefused("not_readable", "Файл не открывается", place=Place(_shown(path))) from error
    return SourceFile(_shown(path), path, digest.hexdigest(), size)


def _shown(path: Path) -> str:
    """Write the name of a file as it is shown and kept: people put phones and addresses into those too."""
    return personal.redact(clean(path.name))[:_MAX_NAME]
