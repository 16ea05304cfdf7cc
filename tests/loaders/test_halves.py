"""Whoever sees no rows counts a random half of the cases twice, and no arithmetic over what they see tells more."""

import itertools
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Final

import polars as pl
import pytest
import sqlalchemy as sa

from loaders import cells, freshness, imports, quality, register
from loaders.register import RegisterFilter
from loaders.scope import Scope
from loaders.store import halves, tables, version_7
from loaders.store.engine import Store, open_store
from tests.loaders.made import CITY, KEY, day, in_half, intake, row

EXACT: Final = Scope.whole_city(KEY)
HALVED: Final = Scope.whole_city(KEY, sees_rows=False)
BLOCKS: Final = ("roads", "sport", "energy")
BODIES: Final = ("А", "Б", "В", "Г")
CHANNELS: Final = ("портал", "письмо")


def made(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Make cases of four months, of small blocks, bodies and channels."""
    dice = random.Random(seed)  # noqa: S311 — a seeded draw, no secret
    return [
        row(
            str(number),
            received=dice.randint(1, 120),
            topic_block=dice.choice(BLOCKS),
            department=dice.choice(BODIES),
            channel=dice.choice(CHANNELS),
            topic=f"Тема {dice.randint(1, 40)}",
        )
        for number in range(count)
    ]


def load(store: Store, rows: Iterable[dict[str, Any]]) -> None:
    imports.load(store, intake(rows), "generic", CITY)


def seen(store: Store, scope: Scope, **words: str | tuple[date, date]) -> int:
    """Count what a reader sees of some words, and of days received."""
    frame = cells.load(store, scope)
    for name, word in words.items():
        chosen = frame[name].is_between(*word) if isinstance(word, tuple) else frame[name].cast(str) == word
        frame = frame.filter(chosen)
    return int(frame["appeals"].sum())


def test_the_first_bit_is_that_of_sha_256() -> None:
    # e3b0…, ba78… and ca97… begin with a bit that is set, 2cf2… with one that is not (FIPS 180-2 and RFC 6234)
    assert [halves.first_bit(text) for text in ("", "abc", "a", "hello")] == [1, 1, 1, 0]


def test_both_databases_choose_the_half_that_is_told_by_hand(store: Store) -> None:
    rows = made(60)
    load(store, rows)
    kept = {each["source_id"] for each in rows if in_half(store, each)}
    assert 10 < len(kept) < 50
    with store.reading(HALVED) as connection:
        found = connection.scalars(sa.select(tables.appeals.c.source_id).where(halves.kept()))
        assert set(found) == kept
    assert seen(store, EXACT) == 60
    assert seen(store, HALVED) == 2 * len(kept)
    for block, body in itertools.product(BLOCKS, BODIES):
        own = [each for each in rows if (each["topic_block"], each["department"]) == (block, body)]
        doubled = 2 * sum(each["source_id"] in kept for each in own)
        assert seen(store, HALVED, topic_block=block, department=body) == doubled
        assert seen(store, EXACT, topic_block=block, department=body) == len(own)


def test_everybody_without_rows_counts_one_half(store: Store) -> None:
    load(store, made(60))
    channel = replace(HALVED, channels=frozenset({"портал"}))
    both = replace(HALVED, blocks=frozenset({"roads"}), channels=frozenset({"портал"}))
    assert seen(store, channel) == seen(store, HALVED, channel="портал")
    assert seen(store, both) == seen(store, channel, topic_block="roads")
    cells._CACHE.clear()  # once from the cells of the city, once read for the scope
    assert seen(store, both) == seen(store, HALVED, topic_block="roads", channel="портал")


def test_every_reader_counts_the_same_half(store: Store) -> None:
    late = [row(f"late-{number}", received=30, answered=20, due=60) for number in range(20)]
    load(store, [*made(60), *late])
    kept = 2 * sum(in_half(store, each) for each in late)
    questioned = sum(in_half(store, each) for each in made(60)) * 2 + kept
    everything = RegisterFilter()
    assert register.counted(store, HALVED, everything) == (questioned, questioned)
    assert register.totals(store, HALVED, everything, [everything]) == (questioned,)
    assert sum(register.by_word(store, HALVED, everything, "channel").values()) == questioned
    assert register.by_word(store, HALVED, everything, "channel")[None] == kept
    doubts = quality.doubtful_dates(store, HALVED)
    assert dict(zip(doubts["code"], doubts["appeals"], strict=True)) == {"answered_before_received": kept}
    assert quality.without_deadline(store, HALVED)["appeals"].sum() == questioned - kept


def test_questions_of_a_case_are_in_the_half_together(store: Store) -> None:
    rows = [row(str(number), question_no=question) for number in range(30) for question in (1, 2, 3)]
    load(store, rows)
    cases, questions = register.counted(store, HALVED, RegisterFilter())
    assert questions == 3 * cases
    assert cases == 2 * sum(in_half(store, each) for each in rows) // 3


def test_the_half_stays_after_corrections_undos_and_later_loads(store: Store) -> None:
    rows = made(60)
    load(store, rows)
    before = cells.load(store, HALVED, dimensions=("topic",)).sort("topic")
    corrected = [each | {"department": "Д", "changed_at": day(130)} for each in rows[:30]]
    load(store, corrected)
    assert cells.load(store, HALVED, dimensions=("topic",)).sort("topic").equals(before)
    assert seen(store, HALVED, department="Д") == 2 * sum(in_half(store, each) for each in rows[:30])
    imports.undo(store, KEY, 2, by=None)
    load(store, [each | {"source_id": f"new {each['source_id']}"} for each in rows[:5]])
    imports.undo(store, KEY, 3, by=None)
    assert cells.load(store, HALVED, dimensions=("topic",)).sort("topic").equals(before)


def test_every_installation_has_a_half_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    rows, found = made(100), []
    for _ in range(3):
        with open_store(f"sqlite:///{tmp_path_factory.mktemp('own')}/s.sqlite") as store:
            found.append([in_half(store, each) for each in rows])
    assert all(sum(a != b for a, b in zip(*pair, strict=True)) > 20 for pair in itertools.combinations(found, 2))


def test_the_past_is_told_by_the_same_half(store: Store) -> None:
    rows = [row(str(number), received=1, due=10, changed_at=day(1)) for number in range(40)]
    load(store, rows)
    load(store, [each | {"postponed_until": day(60), "status": "postponed", "changed_at": day(20)} for each in rows])
    kept = 2 * sum(in_half(store, each) for each in rows)
    past = cells.load(store, HALVED, with_past=True)
    taken, added = pl.col("appeals") < 0, pl.col("appeals") > 0
    sums = past.filter(pl.col("amends") == "state").select(
        taken=pl.col("appeals").filter(taken).sum(), added=pl.col("appeals").filter(added).sum()
    )
    assert sums.rows() == [(-kept, kept)]


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Make a city of many small cells, and give it with the truth of each: block, body, channel, topic."""
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('attack')}/s.sqlite") as store:
        rows = made(3_000)
        load(store, rows)
        yield store, rows


