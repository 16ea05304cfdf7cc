"""What a file holds, whatever its format: parts with a table each, some with a picture, and a passport for them all.

A table is a frame with a unit per column, so that one format writes typed cells and another writes words, and both say
the same. Texts of cells come from files and people: they are cleaned once, when a table is made.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, Self

import plotly.graph_objects as go
import polars as pl

from loaders.publications import Draft
from pages.shared import formats
from pages.shared.palette import LIGHT
from pages.shared.text import plain

Unit = Literal[
    "text",
    "count",
    "change",
    "share",
    "points",
    "days",
    "more_days",
    "score",
    "number",
    "day",
    "moment",
    "value",
    "delta",
]
"""How a column is read: `change` is a signed count, `points` the difference of two shares, `days` a length of time.

`value` and `delta` are columns whose rows have units of their own, levels and differences: `Table.units` names them.
"""

Value = str | int | float | date | datetime | None
Place = tuple[int, str]
"""A row by its number and a column by its name."""

NUMBERS: Final = frozenset(
    {"count", "change", "share", "points", "days", "more_days", "score", "number", "value", "delta"}
)
"""Units that stand at the right edge of their column."""


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column: `base` names the column that counts the cases of a share, `is_wide` asks for room."""

    name: str
    title: str
    unit: Unit = "text"
    base: str = ""
    is_wide: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Hold rows of a frame under their columns.

    `bold` are rows that sum up or head others; `fills` colours of cells as `#rrggbb`, where a number has one on screen.
    A null says that there is no number; where it stands in `few`, or the base of a share is not empty, that there are
    too few cases to show one. `units` are those of the rows, for columns of `value` and `delta`.
    """

    columns: tuple[Column, ...]
    frame: pl.DataFrame
    bold: frozenset[int] = frozenset()
    fills: Mapping[Place, str] = field(default_factory=dict)
    few: frozenset[Place] = frozenset()
    units: tuple[Unit, ...] = ()

    @classmethod
    def of(
        cls,
        columns: Sequence[Column],
        rows: pl.DataFrame | Sequence[Sequence[Value]],
        *,
        bold: Sequence[int] = (),
        fills: Mapping[Place, str] | None = None,
        few: Iterable[Place] = (),
        units: Sequence[Unit] = (),
    ) -> Self:
        """Make a table of a frame or of rows, with every text cleaned of what is not text."""
        named = [column.name for column in columns]
        types = {column.name: _TYPES[column.unit] for column in columns}
        frame = rows if isinstance(rows, pl.DataFrame) else pl.DataFrame(rows, types, orient="row", strict=False)
        cleaned = frame.select(
            pl.col(name).cast(types[name]).map_elements(plain, return_dtype=pl.String)
            if types[name] == pl.String
            else pl.col(name).cast(types[name])
            for name in named
        )
        return cls(tuple(columns), cleaned, frozenset(bold), fills or {}, frozenset(few), tuple(units))

    def unit(self, row: int, column: Column) -> Unit:
        """Name the unit of one cell."""
        if column.unit == "value":
            return self.units[row]
        return _DELTAS.get(self.units[row], "number") if column.unit == "delta" else column.unit

    def lines(self) -> list[list[str]]:
        """Write every cell in words, row by row."""
        return [
            [self._words(number, column, row) for column in self.columns]
            for number, row in enumerate(self.frame.iter_rows(named=True))
        ]

    def _words(self, number: int, column: Column, row: Mapping[str, Any]) -> str:
        value = row[column.name]
        if value is None and self.is_few(number, column, row):
            return formats.FEW
        if value is None and number in self.bold and column.unit != "text" and not self._has_numbers(number, row):
            return ""
        return _WORDS[self.unit(number, column)](value)

    def is_few(self, number: int, column: Column, row: Mapping[str, Any]) -> bool:
        """Say of an empty cell whether there is a number too small to be shown."""
        return (number, column.name) in self.few or (bool(column.base) and (row[column.base] or 0) > 0)

    def _has_numbers(self, number: int, row: Mapping[str, Any]) -> bool:
        """Say whether a row that sums up or heads others has any number, shown or not."""
        return any(
            row[column.name] is not None or self.is_few(number, column, row)
            for column in self.columns
            if column.unit != "text"
        )


_DELTAS: Final[dict[Unit, Unit]] = {"count": "change", "share": "points", "days": "more_days"}

_TYPES: Final[dict[Unit, Any]] = {
    "text": pl.String(), "count": pl.Int64(), "change": pl.Int64(), "share": pl.Float64(), "points": pl.Float64(),
    "days": pl.Float64(), "score": pl.Float64(), "number": pl.Float64(), "day": pl.Date(), "moment": pl.Datetime("ms"),
    "more_days": pl.Float64(), "value": pl.Float64(), "delta": pl.Float64(),
}  # fmt: skip

_WORDS: Final[dict[Unit, Callable[[Any], str]]] = {
    "text": lambda value: formats.DASH if value is None else str(value),
    "count": formats.number,
    "change": formats.signed,
    "share": formats.percent,
    "points": formats.points,
    "days": lambda value: formats.measure(value, "days"),
    "score": lambda value: formats.number(value, 2),
    "number": lambda value: formats.number(value, 1),
    "day": formats.day,
    "moment": formats.moment,
    "more_days": lambda value: formats.change(value, "days"),
}


@dataclass(frozen=True, slots=True)
class Chart:
    """Describe the native chart of a table: which column names the places, which columns are the series.

    `is_ordered` says that the series are steps to the worse, as days overdue are. `data` is what it draws where that is
    not the table of its part. `limits` are series that bound a usual range: they stand back.
    """

    kind: Literal["bars", "stacked", "lines"]
    x: str
    series: tuple[str, ...]
    is_ordered: bool = False
    data: Table | None = None
    limits: tuple[str, ...] = ()

    @property
    def colours(self) -> tuple[str, ...]:
        """Give a colour per series: steps of one ramp where they are steps of one thing."""
        ramp = LIGHT.warm[2:] if self.is_ordered else LIGHT.categorical
        return tuple(
            LIGHT.faint if name in self.limits else ramp[at % len(ramp)] for at, name in enumerate(self.series)
        )


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Draw a figure when it is asked for; `width` and `height` in pixels of a screen."""

    draw: Callable[[], go.Figure]
    width: int = 1100
    height: int = 420


