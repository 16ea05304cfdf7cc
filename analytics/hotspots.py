"""Find places where more is seen than chance explains: where people write more often, and where it is worse.

Method. A place is looked at together with its neighbours (a disk of the H3 grid), so that a hot spot on a border
between two cells is not halved. What is bad is standardised: of every stratum (a topic, with its norm where deadlines
are told) the city's share is taken to the disk's own cases, so a place of late topics is no late place (N. Breslow and
N. Day, "Statistical Methods in Cancer Research II", IARC 1987, ch. 2). Given how many cases a disk has of each stratum,
chance deals the bad ones out over the city's cases of that stratum: the mean and the variance are hypergeometric, and
where all strata are one and the spread between places is put for that of cases, the deviation is Getis and Ord's Gi*
(Geographical Analysis 27, 1995). For counts against a reference this is the conditional test of two Poisson counts
(Przyborowski and Wilenski 1940), which allows for the chance in the reference too.

Cases come in clumps (one house writes five times in a day), so the variance of every disk is multiplied by how much
more it varies from week to week than independent cases would, and the tails are those of `dispersion`. A state is seen
at one moment only: there the spread between all places is what is usual, the outer tenths drawn in (D. Spiegelhalter,
"Handling over-dispersion of performance indicators", Quality and Safety in Health Care 14, 2005). Of all places
tested, those are named whose false-discovery rate is below the limit (Benjamini and Hochberg 1995; neighbouring disks
share cases and so depend on each other positively, which the rate bears: Benjamini and Yekutieli 2001). Where nothing
is going on, one city in twenty at most shows any spot at the limit of 0.05.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import polars as pl
from scipy import sparse
from scipy.stats import false_discovery_control

from analytics import dispersion, hexagons
from analytics.dispersion import Dispersion
from analytics.funnel import TAIL
from analytics.hexagons import PLACE

LIMIT: Final = 0.05
"""False discoveries among the places named, at most."""

LEAST_EXPECTED: Final = 1.0
"""Cases expected in a disk below which it is not tested: it could only be named for one house."""

ALONE: Final = 0.01
"""Chance of what a spot holds without its neighbours, at most: a quiet place beside a hot one is no spot."""

RINGS: Final = 1
"""Rings of neighbours that are looked at together with a place."""


DRAWN_IN: Final = 0.6787
"""Mean square of a normal deviation whose outer tenths are drawn in: what the spread between places is divided by."""


@dataclass(frozen=True, slots=True)
class HotSpot:
    """Tell of places that touch and stand out together.

    In `places` there were `seen` cases where the city's own share would give `expected`. `foremost` is the place with
    the greatest excess, `q` the smallest false-discovery rate among them.
    """

    places: tuple[str, ...]
    seen: int
    expected: float
    q: float
    foremost: str

    @property
    def ratio(self) -> float:
        """Say how many times the expected was seen."""
        return self.seen / self.expected


@dataclass(frozen=True, eq=False)
class Excess:
    """Hold what was found.

    `places` has one row per place: `place`, `seen`, `expected`, `q` (null where it was not tested) and `spot`, the
    number of its hot spot from 1 or null. `spots` come with the greatest excess first. `tested` places were tested at
    `limit`; on average their numbers vary `dispersion` times as much as independent cases.
    """

    places: pl.DataFrame
    spots: tuple[HotSpot, ...]
    tested: int
    dispersion: float
    limit: float


def more(
    counted: pl.DataFrame, over_time: pl.DataFrame | None = None, *, rings: int = RINGS, limit: float = LIMIT
) -> Excess:
    """Find where people write more often than a reference makes expect.

    `counted` has one row per place: `place`, `seen`, and `reference`: how much there is to expect from, in any unit
    — other cases, earlier cases, residents. The expected are the reference's share of all that was seen. `over_time`
    has one row per `place` and moment (`slot`, all of one length) with what was `seen` of the city's `base` then: it
    tells how cases clump; without it the spread between places does.
    """
    seen, reference = (counted[name].fill_null(0).to_numpy().astype(float) for name in ("seen", "reference"))
    rate = seen.sum() / reference.sum() if reference.sum() else 0.0
    table = Table(counted[PLACE].to_list(), seen[:, None], (seen + reference)[:, None])
    return _excess(table, reference * rate, over_time, rings, limit)


def worse(
    counted: pl.DataFrame, over_time: pl.DataFrame | None = None, *, rings: int = RINGS, limit: float = LIMIT
) -> Excess:
    """Find where what is bad is a greater share than the city's share of the same strata makes expect.

    `counted` has one row per `place` and `stratum`, with `seen` (bad) of `base`; `over_time` is that of `more`, with
    what was bad of a place's own cases.
    """
    table = Table.of(counted)
    return _excess(table, table.expected(), over_time, rings, limit)


@dataclass(frozen=True, eq=False)
class Table:
    """Hold what was `seen` of a `base`: a row per place and a column per stratum."""

    places: list[str]
    seen: Any
    base: Any

    @classmethod
    def of(cls, counted: pl.DataFrame) -> Self:
        """Lay out a long frame of `place`, `stratum`, `seen` and `base`."""
        ordered = counted.select(pl.col(PLACE).cast(pl.String), pl.col("stratum").cast(pl.String), "seen", "base")
        places, strata = (ordered[name].unique().sort() for name in (PLACE, "stratum"))
        return cls(places.to_list(), *_spread(ordered, places, "stratum", strata, ("seen", "base")))

    def rates(self) -> Any:
        """Give the city's share of every stratum."""
        whole = self.base.sum(axis=0)
        return np.divide(self.seen.sum(axis=0), whole, out=np.zeros(len(whole)), where=whole > 0)

    def expected(self) -> Any:
        """Give what the city's shares make expect of every place."""
        return self.base @ self.rates()

    def deviations(self, groups: Any) -> tuple[Any, Any, Any, Any]:
        """Sum places over groups, the rows of a matrix: what was seen, of how many, what is expected, its variance.

        The variance is that of dealing what was seen out over the cases of each stratum.
        """
        rates, whole, own = self.rates(), self.base.sum(axis=0), groups @ self.base
        left = np.maximum(whole - own, 0.0) / np.maximum(whole - 1, 1.0)
        return groups @ self.seen.sum(axis=1), own.sum(axis=1), own @ rates, (own * left) @ (rates * (1 - rates))


