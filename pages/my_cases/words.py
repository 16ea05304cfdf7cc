"""The words of «Мои дела»: titles of the groups, the days they hold, the sentence that comes first. No Streamlit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from analytics.agenda import Group
from loaders.agenda import ALL, NONE
from pages.my_cases.reading import Agenda
from pages.shared import formats
from pages.shared.text import href_to, html_text

_BY_DAY: Final = ("понедельника", "вторника", "среды", "четверга", "пятницы", "субботы", "воскресенья")
"""The days of the week after «до»."""

_TITLES: Final = {
    "overdue": "Просрочено",
    "today": "Сегодня",
    "days_off": "На выходных",
    "next_week": "Следующая неделя",
    "later": "Позже",
    NONE: "Без срока",
    ALL: "Все в работе",
}


def title(key: str, days: Mapping[str, Group]) -> str:
    """Name a group; what is left of the week is named by its last working day."""
    last = days[key].last_day if key == "week" else None
    return f"До {_BY_DAY[last.weekday()]}" if last else _TITLES[key]


def note(key: str, found: Agenda) -> str:
    """Say which deadlines a group holds."""
    group = found.days.get(key)
    if group is None:
        return {NONE: "срок не назван", ALL: "все группы вместе"}[key]
    if group.start is None:
        return "срок прошёл"
    if key == "today":
        return "до конца дня"
    first, last = group.start.date(), group.last_day
    if last is None:
        return f"срок с {formats.day_short(first)}"
    return f"срок {formats.day_short(first)}" + (f" – {formats.day_short(last)}" if last > first else "")


def advice(key: str, found: Agenda) -> str:
    """Say of a group more than its days: what is due on days off has to be done before them."""
    if key != "days_off":
        return note(key, found)
    until = title("week", found.days).lower() if "week" in found.days else "сегодня" if found.is_worked else ""
    return f"{note(key, found)}; в эти дни не работают{': сделать ' if until else ''}{until}"


def span(newest: datetime | None, now: datetime, limit: timedelta) -> str:
    """Say as of when the data tell and what day it is; of old data, that what was finished since is not seen."""
    today = f"сегодня {formats.weekday_short(now.date())} {formats.day(now.date())}"
    if newest is None:
        return today
    behind = "; завершённое позже ещё стоит как открытое" if now - newest > limit else ""
    return f"на {formats.moment(newest)}{behind} · {today}"


def sentence(found: Agenda, body: str, rows: int, href: str) -> str:
    """Write what burns: how much is overdue, `rows` of it at `body` under `href`, what runs out today and this week."""
    if not found.counts[ALL]:
        return "Открытых обращений нет."
    overdue = found.counts["overdue"]
    if not overdue:
        return f"Просроченных нет. {_ahead(found)}"
    name = f'<a class="mcu-link"{href_to(href)}>{html_text(body or "подразделение не указано")}</a>'
    at_whom = f"все — {name}" if rows == overdue else f"больше всего — {name}, {formats.number(rows)}"
    return f"Просрочено <b>{formats.number(overdue)}</b>: {at_whom}. {_ahead(found)}"


def _ahead(found: Agenda) -> str:
    """Say what runs out today, in the rest of the week and on the days off after it."""
    today, *rest = ((key, found.counts[key]) for key in ("today", "week", "days_off") if key in found.counts)
    cases = formats.counted(today[1], "обращения", "обращений", "обращений")
    said = f"Сегодня истекает срок у <b>{cases}</b>" if today[1] else "Сегодня сроки не истекают"
    more = [f"{title(key, found.days).lower()} — у <b>{formats.number(rows)}</b>" for key, rows in rest if rows]
    return f"{', '.join([said, *more])}."
