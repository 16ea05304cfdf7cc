"""Norms, calendar and settings of deadlines: read from a city and what it shares, or refused with the line."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import pytest

from analytics import schema
from analytics.deadlines import due_columns, norm_key, norm_moment
from analytics.work_calendar import DayKind
from loaders.city import City, RestRule, available
from loaders.errors import InputRefused
from tests.loaders.test_city import SMALL, line_of

HEAD = SMALL[: SMALL.index("[[norms]]")].replace("geo_resolution = 9", 'geo_resolution = 9\nnorms = "shared.toml"')
TAIL = SMALL[SMALL.index("[topics]") :]


def norm(key: str, **values: object) -> str:
    lines = {"event": "answer", "since": "received_at", "amount": 30, "unit": "calendar_days", "source": "приказ"}
    written = {"key": key, "title": key} | lines | values
    texts = {name: f'"{value}"' if isinstance(value, str) else value for name, value in written.items()}
    texts |= {name: value for name, value in written.items() if name in {"applies", "valid_from", "valid_to"}}
    return "".join(["[[norms]]\n", *(f"{name} = {value}\n" for name, value in texts.items()), "\n"])


def load(folder: Path, own: str = "", shared: str = "") -> City:
    (folder / "shared.toml").write_text(shared, encoding="utf-8")
    (folder / "own.toml").write_text(HEAD + own + TAIL, encoding="utf-8")
    return City.load(folder / "own.toml")


def case(**values: object) -> pl.DataFrame:
    base = {"received_at": datetime(2026, 3, 2, 10), "kind": "message", "source_system": "incident"}
    return pl.DataFrame([base | values], schema=schema.APPEAL)


def test_a_city_shares_norms_replaces_some_and_adds_its_own(tmp_path: Path) -> None:
    shared = norm("letter", applies='{ kind = "appeal" }') + norm("post", applies='{ kind = "message" }')
    own = norm("post", amount=5, applies='{ kind = "message" }') + norm(
        "request", applies='{ kind = "official_request" }'
    )
    norms = load(tmp_path, own, shared).rules.norms
    assert [(each.key, each.amount) for each in norms] == [("letter", 30), ("post", 5), ("request", 30)]


def test_one_key_may_stand_for_several_dates(tmp_path: Path) -> None:
    own = norm("answer", amount=30, valid_to="2025-12-31") + norm("answer", amount=20, valid_from="2026-01-01")
    rules = load(tmp_path, own).rules
    ends = [
        case(received_at=datetime(*day, 12)).select(norm_moment(rules, "answer")).item().date()
        for day in ((2025, 12, 31), (2026, 1, 1))
    ]
    assert ends == [date(2026, 1, 30), date(2026, 1, 21)]


@pytest.mark.parametrize(
    ("own", "code", "what", "at"),
    [
        (
            norm("one") + norm("two"),
            "overlapping_norms",
            "«one» и «two» спорят",
            'key = "two"',
        ),
        (
            norm("one", valid_to="2024-12-31") + norm("two", valid_from="2025-01-03"),
            "norm_gap",
            "нет срока с 01.01.2025 по 02.01.2025",
            "valid_from = 2025-01-03",
        ),
        (
            norm("one", applies='{ kind = "appeal" }') + norm("two", applies='{ source_system = "delo" }'),
            "overlapping_norms",
            "«one» и «two» спорят",
            'key = "two"',
        ),
        (norm("one", applies='{ kind = "letter" }'), "unknown_value", "«letter» не подходит", "applies ="),
        (norm("one", applies='{ mood = "bad" }'), "unknown_key", "Неизвестный ключ «mood»", "applies ="),
        (norm("one", since="deadline_at"), "unknown_value", "«deadline_at» не подходит", "since ="),
        (norm("one", valid_from="2026-01-02", valid_to="2026-01-01"), "dates", "кончается раньше", "valid_to ="),
        ('[deadlines]\noff_day = "later"\n', "unknown_value", "«later» не подходит", "off_day"),
        ("[deadlines]\nrest_percent = 0\n", "out_of_range", "число от 1 до 100", "rest_percent"),
        ("[calendar]\noff = [2026-05-04]\nfull = [2026-05-04]\n", "duplicate", "назван дважды", "[calendar]"),
        ("[calendar]\nstart = 20:00:00\n", "hours", "уместиться в сутки", "start ="),
        ('[calendar]\noff = ["4 мая"]\n', "wrong_type", "не дата вида", "off ="),
    ],
)
def test_what_leaves_a_case_undecided_is_refused_with_its_line(
    tmp_path: Path, own: str, code: str, what: str, at: str
) -> None:
    with pytest.raises(InputRefused, match=what) as refused:
        load(tmp_path, own)
    assert refused.value.code == code
    assert refused.value.place.file == "own.toml"
    assert refused.value.place.row == line_of(at, (tmp_path / "own.toml").read_text(encoding="utf-8"))


def test_a_clash_with_a_shared_norm_is_shown_in_the_file_of_the_city(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="«shared» и «own» спорят") as refused:
        load(tmp_path, norm("own"), norm("shared"))
    assert refused.value.place.file == "own.toml"


def test_a_word_too_many_in_shared_norms_is_refused_there(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="Неизвестный ключ «norm»") as refused:
        load(tmp_path, shared="norm = 1\n")
    assert refused.value.place.file == "shared.toml"


def test_an_unknown_country_has_no_calendar(tmp_path: Path) -> None:
    text = SMALL.replace("geo_resolution = 9", 'geo_resolution = 9\ncountry = "XX"')
    path = tmp_path / "nowhere.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputRefused, match="Календарь страны «XX» не известен") as refused:
        City.load(path)
    assert refused.value.place.row == line_of("country =", text)


def test_settings_and_the_days_of_the_city(tmp_path: Path) -> None:
    own = """\