SMALL: Final = ("topic_block", "department", "channel", "topic")


def truth(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, ...], int]:
    counted: dict[tuple[str, ...], int] = {}
    for each in rows:
        key = tuple(each[name] for name in SMALL)
        counted[key] = counted.get(key, 0) + 1
    return counted


def test_small_numbers_are_never_odd_and_about_half_of_the_ones_vanish(attacked: Any) -> None:
    store, rows = attacked
    frame = cells.load(store, HALVED, dimensions=SMALL)
    shown = {key: count for *key, count in frame.rows() for key in [tuple(key)]}
    ones = [key for key, count in truth(rows).items() if count == 1]
    assert len(ones) > 100
    assert {shown.get(key, 0) for key in ones} == {0, 2}
    vanished = sum(key not in shown for key in ones)
    assert abs(vanished - len(ones) / 2) < 4 * (len(ones) / 4) ** 0.5
    assert all(count % 2 == 0 for count in shown.values())


def test_the_difference_of_two_views_tells_the_half_and_no_more(attacked: Any) -> None:
    """Filters that differ by one unit: the whole less all others of each of them."""
    store, rows = attacked
    frame = cells.load(store, HALVED, dimensions=SMALL)
    small = [key for key, count in truth(rows).items() if count < 5]
    for key in small[:300]:
        same = [frame[name].cast(str) == word for name, word in zip(SMALL, key, strict=True)]
        wide = frame.filter(*same[:3])["appeals"].sum()
        without = frame.filter(*same[:3], ~same[3])["appeals"].sum()
        doubled = 2 * sum(in_half(store, each) for each in rows if tuple(each[name] for name in SMALL) == key)
        assert wide - without == doubled


