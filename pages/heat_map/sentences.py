"""The three sentences for the head of a city, each a link to its chart; silence is said too. No Streamlit here.

Worst first, then what changed, then what comes.
"""

from collections.abc import Sequence
from typing import Final

from analytics.keys import written
from analytics.periods import WEEK_DAYS, Period
from analytics.sentences import HORIZONS, Due, Facts, Moved
from analytics.worst import Worst
from pages.heat_map.grid import Words, usual
from pages.heat_map.view import SURPRISE
from pages.shared import formats
from pages.shared.layers import between, too_early
from pages.shared.palette import MARKS, Tone
from pages.shared.text import href_to, html_text
from pages.shared.worst import Href, Teller

TITLE: Final = "Главное за период"
FOR_HEAD: Final = "Три фразы для главы"
"""The title as the curator reads it, who speaks for the head of the city; all others read the neutral one."""

_IN_A_ROW: Final = {
    True: ("вторую неделю", "третью неделю", "четвёртую неделю", "пятую неделю"),
    False: ("второй период", "третий период", "четвёртый период", "пятый период"),
}
_SIDES: Final = {
    "appeals": {True: "поступает больше", False: "поступает меньше"},
    "missed": {True: "сроков пропущено больше", False: "сроков пропущено меньше"},
}
"""What moved, and which way: a verdict names its measure, so that fewer appeals hide no growing backlog."""

_AGAIN: Final = {"appeals": "поступает снова как обычно", "missed": "сроков пропущено снова как обычно"}
_NOUNS: Final = {
    "topic_block": ("блок", "блока", "блоков"),
    "topic": ("тема", "темы", "тем"),
    "department": ("подразделение", "подразделения", "подразделений"),
}


def html(
    found: Worst, facts: Facts, period: Period, words: Words, href: Href, least: int, title: str = TITLE, rows: str = ""
) -> str:
    """Write the panel of the sentences; `least` is the city's smallest number of cases to judge by.

    `rows` is the address of the cases that run out next.
    """
    told = (
        Teller(words.city).html(found, href),
        _changed(facts, period, words, href, least),
        _due(facts.due, words, href, rows),
    )
    lines = "".join(f"<li>{line}</li>" for line in told)
    return f'<section class="mcu-say mcu-three" aria-label="{title}"><h2>{title}</h2><ul>{lines}</ul></section>'


def _changed(facts: Facts, period: Period, words: Words, href: Href, least: int) -> str:
    """Say what left its usual range and what came back, what left first: it asks for a decision."""
    if not facts.left and facts.returned:
        return _returned(facts, period, words, href)
    left = _left(facts, period, words, href, least)
    return f"{left} {_returned(facts, period, words, href)}" if facts.returned else left


def _left(facts: Facts, period: Period, words: Words, href: Href, least: int) -> str:
    """Say what left its usual range, and of which measure that is said."""
    surprising = href("heat-map", colour=SURPRISE)
    if not facts.looked_at:
        few = f"нужно двенадцать таких же периодов и не меньше {least} случаев за период"
        return _line("muted", f"Пока мало истории, чтобы сказать, что вышло за обычный диапазон: {few}.", surprising)
    if not facts.left:
        days = html_text(formats.span(period.start, period.end))
        none = "ни один блок, ни одна тема и ни одно подразделение не вышли за свой обычный диапазон"
        return _line("muted", f"За {days} {none}.", surprising)
    first, *others = facts.left
    row = f" {_IN_A_ROW[period.days == WEEK_DAYS][first.periods - 2]} подряд" if first.periods > 1 else ""
    more = f" Ещё вне обычного: {_counted(others)}." if others else ""
    said = f"<b>{_name(first, words)}</b>: {_SIDES[first.measure][first.is_up]} обычного{row}, {_number(first)}"
    return _line("bad" if first.is_up else "muted", f"{said}{_extras(first)}.{more}", _chart(first, href), _sign(first))


def _sign(moved: Moved) -> str:
    return "▲" if moved.is_up else "▼"


