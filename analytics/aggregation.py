"""Gather cells into additive sums, and settle sums into values.

The two steps are apart because sums can be added up and values cannot: the totals of a heat map are settled from
the same sums as its cells, so a total share is never a sum or a mean of shares.

A *gathered* frame has one row per combination of `by` with one column per count; for a quantile the days stand in
`by` as well, and the sums are a histogram. Groups in which every count is zero are absent.
"""

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from analytics import facts, schema
from analytics.buckets import GRAINS, bucket, calendar, time_of
from analytics.facts import (
    FINISHED_ON,
    RECEIVED_ON,
    Count,
    Flow,
    Part,
    Quantile,
    Ratio,
    Stock,
    Window,
    counts_of,
    finished_by,
    later_of,
)
from analytics.population import Condition

DAYS = "days"
"""Column of a histogram that holds whole days."""


def value_of(part: Part) -> pl.Expr:
    """Settle the sums of one group into the value of a part; null where the base is empty."""
    if isinstance(part, Ratio):
        base = pl.col(part.base.name)
        return pl.when(base != 0).then(pl.col(part.numerator.name) / base)
    if isinstance(part, Quantile):
        return pl.when(pl.col(part.base.name) != 0).then(pl.col(quantile_column(part)))
    return pl.col(part.name)


def base_of(part: Part) -> pl.Expr | None:
    """Settle the sums of one group into the size of the base; None for a plain count, which has none."""
    return pl.col(part.base.name) if isinstance(part, Ratio | Quantile) else None


def quantile_column(part: Quantile) -> str:
    """Name the settled column of a quantile."""
    return f"{part.base.name}_p{part.percent}"


def counts_in(parts: Iterable[Part]) -> list[Count]:
    """List the counts that the parts need, quantiles left out, each once."""
    found = [count for part in parts if not isinstance(part, Quantile) for count in counts_of(part)]
    return list({count.name: count for count in found}.values())


def quantiles_in(parts: Iterable[Part]) -> list[list[Quantile]]:
    """Group the quantiles among the parts by their base, which they share a histogram of."""
    found: dict[str, dict[int, Quantile]] = {}
    for part in parts:
        if isinstance(part, Quantile):
            found.setdefault(part.base.name, {})[part.percent] = part
    return [list(same.values()) for same in found.values()]


def columns_of(parts: Mapping[str, Part]) -> dict[str, pl.Expr]:
    """Settle sums into a column per part, and `<name>_n` for every part that has a base."""
    columns: dict[str, pl.Expr] = {}
    for name, part in parts.items():
        columns[name] = value_of(part)
        base = base_of(part)
        if base is not None:
            columns[f"{name}_n"] = base
    return columns


def gather(cells: pl.LazyFrame, by: Sequence[str], counts: Sequence[Count], window: Window) -> pl.LazyFrame:
    """Sum counts over cells: one row per combination of `by` in which at least one count is not zero.

    Flows of the same clock share one filter and one group-by, and so do stocks. With a time column each stock is
    accumulated from what enters and leaves it. Of a frame that tells of the past each count takes the amendments that
    it needs; they are few and are summed apart.
    """
    sources = _sources(cells, counts)
    frames = [frame for source, own in sources for frame in _gather_source(source, by, own, window)]
    merged = merge(frames, by)
    return _present(merged, counts) if by and len(sources) > 1 else merged


def _sources(cells: pl.LazyFrame, counts: Sequence[Count]) -> list[tuple[pl.LazyFrame, list[Count]]]:
    """Pair frames with the counts that are summed over them: newest versions, and each set of amendments."""
    has_past = facts.has_past(cells)
    whole = [count for count in counts if count.only is None]
    amended = [count for count in counts if count.amended_by and (has_past or count.only is not None)]
    nothing = [pl.lit(None, dtype).alias(name) for name, dtype in schema.AMENDMENT.items()]
    past = cells if has_past else cells.clear().with_columns(nothing)
    return [
        *([(facts.newest(cells), whole)] if whole else []),
        *(
            (past.filter(pl.col("amends").is_in(list(kinds))), [each for each in amended if each.amended_by == kinds])
            for kinds in dict.fromkeys(each.amended_by for each in amended)
        ),
    ]


