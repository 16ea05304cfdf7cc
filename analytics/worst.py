"""Find who is worst now: whose overdue cases exceed what the others' rates give as many open cases of the same norms.

Method. Indirect standardisation: of every norm (kind of case, days allotted) the share overdue among the open cases of
all *other* units is taken to the unit's own open cases of that norm; the sum is what is expected, as in a standardised
mortality ratio (N. Breslow and N. Day, "Statistical Methods in Cancer Research II", IARC 1987, ch. 2). The unit itself
is left out of the rates, because half of a city's overdue would otherwise be its own measure. Norms that the others
hardly have (`LEAST_OTHERS`) compare with nobody and are left out of the excess.

Beyond chance means more than independent cases would give. Cases come in clumps (one topic in one place shares its
fate), so the variance is that of the clumps seen inside units and norms, pooled (Pearson's statistic by its expectation
under permutation), and the number overdue has that variance (`dispersion`). Units also differ for many small
reasons: where there are enough others, the spread between them is added (R. DerSimonian and N. Laird, Controlled
Clinical Trials 7, 1986; D. Spiegelhalter, "Handling over-dispersion of performance indicators", Quality and Safety in
Health Care 14, 2005) and told by Student's t, as the spread itself is known from few. Several fires would hide each
other in the rates and in the spread, so the furthest unit is set aside and the rest looked at again, up to a quarter of
the units; the last one that stands out, and all before it, are beyond chance (B. Rosner, Technometrics 25, 1983).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from itertools import takewhile
from math import sqrt
from typing import Any, Final, Self

import numpy as np
import polars as pl

from analytics import dispersion, facts
from analytics.dispersion import Dispersion
from analytics.due_states import band

FALSE_LOOKS: Final = 0.005
"""Share of looks in which chance alone names somebody, over all dimensions and units (C. E. Bonferroni, 1936).

So strict that also where all units differ a little, which the spread tells with some error, at most one look in twenty
names somebody.
"""

HELD: Final = 0.05
"""Chance below which what is named today held in an earlier week too: there one unit is looked at, not the worst."""

FEW: Final = 5
"""Fewest others to estimate a spread between units from."""

SET_ASIDE: Final = 4
"""At most one unit of so many stands out: beyond a quarter it is the city that burns, and not a unit."""

LEAST_OTHERS: Final = 10
"""Open cases of a norm that the others have at least, so that the unit can be compared by it."""

NORMS: Final = (0, 3, 8, 16, 32)
"""First days of the bands of days allotted: hours to two days, a week, ten days, a month, and longer."""

WEEKS: Final = 26
"""Most weeks that are looked back: half a year is chronic, however long it was before."""

NEEDS: Final = ("received_on", "due_on", "answered_on", "status", "kind", "allotted_days", "topic", "territory")
"""Columns of a cell that are read beside the dimensions."""

Key = str | None


@dataclass(frozen=True, slots=True)
class Unit:
    """Hold one unit: `overdue` of its `open` cases with a deadline, and `excess`, how many more than expected.

    The excess is over the norms that others have too; `chance` is the probability of as much or more by chance alone.
    """

    dimension: str
    key: Key
    overdue: int
    open: int
    excess: float
    chance: float


@dataclass(frozen=True, slots=True)
class Count:
    """Hold how many cases of one value of a dimension are overdue."""

    dimension: str
    key: Key
    overdue: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Hold what is found along one dimension.

    `named` has the largest excess of those beyond chance, None where there is none; it has been beyond chance at the
    end of `weeks` weeks in a row, this one counted, and `mostly` has most of its overdue along the next dimension.
    `most` has most overdue of all, None where nothing is.
    """

    dimension: str
    named: Unit | None
    weeks: int
    mostly: Count | None
    most: Count | None


@dataclass(frozen=True, slots=True)
class Worst:
    """Hold who is worst at `moment`: `overdue` of all `open` cases with a deadline, and a standing per dimension."""

    moment: date
    overdue: int
    open: int
    standings: tuple[Standing, ...]

    @property
    def first(self) -> Standing | None:
        """Give the first dimension along which somebody is named."""
        return next((each for each in self.standings if each.named), None)

    def along(self, dimension: str) -> Standing | None:
        """Give the standing along a dimension."""
        return next((each for each in self.standings if each.dimension == dimension), None)


def worst(cells: pl.LazyFrame, dimensions: Sequence[str], moment: date, first: date, *, min_n: int = 1) -> Worst:
    """Find who is worst at the end of `moment` along each of `dimensions`, in their order.

    The cells reach back `WEEKS` weeks and have `NEEDS`. `first` is the first day with data: before it nothing held. A
    unit is looked at when it has `min_n` open cases with a deadline; cases without a unit count in the rates of the
    others, and without a deadline nowhere.
    """
    known = _known(cells, dimensions, moment)
    looks = _Looks(known, first, min_n, FALSE_LOOKS / max(len(dimensions), 1))
    now = looks.at(moment)
    around = zip(dimensions, (*dimensions[1:], dimensions[0]), strict=True)
    standings = tuple(_standing(looks, each, beside, moment) for each, beside in around)
    return Worst(moment, int(now["overdue"].sum()), int(now["open"].sum()), standings)