def _spread(frame: pl.DataFrame, places: Any, name: str, values: Any, columns: Iterable[str]) -> list[Any]:
    """Lay columns of a long frame out as matrices: a row per place, a column per value; zeros where there is no row."""
    known = frame.filter(pl.col(PLACE).is_in(places.to_list()), pl.col(name).is_in(values.to_list()))
    at = [pl.Series(of).search_sorted(known[by]).to_numpy() for of, by in ((places, PLACE), (values, name))]
    found = []
    for column in columns:
        matrix = np.zeros((len(places), len(values)))
        np.add.at(matrix, tuple(at), known[column].fill_null(0).to_numpy())
        found.append(matrix)
    return found


def _excess(table: Table, expected: Any, over_time: pl.DataFrame | None, rings: int, limit: float) -> Excess:
    places, seen = table.places, table.seen.sum(axis=1)
    disks = hexagons.disks(places, rings)
    clumps = _between(table) if over_time is None else _clumps(over_time, places, disks)
    _, base, usual, variance = table.deviations(disks)
    tested = (usual >= LEAST_EXPECTED) & (usual < base) & (variance > _NONE)
    p = _tail(table, disks[tested], _of(clumps, tested))
    q = np.full(len(places), np.nan)
    q[tested] = false_discovery_control(p) if p.size else p
    named = (np.nan_to_num(q, nan=1.0) <= limit) & (seen > expected)
    numbers = pl.DataFrame({PLACE: places, "seen": seen.astype(int), "expected": expected, "q": q}).with_columns(
        pl.col("q").fill_nan(None)
    )
    groups = touching([place for place, is_named in zip(places, named, strict=True) if is_named], rings)
    whole = [group for group in groups if _alone(table, group, clumps) <= ALONE]
    spots = sorted(
        (_spot(numbers, group) for group in whole), key=lambda spot: (spot.expected - spot.seen, spot.places)
    )
    of_place = {place: number for number, spot in enumerate(spots, start=1) for place in spot.places}
    spot = pl.col(PLACE).replace_strict(of_place, default=None, return_dtype=pl.Int64).alias("spot")
    usually = float(np.average(clumps.factor[tested], weights=usual[tested])) if p.size else 1.0
    return Excess(numbers.with_columns(spot), tuple(spots), int(tested.sum()), usually, limit)


