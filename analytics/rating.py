"""Rate departments, posts or blocks by the criteria of the act, and say how much of the order is real.

Cases are counted in `tally`, shares drawn together in `shrinkage`, scores made in `scores` and ordered in `peers`; the
criteria and the rules of the city stand in `criteria`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
import polars as pl

from analytics import natural, ranks
from analytics.criteria import Criterion, Indicator, RatingRules
from analytics.dispersion import Dispersion
from analytics.peers import tiers
from analytics.periods import Period
from analytics.scores import FULL, LEAST_CASES, Scores, scores
from analytics.series import PERIOD_NO
from analytics.shrinkage import Floats
from analytics.tally import UNIT, Compared, compared, tally, weeks_until, with_clumps

BOUND: Final = 1.96
"""Deviations to either end of an interval of 95 %."""


class Standing(StrEnum):
    """Name where a unit stands against the centre of its peers: told apart from it, or not."""

    ABOVE = "above"
    BELOW = "below"
    INDISTINCT = "indistinct"


class Excluded(StrEnum):
    """Name the rule by which a unit is not rated."""

    NAMELESS = "nameless"
    EXEMPT = "exempt"
    FEW = "few"
    NOTHING_TOLD = "nothing_told"


@dataclass(frozen=True, eq=False)
class Rating:
    """Hold the rating of one period.

    `told` are the indicators that the scores are made of, `absent` those with a weight that the sources do not tell.

    `table`: one row per rated unit, by peer group and place.
      - `unit`, `peers` (key of the group, "" for units that no group names), `n` received in the period;
      - `score` 0–100, its standard deviation `deviation`, and its interval of 95 % from `low` to `high`, in points;
      - `raw` and `chance`: the score before it is drawn towards the peers, and its deviation by chance, with clumps;
      - `place` in the group of `of` units, `place_low` and `place_high` its own interval of 95 %. The order follows the
        deviation from the centre in units of its own chance, so it need not be that of the scores;
      - `tier`, groups that cannot be told apart from their first unit, from 1;
      - `better_than` and `worse_than`: how many peers it is told apart from either way, the whole table together;
      - `standing`: above or below the centre of the peers, or not told from it; all of a group hold together with 95 %;
      - `number`, `speed`, `quality`: points by criterion; they sum to the score.
    `parts`: one row per rated unit and indicator that its group is told of: what the score is made of.
      - `unit`, `peers`, `indicator`, `criterion`, `k` good cases of `n`, `share` (null when n is 0), and `factor`, how
        many times more than a share of independent cases it varies;
      - `level`: the share drawn towards that of the peers by its volume, theirs alone below `scores.LEAST_CASES` cases;
      - `centre`: the level of the peers;
      - `weight` 0–1, the same in a group; `points` = 100 × weight × level, which sum to the score;
      - `gain`: points above (below) those of the peers' centre.
    `pairs`: one row per ordered pair of peers: `unit`, `other`, and whether the unit really `is_better` or `is_worse`:
    all that is told of one unit holds together with 95 %.
    `groups`: one row per peer group: `peers`, `units`, `centre` and `spread` of the true levels, in points.
    `excluded`: one row per unit that is not rated: `unit` (null where the source named nobody), `n`, `rule`.
    """

    period: Period
    compared: Compared
    rules: RatingRules
    told: tuple[Indicator, ...]
    absent: tuple[Indicator, ...]
    table: pl.DataFrame
    parts: pl.DataFrame
    pairs: pl.DataFrame
    groups: pl.DataFrame
    excluded: pl.DataFrame


def rate(
    cells: pl.LazyFrame,
    by: str,
    period: Period,
    as_of: date,
    first: date,
    *,
    rules: RatingRules | None = None,
    merged: Mapping[str, str] | None = None,
) -> Rating:
    """Rate the values of the text column `by` in `period`.

    `first` is the first day with data. `merged` leads from values of the column to the unit that answers for them, as
    from a block to its post. Cells carry the columns that `criteria.needed` names, or the sources do not tell.
    """
    return rate_many(cells, by, [period], as_of, first, rules=rules, merged=merged)[0]


def rate_many(
    cells: pl.LazyFrame,
    by: str,
    periods: Sequence[Period],
    as_of: date,
    first: date,
    *,
    rules: RatingRules | None = None,
    merged: Mapping[str, str] | None = None,
) -> list[Rating]:
    """Rate several periods in one pass over the cells; a rating per period, in the order given."""
    chosen = rules or RatingRules()
    facing = [compared(period, first) for period in periods]
    weeks = weeks_until(min(max(period.end for period in periods), as_of), first)
    whole = tally(cells, by, [*facing, *weeks], as_of, chosen.weighted(), merged)
    counted = with_clumps(whole, len(facing), chosen.weighted(), chosen.group_of)
    return [of_counts(counted.filter(pl.col(PERIOD_NO) == number), each, chosen) for number, each in enumerate(facing)]


def of_counts(counted: pl.DataFrame, facing: Compared, rules: RatingRules) -> Rating:
    """Rate one period from what `tally` counted in it."""
    weighted = rules.weighted()
    told = tuple(each for each in weighted if _is_told(counted, each))
    judged = counted.with_columns(
        pl.col(UNIT).map_elements(rules.group_of, return_dtype=pl.String).alias("peers"), _rule(rules, told)
    )
    rated = judged.filter(pl.col("rule").is_null()).sort("peers", UNIT)
    parts = [_group(group, told, rules) for group in rated.partition_by("peers", maintain_order=True)]
    table, details, pairs, groups = zip(*parts, strict=True) if parts else ((), (), (), ())
    return Rating(
        period=facing.period,
        compared=facing,
        rules=rules,
        told=told,
        absent=tuple(each for each in weighted if each not in told),
        table=pl.concat([_TABLE.to_frame(), *table]),
        parts=pl.concat([_PARTS.to_frame(), *details]),
        pairs=pl.concat([_PAIRS.to_frame(), *pairs]),
        groups=pl.concat([_GROUPS.to_frame(), *groups]),
        excluded=judged.filter(pl.col("rule").is_not_null())
        .select(UNIT, "n", "rule")
        .sort(natural.order(UNIT), nulls_last=True),
    )


def _is_told(counted: pl.DataFrame, indicator: Indicator) -> bool:
    k, n = counted[f"{indicator.key}_k"].sum(), counted[f"{indicator.key}_n"].sum()
    return n > (k if indicator.is_mark else 0)


def _rule(rules: RatingRules, told: Sequence[Indicator]) -> pl.Expr:
    """Name the rule that keeps a unit out of the rating, null where none does."""
    nothing = pl.all_horizontal(pl.col(f"{each.key}_n") < LEAST_CASES for each in told) if told else pl.lit(True)
    return (
        pl.when(pl.col(UNIT).is_null())
        .then(pl.lit(Excluded.NAMELESS.value))
        .when(pl.col(UNIT).is_in(list(rules.exempt)))
        .then(pl.lit(Excluded.EXEMPT.value))
        .when(pl.col("n") < rules.minimum_n)
        .then(pl.lit(Excluded.FEW.value))
        .when(nothing)
        .then(pl.lit(Excluded.NOTHING_TOLD.value))
        .alias("rule")
    )


_TEXT, _REAL, _WHOLE = pl.String(), pl.Float64(), pl.Int64()
_TABLE: Final = pl.Schema(
    {
        UNIT: _TEXT,
        "peers": _TEXT,
        "n": _WHOLE,
        **dict.fromkeys(("score", "deviation", "low", "high", "raw", "chance"), _REAL),
        **dict.fromkeys(("place", "of", "place_low", "place_high", "tier", "better_than", "worse_than"), _WHOLE),
        "standing": _TEXT,
        **dict.fromkeys((each.value for each in Criterion), _REAL),
    }
)
_PARTS: Final = pl.Schema(
    {
        **dict.fromkeys((UNIT, "peers", "indicator", "criterion"), _TEXT),
        **dict.fromkeys(("k", "n"), _WHOLE),
        **dict.fromkeys(("share", "factor", "level", "centre", "weight", "points", "gain"), _REAL),
    }
)
_PAIRS: Final = pl.Schema({UNIT: _TEXT, "other": _TEXT, **dict.fromkeys(("is_better", "is_worse"), pl.Boolean())})
_GROUPS: Final = pl.Schema({"peers": _TEXT, "units": _WHOLE, "centre": _REAL, "spread": _REAL})

_Frames = tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]


def _group(group: pl.DataFrame, told: Sequence[Indicator], rules: RatingRules) -> _Frames:
    """Rate one group of peers, which come sorted by unit so that nothing depends on the order of rows."""
    k, n, factor, freedom = (
        np.column_stack([group[f"{each.key}_{name}"].to_numpy() for each in told])
        for name in ("k", "n", "factor", "freedom")
    )
    scored = scores(k, n, told, rules, Dispersion(factor, freedom))
    centre = {"centre": scored.peers.centre, "spread": scored.peers.spread}
    apart = scored.peers.apart_of_each()
    return (
        _table(group, scored, apart),
        _parts(group, scored),
        _pairs(group[UNIT], apart),
        pl.DataFrame({"peers": group["peers"][:1], "units": group.height, **centre}, schema=_GROUPS),
    )


def _table(group: pl.DataFrame, scored: Scores, told: Floats) -> pl.DataFrame:
    peers, places = scored.peers, scored.peers.places()
    apart = peers.apart() > 0
    first, last = ranks.places(told)
    deviations = peers.deviations()
    reach = BOUND * deviations
    columns = {
        "score": scored.totals,
        "deviation": deviations,
        "low": np.maximum(scored.totals - reach, 0.0),
        "high": np.minimum(scored.totals + reach, FULL),
        "raw": peers.raw,
        "chance": np.sqrt(peers.chances),
        "place": places,
        "of": np.full(len(places), len(places)),
        "place_low": first,
        "place_high": last,
        "tier": tiers(places, apart),
        "better_than": apart.sum(axis=1),
        "worse_than": apart.sum(axis=0),
        "standing": _standing(peers.sides()),
    }
    known = group.select(UNIT, "peers", "n").to_dict()
    return pl.DataFrame({**known, **columns, **_by_criterion(scored)}, schema=_TABLE).sort(
        "place", *natural.order(UNIT)
    )


def _by_criterion(scored: Scores) -> dict[str, Floats]:
    own = {each: [indicator.criterion is each for indicator in scored.indicators] for each in Criterion}
    return {each.value: scored.points[:, chosen].sum(axis=1) for each, chosen in own.items()}


def _standing(sides: Floats) -> list[str]:
    words = {1: Standing.ABOVE, -1: Standing.BELOW}
    return [words.get(int(side), Standing.INDISTINCT).value for side in sides]


def _parts(group: pl.DataFrame, scored: Scores) -> pl.DataFrame:
    return pl.concat(
        pl.DataFrame(
            {
                **group.select(UNIT, "peers", **_named(each)).to_dict(),
                "share": scored.shares[:, column],
                "factor": scored.factors[:, column],
                "level": scored.levels[:, column],
                "centre": np.full(group.height, scored.centres[column]),
                "weight": np.full(group.height, scored.weights[column]),
                "points": scored.points[:, column],
                "gain": FULL * scored.weights[column] * (scored.levels[:, column] - scored.centres[column]),
            },
            schema=_PARTS,
            nan_to_null=True,
        )
        for column, each in enumerate(scored.indicators)
    ).sort(UNIT, maintain_order=True)


def _named(each: Indicator) -> dict[str, pl.Expr]:
    words = {"indicator": pl.lit(each.key), "criterion": pl.lit(each.criterion.value)}
    return words | {side: pl.col(f"{each.key}_{side}") for side in "kn"}


def _pairs(units: pl.Series, told: Floats) -> pl.DataFrame:
    own, other = np.nonzero(~np.eye(len(units), dtype=bool))
    columns = {"is_better": told[own, other] > 0, "is_worse": told[own, other] < 0}
    return pl.DataFrame({UNIT: units[own], "other": units[other], **columns}, schema=_PAIRS)