class _Looks:
    """Hold the cases of all days looked at, and what a look takes for beyond chance."""

    def __init__(self, known: pl.DataFrame, first: date, min_n: int, limit: float) -> None:
        self._known = known
        self._first = first
        self._min_n = min_n
        self._limit = limit
        self.at = cache(partial(_at, known))

    def beyond(self, dimension: str, moment: date) -> list[Unit]:
        """List the units of a dimension that were beyond chance at the end of a day; nothing held before the data."""
        return beyond(self.at(moment), dimension, self._min_n, self._limit) if moment >= self._first else []

    def weeks(self, unit: Unit, moment: date) -> int:
        """Count the weeks in a row up to `moment`, itself counted, at whose end a unit was beyond chance."""
        days = (moment - timedelta(weeks=back) for back in range(1, WEEKS))
        held = (day >= self._first and self._held(unit, day) for day in days)
        return 1 + sum(takewhile(bool, held))

    def _held(self, unit: Unit, day: date) -> bool:
        look = _Look.of(self.at(day), unit.dimension, self._min_n)
        return any(each.key == unit.key and each.chance < HELD for each in look.units(unit.key))


def _known(cells: pl.LazyFrame, dimensions: Sequence[str], moment: date) -> pl.DataFrame:
    """Keep the cells with a deadline that stood open on any of the days looked at, each with its norm."""
    oldest = moment - timedelta(weeks=WEEKS)
    days = pl.col("allotted_days")
    allotted = band(days, NORMS).cast(pl.String).fill_null("?")
    norm = pl.concat_str(pl.col("kind").cast(pl.String), allotted, separator="|")
    columns = list(dict.fromkeys((*dimensions, *_CLUMP)))
    return (
        cells.filter((facts.DUE_ON.is_known & (facts.RECEIVED_ON <= moment) & ~facts.finished_by(oldest)).expr())
        .select(*_DAYS, *(pl.col(name).cast(pl.String) for name in columns), norm.alias("norm"), "appeals")
        .collect()
    )


_CLUMP: Final = ("topic", "territory")

_DAYS: Final = ("received_on", "due_on", "answered_on", "status")


def _at(known: pl.DataFrame, moment: date) -> pl.DataFrame:
    """Count open and overdue cases at the end of a day: a row per unit of every dimension, norm, topic and place."""
    is_overdue = (facts.DUE_ON <= moment).expr()
    by = [name for name in known.columns if name not in {*_DAYS, "appeals"}]
    return (
        known.lazy()
        .filter(facts.is_open(moment).expr())
        .group_by(by)
        .agg(facts.APPEALS.sum().alias("open"), (is_overdue * facts.APPEALS).sum().alias("overdue"))
        .sort(by, nulls_last=True)
        .collect()
    )


def _standing(looks: _Looks, dimension: str, beside: str, moment: date) -> Standing:
    named = max(looks.beyond(dimension, moment), key=lambda each: each.excess, default=None)
    now = looks.at(moment)
    if named is None:
        return Standing(dimension, None, 0, None, _most(now, dimension))
    own = now.filter(pl.col(dimension) == named.key)
    mostly = None if beside == dimension else _most(own, beside)
    return Standing(dimension, named, looks.weeks(named, moment), mostly, _most(now, dimension))


def _most(now: pl.DataFrame, dimension: str) -> Count | None:
    """Find the value that has most overdue, of those that have a name; ties by name."""
    counted = now.filter(pl.col(dimension).is_not_null()).group_by(dimension).agg(pl.col("overdue").sum())
    ordered = counted.filter(pl.col("overdue") > 0).sort("overdue", dimension, descending=[True, False])
    return next((Count(dimension, key, overdue) for key, overdue in ordered.iter_rows()), None)


