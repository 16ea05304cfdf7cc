"""The two clocks on dates worked out by hand, both sides of every edge; what must always hold is in test_clock_laws."""

from datetime import date, datetime, time, timedelta

import polars as pl
import pytest

from analytics import clock
from analytics.time_left import TimeLeft, time_left
from analytics.work_calendar import DayKind, Hours, work_calendar

CALENDAR = work_calendar()
WITH_LUNCH = work_calendar(hours=Hours(lunch_at=time(13)))


def only(value: pl.Expr) -> object:
    return pl.select(value).item()


def lines(table: str) -> list[tuple[str, ...]]:
    """Cut a table into its cells; a line names one case."""
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


def day(text: str) -> date:
    return datetime.strptime(text, "%d.%m.%Y").date()  # noqa: DTZ007 — wall-clock days have no zone


def moment(text: str) -> datetime:
    clock_time = text[11:] if text.count(":") > 1 else f"{text[11:]}:00"
    return datetime.combine(day(text[:10]), time.fromisoformat(clock_time))


WORKING_DAYS = """
    16.11.2026 | 0 | 16.11.2026 | no days: the day itself
    21.11.2026 | 0 | 21.11.2026 | no days: a day off stays
    16.11.2026 | 1 | 17.11.2026 | Monday, the next day
    16.11.2026 | 4 | 20.11.2026 | to Friday
    16.11.2026 | 5 | 23.11.2026 | over a weekend
    20.11.2026 | 1 | 23.11.2026 | Friday, the next is Monday
    21.11.2026 | 1 | 23.11.2026 | from a Saturday
    22.11.2026 | 1 | 23.11.2026 | from a Sunday
    21.11.2026 | 5 | 27.11.2026 | five from a Saturday
    03.11.2026 | 1 | 05.11.2026 | over Unity Day
    02.11.2026 | 2 | 05.11.2026 | a short day counts as a day
    04.11.2026 | 1 | 05.11.2026 | from a holiday
    30.04.2026 | 1 | 04.05.2026 | over 1–3 May
    30.04.2026 | 5 | 08.05.2026 | to the eve of Victory Day
    30.04.2026 | 6 | 12.05.2026 | over Victory Day moved to Monday
    08.05.2026 | 1 | 12.05.2026 | over 9–11 May
    11.06.2026 | 1 | 15.06.2026 | over Russia Day
    20.02.2026 | 1 | 24.02.2026 | over 23 February
    06.03.2026 | 1 | 10.03.2026 | over 8 March moved to Monday
    30.12.2025 | 1 | 12.01.2026 | over the New Year holidays
    29.12.2025 | 2 | 12.01.2026 | last working day first
    31.12.2025 | 1 | 12.01.2026 | from a day off made by a transfer
    09.01.2026 | 1 | 12.01.2026 | from a Friday off
    12.01.2026 | 30 | 24.02.2026 | thirty over 23 February
    01.01.2026 | 3 | 14.01.2026 | three from New Year
    31.10.2025 | 1 | 01.11.2025 | the next working day is a Saturday
    31.10.2025 | 2 | 05.11.2025 | Saturday worked, 2–4 November off
    01.11.2025 | 1 | 05.11.2025 | from a working Saturday
    30.04.2025 | 1 | 05.05.2025 | 2 May off by a transfer
    07.05.2025 | 1 | 12.05.2025 | 8 May off by a transfer
    11.06.2025 | 1 | 16.06.2025 | 13 June off by a transfer
    07.03.2025 | 1 | 10.03.2025 | 8 March was a Saturday, moved elsewhere
    21.02.2025 | 1 | 24.02.2025 | 23 February was a Sunday, moved elsewhere
    28.12.2024 | 1 | 09.01.2025 | from a working Saturday over New Year
    27.12.2024 | 1 | 28.12.2024 | to a working Saturday
    27.12.2024 | 2 | 09.01.2025 | through it
    26.04.2024 | 1 | 27.04.2024 | to a working Saturday
    27.04.2024 | 1 | 02.05.2024 | 29 and 30 April off
    26.04.2024 | 4 | 06.05.2024 | 27 April, 2, 3, 6 May
    08.05.2024 | 1 | 13.05.2024 | 10 May off by a transfer
    01.11.2024 | 1 | 02.11.2024 | to a working short Saturday
    02.11.2024 | 1 | 05.11.2024 | over Unity Day
    22.02.2024 | 1 | 26.02.2024 | 23 February was a Friday
    28.02.2024 | 1 | 29.02.2024 | to 29 February
    29.02.2024 | 1 | 01.03.2024 | from 29 February
    28.02.2023 | 1 | 01.03.2023 | no 29 February
    29.12.2023 | 1 | 09.01.2024 | over the New Year holidays
    22.02.2023 | 1 | 27.02.2023 | 24 February off by a transfer
    05.05.2023 | 1 | 10.05.2023 | 8 May off by a transfer
    03.11.2023 | 1 | 07.11.2023 | Unity Day moved to Monday
    30.12.2022 | 1 | 09.01.2023 | over the New Year holidays
    04.03.2022 | 1 | 05.03.2022 | to a working Saturday
    05.03.2022 | 1 | 09.03.2022 | 7 March off
    29.04.2022 | 1 | 04.05.2022 | 2 and 3 May off
    06.05.2022 | 1 | 11.05.2022 | 10 May off
    10.06.2022 | 1 | 14.06.2022 | Russia Day moved to Monday
    30.04.2021 | 1 | 11.05.2021 | decreed days of May
    29.10.2021 | 1 | 08.11.2021 | decreed days of November
    19.02.2021 | 1 | 20.02.2021 | to a working Saturday
    20.02.2021 | 1 | 24.02.2021 | over 23 February
    30.12.2021 | 1 | 10.01.2022 | 31 December off
    27.03.2020 | 1 | 12.05.2020 | the decreed spring of 2020
    23.06.2020 | 1 | 25.06.2020 | the parade
    30.06.2020 | 1 | 02.07.2020 | the vote
    31.12.2020 | 1 | 11.01.2021 | 31 December worked
    28.02.2020 | 1 | 02.03.2020 | 29 February was a Saturday
    29.04.2019 | 1 | 30.04.2019 | a short day
    30.04.2019 | 1 | 06.05.2019 | 1–5 May off
    08.05.2019 | 1 | 13.05.2019 | 9–12 May off
    31.12.2019 | 1 | 09.01.2020 | from a short 31 December
"""


