"""What a published number counts, written down so that any two numbers can be set against each other at any time.

The cells of a city are parted into groups that no published number tells apart; what a number hides is then a question
about whole numbers in these groups (`analytics.disclosure_system`). All numbers are set on the data of today: whoever
subtracts a paper of today from one of last month takes it that little has changed, and so does the audit.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Self

import numpy as np
import polars as pl
from scipy import sparse

from analytics import disclosure_system, facts, measures
from analytics.disclosure_system import Role, System
from analytics.facts import Count, Flow, Window

CASES: Final = "cases"
"""Counts cases instead of the questions in them: at most as many, and nobody knows which of them."""

Words = tuple[tuple[str, tuple[str | None, ...]], ...]
"""Columns of a cell with the words that are counted, in the order of the columns."""


@dataclass(frozen=True, slots=True)
class Population:
    """Name what a number counts: a measure of the days of a window among the rows that have one of the words.

    The same rows have the same name: `of` leaves out of a window what the measure does not look at.
    """

    measure: str
    start: date | None
    end: date
    as_of: date
    words: Words = ()

    @classmethod
    def of(cls, measure: str, window: Window, words: Mapping[str, Iterable[str | None]] | None = None) -> Self:
        """Name the population of a declared measure, or of `CASES`."""
        count = _count(measure)
        start = window.start if isinstance(count, Flow) else None
        as_of = window.as_of if _looks_at_today(count, window) else window.moment
        listed = ((name, tuple(sorted(set(own), key=str))) for name, own in sorted((words or {}).items()))
        return cls(measure, start, window.moment, as_of, tuple(listed))

    def within(self, **words: str | None) -> Self:
        """Narrow it to rows with one word in each of these columns."""
        return replace(self, words=tuple(sorted({**dict(self.words), **{k: (v,) for k, v in words.items()}}.items())))

    @property
    def window(self) -> Window:
        """Give the days it looks at."""
        return Window(self.start, self.end, self.as_of)

    @property
    def since(self) -> date | None:
        """Name the first day that it looks at, None where it looks at all."""
        return self.start if isinstance(_count(self.measure), Flow) else self.end

    def holds(self, other: "Population") -> bool:
        """Say whether every row that another counts is counted here, as far as their words and days tell."""
        own, outer = _count(other.measure), _count(self.measure)
        is_same = self.measure == other.measure or (
            CASES not in {self.measure, other.measure}
            and isinstance(own, Flow) == isinstance(outer, Flow)
            and outer.where is None and getattr(outer, "since", None) is None
            and getattr(own, "clock", None) == getattr(outer, "clock", None)
        )  # fmt: skip
        mine, theirs = dict(self.words), dict(other.words)
        return (
            is_same
            and self._spans(other)
            and all(name in theirs and set(theirs[name]) <= set(words) for name, words in mine.items())
        )

    def _spans(self, other: "Population") -> bool:
        if not isinstance(_count(self.measure), Flow):
            return self.end == other.end
        begins = self.start is None or (other.start is not None and self.start <= other.start)
        return begins and other.end <= self.end


def _count(measure: str) -> Count:
    part = measures.find("appeals" if measure == CASES else measure).part
    if not isinstance(part, facts.Flow | facts.Stock):
        message = f"{measure} does not add up"
        raise TypeError(message)
    return part


def _looks_at_today(count: Count, window: Window) -> bool:
    try:
        count.population(window).expr(None)
    except ValueError:
        return True
    return False


@dataclass(frozen=True, eq=False)
class Numbers:
    """Hold numbers of one output: populations in order, and how many cases stand under those that count `CASES`."""

    populations: Sequence[Population]
    cases: Mapping[Population, int]


@dataclass(frozen=True, slots=True)
class Printed:
    """Hold one number of an earlier output: None where it was hidden."""

    population: Population
    number: int | None


def needs(populations: Iterable[Population]) -> tuple[str, ...]:
    """Name the columns of cells that these populations look at."""
    listed = list(populations)
    named = {name for each in listed for name, _ in each.words}
    read = {name for each in listed for name in measures.needs(measures.find(_plain(each.measure)))}
    return tuple(sorted(named | read))


def _plain(measure: str) -> str:
    return "appeals" if measure == CASES else measure


def audited(
    cells: pl.DataFrame,
    new: Numbers,
    earlier: Sequence[Printed],
    limit: int,
    patience: float = disclosure_system.PATIENCE,
) -> tuple[Any, Any]:
    """Count the numbers of a new output and say which of them must be hidden, beside all that was printed before.

    `cells` are those of the whole city, with the past, since the first day of any population. Two arrays in the order
    of the new populations: the numbers and the mask. Raises `disclosure_system.TooLong`.
    """
    system, order = _system(cells, new, earlier, limit)
    mask = disclosure_system.hidden(system, limit, patience)
    values = system.values
    places = [order[each] for each in new.populations]
    return values[places], mask[places]


def _system(
    cells: pl.DataFrame, new: Numbers, earlier: Sequence[Printed], limit: int
) -> tuple[System, dict[Population, int]]:
    roles = _roles(new, earlier)
    order = {population: row for row, population in enumerate(roles)}
    forms, sizes = grouped(cells, list(roles))
    forms, sizes = _with_further(forms, sizes, order, _cases(new, earlier))
    values = np.rint(forms @ sizes).astype(np.int64)
    asked = np.array(list(roles.values()), dtype=np.int64)
    # What was printed large and is small now has changed since: the old paper does not tell it.
    asked[(asked == Role.SHOWN) & (values > 0) & (values < limit)] = Role.NEW
    rests = _rests(forms, sizes, list(roles), asked, limit)
    whole = sparse.csr_array(sparse.vstack([forms, *rests])) if rests else forms
    return System(whole, sizes, np.concatenate([asked, np.full(len(rests), int(Role.REST))])), order


def _roles(new: Numbers, earlier: Sequence[Printed]) -> dict[Population, Role]:
    """Say what each population is to the reader: hidden once, it stays so; shown once, it is known."""
    roles = dict.fromkeys(new.populations, Role.NEW)
    roles |= {each.population: Role.SHOWN for each in earlier if each.number is not None}
    hidden = (each.population for each in earlier if each.number is None)
    return roles | {each: Role.HIDDEN for each in hidden if each.measure != CASES or each in new.cases}


def _cases(new: Numbers, earlier: Sequence[Printed]) -> dict[Population, int]:
    before = {each.population: each.number for each in earlier if each.population.measure == CASES and each.number}
    return {**before, **new.cases}


def grouped(cells: pl.DataFrame, populations: Sequence[Population]) -> tuple[sparse.csr_array, Any]:
    """Part cells into groups that no population tells apart: which population counts which group, and their sizes."""
    members = _Members(cells)
    random = np.random.default_rng(0).integers(1, 2**63, size=len(populations), dtype=np.uint64)
    sign = np.zeros(cells.height, dtype=np.uint64)
    for mark, population in zip(random, populations, strict=True):
        sign ^= np.where(members.of(population), mark, np.uint64(0))
    _, first, group = np.unique(sign, return_index=True, return_inverse=True)
    one = _Members(cells[first])
    forms = sparse.csr_array(np.array([one.of(each) for each in populations], dtype=float).reshape(-1, len(first)))
    sizes = np.bincount(group, weights=cells["appeals"].to_numpy(), minlength=len(first))
    kept = np.flatnonzero((sizes != 0) & (forms.sum(axis=0) > 0))
    return sparse.csr_array(forms[:, kept]), sizes[kept]


class _Members:
    """Ask of every cell whether a population counts it; what many populations share is asked once."""

    def __init__(self, cells: pl.DataFrame) -> None:
        self._cells = cells
        self._kept: dict[Any, Any] = {}

    def of(self, population: Population) -> Any:
        measure = _plain(population.measure)
        own = replace(population, measure=measure, words=())
        found = self._once(own, lambda: _counts(self._cells, _count(measure), population.window))
        for name, words in population.words:
            found = found & self._once((name, words), lambda: _is_in(name, words))  # noqa: B023 — asked at once
        return found

    def _once(self, key: Any, ask: Any) -> Any:
        if key not in self._kept:
            self._kept[key] = self._cells.select(ask().fill_null(value=False)).to_series().to_numpy()
        return self._kept[key]


def _is_in(name: str, words: Sequence[str | None]) -> pl.Expr:
    listed = pl.Series(words, dtype=pl.String)
    return pl.col(name).cast(pl.String).is_in(listed.implode(), nulls_equal=True)


def _counts(cells: pl.DataFrame, count: Count, window: Window) -> pl.Expr:
    """Say which cells a count counts, amendments among them where it takes them."""
    own = count.population(window).expr(window.as_of).fill_null(value=False)
    if not facts.has_past(cells.lazy()):
        return own
    kinds = pl.col("amends").is_in([kind.value for kind in count.amended_by]).fill_null(value=False)
    held = kinds & facts.held_on(window.moment) if isinstance(count, facts.Stock) else kinds
    return own & (held if count.only is not None else pl.col("amends").is_null() | held)


def _with_further(
    forms: sparse.csr_array, sizes: Any, order: Mapping[Population, int], cases: Mapping[Population, int]
) -> tuple[sparse.csr_array, Any]:
    """Take from the questions those that are further ones of a case: a group of its own for each count of cases.

    The further questions of a part of the days are further ones of the whole.
    """
    listed = sorted(
        (each for each in order if each.measure == CASES), key=lambda each: (each.end - (each.start or date.min)).days
    )
    values = forms @ sizes
    columns: list[Any] = []
    further: list[float] = []
    for at, population in enumerate(listed):
        inner = [place for place, each in enumerate(listed[:at]) if population.holds(each)]
        whole = max(values[order[population]] - cases.get(population, 0), 0)
        further.append(whole - sum(further[place] for place in inner))
        columns.append((order[population], inner))
    if not listed:
        return forms, sizes
    more = sparse.lil_array((forms.shape[0], len(listed)))
    for at, (row, inner) in enumerate(columns):
        for place in (*inner, at):
            more[row, place] = -1.0
    return sparse.csr_array(sparse.hstack([forms, more])), np.concatenate([sizes, further])


def _rests(
    forms: sparse.csr_array, sizes: Any, populations: Sequence[Population], roles: Any, limit: int
) -> list[sparse.csr_array]:
    """Find what a reader gets by subtracting printed numbers of each other, where it is small and nobody's number."""
    whole = sparse.csr_array(forms != 0).astype(np.int64)
    told = {tuple(row.tolist()) for row in np.split(whole.indices, whole.indptr[1:-1])}
    found: dict[tuple[int, ...], sparse.csr_array] = {}
    values = np.rint(forms @ sizes).astype(np.int64)
    for outer, inner in [*_pairs(values, populations, limit), *_families(populations)]:
        if populations[outer].measure == CASES or not (roles[[outer, *inner]] == Role.NEW).any():
            continue
        rest = whole[[outer]].toarray()[0].astype(bool) & ~whole[inner].sum(axis=0).astype(bool)
        key = tuple(np.flatnonzero(rest).tolist())
        row = sparse.csr_array(np.where(rest, forms[[outer]].toarray()[0], 0.0)[None])
        if key not in told and key not in found and 0 < sizes[rest].sum() < limit:
            found[key] = row
    return list(found.values())


def _pairs(values: Any, populations: Sequence[Population], limit: int) -> list[tuple[int, list[int]]]:
    """List the numbers that lie within another with little left."""
    missing = values[:, None] - values[None, :]
    near = np.argwhere((missing > 0) & (missing < limit))
    return [(int(a), [int(b)]) for a, b in near if populations[a].holds(populations[b])]


def _families(populations: Sequence[Population]) -> list[tuple[int, list[int]]]:
    """List the numbers beside all those that lie within them and differ in one column, or in their days, alone."""
    kin: dict[Any, list[int]] = defaultdict(list)
    for row, each in enumerate(populations):
        kin[replace(each, start=None, end=date.min, as_of=date.min)].append(row)
        for name in dict(each.words):
            kin[name, replace(each, words=tuple(own for own in each.words if own[0] != name))].append(row)
    for (_, whole), rows in [item for item in kin.items() if isinstance(item[0], tuple)]:
        rows += [row for row, each in enumerate(populations) if each == whole]
    found = []
    for rows in kin.values():
        for outer in rows:
            inner = [row for row in rows if row != outer and populations[outer].holds(populations[row])]
            found += [(outer, inner)] if len(inner) > 1 else []
    return found