def beyond(now: pl.DataFrame, dimension: str, min_n: int, limit: float = FALSE_LOOKS) -> list[Unit]:
    """List the units of a dimension whose excess chance explains with a probability of less than `limit` in all.

    `now` has a row per unit, `norm`, `topic` and `territory`, with `open` cases and the `overdue` among them. Units
    without a name and with fewer than `min_n` open cases of norms that others have too are not looked at.
    """
    look = _Look.of(now, dimension, min_n)
    whole = look.judged().height
    found: list[Unit] = []
    told = 0
    while len(found) < max(whole // SET_ASIDE, min(whole, 1)) and (unit := next(iter(look.units()), None)):
        found.append(unit)
        told = len(found) if unit.chance < limit / (whole - len(found) + 1) else told
        look = look.without(unit.key)
    return found[:told]


@dataclass(frozen=True)
class _Look:
    """Hold open and overdue cases of every unit and norm, and how much more than by chance these vary in clumps."""

    cells: pl.DataFrame
    dimension: str
    min_n: int
    clumping: float

    @classmethod
    def of(cls, now: pl.DataFrame, dimension: str, min_n: int) -> Self:
        clumps = now.group_by(list(dict.fromkeys((dimension, "norm", *_CLUMP)))).agg(pl.col("open", "overdue").sum())
        cells = clumps.group_by(dimension, "norm").agg(pl.col("open", "overdue").sum())
        return cls(cells, dimension, min_n, _clumping(clumps, cells, dimension))

    def without(self, key: Key) -> Self:
        """Set a unit aside."""
        return replace(self, cells=self.cells.filter(pl.col(self.dimension).ne_missing(pl.lit(key))))

    def judged(self) -> pl.DataFrame:
        """Standardise every unit that can be looked at, the furthest above its expectation first."""
        named = pl.col(self.dimension).is_not_null()
        judged = _expected(self.cells, self.dimension).filter(named, pl.col("compared") >= self.min_n)
        deviation = (pl.col("late") - pl.col("expected")) / pl.col("variance").sqrt()
        return judged.with_columns(pl.col("variance") * self.clumping).sort(
            deviation, self.dimension, descending=[True, False]
        )

    def units(self, key: Key = None) -> Iterator[Unit]:
        """Judge the unit of this key, by default the furthest, against the others; nothing where it has none."""
        judged = self.judged()
        own = pl.lit(judged[self.dimension].first() if key is None else key)
        others = judged.filter(pl.col(self.dimension) != own)
        for row in judged.filter(pl.col(self.dimension) == own).iter_rows(named=True):
            chance = max(_by_clumps(row), _by_spread(row, others))
            more = row["late"] - row["expected"]
            yield Unit(self.dimension, row[self.dimension], row["overdue"], row["open"], more, chance)


def _expected(cells: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """Standardise: a row per unit with `open`, `overdue`, and of the norms that others have too the same and more.

    `compared` are open cases of these norms, `late` the overdue among them, `expected` how many would be by the rates
    of the others, and `variance` that of the difference if cases were independent.
    """
    others = pl.col("open").sum().over("norm") - pl.col("open")
    late_others = pl.col("overdue").sum().over("norm") - pl.col("overdue")
    # Half a case on either side keeps others of whom none is overdue from claiming that nobody can be.
    rate = (late_others + 1 / 2) / (others + 1)
    has_others = pl.col("others") >= LEAST_OTHERS
    # The rate is known by chance as well: of a unit as large as all others the difference varies twice as much.
    variance = pl.col("open") * pl.col("rate") * (1 - pl.col("rate")) * (1 + pl.col("open") / pl.col("others"))
    compared = {
        "compared": pl.col("open"),
        "late": pl.col("overdue"),
        "expected": pl.col("open") * pl.col("rate"),
        "variance": variance,
    }
    return (
        cells.with_columns(others.alias("others"), rate.alias("rate"))
        .group_by(dimension)
        .agg(pl.col("open", "overdue").sum(), **{name: of.filter(has_others).sum() for name, of in compared.items()})
        .sort(dimension, nulls_last=True)
    )


def _clumping(clumps: pl.DataFrame, cells: pl.DataFrame, dimension: str) -> float:
    """Say how many times more the clumps inside units and norms vary than independent cases would; at least once."""
    keys = [dimension, "norm"]
    joined = clumps.join(cells, on=keys, how="left", nulls_equal=True, suffix="_cell")
    own, whole = (joined.select(each).to_numpy().T for each in (["overdue", "open"], ["overdue_cell", "open_cell"]))
    return dispersion.of_parts(*own, *whole)


def _by_clumps(unit: Mapping[str, Any]) -> float:
    """Give the probability of as many overdue or more, with the mean expected and the variance."""
    n = unit["compared"]
    share = unit["expected"] / n
    factor = np.array([unit["variance"] / (n * share * (1 - share))])
    known = Dispersion(np.maximum(factor, 1.0), np.full(1, np.inf))
    return float(dispersion.share_above(np.array([unit["late"]]), np.array([n]), share, known)[0])


def _by_spread(unit: Mapping[str, Any], others: pl.DataFrame) -> float:
    """Give the probability of such a share where shares vary as they do between the others; 0 where that is unknown."""
    from scipy.stats import t

    if others.height < FEW:
        return 0.0
    shares = ((others["late"] - others["expected"]) / others["compared"]).to_numpy()
    weights = 1 / (others["variance"] / others["compared"] ** 2).to_numpy()
    scatter = float((weights * (shares - np.average(shares, weights=weights)) ** 2).sum())
    degrees = others.height - 1
    between = (scatter - degrees) / float(weights.sum() - (weights**2).sum() / weights.sum())
    if between <= 0:
        return 0.0
    deviation = (unit["late"] - unit["expected"]) / sqrt(unit["variance"] + unit["compared"] ** 2 * between)
    return float(t.sf(deviation, degrees))
