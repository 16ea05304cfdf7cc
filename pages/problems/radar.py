"""The panel of the surge radar: alarms within one budget, silence in words, and what has to be reported at once."""

from datetime import timedelta
from typing import Any, Final

import streamlit as st

from analytics import acts
from analytics.keys import written
from analytics.periods import format_period
from analytics.settling import SETTLED
from analytics.surge_sight import Sight
from analytics.surges import Alarm, Radar
from pages.problems import reading, words
from pages.problems.ways import Ways
from pages.shared import address, formats, frame, listing, take
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.table import Heading, table
from pages.shared.text import href, href_to, html_text

MOST_ALARMS: Final = 8
MOST_REPORTS: Final = 5


def surges(asked: Asked, ways: Ways) -> None:
    """Write the alarms of the day, or that there are none."""
    found, alarms = reading.radar(asked.scope, asked.version, asked.as_of), reading.alarms(asked)
    with frame.panel("Радар всплесков", f"на {formats.day(asked.as_of)}; {_budget(found, asked)}", key="radar"):
        if not alarms:
            st.html(f'<p class="mcu-quiet">{_silence(found, asked)}</p>')
        else:
            bodies = reading.bodies(asked)
            drawn = [_alarm(each, body, ways) for each, body in zip(alarms, bodies, strict=True)]
            more = take.rest(MOST_ALARMS, len(alarms))
            st.html(f'<ul class="mcu-alarms">{"".join(drawn[:MOST_ALARMS])}</ul>{more}')
        st.html(f'<p class="mcu-note">{_how(found, asked)}</p>{_sights(asked)}')


def _budget(found: Radar, asked: Asked) -> str:
    """Say how many false alarms there may be."""
    of_what = "весь город" if asked.scope.is_whole_city else "всё, что вам открыто"
    if found.alarms_a_week == 1:
        return f"не больше одной ложной тревоги в неделю на {of_what}"
    return f"не больше {formats.number(found.alarms_a_week, 1)} ложной тревоги в неделю на {of_what}"


def _silence(found: Radar, asked: Asked) -> str:
    if not found.is_ready:
        days = formats.counted(found.history_days, "день", "дня", "дней")
        return f"Истории пока {days}: чтобы отличить всплеск от случая, нужно больше пяти недель."
    if not found.series:
        return "Следить не за чем: за последний год ни одна тема не приходила чаще раза в неделю."
    where = " в выбранных блоках и территориях" if asked.filters.blocks or asked.filters.territories else ""
    series = formats.counted(found.series, "ряда", "рядов", "рядов")
    return f"Всплесков{where} нет: ни в одном из {series} не пришло больше, чем объясняет случай."


def _alarm(alarm: Alarm, body: str | None, ways: Ways) -> str:
    tone, state = words.STATES[alarm.state]
    ask = f"Спросить: <b>{html_text(ways.title('department', body))}</b>. " if body else "Исполнитель не указан. "
    told = "" if alarm.state == "new" else f", впервые сообщено {formats.day(alarm.first_told)}"
    return (
        f"<li><div><h3>{words.subject(alarm, ways)}</h3> {words.toned(tone, state)}</div>"
        f"<p>{words.compared(alarm)}. Где: <b>{words.where(alarm)}</b>. {words.of_what(alarm)}"
        f"Началось около {formats.day(alarm.since)}{told}. {ask}"
        f'<a class="mcu-link" href="{_href(alarm, ways)}">{ways.words}: {formats.number(alarm.seen)}</a> · '
        f'<a class="mcu-link"{href_to(_on_map(alarm, ways))}>на карте</a></p></li>'
    )


def _on_map(alarm: Alarm, ways: Ways) -> str:
    """Lead to the clusters of the alarm's block on the map."""
    filters = ways.run.filters.replace(blocks=(written(alarm.topic_block),))
    return address.url("map", filters, show="surges")


def _href(alarm: Alarm, ways: Ways) -> str:
    """Lead to the rows that an alarm counts: its own days, whatever the period of the screen."""
    first = alarm.day - timedelta(days=alarm.days - 1)
    filters = Filters(
        period=reading.link_period(first, alarm.day),
        blocks=(written(alarm.topic_block),),
        territories=(written(alarm.territory),) if alarm.territory else (),
    )
    return href(ways.of_rows(filters, "appeals", written(alarm.topic) if alarm.topic else None, alarm.seen))


