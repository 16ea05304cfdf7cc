"""The production calendar: every day of the official years, the city's own days, and hours that no day can have."""

from datetime import date, time, timedelta
from pathlib import Path

import pytest
from defusedxml import ElementTree

from analytics.work_calendar import DayKind, Hours, work_calendar

OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "calendar_ru"
KIND_OF_MARK = {"1": DayKind.OFF, "2": DayKind.SHORT, "3": DayKind.FULL}
SATURDAY = 5


def official(path: Path, year: int) -> dict[date, DayKind]:
    """Read a year: marked days as they are marked, the others by their weekday."""
    first = date(year, 1, 1)
    days = [first + timedelta(number) for number in range((date(year + 1, 1, 1) - first).days)]
    usual = {day: DayKind.OFF if day.weekday() >= SATURDAY else DayKind.FULL for day in days}
    marked = {
        date(year, *map(int, day.attrib["d"].split("."))): KIND_OF_MARK[day.attrib["t"]]
        for day in ElementTree.parse(path).getroot().iter("day")
    }
    return usual | marked


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_is_as_the_official_calendar_has_it(year):
    path = OFFICIAL / f"ru_{year}.xml"
    if not path.exists():
        pytest.skip("../shared/data is not here")
    calendar = work_calendar("RU", year, year)
    expected = official(path, year)
    assert {day: calendar.kind(day) for day in expected} == expected


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2021, 2, 20), DayKind.SHORT),  # a Saturday worked for the eve of 23 February
        (date(2024, 4, 27), DayKind.FULL),  # a Saturday worked for 29 April
        (date(2024, 4, 29), DayKind.OFF),
        (date(2020, 4, 15), DayKind.OFF),  # decreed
        (date(2020, 2, 29), DayKind.OFF),  # a leap Saturday
        (date(2026, 1, 9), DayKind.OFF),  # moved from 3 January
        (date(2026, 12, 31), DayKind.OFF),  # moved from 4 January
        (date(2026, 3, 6), DayKind.FULL),  # Friday: the eve of 8 March is a Saturday
        (date(2026, 11, 3), DayKind.SHORT),
    ],
)
def test_days_that_are_easily_wrong(day, kind):
    assert work_calendar().kind(day) is kind


def test_the_city_has_the_last_word():
    city_day, weekend = date(2026, 9, 14), date(2026, 9, 19)
    calendar = work_calendar(overrides={city_day: DayKind.OFF, weekend: DayKind.SHORT})
    assert (calendar.kind(city_day), calendar.kind(weekend)) == (DayKind.OFF, DayKind.SHORT)
    assert work_calendar().kind(city_day) is DayKind.FULL


def test_another_country_has_its_own_holidays_and_no_short_days():
    boston = work_calendar("US", 2026, 2026)
    assert boston.kind(date(2026, 7, 3)) is DayKind.OFF  # Independence Day falls on a Saturday
    assert boston.kind(date(2026, 1, 2)) is DayKind.FULL
    assert DayKind.SHORT not in boston.kinds


def test_a_day_outside_is_refused_with_the_days_known():
    with pytest.raises(ValueError, match=r"с 01\.01\.2026 по 31\.12\.2026"):
        work_calendar("RU", 2026, 2026).kind(date(2027, 1, 1))


@pytest.mark.parametrize(
    "hours",
    [
        {"start": time(17)},
        {"short": timedelta(hours=9)},
        {"short": timedelta(0)},
        {"lunch_at": time(8)},
        {"lunch_at": time(16)},
    ],
)
def test_hours_that_no_day_can_have_are_refused(hours):
    with pytest.raises(ValueError, match="Рабочий день"):
        Hours(**hours)