@pytest.mark.parametrize(("start", "days", "end", "why"), lines(WORKING_DAYS))
def test_working_days_added(start, days, end, why):
    found = only(clock.add_working_days(CALENDAR, pl.lit(day(start)), int(days)))
    assert found == day(end), why


@pytest.mark.parametrize(("start", "days", "end", "why"), lines(WORKING_DAYS))
def test_working_days_measured(start, days, end, why):
    there, back = pl.lit(day(start)), pl.lit(day(end))
    assert only(clock.working_days_between(CALENDAR, there, back)) == int(days), why
    assert only(clock.working_days_between(CALENDAR, back, there)) == -int(days), why


CALENDAR_DAYS = """
    23.10.2026 | 30 | keep     | 22.11.2026 | a Sunday stays
    23.10.2026 | 30 | previous | 20.11.2026 | a Sunday moves to Friday
    23.10.2026 | 30 | next     | 23.11.2026 | a Sunday moves to Monday
    22.10.2026 | 30 | previous | 20.11.2026 | a Saturday moves to Friday
    22.10.2026 | 30 | next     | 23.11.2026 | a Saturday moves to Monday
    21.10.2026 | 30 | previous | 20.11.2026 | a Friday is none
    21.10.2026 | 30 | next     | 20.11.2026 | a Friday is none
    24.10.2026 | 30 | previous | 23.11.2026 | a Monday is none
    05.10.2026 | 30 | keep     | 04.11.2026 | Unity Day stays
    05.10.2026 | 30 | previous | 03.11.2026 | to its short eve
    05.10.2026 | 30 | next     | 05.11.2026 | to the day after
    02.12.2026 | 30 | keep     | 01.01.2027 | into New Year
    02.12.2026 | 30 | previous | 30.12.2026 | to the last working day of the year
    02.12.2025 | 30 | next     | 12.01.2026 | to the first working day of the year
    02.12.2025 | 30 | previous | 30.12.2025 | 31 December is off too
    10.12.2025 | 30 | previous | 30.12.2025 | a Friday off in January
    10.12.2025 | 30 | next     | 12.01.2026 | a Friday off in January
    31.01.2026 | 30 | keep     | 02.03.2026 | February has 28 days
    31.01.2024 | 30 | keep     | 01.03.2024 | February has 29 days
    30.01.2024 | 30 | keep     | 29.02.2024 | 29 February
    30.01.2023 | 30 | keep     | 01.03.2023 | no 29 February
    28.02.2024 | 1  | keep     | 29.02.2024 | the leap day
    28.02.2025 | 1  | keep     | 01.03.2025 | the day after
    31.03.2026 | 30 | keep     | 30.04.2026 | month end to month end
    31.08.2026 | 30 | keep     | 30.09.2026 | month end to month end
    31.05.2026 | 30 | keep     | 30.06.2026 | month end to month end
    01.10.2026 | 30 | keep     | 31.10.2026 | to a month end
    02.10.2024 | 31 | next     | 02.11.2024 | a working Saturday is no day off
    03.10.2024 | 31 | previous | 02.11.2024 | Sunday moves to a working Saturday
    02.10.2024 | 31 | previous | 02.11.2024 | a working Saturday is no day off
    30.03.2024 | 30 | previous | 27.04.2024 | 29 April off, Saturday worked
    30.03.2024 | 30 | next     | 02.05.2024 | 29 April off
    10.04.2026 | 30 | next     | 12.05.2026 | Sunday of the long May weekend
    10.04.2026 | 30 | previous | 08.05.2026 | Sunday of the long May weekend
    16.11.2026 | 0  | keep     | 16.11.2026 | no days
    21.11.2026 | 0  | previous | 20.11.2026 | no days from a day off
    12.11.2026 | 3  | keep     | 15.11.2026 | registration, three days
    12.11.2026 | 7  | keep     | 19.11.2026 | forwarding, seven days
    12.11.2026 | 10 | next     | 23.11.2026 | fast track, ten days
    31.12.2026 | 30 | keep     | 30.01.2027 | the year ends
    30.12.2027 | 61 | keep     | 29.02.2028 | to the next leap day
    29.02.2024 | 366 | keep    | 01.03.2025 | a year and a day from the leap day
    29.02.2024 | 365 | keep    | 28.02.2025 | a year of days from the leap day
    29.01.2024 | 31 | keep     | 29.02.2024 | thirty-one days to the leap day
    28.02.2023 | 2  | keep     | 02.03.2023 | two days over a short February
    31.07.2026 | 31 | keep     | 31.08.2026 | July and August have 31 days
    30.11.2026 | 31 | keep     | 31.12.2026 | to the last day of the year
    01.12.2026 | 30 | previous | 30.12.2026 | 31 December 2026 is off by a transfer
    01.12.2026 | 30 | keep     | 31.12.2026 | and stays without a rule
    30.11.2026 | 30 | previous | 30.12.2026 | the day before it is a working day
    30.11.2026 | 30 | next     | 30.12.2026 | and moves nowhere
    09.12.2025 | 30 | next     | 12.01.2026 | 8 January and what follows is off
    28.11.2024 | 30 | next     | 28.12.2024 | the working Saturday of 2024 is no day off
    29.11.2024 | 30 | previous | 28.12.2024 | Sunday moves back to a working Saturday
    29.11.2024 | 30 | next     | 09.01.2025 | and forward over the New Year holidays
"""


