"""What the quarterly form counts, number by number, and which of its numbers must not be printed.

Every number is written down as a population, so that the audit can set it against all that was published before: the
form itself in other quarters and layouts, and tables of the command line.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from analytics import keys
from analytics.facts import Window
from analytics.publications import CASES, Population
from loaders import publications
from loaders.publications import Draft
from loaders.store.policies import BOUNDS
from pages.reports.forms import Line
from pages.shared import readers
from pages.shared.asked import Asked
from pages.shared.filters import DIMENSIONS
from pages.shared.kept import kept

BEGUN: Final = "begun"
"""Key of what is open at the beginning of a column."""

Place = tuple[str, int]
"""A line of the form, or a row of a split, and the column."""

Mask = Mapping[Place, bool]
"""Which numbers are hidden."""


@dataclass(frozen=True, eq=False)
class Numbers:
    """Hold the numbers of one kind of case: values by line and column, None where there are no data.

    `begun` is what was open at the beginnings, `windows` the days of each column and the day before it, `cases` the
    cases among which the received questions are. A split counts in one column what came in, by a word of a dimension.
    """

    kind: str
    lines: Sequence[Line]
    values: Mapping[str, Sequence[float | None]]
    begun: Sequence[float | None]
    windows: Sequence[tuple[Window, date]]
    cases: Sequence[int | None]
    splits: Sequence[tuple[str, int, Sequence[tuple[str | None, int]]]]


def split_key(dimension: str, word: str | None) -> str:
    """Name a row of a split as a mask does."""
    return f"{dimension} {keys.written(word)}"


def audited(asked: Asked, layout: str, kinds: Sequence[Numbers]) -> tuple[list[Mask], Draft]:
    """Say which numbers must be hidden, by kind; raises `InputRefused` where no such paper may be published."""
    return _audited(asked, layout, publications.last(readers.store(), asked.scope), kinds)


@kept(max_entries=32)
def _audited(asked: Asked, layout: str, seen: int, kinds: Sequence[Numbers]) -> tuple[list[Mask], Draft]:  # noqa: ARG001 — keys
    """Audit once for a state of the data, a layout and what has been published until now."""
    listed = [dict(_populations(asked, found)) for found in kinds]
    counted = {population: n for own in listed for population, n in own.values()}
    cases = {population: n for population, n in counted.items() if population.measure == CASES}
    draft = publications.audit(readers.store(), asked.scope, list(counted), cases)
    wrong = [population for population, n in counted.items() if draft.numbers[population] != n]
    if wrong:
        raise AssertionError(f"the audit counts other numbers than the form: {wrong[0]}")
    return [{place: draft.is_hidden(population) for place, (population, _) in own.items()} for own in listed], draft


def _populations(asked: Asked, found: Numbers) -> Iterator[tuple[Place, tuple[Population, int]]]:
    """Name what every number of one kind counts, and the number; what has no data is not printed."""
    own = {**_words(asked), "kind": (found.kind,)}
    for column, (window, eve) in enumerate(found.windows):
        for line in found.lines:
            if (value := found.values[line.key][column]) is not None:
                yield (line.key, column), (Population.of(line.measure, window, {**own, **dict(line.words)}), int(value))
        if (begun := found.begun[column]) is not None:
            yield (BEGUN, column), (Population.of("open", Window(eve, eve, asked.as_of), own), int(begun))
        if (cases := found.cases[column]) is not None:
            yield (CASES, column), (Population.of(CASES, window, own), cases)
    for dimension, column, rows in found.splits:
        for word, n in rows:
            population = Population.of("appeals", found.windows[column][0], {**own, dimension: (word,)})
            yield (split_key(dimension, word), column), (population, n)


def _words(asked: Asked) -> dict[str, tuple[str | None, ...]]:
    """Name the words that the filters and the scope leave, by column of the cells."""
    bounds = {column: getattr(asked.scope, name) for name, column in BOUNDS.items()}
    chosen = {column: getattr(asked.filters, name) for name, (_, column) in DIMENSIONS.items()}
    return {
        **{column: tuple(words) for column, words in bounds.items() if words is not None},
        **{column: tuple(keys.read(word) for word in words) for column, words in chosen.items() if words},
    }
