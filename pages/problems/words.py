"""Sentences of the screen «Проблемные сферы»: the problem, reasons of priorities, surges. Text is escaped here."""

from collections.abc import Mapping
from typing import Any, Final

from analytics.priorities import Level, Priority, Reason
from analytics.problems import COUNTS, Problems
from analytics.surge_sight import Seen, Sight
from analytics.surges import Alarm
from pages.problems.ways import Titles
from pages.shared import formats
from pages.shared.palette import MARKS, Tone
from pages.shared.table import Toned
from pages.shared.text import html_text

OF: Final = {"new": "новых", "repeat": "повторных", "overdue_open": "просроченных", "postponed": "отложенных"}
"""The counts after a number."""

LEVELS: Final[dict[Level, tuple[Tone, str]]] = {
    Level.LARGE_AND_GROWING: ("bad", "большая и растёт"),
    Level.GROWING: ("bad", "растёт"),
    Level.LARGE: ("warn", "большая"),
    Level.REST: ("muted", "без перемен"),
}

TURNS: Final[dict[str | None, tuple[Tone, str]]] = {"up": ("bad", "стало больше"), "down": ("good", "стало меньше")}
"""Tone and words of a change that chance does not explain."""

STATES: Final[dict[str, tuple[Tone, str]]] = {
    "new": ("bad", "новый"),
    "grown": ("bad", "вырос снова"),
    "lasting": ("warn", "продолжается"),
}


def toned(tone: Tone, words: str) -> str:
    """Write words in a tone with its mark."""
    return f'<span class="mcu-{tone}"><span aria-hidden="true">{MARKS[tone]}</span> {words}</span>'


def name(ways: Titles, by: tuple[str, ...], key: tuple[str | None, ...]) -> str:
    """Name a sphere: a topic by itself, a block by its title."""
    return html_text(ways.title(by[-1], key[-1]))


def lead(
    found: Problems, ordered: tuple[Priority, ...], city: Problems, ways: Titles, silence: str = "сравнение выключено"
) -> str:
    """Say what the problem is now and whether it is getting worse beyond chance; `silence` is why none is compared."""
    if not ordered:
        return "За период нет ни новых, ни повторных, ни просроченных, ни отложенных обращений."
    first = ordered[0]
    largest = max(ordered, key=lambda each: each.index)
    title = f"<b>{name(ways, found.by, first.key)}</b>"
    grown = [reason for reason in first.reasons if reason.kind == "grew"]
    if grown:
        worse = toned("bad", f"{_counts(grown, 'больше')}, и случаем этого не объяснить")
        said = f"Главная проблема — {title}: {worse}"
        if first.key != largest.key:
            said += (
                f"; больше всех весит {name(ways, found.by, largest.key)}: {_standing(largest, found, city, silence)}"
            )
        return f"{said}."
    return f"Самая большая проблема — {title}, {_index(first)}; {_standing(first, found, city, silence)}."


def _counts(reasons: list[Reason], way: str) -> str:
    """Write counts that changed one way, each with what it was: «просроченных больше: 11 против 4»."""
    return ", ".join(
        f"{OF[each.count]} {way}: <b>{formats.number(each.now)}</b> против {formats.number(each.before)}"
        for each in reasons
    )


def _index(first: Priority) -> str:
    return f"<b>{formats.number(first.index, 1)}</b> из 100 общего индекса"


def _standing(first: Priority, found: Problems, city: Problems, silence: str) -> str:
    """Say which of the counts changed, the worst first, and that chance explains the rest; or that nothing is compared.

    A count that went up is named also where chance explains it, so that one that fell does not hide it.
    """
    if city.units["new_turn"][0] is None:
        return f"{silence}, поэтому стало ли хуже, не сказано"
    fell = [reason for reason in first.reasons if reason.kind == "fell"]
    row = next(row for row in found.units.iter_rows(named=True) if tuple(row[name] for name in found.by) == first.key)
    up = [Reason("grew", each, row[each], row[f"{each}_before"], 0.0) for each in COUNTS if _went_up(row, each)]
    said = [toned("warn", f"{_counts(up, 'больше')} (разницу может объяснить случай)")] if up else []
    said += [toned("good", _counts(fell, "меньше"))] if fell else []
    return "; ".join(said) or toned("muted", "ни один из четырёх показателей не вырос")


def _went_up(row: Mapping[str, Any], count: str) -> bool:
    return bool(row[count] > (row[f"{count}_before"] or 0))


def whole(city: Problems) -> str:
    """Say which of the four counts of everything in view really changed."""
    if city.units.is_empty() or city.units["new_turn"][0] is None:
        return ""
    row = city.units.row(0, named=True)
    changed = [_changed(row, count) for count in COUNTS if row[f"{count}_turn"] in TURNS]
    if not changed:
        return "Всего по четырём показателям изменений, которых не объяснит случай, нет."
    return f"Всего {', '.join(changed)}."


_FEW_WEEKS: Final = 8
"""Weeks from which on it is known how uneven numbers are by themselves."""