@pytest.mark.parametrize(("start", "days", "rule", "end", "why"), lines(CALENDAR_DAYS))
def test_calendar_days_added(start, days, rule, end, why):
    assert only(clock.add_calendar_days(CALENDAR, pl.lit(day(start)), int(days), rule)) == day(end), why


WORKING_HOURS = """
    16.11.2026 09:00    | 8  | 16.11.2026 17:00    | a full day ends with itself
    16.11.2026 09:00    | 9  | 17.11.2026 10:00    | an hour of the next day
    16.11.2026 08:59:59 | 1  | 16.11.2026 10:00    | before opening the clock stands
    16.11.2026 09:00:01 | 1  | 16.11.2026 10:00:01 | a second after opening it runs
    16.11.2026 17:00    | 1  | 17.11.2026 10:00    | at closing time
    16.11.2026 16:59:59 | 1  | 17.11.2026 09:59:59 | a second before closing
    16.11.2026 23:30    | 1  | 17.11.2026 10:00    | half past eleven at night
    17.11.2026 00:30    | 1  | 17.11.2026 10:00    | half past midnight
    16.11.2026 23:30    | 8  | 17.11.2026 17:00    | a day from the night
    17.11.2026 00:30    | 9  | 18.11.2026 10:00    | nine hours from half past midnight
    20.11.2026 15:00    | 4  | 23.11.2026 11:00    | Friday afternoon
    20.11.2026 23:30    | 4  | 23.11.2026 13:00    | Friday night
    21.11.2026 12:00    | 9  | 24.11.2026 10:00    | Saturday
    22.11.2026 00:30    | 8  | 23.11.2026 17:00    | Sunday
    03.11.2026 09:00    | 7  | 03.11.2026 16:00    | a short day ends at four
    03.11.2026 09:00    | 8  | 05.11.2026 10:00    | its eighth hour is after the holiday
    03.11.2026 16:00    | 1  | 05.11.2026 10:00    | a short day is over at four
    03.11.2026 15:59:59 | 1  | 05.11.2026 09:59:59 | a second before that
    03.11.2026 16:30    | 1  | 05.11.2026 10:00    | after it
    02.11.2026 16:00    | 9  | 05.11.2026 10:00    | one, seven, one
    30.12.2025 16:00    | 2  | 12.01.2026 10:00    | over New Year
    31.12.2025 23:30    | 2  | 12.01.2026 11:00    | New Year's Eve is off
    01.01.2026 00:30    | 8  | 12.01.2026 17:00    | New Year's night
    31.10.2025 16:00    | 2  | 01.11.2025 10:00    | to a working Saturday
    01.11.2025 15:00    | 2  | 05.11.2025 10:00    | a working Saturday is short
    27.04.2024 16:00    | 2  | 02.05.2024 10:00    | a working Saturday is full
    28.02.2024 16:00    | 2  | 29.02.2024 10:00    | to the leap day
    29.02.2024 16:00    | 9  | 01.03.2024 17:00    | from the leap day
    30.06.2026 16:00    | 2  | 01.07.2026 10:00    | month end
    16.11.2026 12:34:56 | 0  | 16.11.2026 12:34:56 | no hours: the moment itself
    21.11.2026 12:34:56 | 0  | 21.11.2026 12:34:56 | no hours on a day off
    16.11.2026 09:00    | 40 | 20.11.2026 17:00    | a week
    16.11.2026 09:00    | 41 | 23.11.2026 10:00    | a week and an hour
    02.11.2026 09:00    | 39 | 09.11.2026 17:00    | 8 + 7 + 8 + 8 + 8
    16.11.2026 09:00 | 0.5 | 16.11.2026 09:30 | half an hour
    16.11.2026 09:00 | 7.5 | 16.11.2026 16:30 | half an hour before closing
    16.11.2026 16:30 | 0.5 | 16.11.2026 17:00 | exactly to closing time
    16.11.2026 16:30 | 1   | 17.11.2026 09:30 | half on each side of the night
    30.12.2026 17:00 | 1   | 11.01.2027 10:00 | the last closing time of the year
    30.12.2026 16:59:59 | 1 | 11.01.2027 09:59:59 | a second before it
    31.12.2026 23:30 | 1   | 11.01.2027 10:00 | New Year's Eve, half past eleven
    01.01.2027 00:30 | 1   | 11.01.2027 10:00 | New Year's night, half past midnight
    28.12.2024 16:00 | 2   | 09.01.2025 10:00 | a working Saturday, then the holidays
    30.04.2026 15:00 | 2   | 04.05.2026 10:00 | a short eve of the First of May
    30.04.2026 16:00 | 1   | 04.05.2026 10:00 | is over at four
    28.02.2025 16:30 | 1   | 03.03.2025 09:30 | a Friday at the end of February
"""