def _how(found: Radar, asked: Asked) -> str:
    """Explain what is watched and what is not."""
    if not found.series:
        return "Радар смотрит на блоки, темы и территории, в которые приходит хотя бы одно обращение в неделю."
    series = formats.counted(found.series, "ряд", "ряда", "рядов")
    days = formats.counted(found.history_days, "день", "дня", "дней")
    here = formats.percent(found.here, 0)
    late = f" За последний день здесь пока {here} ожидаемого, это учтено." if found.here < SETTLED else ""
    ignored = " Период и отборы подразделений, каналов и видов на радар не действуют." if asked.filters.chosen else ""
    return (
        f"Смотрим {series} (блок, тема, территория) за {days}; ожидаемое — уровень с поправкой на сезон, день недели и "
        f"праздники. О том же повторно сообщаем, только когда выросло в полтора раза.{late}{ignored}"
    )


def _sights(asked: Asked) -> str:
    """Say of how many topics a doubling is noticed within three days, and list them all."""
    seen = reading.sights(asked)
    if not seen:
        return ""
    noticed = formats.number(sum(each.sight is Sight.NOTICED for each in seen))
    of = formats.counted(len(seen), "темы", "тем", "тем")
    headings = [
        Heading(words.SIGHT_COLUMNS[0], is_wide=True),
        *(Heading(each, is_number=True) for each in words.SIGHT_COLUMNS[1:3]),
        Heading(words.SIGHT_COLUMNS[3]),
    ]
    rows = [[each.topic, *words.sight_numbers(each), words.sight(each)] for each in seen]
    return (
        f'<details class="mcu-more"><summary>Удвоение за три дня заметим в {noticed} из {of}</summary>'
        f"{table(headings, rows, words.SIGHT_CAPTION)}</details>"
    )


def reports(asked: Asked, ways: Ways) -> None:
    """Write what has to be reported at once, with the time left to do it."""
    found = reading.escalated(asked)
    days = asked.city.surges.report_days
    term = "в день, когда стало известно" if not days else f"за {formats.counted(days, 'день', 'дня', 'дней')}"
    with frame.panel("Доложить незамедлительно", f"{acts.FEEDBACK}, п. 11; срок города — {term}", key="reports"):
        if found.is_empty():
            none = f"за {_days(asked)}{_unfinished(asked)} нет ни отмеченных сообщений, ни всплесков"
            st.html(f'<p class="mcu-quiet">Докладывать не о чем: {none}.</p>')
            return
        rows = "".join(_report(row, asked, ways) for row in found.head(MOST_REPORTS).iter_rows(named=True))
        st.html(f'<ul class="mcu-reports">{rows}</ul>{take.rest(MOST_REPORTS, found.height)}')
        st.html(
            f'<p class="mcu-note">Общественно значимыми сообщения отметил источник, активность — по радару; '
            f"ставшее известным {_days(asked)}{_unfinished(asked)}. Доложено ли уже, система не знает.</p>"
        )


def _days(asked: Asked) -> str:
    """Say on which days that became known which is listed."""
    days = reading.news_days(asked)
    return formats.span(days.start, days.end)


def _unfinished(asked: Asked) -> str:
    """Say that the list does not wait for whole days, unlike the numbers around it."""
    newest = reading.newest(asked)
    if newest <= asked.as_of:
        return ""
    return ", считая сегодня" if newest == asked.coverage.today else f", считая неполный день {formats.day(newest)}"


def _report(row: dict[str, Any], asked: Asked, ways: Ways) -> str:
    tone, left = words.left(row)
    title = html_text(row["topic"] or ways.title("topic_block", row["topic_block"]))
    by = ("topic_block", "topic") if row["topic"] else ("topic_block",)
    href = ways.to(by, [row[name] for name in by], "appeals")
    return (
        f'<li>{words.toned(tone, left)}<div><a class="mcu-link" href="{href}">{title}</a>'
        f"<small>{words.report(row)}</small>{_marked(row, asked, ways)}</div></li>"
    )


def _marked(row: dict[str, Any], asked: Asked, ways: Ways) -> str:
    """Lead to the very messages that the source marked as significant, by the days on which they became known."""
    if not row["significant"] or not ways.sees_rows:
        return ""
    days = format_period(reading.news_days(asked))
    filters = ways.run.filters.replace(blocks=(written(row["topic_block"]),), period=days)
    rows = ways.of_rows(filters, listing.SIGNIFICANT, written(row["topic"]), row["significant"])
    return f' <a class="mcu-link"{href_to(rows)}>показать отмеченные: {formats.number(row["significant"])}</a>'
