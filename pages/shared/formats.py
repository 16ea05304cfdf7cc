"""Numbers, dates and word forms as Russian readers expect them. Every screen, axis, tooltip and file uses these."""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from loaders.text import plural as plural  # noqa: PLC0414 — one of the forms of this module

NBSP: Final = "\u00a0"
"""Keeps a number with its unit and its thousands together at a line's end."""

MINUS: Final = "\u2212"
"""The true minus sign: as wide as a plus, so columns of changes line up."""

DASH: Final = "–"
"""Stands where there is no number; the reason stands beside it or in the tooltip."""

FEW: Final = "мало"
"""Stands for a share whose base is smaller than the city's minimum."""

_MONTHS: Final = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_MONTHS_SHORT: Final = ("янв", "фев", "мар", "апр", "май", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_WEEKDAYS_SHORT: Final = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")

_QUARTER: Final = 3
_MILLION: Final = 1_000_000
_THOUSAND: Final = 1_000
_COMPACT_FROM: Final = 10_000


_PLACES: Final = tuple(Decimal(1).scaleb(-digits) for digits in range(7))


def _rounded(value: float, digits: int) -> Decimal:
    return Decimal(repr(value)).quantize(_PLACES[digits], ROUND_HALF_UP)


def number(value: float | None, digits: int = 0) -> str:
    """Write a number with spaces between thousands and a decimal comma; halves go up, as in every spreadsheet.

    >>> number(1234567.5, 1).replace(NBSP, " "), number(3.625, 2), number(2.5)
    ('1 234 567,5', '3,63', '3')
    >>> number(None)
    '–'
    """
    if value is None:
        return DASH
    exact = abs(value) if isinstance(value, int) else _rounded(abs(float(value)), digits)
    written = f"{exact:,.{digits}f}"
    sign = MINUS if value < 0 and float(written.replace(",", "")) != 0 else ""
    return sign + written.replace(",", NBSP).replace(".", ",")


def signed(value: float | None, digits: int = 0) -> str:
    """Write a change with its sign.

    >>> signed(5), signed(-9), signed(0)
    ('+5', '−9', '0')
    """
    written = number(value, digits)
    has_sign = value is None or value <= 0 or not any(c in "123456789" for c in written)
    return written if has_sign else f"+{written}"


def compact(value: float | None) -> str:
    """Shorten large counts to «тыс.» and «млн», keeping smaller ones exact.

    >>> [compact(v).replace(NBSP, " ") for v in (9_999, 45_300, 999_999, 1_200_000)]
    ['9 999', '45,3 тыс.', '1 млн', '1,2 млн']
    """
    if value is None or abs(value) < _COMPACT_FROM:
        return number(value)
    in_thousands = round(value / _THOUSAND, 1)
    if abs(in_thousands) < _THOUSAND:
        return f"{_short(in_thousands)}{NBSP}тыс."
    return f"{_short(value / _MILLION)}{NBSP}млн"


def _short(value: float) -> str:
    return number(value, 1).removesuffix(",0")


def percent(share: float | None, digits: int = 1) -> str:
    """Write a share from 0 to 1 as percent.

    >>> percent(0.914).replace(NBSP, " ")
    '91,4 %'
    """
    return DASH if share is None else f"{number(share * 100, digits)}{NBSP}%"


def points(change: float | None) -> str:
    """Write the difference of two shares in percentage points.

    >>> points(-0.021).replace(NBSP, " ")
    '−2,1 п. п.'
    """
    return DASH if change is None else f"{signed(change * 100, 1)}{NBSP}п.{NBSP}п."


def share(value: float | None, n: int, least: int, digits: int = 0) -> str:
    """Write a share, or «мало» when its base `n` is below the city's minimum `least`.

    >>> share(0.5, 2, 10), share(None, 0, 10), share(0.955, 40, 10).replace(NBSP, " ")
    ('мало', '–', '96 %')
    """
    if n == 0 or value is None:
        return DASH
    return FEW if n < least else percent(value, digits)


def few_reason(n: int, least: int) -> str:
    """Say why a share is not shown.

    >>> few_reason(3, 10)
    'доля не показана: 3 случая, нужно не меньше 10'
    """
    if n == 0:
        return "доля не определена: в основании нет ни одного случая"
    return f"доля не показана: {counted(n, 'случай', 'случая', 'случаев')}, нужно не меньше {least}".replace(NBSP, " ")


def measure(value: float | None, unit: str) -> str:
    """Write a value in the unit of its measure: count, share, days or score.

    >>> [measure(v, u).replace(NBSP, " ") for v, u in ((1500, "count"), (0.5, "share"), (7.5, "days"), (4.25, "score"))]
    ['1 500', '50,0 %', '7,5 дн.', '4,25']
    """
    if value is None:
        return DASH
    if unit == "share":
        return percent(value)
    if unit == "days":
        return f"{_short(value)}{NBSP}дн."
    return number(value, 2 if unit == "score" else 0)


def change(value: float | None, unit: str) -> str:
    """Write the change of a measure: points for shares, a signed number for the rest.

    >>> change(-3, "count"), change(0.02, "share").replace(NBSP, " ")
    ('−3', '+2,0 п. п.')
    """
    if unit == "share":
        return points(value)
    if unit == "days":
        return DASH if value is None else f"{signed(value, 1)}{NBSP}дн."
    return signed(value, 2 if unit == "score" else 0)


def counted(n: int, one: str, few: str, many: str) -> str:
    """Write a number with its word.

    >>> counted(1000, "обращение", "обращения", "обращений").replace(NBSP, " ")
    '1 000 обращений'
    """
    return f"{number(n)}{NBSP}{plural(n, one, few, many)}"


_ORDINALS: Final = (
    "первую", "вторую", "третью", "четвёртую", "пятую", "шестую", "седьмую", "восьмую", "девятую", "десятую",
    "одиннадцатую", "двенадцатую", "тринадцатую", "четырнадцатую", "пятнадцатую", "шестнадцатую", "семнадцатую",
    "восемнадцатую", "девятнадцатую", "двадцатую",
)  # fmt: skip


def week_in_a_row(n: int) -> str:
    """Say for which week in a row something holds, 1 to 29.

    >>> week_in_a_row(12), week_in_a_row(25)
    ('двенадцатую неделю', 'двадцать пятую неделю')
    """
    tens = len(_ORDINALS)
    return f"{_ORDINALS[n - 1] if n <= tens else f'двадцать {_ORDINALS[n - tens - 1]}'} неделю"


def appeals(n: int) -> str:
    """Write a number of cases.

    >>> appeals(2).replace(NBSP, " ")
    '2 обращения'
    """
    return counted(n, "обращение", "обращения", "обращений")


def day(value: date | None) -> str:
    """Write a date: `22.11.2026`.

    >>> day(date(2026, 11, 2))
    '02.11.2026'
    """
    return DASH if value is None else f"{value:%d.%m.%Y}"


def day_short(value: date) -> str:
    """Write a date without its year, for axes: `22.11`."""
    return f"{value:%d.%m}"


def moment(value: datetime | None) -> str:
    """Write a moment: `22.11.2026 08:40`."""
    return DASH if value is None else f"{value:%d.%m.%Y %H:%M}"


def month(value: date) -> str:
    """Write a month: `ноябрь 2026`."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def month_short(value: date) -> str:
    """Write a month for axes: `ноя 2026`."""
    return f"{_MONTHS_SHORT[value.month - 1]} {value.year}"


def month_year(value: date) -> str:
    """Write a month for a narrow column: `ноя 26`."""
    return f"{_MONTHS_SHORT[value.month - 1]} {value:%y}"


def weekday_short(value: date) -> str:
    """Write a weekday in two letters: `пн`."""
    return _WEEKDAYS_SHORT[value.weekday()]


def period(start: date, end: date) -> str:
    """Name a whole month, quarter or year; write the days of any other period.

    >>> period(date(2026, 11, 1), date(2026, 11, 30)), period(date(2026, 7, 1), date(2026, 9, 30))
    ('ноябрь 2026', '3 квартал 2026')
    >>> period(date(2026, 1, 1), date(2026, 12, 31)), period(date(2026, 11, 16), date(2026, 11, 22))
    ('2026 год', '16.11 – 22.11.2026')
    """
    is_whole = start.day == 1 and (end + timedelta(days=1)).day == 1 and start.year == end.year
    months = end.month - start.month + 1
    if is_whole and months == 1:
        return month(start)
    if is_whole and months == _QUARTER and end.month % _QUARTER == 0:
        return f"{end.month // _QUARTER} квартал {end.year}"
    return f"{end.year} год" if is_whole and months == len(_MONTHS) else span(start, end)


def span(start: date | None, end: date | None) -> str:
    """Write a period with both days included.

    >>> span(date(2026, 11, 16), date(2026, 11, 22)), span(None, date(2026, 11, 22))
    ('16.11 – 22.11.2026', 'по 22.11.2026')
    """
    if start is None or end is None:
        return f"по {day(end)}" if end else f"с {day(start)}" if start else "за всё время"
    if start == end:
        return day(start)
    return f"{day_short(start) if start.year == end.year else day(start)} – {day(end)}"


def seconds(value: float) -> str:
    """Write a duration of a process.

    >>> [seconds(v).replace(NBSP, " ") for v in (0.44, 75)]
    ['0,4 с', '1 мин 15 с']
    """
    whole = timedelta(seconds=round(value))
    minutes, rest = divmod(int(whole.total_seconds()), 60)
    return f"{minutes}{NBSP}мин{NBSP}{rest}{NBSP}с" if minutes else f"{number(value, 1)}{NBSP}с"


def size(n_bytes: int) -> str:
    """Write the size of a file.

    >>> [size(n).replace(NBSP, " ") for n in (512, 20_480, 3_500_000)]
    ['512 Б', '20 КБ', '3,3 МБ']
    """
    kilobyte = 1024
    if n_bytes < kilobyte:
        return f"{n_bytes}{NBSP}Б"
    if n_bytes < kilobyte**2:
        return f"{n_bytes // kilobyte}{NBSP}КБ"
    return f"{number(n_bytes / kilobyte**2, 1)}{NBSP}МБ"