@pytest.mark.parametrize(("start", "hours", "end", "why"), lines(WORKING_HOURS))
def test_working_hours_added(start, hours, end, why):
    found = only(clock.add_working_hours(CALENDAR, pl.lit(moment(start)), float(hours)))
    assert found == moment(end), why


WORKED = """
    16.11.2026 09:00    | 16.11.2026 17:00    | 28800  | a full day
    16.11.2026 00:00    | 17.11.2026 00:00    | 28800  | from midnight to midnight
    16.11.2026 00:30    | 16.11.2026 23:30    | 28800  | inside one date
    16.11.2026 23:30    | 17.11.2026 00:30    | 0      | over midnight
    16.11.2026 17:00    | 17.11.2026 09:00    | 0      | from closing to opening
    16.11.2026 16:59:59 | 17.11.2026 09:00:01 | 2      | a second on both sides
    20.11.2026 17:00    | 23.11.2026 09:00    | 0      | a weekend
    20.11.2026 16:00    | 23.11.2026 10:00    | 7200   | over a weekend
    20.11.2026 17:00    | 23.11.2026 15:00    | 21600  | six hours on Monday
    21.11.2026 10:00    | 22.11.2026 20:00    | 0      | inside a weekend
    03.11.2026 00:00    | 04.11.2026 00:00    | 25200  | a short day
    03.11.2026 16:00    | 05.11.2026 09:00    | 0      | the short hour is not worked
    03.11.2026 15:00    | 05.11.2026 10:00    | 7200   | over a holiday
    31.12.2025 00:00    | 12.01.2026 00:00    | 0      | the New Year holidays
    30.12.2025 16:00    | 12.01.2026 10:00    | 7200   | over them
    01.11.2025 00:00    | 02.11.2025 00:00    | 25200  | a short working Saturday
    27.04.2024 00:00    | 28.04.2024 00:00    | 28800  | a full working Saturday
    29.02.2024 00:00    | 01.03.2024 00:00    | 28800  | a leap day
    27.03.2020 17:00    | 12.05.2020 09:00    | 0      | the decreed spring
    16.11.2026 00:00    | 23.11.2026 00:00    | 144000 | a week
    02.11.2026 00:00    | 09.11.2026 00:00    | 111600 | a week with a short day and a holiday
    16.11.2026 12:00    | 16.11.2026 12:00    | 0      | nothing
"""