_COMPARED: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Hold one panel of a screen or one section of a report.

    `note` carries units, period and base; `after` stands below the numbers; `measures` are those whose definitions
    belong to it, none where all of the screen's do. A part has a table, or only words. A table
    with colours of its own is the picture in words: formats with pictures show that one, those without show this.
    """

    key: str
    title: str
    note: str = ""
    table: Table | None = None
    chart: Chart | None = None
    picture: Picture | None = None
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    new_page: bool = False
    drawn: bytes = b""
    """A picture that is an SVG already."""

    @property
    def is_drawn(self) -> bool:
        """Say whether the part shows a picture."""
        return self.picture is not None or bool(self.drawn) or self.charted is not None

    @property
    def charted(self) -> Table | None:
        """Give the rows that a native chart shows; none where it would have no two of them to compare."""
        rows = None if self.chart is None else self.chart.data or self.table
        return None if rows is None or rows.frame.height - len(rows.bold) < _COMPARED else rows

    @property
    def notes(self) -> tuple[str, ...]:
        """Give what stands below the numbers; a table without a row says so."""
        is_empty = self.table is not None and self.table.frame.is_empty()
        return (*self.after, "Нет ни одной строки.") if is_empty and not self.after else self.after

    @property
    def lead(self) -> str:
        """Give the note and the words before the numbers as one line."""
        return ". ".join(words.removesuffix(".") for words in (self.note, *self.before) if words)

    @property
    def is_coloured(self) -> bool:
        """Say whether the table shows by its colours what the picture shows."""
        return self.table is not None and bool(self.table.fills)


_TOP: Final = frozenset({"Город", "Период", "Отборы", "Данные на"})


@dataclass(frozen=True, slots=True)
class About:
    """Hold what every file says of itself: lines of a name and words, and definitions of the measures in it.

    `number` finds the file again, `digest` is the sum of its numbers (`digests.numbers`).
    """

    lines: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...]
    number: str = ""
    digest: str = ""

    @property
    def proof(self) -> tuple[tuple[str, str], ...]:
        """Give the lines by which the file is found and proved again; none before it has a number."""
        return (("Номер файла", self.number), ("Сумма чисел", self.digest)) if self.number else ()

    @property
    def top(self) -> str:
        """Give what of the lines stands at the top of the first page too."""
        return " · ".join(f"{name.lower()}: {words}" for name, words in self.lines if name in _TOP)


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """Hold a whole file: its title, words that lead in, its parts and its passport."""

    title: str
    about: About
    parts: tuple[Part, ...]
    lead: tuple[str, ...] = ()
    name: str = ""
    """What the file is called where that is shorter than the title."""
    draft: Draft | None = None
    """What is kept of it when it is taken, where it is made for the public."""

    @property
    def rows(self) -> int:
        """Count the rows of data."""
        return sum(part.table.frame.height for part in self.parts if part.table)

    @property
    def is_drawn(self) -> bool:
        """Say whether any part shows a picture."""
        return any(part.is_drawn for part in self.parts)