def can_be_seen(found: Problems) -> str:
    """Say what a change has to be to be named here: how many weeks are known, and where a doubling would be seen."""
    if not found.weeks and not found.in_sight:
        return ""
    known = f"по {formats.counted(found.weeks, 'неделе', 'неделям', 'неделям')} перед ним"
    if found.weeks < _FEW_WEEKS:
        return (
            f"Насколько числа колеблются сами, видно только {known}, нужно хотя бы {_FEW_WEEKS}: "
            "пока изменения почти не называются."
        )
    units = found.units.height
    seen = (
        "ни у одной сферы" if not found.in_sight else f"у {formats.number(found.in_sight)} из {formats.number(units)}"
    )
    return (
        f"Изменение названо, если оно больше обычных колебаний самой сферы, видных {known}. Удвоение новых за такой "
        f"период заметим {seen}; у прочих случаев мало, или их число слишком неровно."
    )


def _changed(row: Mapping[str, Any], count: str) -> str:
    against = f"{formats.number(row[count])} против {formats.number(row[f'{count}_before'])}"
    return f"{OF[count]} {toned(*TURNS[row[f'{count}_turn']])} ({against})"


def reason(each: Reason, totals: Mapping[str, int]) -> str:
    """Write one fact behind a priority."""
    if each.kind == "most":
        of = f"{formats.number(each.now)} из {formats.number(totals[each.count])}"
        return f"больше всего весят {_MOST[each.count]}: {of}, это {formats.number(each.points, 1)} индекса"
    tone, words = TURNS["up" if each.kind == "grew" else "down"]
    return f"{OF[each.count]} {toned(tone, words)}: {formats.number(each.now)} против {formats.number(each.before)}"


_MOST: Final = {"new": "новые", "repeat": "повторные", "overdue_open": "просроченные", "postponed": "отложенные"}


def subject(alarm: Alarm, ways: Titles) -> str:
    """Name what an alarm is about: the topic, or the whole block."""
    if alarm.topic is None:
        return f"{html_text(ways.title('topic_block', alarm.topic_block))}, весь блок"
    return html_text(alarm.topic)


def compared(alarm: Alarm) -> str:
    """Write what came against what was expected, and how many times as much."""
    usual = formats.number(alarm.expected, 1 if alarm.expected < 10 else 0)  # noqa: PLR2004 — tenths matter below ten
    days = "за день" if alarm.days == 1 else f"за {formats.counted(alarm.days, 'день', 'дня', 'дней')}"
    if alarm.ratio is None:
        return f"<b>{formats.number(alarm.seen)}</b> {days} там, где обычно почти ничего нет"
    times = formats.number(alarm.ratio, 1 if alarm.ratio < 10 else 0)  # noqa: PLR2004
    more = f"в {times} раза больше" if alarm.ratio < 10 else f"в {times} {_times(alarm.ratio)} больше"  # noqa: PLR2004
    return f"<b>{formats.number(alarm.seen)}</b> {days} при обычных {usual}: {more}"


def _times(ratio: float) -> str:
    return formats.plural(round(ratio), "раз", "раза", "раз")


def where(alarm: Alarm) -> str:
    """Say where it is: the territory, else those that bring most of it."""
    if alarm.territory is not None:
        return html_text(alarm.territory)
    named = ", ".join(f"{html_text(part.title)} {formats.number(part.seen)}" for part in alarm.territories[:3])
    return f"по всему городу, больше всего {named}" if named else "по всему городу"


def of_what(alarm: Alarm) -> str:
    """Name the topics of a block that have risen most."""
    named = ", ".join(f"{html_text(part.title)} {formats.number(part.seen)}" for part in alarm.topics[:3])
    return f"Прежде всего: {named}. " if named else ""


SIGHT_CAPTION: Final = "Заметит ли радар удвоение темы за три дня"
SIGHT_COLUMNS: Final = ("Тема", "Обычно за три дня", "Тревога от", "Удвоение")

_SIGHTS: Final[dict[Sight, tuple[Tone, str]]] = {
    Sight.NOTICED: ("good", "заметим за три дня"),
    Sight.UNEVEN: ("muted", "не заметим: слишком неровно"),
    Sight.FEW: ("muted", "не заметим: слишком мало"),
}


def sight(seen: Seen) -> Toned:
    """Say whether a doubling of a topic is noticed, and why not."""
    tone, said = _SIGHTS[seen.sight]
    return Toned(said, tone)


def sight_numbers(seen: Seen) -> tuple[str, str]:
    """Write what is usual in three days, and from how many on it is an alarm."""
    return formats.number(seen.usual, 1 if seen.usual < 10 else 0), formats.number(seen.alarm_from)  # noqa: PLR2004


def left(row: Mapping[str, Any]) -> tuple[Tone, str]:
    """Say how much time is left to report."""
    days = row["days_left"]
    if days < 0:
        return "warn", f"срок был {formats.day_short(row['report_by'])}"
    return "bad", "сегодня" if days == 0 else f"до {formats.day_short(row['report_by'])}"


def report(row: Mapping[str, Any]) -> str:
    """Say why something has to be reported, where it is, and since when it is known."""
    reasons = [f"общественно значимых {formats.number(row['significant'])}"] if row["significant"] else []
    reasons += [f"всплеск, пришло {formats.number(row['rising'])}"] if row["rising"] else []
    places = ", ".join(html_text(place) for place in row["places"][:3])
    more = f" и ещё {formats.number(len(row['places']) - 3)}" if len(row["places"]) > 3 else ""  # noqa: PLR2004
    where = f"; {places}{more}" if places else ""
    return f"{', '.join(reasons)}{where}; известно {formats.day_short(row['known_on'])}"