@pytest.mark.parametrize(("start", "end", "seconds", "why"), lines(WORKED))
def test_working_time_measured(start, end, seconds, why):
    there, back = pl.lit(moment(start)), pl.lit(moment(end))
    assert only(clock.working_seconds_between(CALENDAR, there, back)) == int(seconds), why
    assert only(clock.working_seconds_between(CALENDAR, back, there)) == -int(seconds), why


LUNCH = """
    16.11.2026 09:00    | 4  | 16.11.2026 13:00    | up to the break
    16.11.2026 12:00    | 2  | 16.11.2026 15:00    | over the break
    16.11.2026 13:00    | 1  | 16.11.2026 15:00    | from its beginning
    16.11.2026 13:30    | 1  | 16.11.2026 15:00    | from its middle
    16.11.2026 14:00    | 1  | 16.11.2026 15:00    | from its end
    16.11.2026 12:59:59 | 1  | 16.11.2026 14:59:59 | a second before it
    16.11.2026 09:00    | 8  | 16.11.2026 18:00    | the day ends at six
    03.11.2026 09:00    | 7  | 03.11.2026 17:00    | a short day ends at five
    03.11.2026 17:00    | 1  | 05.11.2026 10:00    | and is over then
"""


@pytest.mark.parametrize(("start", "hours", "end", "why"), lines(LUNCH))
def test_the_break_is_left_out(start, hours, end, why):
    there, back = pl.lit(moment(start)), pl.lit(moment(end))
    assert only(clock.add_working_hours(WITH_LUNCH, there, int(hours))) == moment(end), why
    assert only(clock.working_seconds_between(WITH_LUNCH, there, back)) == int(hours) * 3600, why