def test_a_period_is_the_sum_of_its_days_and_a_block_of_its_topics(attacked: Any) -> None:
    store, _ = attacked
    days = [day(number).date() for number in range(1, 121)]
    for block in BLOCKS:
        whole = seen(store, HALVED, topic_block=block)
        assert sum(seen(store, HALVED, topic_block=block, received_on=(each, each)) for each in days) == whole
        topics = cells.load(store, HALVED)["topic"].cast(str).unique()
        assert sum(seen(store, HALVED, topic_block=block, topic=topic) for topic in topics) == whole
    spans = [(days[0], days[at]) for at in range(120)]
    cumulated = [seen(store, HALVED, received_on=span) for span in spans]
    daily = [seen(store, HALVED, received_on=(each, each)) for each in days[1:]]
    assert [later - earlier for earlier, later in itertools.pairwise(cumulated)] == daily


def test_the_mean_over_many_views_tells_no_more_than_one_of_them(attacked: Any) -> None:
    """The attack that takes a bounded random step apart: one small set, with hundreds of others around it."""
    store, rows = attacked
    frame = cells.load(store, HALVED, dimensions=(*SMALL, "received_on")).with_columns(pl.col(SMALL).cast(pl.String))
    dice = random.Random(3)  # noqa: S311 — a seeded draw, no secret
    alone = [key for key, count in truth(rows).items() if count == 1][:20]
    found = {key: {_step(frame, key, dice) for _ in range(100)} for key in alone}
    assert all(len(steps) == 1 for steps in found.values()), "a hundred views tell what one does"
    assert {step for steps in found.values() for step in steps} == {0, 2}


def _step(frame: pl.DataFrame, key: tuple[str, ...], dice: random.Random) -> int:
    """Subtract from a random view around a cell the same view without the topic of the cell in its block."""
    block, body, channel, _ = key
    bodies = [body, *dice.sample([each for each in BODIES if each != body], dice.randint(0, 3))]
    channels = [channel] if dice.random() < 1 / 2 else list(CHANNELS)
    blocks = [block, *dice.sample([each for each in BLOCKS if each != block], dice.randint(0, 2))]
    chosen = pl.col("topic_block").is_in(blocks), pl.col("department").is_in(bodies), pl.col("channel").is_in(channels)
    is_target = pl.all_horizontal(pl.col(name) == word for name, word in zip(SMALL, key, strict=True))
    view = frame.filter(*chosen)
    return int(view["appeals"].sum()) - int(view.filter(~is_target)["appeals"].sum())


def test_the_time_of_new_rows_and_late_ones_is_told_by_the_half_or_not_at_all(store: Store) -> None:
    load(store, made(60))
    load(store, [each | {"source_id": f"b{each['source_id']}"} for each in made(30)])
    assert freshness.freshness(store, EXACT).late_share is not None
    assert freshness.freshness(store, HALVED).late_share is None
    assert freshness.freshness(store, HALVED).since % 2 == 0


def test_a_store_of_before_draws_a_secret(store: Store, store_url: str) -> None:
    load(store, made(60))
    with store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE secrets")
        version_7.step(connection)
    found = []
    for _ in range(2):
        cells._CACHE.clear()
        with open_store(store_url) as opened:
            found.append(cells.load(opened, HALVED).rows())
    assert found[0] == found[1]
    assert 10 < len(found[0]) < 50