_NONE: Final = 1e-9
"""Variance that stands for none."""


def _tail(table: Table, groups: Any, clumps: Dispersion) -> Any:
    """Give the chance of seeing in each group so many or more."""
    seen, base, usual, variance = table.deviations(groups)
    share = usual / base
    factor = np.maximum(clumps.factor * variance / (base * share * (1 - share)), _NONE)
    return dispersion.share_above(seen, base, share, Dispersion(factor, clumps.freedom))


def _between(table: Table) -> Dispersion:
    """Take for usual how much more places spread than chance makes them, the outer tenths drawn in."""
    seen, _, usual, variance = table.deviations(sparse.eye_array(len(table.places)))
    told = (usual >= LEAST_EXPECTED) & (variance > _NONE)
    deviations = (seen[told] - usual[told]) / np.sqrt(variance[told])
    ends = np.quantile(deviations, [TAIL, 1 - TAIL]) if told.any() else [0.0, 0.0]
    factor = max(float((np.clip(deviations, *ends) ** 2).mean()) / DRAWN_IN, 1.0) if told.any() else 1.0
    return Dispersion(np.full(len(seen), factor), np.full(len(seen), np.inf))


def _clumps(over_time: pl.DataFrame, places: list[str], disks: Any) -> Dispersion:
    """Estimate how the cases of every disk clump."""
    frame = over_time.with_columns(pl.col(PLACE).cast(pl.String))
    known = pl.Series(sorted(places), dtype=pl.String)
    matrices = _spread(frame, known, "slot", frame["slot"].unique().sort(), ("seen", "base"))
    order = known.search_sorted(pl.Series(places, dtype=pl.String)).to_numpy()
    return dispersion.of_shares(*(disks @ each[order] for each in matrices))


def _of(clumps: Dispersion, chosen: Any) -> Dispersion:
    return Dispersion(clumps.factor[chosen], clumps.freedom[chosen])


def _alone(table: Table, group: list[str], clumps: Dispersion) -> float:
    """Give the chance of what the places of a group hold by themselves: a quiet place beside a spot is none."""
    own = np.isin(table.places, group)
    most = np.flatnonzero(own)[[clumps.factor[own].argmax()]]
    return float(_tail(table, sparse.csr_array(own[None, :].astype(float)), _of(clumps, most))[0])


def _spot(numbers: pl.DataFrame, group: Iterable[str]) -> HotSpot:
    own = numbers.filter(pl.col(PLACE).is_in(list(group))).sort(pl.col("expected") - pl.col("seen"), PLACE)
    return HotSpot(
        tuple(sorted(own[PLACE])), own["seen"].sum(), own["expected"].sum(), float(own["q"].min()), own[PLACE][0]  # type: ignore[arg-type]  # a named place has a q
    )  # fmt: skip


def touching(places: Iterable[str], rings: int = RINGS) -> list[list[str]]:
    """Group places that touch, directly or over others; each group and the groups are sorted."""
    left = dict.fromkeys(sorted(places))
    groups = []
    while left:
        group, edge = [], [next(iter(left))]
        del left[edge[0]]
        while edge:
            place = edge.pop()
            group.append(place)
            near = [each for each in hexagons.around(place, rings) if each in left]
            for each in near:
                del left[each]
            edge += near
        groups.append(sorted(group))
    return groups
