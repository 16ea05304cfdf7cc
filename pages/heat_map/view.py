"""What the reader chose on the home screen, read from the address: which matrix, which colour, order and cell."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Self

from analytics import keys
from analytics.buckets import GRAINS
from analytics.heat_map import OTHERS, Key
from analytics.periods import Period, bucket_start
from loaders.city_rules import HOME_COLOUR, SURPRISE
from pages.shared.limits import read


@dataclass(frozen=True, slots=True)
class Matrix:
    """Name the two dimensions of a matrix and its words: for the switch and for «… по …»."""

    rows: str
    columns: str
    title: str
    phrase: str


_BY_BLOCK: Final[dict[str, Matrix]] = {
    "weeks": Matrix("topic_block", "week", "Недели", "по блокам и неделям"),
    "months": Matrix("topic_block", "month", "Месяцы", "по блокам и месяцам"),
    "departments": Matrix("topic_block", "department", "Подразделения", "по блокам и подразделениям"),
    "statuses": Matrix("topic_block", "status", "Статусы", "по блокам и статусам"),
    "territories": Matrix("topic_block", "territory", "Территории", "по блокам и территориям"),
}

_BY_TOPIC: Final[dict[str, Matrix]] = {
    f"topic-{name}": replace(matrix, rows="topic", phrase=matrix.phrase.replace("по блокам", "по темам"))
    for name, matrix in _BY_BLOCK.items()
}
"""The same for whoever sees one block only: a matrix of a single row would say nothing."""

MATRICES: Final[dict[str, Matrix]] = {
    **_BY_BLOCK,
    **_BY_TOPIC,
    "work": Matrix("department", "status", "Кто и в каком статусе", "по подразделениям и статусам"),
}
"""Every matrix of the home screen under its name in the address; see `fitted` for which of them are shown."""

COLOURS: Final = (
    "appeals",
    "new",
    "repeat",
    "overdue_open",
    "postponed",
    "missed",
    "on_time_share",
    "overdue_closed",
    "extended",
    "rule_75",
    "no_due",
    "repeat_share",
    "reworked_share",
    "median_reaction_days",
    "median_answer_days",
    "p90_answer_days",
    "median_coordination_days",
    "median_execution_days",
    "median_approval_days",
    "satisfaction",
)
"""Measures that may colour the matrix; the first is what surprise tells of."""

ORDERS: Final = {"given": "как в регламенте", "total": "по величине", "urgency": "по срочности"}

LONG_DAYS: Final = 182
"""A longer period is laid out by months: more than 26 weeks are no longer read side by side."""

MANY_WEEKS: Final = 12
"""Weeks that the matrix of weeks shows at least: enough to see whether the last one is unusual."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Name one cell of the matrix by its keys; `column` is absent when the whole row is meant."""

    row: Key
    column: Key
    is_row: bool = False

    @classmethod
    def parse(cls, text: str, matrix: Matrix) -> Self | None:
        """Read a cell from the address; None when it makes no sense for this matrix."""
        row, found, column = text.partition(keys.SEPARATOR)
        if not row or OTHERS in {row, column}:
            return None
        if not found:
            return cls(keys.read(row), None, is_row=True)
        if matrix.columns not in GRAINS:
            return cls(keys.read(row), keys.read(column))
        try:
            return cls(keys.read(row), bucket_start(date.fromisoformat(column), matrix.columns))
        except ValueError:
            return None

    @property
    def place(self) -> tuple[str, str]:
        """Name the row and the column of the matrix in writing; the whole row has an empty column."""
        return keys.written(self.row), "" if self.is_row else keys.written(self.column)

    def text(self) -> str:
        """Write the cell for the address."""
        row, column = self.place
        return row if self.is_row else f"{row}{keys.SEPARATOR}{column}"


@dataclass(frozen=True, slots=True)
class View:
    """Hold the reader's choices; every field is valid."""

    name: str
    colour: str
    order: str
    limits: tuple[float, ...]
    cell: Cell | None

    @property
    def matrix(self) -> Matrix:
        """Give the chosen matrix."""
        return MATRICES[self.name]

    @property
    def measure(self) -> str:
        """Name the measure whose numbers stand in the cells; surprise colours what came in."""
        return COLOURS[0] if self.is_surprise else self.colour

    @property
    def is_surprise(self) -> bool:
        """Say whether the colour tells of surprise."""
        return self.colour == SURPRISE

    @classmethod
    def parse(
        cls,
        name: str,
        colour: str,
        order: str,
        limits: str,
        cell: str,
        period: Period,
        *,
        of_one_block: bool = False,
        usual: str = HOME_COLOUR,
    ) -> Self:
        """Read the choices from parameters of the address; what makes no sense for the period counts as absent.

        A link from someone who sees more blocks, or fewer, keeps its columns. `usual` is the city's own colour.
        """
        names = fitted(period, of_one_block=of_one_block)
        same = (name, f"topic-{name}", name.removeprefix("topic-"))
        known = next((each for each in same if each in names), names[0])
        shown = next((each for each in (colour, usual) if each in colours_of(MATRICES[known])), HOME_COLOUR)
        return cls(
            name=known,
            colour=shown,
            order=order if order in ORDERS else "given",
            limits=read(limits).get(shown, ()),
            cell=Cell.parse(cell, MATRICES[known]) if cell else None,
        )

    def with_cell(self, cell: Cell | None) -> Self:
        """Give the same choices with another cell."""
        return replace(self, cell=cell)


def colours_of(matrix: Matrix) -> tuple[str, ...]:
    """List the colours that suit a matrix.

    A status is the present one: cases of the past have moved on, so their number tells nothing of surprise.
    """
    return COLOURS if matrix.columns == "status" else (COLOURS[0], SURPRISE, *COLOURS[1:])


def fitted(period: Period, *, of_one_block: bool = False) -> tuple[str, ...]:
    """List the matrices that suit a period: weeks for a short one, months for a long one, and all the others.

    The rows are blocks, or the topics of the only block in view.
    """
    unfit = "week" if period.days > LONG_DAYS else "month"
    rows = {"topic" if of_one_block else "topic_block", "department"}
    return tuple(name for name, matrix in MATRICES.items() if matrix.columns != unfit and matrix.rows in rows)


def matrix_period(matrix: Matrix, period: Period) -> Period:
    """Widen a period to whole weeks or months at its start, and to at least `MANY_WEEKS` weeks."""
    if matrix.columns not in GRAINS:
        return period
    start = bucket_start(period.start, matrix.columns)
    if matrix.columns == "week":
        start = min(start, bucket_start(period.end, "week") - timedelta(weeks=MANY_WEEKS - 1))
    return Period(start, period.end)


def bucket_period(start: date, grain: str, as_of: date) -> Period:
    """Give the days of a column of weeks or months; the one that is still going ends on `as_of`."""
    later = start + timedelta(days=6 if grain == "week" else 31)
    end = later if grain == "week" else bucket_start(later, "month") - timedelta(days=1)
    return Period(start, max(min(end, as_of), start))


HOME: Final = View(next(iter(MATRICES)), HOME_COLOUR, "given", (), None)
"""The choices at the start."""
