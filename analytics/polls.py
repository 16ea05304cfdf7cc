"""Find topics to ask the citizens about in a poll or a vote, each with the reasons that speak for it.

The rules are the product's own, stand beside the list and can be changed: a topic must concern many, and at least two
more reasons must speak for it. Shares are held against that of the whole, and counts against those before, by the tests
of `analytics.dispersion`: both with the unevenness that the weeks before the period show. All are corrected for their
number, as in `analytics.problems`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from analytics import aggregation, counts, measures, past_weeks
from analytics.dispersion import Dispersion, of_counts, of_shares, share_below, two_counts
from analytics.periods import Period
from analytics.problems import FALSE_SHARE, corrected
from analytics.shrinkage import Floats

REASONS: Final = ("people", "territories", "rising", "dissatisfied", "repeats")
"""What speaks for a topic: many cases, several territories, growth, fewer satisfied and more repeats than usual."""


@dataclass(frozen=True, slots=True)
class PollRules:
    """Say when a topic concerns many (`people` cases), and several territories (`territories` with `each` cases).

    `others` is how many reasons beside the number of people a candidate needs.
    """

    people: int = 30
    territories: int = 3
    each: int = 3
    others: int = 2


USUAL_RULES: Final = PollRules()

_KEYS: Final = ("topic_block", "topic")
_ORDER: Final = ("is_candidate", "strength", "received", *_KEYS)
_COUNTS: Final = (counts.RECEIVED, counts.REPEAT, counts.RATED, counts.SATISFIED)
_FOLLOWED: Final = ("appeals", "repeat", "satisfied_share")
_NAMES: Final = tuple(count.name for count in _COUNTS)


def candidates(
    cells: pl.LazyFrame,
    period: Period,
    comparison: Period | None,
    as_of: date,
    first: date,
    rules: PollRules = USUAL_RULES,
) -> pl.DataFrame:
    """List the topics with anything received in the period, the strongest candidates first.

    `topic_block`, `topic`, `received`, `received_before` (null without a comparison), `territories` (those with enough
    cases), `repeat_share`, `satisfied_share` and its base `satisfied_n`, `reasons` (of `REASONS`, in their order) and
    `is_candidate`. Cases without a topic are no topic and are left out. `first` is the first day with data; the cells
    reach back to `past_weeks.start` of the periods, where there are any.
    """
    named = cells.filter(pl.col("topic").is_not_null())
    frame = _counted(named, period, comparison, as_of, rules)
    weeks = past_weeks.before(max(each for each in (period, comparison) if each).start, first)
    uneven = _uneven(past_weeks.counted(named, _KEYS, frame, _FOLLOWED, weeks, as_of))
    chosen = _reasons(frame, uneven, period, comparison, as_of, rules)
    listed = pl.concat_list(pl.when(pl.lit(values)).then(pl.lit(name)) for name, values in chosen.items())
    is_candidate = pl.col("reasons").list.contains("people") & (pl.col("reasons").list.len() > rules.others)
    before = pl.col("received_before") if comparison else pl.lit(None, pl.Int64).alias("received_before")
    satisfied = pl.col("satisfied") / pl.col("satisfaction_n")
    return (
        frame.with_columns(reasons=listed.list.drop_nulls())
        .with_columns(is_candidate=is_candidate, strength=pl.col("reasons").list.len())
        .sort(*_ORDER, descending=[name not in _KEYS for name in _ORDER], nulls_last=True)
        .select(
            *_KEYS,
            "received",
            before,
            "territories",
            (pl.col("repeat") / pl.col("received")).alias("repeat_share"),
            pl.when(pl.col("satisfaction_n") > 0).then(satisfied).alias("satisfied_share"),
            pl.col("satisfaction_n").alias("satisfied_n"),
            "reasons",
            "is_candidate",
        )
    )


def _counted(
    cells: pl.LazyFrame, period: Period, comparison: Period | None, as_of: date, rules: PollRules
) -> pl.DataFrame:
    """Count each topic now and before, and the territories in which it stands: one row per topic, sorted."""
    keys = [pl.col(name).cast(pl.String) for name in _KEYS]
    now = aggregation.gather(cells, _KEYS, _COUNTS, period.window(as_of)).select(*keys, *_NAMES)
    places = measures.aggregate(cells, [*_KEYS, "territory"], ["appeals"], period.window(as_of))
    many = places.filter(pl.col("territory").is_not_null(), pl.col("appeals") >= rules.each)
    spread = many.group_by(_KEYS).agg(pl.len().cast(pl.Int64).alias("territories")).select(*keys, "territories")
    frames = [now.rename({"appeals": "received"}), spread]
    if comparison:
        then = measures.aggregate(cells, _KEYS, ["appeals"], comparison.window(as_of))
        frames.append(then.select(*keys, pl.col("appeals").alias("received_before")))
    else:
        frames.append(now.select(*_KEYS, pl.lit(0, pl.Int64).alias("received_before")))
    return (
        pl.concat(frames, how="diagonal")
        .group_by(_KEYS)
        .agg(pl.exclude(_KEYS).sum())
        .filter(pl.col("received") > 0)
        .sort(_KEYS, nulls_last=True)
        .collect(engine="in-memory")
    )


def _uneven(weeks: Mapping[str, Floats]) -> tuple[Dispersion, Dispersion, Dispersion]:
    """Estimate how uneven topics are by themselves: what came, who is satisfied, and what is no repeat."""
    satisfied = of_shares(weeks["satisfied_share"], weeks["satisfied_share_n"])
    return of_counts(weeks["appeals"]), satisfied, of_shares(weeks["appeals"] - weeks["repeat"], weeks["appeals"])


def _reasons(
    frame: pl.DataFrame,
    uneven: tuple[Dispersion, Dispersion, Dispersion],
    period: Period,
    comparison: Period | None,
    as_of: date,
    rules: PollRules,
) -> dict[str, pl.Series]:
    """Say of every topic which reasons speak for it."""
    came, happy, single = uneven
    received, before, rated = (frame[name].to_numpy() for name in ("received", "received_before", "satisfaction_n"))
    days = [(each.window(as_of).moment - each.start).days + 1 for each in (period, comparison) if each]
    share = max(days[0], 1) / max(sum(days), 2)
    grown = two_counts(received, before, share, came) if comparison else np.ones(len(received))
    unhappy = _below(frame["satisfied"].to_numpy(), rated, happy)
    repeated = _below(received - frame["repeat"].to_numpy(), received, single)
    has_any = np.concatenate([np.full(len(received), comparison is not None), rated > 0, received > 0])
    p_values = corrected(np.concatenate([grown, unhappy, repeated]), has_any).reshape(3, -1)
    is_more = received * (1 - share) > before * share
    has_spread = frame["territories"].to_numpy() >= rules.territories
    rising, *others = p_values <= FALSE_SHARE
    found = (received >= rules.people, has_spread, rising & is_more, *others)
    return {name: pl.Series(name, values, dtype=pl.Boolean) for name, values in zip(REASONS, found, strict=True)}


def _below(good: Floats, n: Floats, uneven: Dispersion) -> Floats:
    """Give the chance of so few good ones, or fewer, if every topic had the share of the whole."""
    return share_below(good, n, float(good.sum()) / max(float(n.sum()), 1.0), uneven)