def _gather_source(
    cells: pl.LazyFrame, by: Sequence[str], counts: Sequence[Count], window: Window
) -> list[pl.LazyFrame]:
    """Sum counts over cells or over amendments alone: one frame per clock, and per stock where time is asked for."""
    grain = time_of(list(by))
    flows = [count for count in counts if isinstance(count, Flow)]
    stocks = [count for count in counts if isinstance(count, Stock)]
    clocks = dict.fromkeys(flow.clock for flow in flows)
    frames = [_gather_scope(cells, by, [flow for flow in flows if flow.clock == clock], window) for clock in clocks]
    if grain is not None:
        return [*frames, *(_gather_stock(cells, by, stock, window, grain) for stock in stocks)]
    held = cells.filter(facts.held_on(window.moment)) if facts.has_past(cells) else cells
    return [*frames, *([_gather_scope(held, by, stocks, window)] if stocks else [])]


def merge(frames: Sequence[pl.LazyFrame], by: Sequence[str]) -> pl.LazyFrame:
    """Lay gathered frames of different counts over each other; a count that a frame does not know is zero there."""
    if len(frames) == 1:
        return frames[0]
    return roll_up(pl.concat(frames, how="diagonal"), by)


def roll_up(gathered: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """Add gathered sums up to a coarser `by`; every other column is summed."""
    sums = pl.exclude(by).sum() if by else pl.all().sum()
    return gathered.group_by(by).agg(sums) if by else gathered.select(sums)


def histogram(cells: pl.LazyFrame, by: Sequence[str], part: Quantile, window: Window) -> pl.LazyFrame:
    """Count the appeals of a quantile's base by whole days: one row per combination of `by` and `days`."""
    with_days = cells.with_columns(part.days.expr().alias(DAYS)).filter(pl.col(DAYS) >= 0)
    return gather(with_days, [*by, DAYS], [part.base], window)


def settle_histogram(counted: pl.LazyFrame, by: Sequence[str], parts: Sequence[Quantile]) -> pl.LazyFrame:
    """Turn a histogram into percentiles of one base: columns `by`, the base and one column per part."""
    name = parts[0].base.name
    weight = pl.col(name)
    outcome = [part.of(pl.col(DAYS), weight).alias(quantile_column(part)) for part in parts]
    by_days = roll_up(counted, [*by, DAYS])
    return by_days.group_by(by).agg(*outcome, weight.sum()) if by else by_days.select(*outcome, weight.sum())


def gather_part(cells: pl.LazyFrame, by: Sequence[str], part: Part, window: Window) -> pl.LazyFrame:
    """Gather what one part is made of, so that `settle` can settle it for `by` and for any coarser grouping."""
    if isinstance(part, Quantile):
        return histogram(cells, by, part, window)
    return gather(cells, by, counts_of(part), window)


def settle(gathered: pl.LazyFrame, by: Sequence[str], part: Part) -> pl.LazyFrame:
    """Settle gathered sums for `by`: columns `by`, `value` and `n`, which for a plain count is the value itself."""
    if isinstance(part, Quantile):
        summed = settle_histogram(gathered.select(*by, DAYS, part.base.name), by, [part])
    else:
        names = dict.fromkeys(count.name for count in counts_of(part))
        summed = roll_up(gathered.select(*by, *names), by)
    value, base = value_of(part), base_of(part)
    return summed.select(*by, value.alias("value"), (value if base is None else base).alias("n"))


def _gather_scope(cells: pl.LazyFrame, by: Sequence[str], counts: Sequence[Count], window: Window) -> pl.LazyFrame:
    """Sum counts that share their first conditions: flows of one clock, or stocks at the window's moment."""
    keys = [bucket(counts[0].day.expr(), name).alias(name) if name in GRAINS else pl.col(name) for name in by]
    amounts = _amounts(cells, keys, counts, window)
    sums = [pl.col(count.name).sum().cast(pl.Int64) for count in counts]
    return _present(amounts.group_by(by).agg(*sums), counts) if by else amounts.select(*sums)


def _amounts(cells: pl.LazyFrame, keys: Sequence[pl.Expr], counts: Sequence[Count], window: Window) -> pl.LazyFrame:
    """Give of each cell that counts its keys and what it adds to every count; the others need no group."""
    conditions = counts[0].within(window)
    own = [count.chosen(window) for count in counts]
    if len(own) == 1 and own[0] is not None:
        conditions, own = [*conditions, own[0]], [None]
    narrowed = cells.filter(*(each.expr(window.as_of) for each in conditions)) if conditions else cells
    amounts = narrowed.select(*keys, *(_amount(*each, window) for each in zip(counts, own, strict=True)))
    return amounts if any(condition is None for condition in own) else _present(amounts, counts)


def _amount(count: Count, chosen: Condition | None, window: Window) -> pl.Expr:
    amount = count.weight if chosen is None else pl.when(chosen.expr(window.as_of)).then(count.weight).otherwise(0)
    return amount.alias(count.name)


def _gather_stock(cells: pl.LazyFrame, by: Sequence[str], stock: Stock, window: Window, grain: str) -> pl.LazyFrame:
    """Accumulate a stock to the end of each bucket, the last one ending at the window's moment."""
    groups = [name for name in by if name != grain]
    conditions: list[Condition] = [RECEIVED_ON <= window.moment]
    if window.start is not None:
        conditions.append(~finished_by(window.start))  # entered and left before the first bucket ends: no trace
    if stock.where is not None:
        conditions.append(stock.where)
    if stock.since is not None:
        conditions.append(stock.since.is_known)
    standing = (
        cells.filter(*(each.expr(window.as_of) for each in conditions))
        .select(*groups, *_stay(stock, is_amended=facts.has_past(cells)), stock.weight.alias(stock.name))
        .filter(pl.col("leaves").is_null() | (pl.col("leaves") > pl.col("enters")))
    )
    delta = pl.col(stock.name)
    events = [
        _events(standing, groups, "enters", delta, window, grain),
        _events(standing, groups, "leaves", -delta, window, grain),
    ]
    buckets = calendar(cells, grain, window.start, window.moment)
    zeros = pl.concat(events).select(groups).unique().join(buckets, how="cross") if groups else buckets
    changes = pl.concat([*events, zeros.with_columns(pl.lit(0, pl.Int64).alias(stock.name))], how="diagonal")
    summed = changes.group_by(by).agg(delta.sum()).sort(grain)
    level = delta.cum_sum().over(groups) if groups else delta.cum_sum()
    return _present(summed.with_columns(level).filter(pl.col(grain) <= window.moment).select(*by, stock.name), [stock])


def _stay(stock: Stock, *, is_amended: bool) -> list[pl.Expr]:
    """Give the days on which a cell enters and leaves a stock; an amendment stands in it only while it holds."""
    finished_on, held_to = FINISHED_ON.expr(), pl.col("held_to")
    if not is_amended:
        return [stock.day.expr().alias("enters"), finished_on.alias("leaves")]
    leaves = pl.when(held_to > finished_on).then(finished_on).otherwise(held_to)
    return [later_of(pl.col("held_from"), stock.day.expr()).alias("enters"), leaves.alias("leaves")]


def _events(
    standing: pl.LazyFrame, groups: Sequence[str], side: str, delta: pl.Expr, window: Window, grain: str
) -> pl.LazyFrame:
    """Sum what enters or leaves a stock per bucket; what came before the window falls into its first bucket."""
    day = pl.col(side) if window.start is None else later_of(pl.col(side), pl.lit(window.start))
    return (
        standing.filter(pl.col(side) <= window.moment)
        .select(*groups, bucket(day, grain).alias(grain), delta)
        .group_by(*groups, grain)
        .agg(pl.all().sum().cast(pl.Int64))
    )


def _present(frame: pl.LazyFrame, counts: Sequence[Count]) -> pl.LazyFrame:
    return frame.filter(pl.any_horizontal(*(pl.col(count.name) != 0 for count in counts)))
