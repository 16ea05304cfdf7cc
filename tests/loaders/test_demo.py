"""The demo city is the same for the same seed, lives within its end, and holds every story it promises."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import polars as pl
import pytest

from analytics import hexagons, scan, schema
from loaders import deadlines, demo, imports
from loaders.city import City
from loaders.demo import seasons, stories
from loaders.demo.catalogue import LEVEL, TOPICS
from loaders.demo.channels import SOURCES, TELLS
from loaders.errors import InputRefused
from loaders.intake import Intake
from loaders.profile import available
from loaders.scope import Scope
from loaders.store.engine import Store

SUNDAY = date(2026, 11, 22)
WEDNESDAY = date(2026, 7, 15)


@pytest.fixture(scope="module")
def city() -> City:
    return City.load("novoshakhtinsk-demo")


@pytest.fixture(scope="module", params=[SUNDAY, WEDNESDAY], ids=["ноябрь", "июль"])
def told(request: pytest.FixtureRequest, city: City) -> tuple[date, pl.DataFrame]:
    """Make a demo city that ends on a Sunday in winter and one that ends on a Wednesday in summer."""
    appeals = demo.make(city, end=request.param).appeals
    return request.param, with_days(pl.concat([appeals, deadlines.decide(appeals, city.rules)], how="horizontal"))


@pytest.fixture(scope="module")
def small(city: City) -> Intake:
    return demo.make(city, appeals=3_000, months=6, end=SUNDAY)


def with_days(appeals: pl.DataFrame) -> pl.DataFrame:
    return appeals.with_columns(
        day=pl.col("received_at").dt.date(),
        is_late=pl.col("answered_at") > pl.col("deadline_at"),
        deadline=pl.col("deadline_at"),
    )


def weeks(rows: pl.DataFrame, end: date, count: int) -> list[int]:
    """Count the rows of the last complete weeks, oldest first."""
    monday = stories.last_week(end)
    starts = [monday - timedelta(weeks=back) for back in range(count - 1, -1, -1)]
    return [rows.filter(pl.col("day").is_between(start, start + timedelta(6))).height for start in starts]


def of(rows: pl.DataFrame, city: City, department: str) -> pl.DataFrame:
    title = next(each.title for each in city.departments if each.key == department)
    return rows.filter(pl.col("department") == title)


# --- what always holds ---------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_rows(city: City, small: Intake) -> None:
    again = demo.make(city, appeals=3_000, months=6, end=SUNDAY)
    other = demo.make(city, appeals=3_000, months=6, end=SUNDAY, seed=7)
    assert again.appeals.equals(small.appeals)
    assert again.files == small.files
    assert not other.appeals.equals(small.appeals)


def test_an_intake_is_whole(city: City, small: Intake) -> None:
    appeals = small.appeals
    assert appeals.schema == schema.APPEAL
    assert appeals.height == small.rows_in == 3_000
    assert small.rejected.is_empty()
    assert appeals.select(schema.REQUIRED).null_count().sum_horizontal().item() == 0
    assert appeals.select(schema.IDENTITY).is_unique().all()
    assert appeals["municipality"].unique().to_list() == [city.key]
    assert {file.name for file in small.files} == {f"демо-{source}" for source in appeals["source_system"].unique()}


def test_nothing_lies_after_the_end_and_nothing_runs_backwards(told: tuple[date, pl.DataFrame]) -> None:
    end, rows = told
    last = datetime.combine(end, time(8, 40))
    past = ("received_at", "registered_at", "interim_answered_at", "answered_at", "transferred_at", "changed_at")
    assert max(rows[name].max() for name in past) <= last
    assert rows["received_at"].max() > last - timedelta(hours=3)
    assert rows.filter(pl.col("registered_at") < pl.col("received_at")).is_empty()
    assert rows.filter(pl.col("answered_at") <= pl.col("received_at")).is_empty()
    assert rows.filter(pl.col("deadline") < pl.col("due_at")).is_empty()


def test_an_answer_and_a_finished_status_go_together(told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    is_finished = pl.col("status").is_in(list(schema.FINISHED_STATUSES))
    assert rows.filter(is_finished != pl.col("answered_at").is_not_null()).is_empty()
    tells_stage = pl.col("source_system").is_in(list(TELLS["stage"]))
    assert rows.filter((~is_finished & tells_stage) != pl.col("stage").is_not_null()).is_empty()
    assert rows.filter(
        pl.col("satisfaction").is_not_null() & ~pl.col("status").is_in(list(schema.ANSWERED_STATUSES))
    ).is_empty()
    assert set(rows.filter(~is_finished)["status"]) >= {
        "new",
        "in_work",
        "on_approval",
        "returned_for_rework",
        "postponed",
        "extended",
    }


def test_words_are_the_citys_own(city: City, told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    assert set(rows["department"]) == {department.title for department in city.departments}
    assert set(rows["territory"].drop_nulls()) == {territory.title for territory in city.territories}
    assert set(rows["topic_block"].drop_nulls()) == {block.key for block in city.blocks}
    mapped = rows.select("topic", "topic_block").unique().iter_rows()
    assert all(city.block(topic, None) == block for topic, block in mapped)


def test_places_are_rounded_inside_the_box(city: City, told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    south, west, north, east = city.box or (0, 0, 0, 0)
    located = rows.drop_nulls("lat")
    assert located["lat"].is_between(south, north).all()
    assert located["lon"].is_between(west, east).all()
    assert located["lat"].round(city.coordinate_decimals).equals(located["lat"])
    assert rows.filter(pl.col("geo_cell").is_null() != pl.col("lat").is_null()).is_empty()
    assert rows.filter(pl.col("territory").is_null() & pl.col("lat").is_not_null()).is_empty()


def test_stages_begin_in_order_and_as_far_as_a_case_has_come(told: tuple[date, pl.DataFrame]) -> None:
    """Only the feedback platform of the demo tells when stages began."""
    end, rows = told
    starts = ["received_at", "coordination_at", "execution_at", "approval_at"]
    known = rows.filter(pl.any_horizontal(pl.col(starts[1:]).is_not_null()))
    assert known["source_system"].unique().to_list() == ["pos"]
    for earlier, later in pairwise([*starts, "answered_at"]):
        assert (known[later] >= known[earlier]).drop_nulls().all()
    latest = known.select(pl.max_horizontal(pl.col(starts).max())).item()
    assert latest <= datetime.combine(end, time(8, 40))
    finished = known.filter(pl.col("answered_at").is_not_null())
    assert finished.select(pl.col(starts).null_count().sum()).row(0) == (0, 0, 0, 0)
    stands = known.filter(pl.col("answered_at").is_null(), pl.col("stage") == "execution")
    assert stands.height > 100
    assert stands["execution_at"].null_count() == 0
    assert stands["approval_at"].null_count() == stands.height


def test_second_questions_share_number_and_moment_with_the_first(told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    second = rows.filter(pl.col("question_no") == 2)
    pairs = second.join(rows.filter(pl.col("question_no") == 1), on=["source_system", "source_id"], suffix="_first")
    assert set(second["source_system"]) == {"sstu"}
    assert pairs.height == second.height > 100
    assert pairs["received_at"].equals(pairs["received_at_first"].alias("received_at"))
    assert pairs["registered_at"].equals(pairs["registered_at_first"].alias("registered_at"))


def test_periods_follow_the_norms(told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    found = (
        rows.drop_nulls("registered_at")
        .group_by("source_system", "kind", "is_fast_track")
        .agg(pl.col("allotted_days").drop_nulls().unique().sort())
        .sort("source_system")
    )
    periods = {row[:3]: row[3] for row in found.iter_rows()}
    assert periods["pos", "message", True] == periods["open_region_71", "message", True] == [10]
    assert periods["pos", "message", False] == periods["delo", "appeal", False] == [30]
    assert periods["delo", "official_request", False] == []
    # Nine working hours are a day and an hour, longer over days off.
    assert min(periods["incident", "message", False]) == 0
    assert 12 < max(periods["incident", "message", False]) < 30


def test_deadlines_come_from_the_source_from_norms_and_from_decisions(told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    bases = dict(rows.group_by("due_basis").len().iter_rows())
    assert set(bases) == {"source", "norm", "postponed", "extended", "none"}
    by_norm = rows.filter(pl.col("due_basis") == "norm")
    assert set(by_norm.drop_nulls("registered_at")["source_system"]) == {"incident", "sstu"}
    assert bases["source"] > bases["norm"] > 5 * (bases["postponed"] + bases["extended"]) > 0
    assert set(rows.filter(pl.col("due_basis") == "none")["kind"]) == {"official_request"}
    assert rows["stage"].drop_nulls().n_unique() == 4
    assert rows["transferred_at"].is_not_null().any()
    assert rows["reworks"].max() > 1


@pytest.mark.parametrize("column", TELLS)
def test_a_system_tells_what_its_profile_reads(told: tuple[date, pl.DataFrame], column: str) -> None:
    _, rows = told
    systems = set(rows.filter(pl.col(column).is_not_null())["source_system"])
    profiles = {profile.key: profile for profile in available()}
    assert systems == TELLS[column]
    assert all(column in profiles[key].fields or profiles[key].stages for key in systems)


def test_proportions_are_those_of_a_city(told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    closed = rows.drop_nulls("answered_at")
    assert rows.height == 120_000
    assert 0.88 < 1 - closed["is_late"].mean() < 0.94
    assert 0.08 < rows["is_repeat"].mean() < 0.11
    assert 0.05 < closed["satisfaction"].is_not_null().mean() < 0.12
    assert 1_200 < rows.filter(pl.col("answered_at").is_null()).height < 2_600
    level = dict(rows.drop_nulls("topic_block").group_by("topic_block").len().iter_rows())
    for block, share in LEVEL.items():
        assert level[block] / 120_000 == pytest.approx(share / sum(LEVEL.values()), rel=0.35)


def test_winter_spring_and_weekends_are_felt(told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    months = rows.group_by("topic", month=pl.col("day").dt.month()).len()
    by = {(topic, month): count for topic, month, count in months.iter_rows()}
    assert by["Отопление: некачественное или отключено", 1] > 5 * by["Отопление: некачественное или отключено", 6]
    assert by["Ямы и выбоины", 3] > 2 * by["Ямы и выбоины", 1]
    assert by["Вывоз мусора", 4] > 1.5 * by["Вывоз мусора", 12]
    weekday = dict(rows.group_by(pl.col("day").dt.weekday()).len().iter_rows())
    assert weekday[1] > 1.5 * weekday[7]
    paper = rows.filter(pl.col("channel") == "Личный приём")
    new_year = paper.filter((pl.col("day").dt.month() == 1) & (pl.col("day").dt.day() <= 8))
    assert new_year.is_empty()


# --- every story is really there -----------------------------------------------------------------------------------


def test_a_breakdown_grows_for_the_second_week_in_one_place(told: tuple[date, pl.DataFrame]) -> None:
    end, rows = told
    energy = rows.filter(pl.col("topic_block") == "energy")
    *before, first, second = weeks(energy, end, 8)
    assert second > first > sum(before) / len(before)
    assert second > 1.5 * sum(before) / len(before)
    hit = energy.filter(pl.col("topic").is_in(stories.BREAKDOWN.topics) & (pl.col("day") >= stories.last_week(end)))
    assert hit.filter(pl.col("territory") == "Западный").height > 0.5 * hit.height


def test_roads_are_back_after_three_weeks(told: tuple[date, pl.DataFrame]) -> None:
    end, rows = told
    *before, one, two, three, now = weeks(rows.filter(pl.col("topic_block") == "roads"), end, 10)
    usual = sum(before) / len(before)
    assert min(one, two, three) > 1.3 * usual
    assert now < 1.2 * usual


def test_one_body_is_slow(city: City, told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    late = rows.group_by("department").agg(pl.col("is_late").mean()).sort("is_late", descending=True)
    slow = of(rows, city, stories.SLOW.department)
    assert late["department"][0] == slow["department"][0]
    assert late["is_late"][0] > 0.4
    assert late["is_late"][1] < 0.2


def test_one_body_closes_on_the_eve_and_gets_repeats(city: City, told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    gaming = of(rows, city, stories.GAMING.department)
    others = rows.filter(pl.col("department") != gaming["department"][0])
    days_left = (pl.col("deadline") - pl.col("answered_at")).dt.total_hours() / 24
    is_eve = days_left.is_between(0, 1.3)
    long = pl.col("source_system") != "incident"
    assert gaming["is_late"].mean() < 0.01
    assert gaming.filter(long).select(is_eve.mean()).item() > 0.9
    assert others.filter(long).select(is_eve.mean()).item() < 0.12
    assert gaming["is_repeat"].mean() > 0.25
    assert others["is_repeat"].mean() < 0.1
    assert gaming["satisfaction"].mean() < 2.5
    assert others["satisfaction"].mean() > 3.3


def test_a_small_body_jumps_by_chance_alone(city: City, told: tuple[date, pl.DataFrame]) -> None:
    _, rows = told
    small = of(rows, city, stories.SMALL.department).drop_nulls("answered_at")
    months = small.group_by(pl.col("deadline").dt.truncate("1mo")).agg(pl.len(), pl.col("is_late").mean())
    assert 150 < small.height < 400
    assert months["is_late"].min() == 0
    assert months["is_late"].max() > 0.15
    assert small["is_late"].mean() < 0.15


def test_one_body_stopped_closing_what_is_hard(city: City, told: tuple[date, pl.DataFrame]) -> None:
    end, rows = told
    theirs = of(rows, city, stories.STOPPED.department).with_columns(is_open=pl.col("answered_at").is_null())
    is_hard = pl.col("topic").is_in(stories.STOPPED.topics)
    first, _ = stories.STOPPED.days(end)
    ripe = pl.col("deadline_at").dt.date().is_between(first, end)
    now = theirs.filter(ripe, pl.col("day") >= first)
    before = theirs.filter(pl.col("day").is_between(first - timedelta(365), first - timedelta(90)))
    assert now.filter(is_hard)["is_open"].mean() > 0.7
    assert now.filter(~is_hard)["is_open"].mean() < 0.3
    assert before.filter(is_hard)["is_open"].mean() < 0.02
    assert now["is_late"].mean() < 0.2


def test_one_weekend_of_one_system_is_missing(told: tuple[date, pl.DataFrame]) -> None:
    end, rows = told
    first, last = stories.GAP.days(end)
    assert (first.isoweekday(), last.isoweekday()) == (6, 7)
    counts = {
        week: rows.filter(
            pl.col("source_system") == stories.GAP.source,
            pl.col("day").is_between(first + timedelta(weeks=week), last + timedelta(weeks=week)),
        ).height
        for week in range(-4, 5)
    }
    assert counts.pop(0) == 0
    assert min(counts.values()) > 30


def test_a_new_topic_without_a_block_grows(city: City, told: tuple[date, pl.DataFrame]) -> None:
    end, rows = told
    new = rows.filter(pl.col("topic").is_in(stories.NEW_TOPIC.topics))
    counts = weeks(new, end, 7)
    assert counts[0] == 0
    assert sum(counts[5:]) > 2 * sum(counts[1:3])
    assert new["topic_block"].null_count() == new.height == rows["topic_block"].null_count()
    counted = demo.make(city, end=end).findings.rows()
    assert counted == [("unmapped_topic", stories.NEW_TOPIC.topics[0], new.height)]


def test_every_story_has_a_test_and_names_what_exists(city: City) -> None:
    assert [story.key for story in demo.STORIES] == [
        "breakdown",
        "potholes",
        "slow",
        "gaming",
        "small",
        "stopped",
        "gap",
        "new_topic",
    ]
    titles = {topic.title for topic in TOPICS}
    sources = {profile.key for profile in available()} | {""}
    bodies = {department.key for department in city.departments} | {""}
    assert all(set(story.topics) <= titles and story.department in bodies for story in demo.STORIES)
    assert all(story.source in sources for story in demo.STORIES)


def test_every_system_of_the_demo_has_a_profile() -> None:
    assert set(SOURCES) <= {profile.key for profile in available()}


# --- making and loading --------------------------------------------------------------------------------------------


def test_sunday_ends_a_week_and_any_other_day_does_not() -> None:
    assert stories.last_week(date(2026, 11, 22)) == date(2026, 11, 16)
    assert stories.last_week(date(2026, 11, 23)) == date(2026, 11, 16)
    assert stories.last_week(date(2026, 11, 28)) == date(2026, 11, 16)
    assert stories.last_week(date(2026, 11, 29)) == date(2026, 11, 23)


def test_seasons_are_about_one_in_the_mean() -> None:
    means = {name: sum(months) / 12 for name, months in seasons.SEASONS.items()}
    assert all(months == pytest.approx(1.0, abs=0.15) for months in means.values()), means


@pytest.mark.parametrize(("appeals", "months"), [(0, 36), (100, 1), (10**9, 36)])
def test_sizes_out_of_reason_are_refused(city: City, appeals: int, months: int) -> None:
    with pytest.raises(InputRefused, match="Демо-город: обращений от 1 до"):
        demo.make(city, appeals=appeals, months=months, end=SUNDAY)


def test_a_city_without_a_demo_part_is_refused() -> None:
    with pytest.raises(InputRefused, match="Для города «Бостон · демо-город» демо-город не описан"):
        demo.make(City.load("boston"), end=SUNDAY)


def test_a_load_tells_each_system_and_late_arrivals(sqlite_store: Store, city: City, small: Intake) -> None:
    steps: list[float] = []
    results = demo.load(sqlite_store, small, city, lambda _step, share: steps.append(share))
    assert sum(result.new for result in results) == small.rows_in
    assert {result.source for result in results} == set(small.appeals["source_system"])
    assert steps == sorted(steps)
    assert 0 <= steps[0] < steps[-1] <= 1
    batches = imports.batches(sqlite_store, Scope.whole_city(city.key))
    assert batches["newest_event_at"].max() == small.appeals["changed_at"].max()


def test_a_first_start_fills_an_empty_store_once(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch, small: Intake
) -> None:
    monkeypatch.setattr("loaders.demo.start.make", lambda _city, **_options: small)
    assert sum(result.new for result in demo.first_start(sqlite_store)) == small.rows_in
    assert demo.first_start(sqlite_store) == []


def test_the_demo_city_can_be_taken_out_again(store: Store, city: City, small: Intake) -> None:
    demo.load(store, small, city)
    assert demo.remove(store, City.load("novoshakhtinsk")) == small.rows_in
    assert imports.batches(store, Scope.whole_city(city.key)).is_empty()
    assert demo.remove(store, city) == 0
    assert sum(result.new for result in demo.load(store, small, city)) == small.rows_in


def test_the_breakdown_is_a_cluster_in_space_and_time(told: tuple[date, pl.DataFrame]) -> None:
    end, rows = told
    located = rows.drop_nulls("geo_cell").filter(~pl.col("is_repeat").fill_null(value=False))
    places = hexagons.at(located.lazy(), 8).collect().with_columns(pl.col("place").cast(pl.String))
    keys = pl.col("topic_block").cast(pl.String).alias("stratum"), "place", pl.col("day").alias("received_on")
    counted = places.group_by(keys).agg(pl.len().cast(pl.Int64).alias("appeals"))
    found = scan.clusters(counted, end)
    if end == WEDNESDAY:  # so little heat is asked for in July that twenty cases more are no news on the map
        assert found == ()
        return
    (first,) = found
    is_of_block = pl.col("topic_block").cast(pl.String) == first.stratum
    inside = places.filter(is_of_block, pl.col("place").is_in(first.places), pl.col("day") >= first.since)
    assert inside["territory"].mode()[0] == stories.BREAKDOWN.territory
    assert set(stories.BREAKDOWN.topics) & set(inside["topic"].value_counts(sort=True)["topic"].head(3))