[deadlines]
off_day = "next"
rest_base = "postponed"
rest_percent = 50

[calendar]
start = 08:30:00
full_hours = 8.25
short_hours = 7
lunch_at = 12:00:00
lunch_minutes = 45
off = [2026-03-02]
full = [2026-03-07]
short = [2026-03-03]
"""
    city = load(tmp_path, own + norm("answer", amount=5))
    calendar = city.rules.calendar
    assert city.rest_rule == RestRule("postponed", 50)
    assert [calendar.kind(date(2026, 3, day)) for day in (2, 3, 7)] == [DayKind.OFF, DayKind.SHORT, DayKind.FULL]
    assert (calendar.hours.start, calendar.hours.full) == (time(8, 30), timedelta(hours=8, minutes=15))
    assert (calendar.hours.lunch_at, calendar.hours.lunch) == (time(12), timedelta(minutes=45))
    # Received on Tuesday, due on Sunday the 8th, a holiday; Monday the 9th is a day off in its place.
    found = case(received_at=datetime(2026, 3, 3, 23, 30)).select(due_columns(city.rules))
    assert found.row(0) == (datetime(2026, 3, 10, 23, 59, 59), "norm", "answer", 7)


def test_a_city_without_a_word_about_deadlines_has_the_usual_settings(tmp_path: Path) -> None:
    city = load(tmp_path)
    assert (city.rules.norms, city.rules.off_day, city.rest_rule) == ((), "keep", RestRule("original", 75))
    assert city.rules.calendar.kind(date(2026, 1, 5)) is DayKind.OFF


def test_cities_abroad_have_no_russian_calendar_and_no_norms() -> None:
    for key in ("boston", "new_york"):
        rules = City.load(key).rules
        assert rules.norms == ()
        assert rules.calendar.kind(date(2026, 7, 3)) is DayKind.OFF  # Independence Day falls on a Saturday
        assert rules.calendar.is_working(date(2026, 1, 5))


def test_every_case_of_every_city_is_decided() -> None:
    assert [len(city.rules.norms) for city in available()] == [0, 0, 15]


@pytest.mark.parametrize(
    ("values", "key", "until"),
    [
        ({"kind": "appeal", "source_system": "delo"}, "appeal_answer", datetime(2026, 4, 1, 23, 59, 59)),
        ({"kind": "appeal", "source_system": "pos"}, "appeal_answer", datetime(2026, 4, 1, 23, 59, 59)),
        ({"kind": "appeal", "source_system": "gis_zhkh"}, "gis_zhkh_answer", datetime(2026, 4, 1, 23, 59, 59)),
        ({"source_system": "pos"}, "pos_answer", datetime(2026, 4, 1, 23, 59, 59)),
        ({"source_system": "pos", "is_fast_track": True}, "pos_fast_answer", datetime(2026, 3, 12, 23, 59, 59)),
        ({"source_system": "open_region_71"}, "open_region_answer", datetime(2026, 4, 1, 23, 59, 59)),
        (
            {"source_system": "open_region_71", "is_fast_track": True},
            "open_region_fast_answer",
            datetime(2026, 3, 12, 23, 59, 59),
        ),
        ({}, "incident_answer", datetime(2026, 3, 3, 11)),
        ({"is_significant": True}, "incident_significant_answer", datetime(2026, 3, 2, 14)),
        (
            {"interim_answered_at": datetime(2026, 3, 2, 16)},
            "incident_final_answer",
            datetime(2026, 3, 12, 23, 59, 59),  # the 8th is a holiday, and the 9th a day off in its place
        ),
        (
            {"interim_answered_at": datetime(2026, 3, 2, 16), "is_significant": True},
            "incident_significant_final_answer",
            datetime(2026, 3, 12, 23, 59, 59),
        ),
        ({"source_system": "pos", "received_at": datetime(2020, 11, 9, 23, 59)}, None, None),
        ({"source_system": "georeport"}, None, None),
        ({"kind": "official_request", "source_system": "delo"}, None, None),
    ],
)
def test_what_the_shared_norms_say(values: dict[str, object], key: str | None, until: datetime | None) -> None:
    rules = City.load("novoshakhtinsk").rules
    found = case(**values).select(norm_key(rules, "answer").alias("key"), norm_moment(rules, "answer").alias("until"))
    assert found.row(0) == (key, until)


@pytest.mark.parametrize(
    ("event", "values", "until"),
    [
        ("registration", {"kind": "appeal"}, datetime(2026, 3, 5, 23, 59, 59)),
        ("transfer", {"kind": "appeal", "registered_at": datetime(2026, 3, 3, 9)}, datetime(2026, 3, 10, 23, 59, 59)),
        ("extension", {"kind": "appeal", "due_at": datetime(2026, 4, 1)}, datetime(2026, 5, 1, 23, 59, 59)),
        ("reaction", {}, datetime(2026, 3, 3, 11)),
        ("reaction", {"is_significant": True}, datetime(2026, 3, 2, 14)),
        ("reaction", {"source_system": "pos"}, None),
    ],
)
def test_other_events_have_clocks_of_their_own(event: str, values: dict[str, object], until: datetime | None) -> None:
    assert case(**values).select(norm_moment(City.load("novoshakhtinsk").rules, event)).item() == until


def test_the_weights_of_problem_spheres_are_equal_until_the_city_says_otherwise(tmp_path: Path) -> None:
    assert load(tmp_path).problem_weights == {"new": 1, "repeat": 1, "overdue_open": 1, "postponed": 1}
    own = load(tmp_path, "[problems]\noverdue = 3\nnew = 0.5\n\n")
    assert own.problem_weights == {"new": 0.5, "repeat": 1, "overdue_open": 3, "postponed": 1}


def test_the_home_screen_opens_on_the_overdue_until_the_city_says_otherwise(tmp_path: Path) -> None:
    assert load(tmp_path).home_colour == "overdue_open"
    assert load(tmp_path, '[home]\ncolour = "surprise"\n\n').home_colour == "surprise"


@pytest.mark.parametrize(
    ("own", "code", "line"),
    [
        ("[problems]\nnew = -1\n\n", "weights", "[problems]"),
        ("[problems]\nnew = 0\nrepeat = 0\noverdue = 0\npostponed = 0\n\n", "weights", "[problems]"),
        ("[problems]\nnew = nan\n\n", "weights", "[problems]"),
        ("[problems]\nlate = 1\n\n", "unknown_key", "late = 1"),
        ('[home]\ncolour = "red"\n\n', "unknown_measure", 'colour = "red"'),
        ('[problems]\nnew = "1"\n\n', "wrong_type", 'new = "1"'),
    ],
)
def test_settings_without_sense_are_refused_with_their_line(tmp_path: Path, own: str, code: str, line: str) -> None:
    with pytest.raises(InputRefused) as refused:
        load(tmp_path, own)
    assert refused.value.code == code
    assert refused.value.place is not None
    assert refused.value.place.row == line_of(line, (tmp_path / "own.toml").read_text(encoding="utf-8"))