LEFT = """
    20.11.2026 17:00    | 23.11.2026 15:00    | no  | 6  | hours   | Friday evening to Monday afternoon
    20.11.2026 10:00    | 23.11.2026 10:00    | no  | 8  | hours   | one working day ahead is told in hours
    20.11.2026 10:00    | 24.11.2026 10:00    | no  | 2  | days    | two are told in days
    03.11.2026 10:00    | 05.11.2026 10:00    | no  | 7  | hours   | before a holiday: six today, one after it
    31.10.2025 16:00    | 01.11.2025 14:00    | no  | 6  | hours   | a transferred Saturday
    16.11.2026 10:00    | 16.11.2026 23:59:59 | no  | 7  | hours   | to the end of today
    16.11.2026 16:00    | 16.11.2026 23:59:59 | no  | 1  | hours   | the last hour
    16.11.2026 16:00:01 | 16.11.2026 23:59:59 | no  | 59 | minutes | less than an hour, rounded down
    16.11.2026 17:00    | 16.11.2026 23:59:59 | no  | 0  | minutes | no working time left
    16.11.2026 23:59:59 | 16.11.2026 23:59:59 | no  | 0  | minutes | its own second is not past
    17.11.2026 00:00    | 16.11.2026 23:59:59 | yes | 0  | minutes | a second later it is
    17.11.2026 10:30    | 16.11.2026 23:59:59 | yes | 1  | hours   | past by an hour and a half
    18.11.2026 00:30    | 16.11.2026 23:59:59 | yes | 2  | days    | half past midnight two days on
    17.11.2026 23:30    | 16.11.2026 23:59:59 | yes | 8  | hours   | half past eleven one day on
    23.11.2026 08:00    | 20.11.2026 23:59:59 | yes | 0  | minutes | a weekend is no working time
    16.11.2026 09:00    | 14.12.2026 23:59:59 | no  | 20 | days    | four weeks
    20.11.2026 16:00    | 23.11.2026 14:00    | no  | 6  | hours   | one on Friday, five on Monday
    20.11.2026 23:30    | 23.11.2026 15:00    | no  | 6  | hours   | Friday at half past eleven
    23.11.2026 00:30    | 23.11.2026 15:00    | no  | 6  | hours   | Monday at half past midnight
    30.12.2025 16:00    | 12.01.2026 14:00    | no  | 6  | hours   | over the New Year holidays
    28.02.2024 16:00    | 29.02.2024 14:00    | no  | 6  | hours   | to the leap day
    30.06.2026 16:00    | 01.07.2026 14:00    | no  | 6  | hours   | over a month end
    03.11.2026 15:00    | 05.11.2026 14:00    | no  | 6  | hours   | a short day, a holiday
    05.11.2026 00:30    | 03.11.2026 23:59:59 | yes | 0  | minutes | a holiday is no working time
    05.11.2026 10:00    | 03.11.2026 23:59:59 | yes | 1  | hours   | an hour after it
    20.11.2026 15:00    | 20.11.2026 15:00    | no  | 0  | minutes | its own second
    20.11.2026 15:00:01 | 20.11.2026 15:00    | yes | 0  | minutes | a second past
    20.11.2026 15:01    | 20.11.2026 15:00    | yes | 1  | minutes | a minute past
"""