def _returned(facts: Facts, period: Period, words: Words, href: Href) -> str:
    """Say what came back into its usual range."""
    first, *others = facts.returned
    forms = ("недели", "недель", "недель") if period.days == WEEK_DAYS else ("периода", "периодов", "периодов")
    away = f"после {formats.counted(first.periods, *forms)} {'выше' if first.is_up else 'ниже'} обычного"
    more = f" Ещё вернулись: {_counted(others)}." if others else ""
    # The story beside the matrix counts the periods away as usual too, so this range says of what time it is.
    before = f"до {'них' if first.periods > 1 else 'него'} обычно {usual(first.corridor, 'count')}"
    said = f"<b>{_name(first, words)}</b>: {_AGAIN[first.measure]}, {_counted_cases(first)}, {away}; {before}.{more}"
    return _line("good" if first.is_up else "muted", said, _chart(first, href))


def _due(due: Due | None, words: Words, href: Href, rows: str) -> str:
    """Say what runs out next, a link to these cases, and what of it will probably be late, a link to the forecast."""
    if due is None:
        return _line("muted", f"В ближайшие {HORIZONS[-1]} рабочих дней сроки не истекают.", href("deadlines"))
    cases = formats.counted(due.open, "обращения", "обращений", "обращений")
    days = f"<b>{html_text(formats.span(due.first, due.last))}</b>"
    tone, late = _late(due, words)
    listed = _line(tone, f"{days} истекает срок у <b>{cases}</b>", rows)
    return f'{listed}; <a class="mcu-link"{href_to(href("deadlines"))}>{late}</a>.'


def _late(due: Due, words: Words) -> tuple[Tone, str]:
    """Foretell how many of what runs out will be late, and how bad that is."""
    if due.expected is None:
        return "muted", too_early(due.decided)
    late = round(due.expected)
    if not late:
        return "muted", "скорее всего, успеют все"
    body = html_text(words.title("department", due.department))
    most = f", больше всего — {body}" if round(due.at_department or 0) else ""
    said = f"вероятно, опоздают <b>{formats.number(late)}</b> ({between(due.lower, due.upper)}){most}"
    return "warn" if due.lower else "muted", said


def _line(tone: Tone, said: str, href: str, mark: str = "") -> str:
    sign = f'<span class="mcu-{tone}" aria-hidden="true">{mark or MARKS[tone]}</span>'
    return f'{sign} <a class="mcu-link"{href_to(href)}>{said}</a>'


def _name(moved: Moved, words: Words) -> str:
    if moved.dimension == "topic":
        return f"«{html_text(moved.key)}»"
    return html_text(words.title(moved.dimension, moved.key))


def _number(moved: Moved) -> str:
    """Write the number with what is usual."""
    return f"{_counted_cases(moved)} при обычных {usual(moved.corridor, 'count')}"


def _counted_cases(moved: Moved) -> str:
    """Write the number; departments are watched for the deadlines they miss."""
    counted = formats.appeals(moved.value)
    if moved.measure == "missed":
        counted = formats.counted(moved.value, "пропущенный срок", "пропущенных срока", "пропущенных сроков")
    return f"<b>{counted}</b>"


def _extras(moved: Moved) -> str:
    """Name what most of the excess comes from."""
    topic = f"«{html_text(moved.topic.key)}»" if moved.topic else ""
    place = html_text(moved.territory.key) if moved.territory else ""
    named = ", ".join(part for part in (topic, place) if part)
    return f"; больше половины сверх обычного — {named}" if named else ""


def _counted(others: Sequence[Moved]) -> str:
    """Count units that are not named, by what they are."""
    numbers = {dimension: sum(each.dimension == dimension for each in others) for dimension in _NOUNS}
    return ", ".join(formats.counted(n, *_NOUNS[dimension]) for dimension, n in numbers.items() if n)


def _chart(moved: Moved, href: Href) -> str:
    """Give the address of the story with the chart, a topic's among those of its block: it says the same number."""
    if moved.dimension == "department":
        return href("heat-map", view="work", colour=moved.measure, cell=written(moved.key))
    if moved.dimension == "topic":
        block = written(moved.block)
        return href("heat-map", block=block, view="topic-weeks", colour=moved.measure, cell=written(moved.key))
    return href("heat-map", colour=moved.measure, cell=written(moved.block))
