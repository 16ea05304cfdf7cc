"""How much is written on each day: seasons by topic, weekdays and days off, slow growth."""

from datetime import date, timedelta
from typing import Final

import holidays
import numpy as np
from numpy.typing import NDArray

EPOCH: Final = date(1970, 1, 1)

SEASONS: Final = {
    "flat": (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0),
    "heating": (2.0, 1.9, 1.3, 0.7, 0.15, 0.08, 0.08, 0.1, 0.4, 1.8, 1.7, 1.8),
    "water": (0.8, 0.8, 0.8, 0.9, 1.2, 1.4, 1.5, 1.4, 1.1, 0.8, 0.7, 0.7),
    "frost": (2.0, 1.8, 1.1, 0.7, 0.6, 0.6, 0.6, 0.6, 0.7, 0.9, 1.1, 1.6),
    "thaw": (0.8, 1.5, 2.3, 1.5, 0.8, 0.7, 0.7, 0.7, 0.7, 0.9, 0.9, 0.8),
    "potholes": (0.5, 1.1, 2.4, 2.1, 1.2, 0.8, 0.7, 0.7, 0.8, 0.9, 0.8, 0.6),
    "snow": (3.6, 3.2, 1.2, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.1, 0.8, 3.0),
    "dark": (1.5, 1.2, 0.9, 0.7, 0.5, 0.5, 0.5, 0.7, 1.1, 1.5, 1.7, 1.7),
    "storms": (0.9, 0.9, 0.9, 0.9, 1.1, 1.5, 1.6, 1.2, 0.8, 0.8, 0.7, 0.8),
    "spring": (0.7, 0.7, 1.2, 1.8, 1.6, 1.1, 1.0, 0.9, 0.9, 0.9, 0.7, 0.6),
    "summer": (0.5, 0.5, 0.8, 1.1, 1.4, 1.6, 1.6, 1.4, 1.1, 0.8, 0.6, 0.5),
    "leaves": (0.2, 0.3, 1.2, 2.2, 0.9, 0.5, 0.5, 0.7, 1.3, 2.2, 1.5, 0.4),
    "school": (0.9, 1.0, 1.0, 1.0, 0.9, 0.5, 0.5, 1.6, 2.2, 1.1, 0.9, 0.8),
    "enrolment": (0.6, 0.8, 2.0, 2.6, 1.0, 0.8, 1.2, 1.6, 0.8, 0.3, 0.3, 0.3),
    "new_year": (1.7, 1.4, 1.1, 0.9, 0.8, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 1.2),
    "holidays": (1.0, 0.8, 0.9, 1.2, 1.7, 0.8, 0.7, 1.0, 1.2, 0.8, 0.8, 1.9),
    "flu": (1.5, 1.5, 1.2, 0.9, 0.8, 0.7, 0.6, 0.7, 1.0, 1.1, 1.2, 1.3),
}
"""Level of a topic by month, January first; days between the middles of two months lie on the line between them."""

SATURDAY: Final = 5

ON_WEEKDAY: Final = (1.18, 1.12, 1.06, 1.04, 1.02, 0.78, 0.70)
ON_DAY_OFF: Final = 0.62
GROWTH_A_YEAR: Final = 1.05


def days(start: date, end: date) -> NDArray[np.int64]:
    """Give the numbers of the days from start to end, both included, since 1970."""
    return np.arange((start - EPOCH).days, (end - EPOCH).days + 1)


def working(day_numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which days are working days by the Russian production calendar."""
    first, last = (EPOCH + timedelta(int(day)) for day in (day_numbers[0], day_numbers[-1]))
    calendar = holidays.country_holidays("RU", years=range(first.year, last.year + 1))
    return np.array([calendar.is_working_day(EPOCH + timedelta(int(day))) for day in day_numbers])


def season(name: str, day_numbers: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the season's level on each day."""
    moment = day_numbers.astype("datetime64[D]")
    year_share = (moment - moment.astype("datetime64[Y]")).astype(np.float64) / 365.25
    middles = (np.arange(12) + 0.5) / 12
    level: NDArray[np.float64] = np.interp(year_share, middles, SEASONS[name], period=1.0)
    return level


def rhythm(day_numbers: NDArray[np.int64], is_working: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return what weekdays, days off and growth make of a level on each day."""
    weekday = (day_numbers + 3) % 7  # 1970-01-01 was a Thursday
    level = np.array(ON_WEEKDAY)[weekday]
    is_day_off = ~is_working & (weekday < SATURDAY)
    growth = GROWTH_A_YEAR ** ((day_numbers - day_numbers[-1]) / 365.25)
    flow: NDArray[np.float64] = np.where(is_day_off, ON_DAY_OFF, level) * growth
    return flow