@pytest.mark.parametrize(("now", "due", "is_past", "amount", "unit", "why"), lines(LEFT))
def test_time_left(now, due, is_past, amount, unit, why):
    expected = TimeLeft(is_past == "yes", int(amount), unit)
    assert time_left(CALENDAR, moment(now), moment(due)) == expected, why


def test_whole_columns_keep_their_rows_and_their_gaps():
    frame = pl.DataFrame({"day": [date(2026, 11, 20), None, date(2026, 11, 21)], "days": [1, 1, None]})
    found = frame.select(
        own=clock.add_working_days(CALENDAR, pl.col("day"), pl.col("days")),
        fixed=clock.add_working_days(CALENDAR, pl.col("day"), 1),
        left=clock.working_days_between(CALENDAR, pl.lit(date(2026, 11, 16)), pl.col("day")),
    )
    assert found["own"].to_list() == [date(2026, 11, 23), None, None]
    assert found["fixed"].to_list() == [date(2026, 11, 23), None, date(2026, 11, 23)]
    assert found["left"].to_list() == [4, None, 4]
    assert frame.clear().select(clock.add_working_days(CALENDAR, pl.col("day"), 1)).is_empty()


def test_days_outside_the_calendar_have_no_answer():
    small = work_calendar("RU", 2026, 2026)
    days = pl.DataFrame({"day": [date(2025, 12, 31), date(2026, 12, 30), date(2027, 1, 1)]})
    assert days.select(clock.add_working_days(small, pl.col("day"), 1))["day"].to_list() == [None, None, None]
    assert days.select(clock.move_from_day_off(small, pl.col("day"), "next"))["day"].to_list() == [
        None,
        date(2026, 12, 30),
        None,
    ]
    late = pl.lit(datetime(2026, 12, 30, 16))
    assert only(clock.add_working_hours(small, late, 1)) == datetime(2026, 12, 30, 17)
    assert only(clock.add_working_hours(small, late, 2)) is None
    assert only(clock.working_seconds_between(small, late, pl.lit(datetime(2027, 1, 1)))) is None
    with pytest.raises(ValueError, match="за пределами календаря"):
        clock.shift_day(small, date(2026, 12, 30), 1)


def test_amounts_are_not_negative():
    with pytest.raises(ValueError, match="отрицательным"):
        pl.select(clock.add_working_days(CALENDAR, pl.lit(date(2026, 11, 16)), -1))
    with pytest.raises(ValueError, match="отрицательным"):
        pl.select(clock.add_working_hours(CALENDAR, pl.lit(datetime(2026, 11, 16)), -1))


def test_the_citys_own_day_off_stops_both_clocks():
    own = work_calendar(overrides={date(2026, 11, 17): DayKind.OFF})
    assert clock.shift_day(own, date(2026, 11, 16), 1) == date(2026, 11, 18)
    at_four = pl.lit(datetime(2026, 11, 16, 16))
    assert only(clock.add_working_hours(own, at_four, 2)) == datetime(2026, 11, 18, 10)


def test_the_whole_due_day_belongs_to_the_deadline():
    end = only(clock.end_of_day(pl.lit(date(2026, 11, 16))))
    assert end == datetime(2026, 11, 17) - timedelta(seconds=1)
