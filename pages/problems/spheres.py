"""The panels of spheres: which come first and why, the four counts, the index and its weights."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

import streamlit as st

from analytics import acts, measures
from analytics.priorities import Priority, priorities
from analytics.problems import COUNTS, Problems
from pages.heat_map.reading import last_received
from pages.problems import figures, reading, weights, words
from pages.problems.view import UNITS, View
from pages.problems.ways import Ways
from pages.shared import address, formats, frame, worst
from pages.shared.asked import Asked
from pages.shared.run import Run
from pages.shared.table import some_of
from pages.shared.text import how_counted, href_to, html_text

TITLES: Final = {name: measures.find(name).short_title for name in COUNTS}

MOST_PRIORITIES: Final = 6
MOST_ROWS: Final = 25

_AUTHORS: Final = (
    "Изменение: точный тест двух пуассоновских чисел (Пшиборовски и Виленски, 1940), с поправкой на число сравнений "
    "(Бенджамини и Хохберг, 1995)."
)
_INDEX: Final = "Индекс, из 100"
_RUNNING: Final = "Накоплено"


def lead(asked: Asked, view: View, run: Run) -> str:
    """Say in one strip what the problem is and whether it is getting worse."""
    found, ways = _found(asked, view), Ways.of(run)
    city = reading.whole(asked)
    said = f"{words.lead(found, priorities(found), city, ways, asked.silence)} {words.whole(city)}"
    now = burning(asked, found, partial(address.url, filters=run.filters))
    return f'<div class="mcu-say" role="status">{now}<p>{_nothing_came(asked, city, run)}{said}</p></div>'


def burning(asked: Asked, found: Problems, href: worst.Href) -> str:
    """Say who is worst now, and why the spheres below may begin with another one."""
    told, first = worst.found(asked), next(iter(priorities(found)), None)
    is_same = first is not None and any(map(partial(worst.is_worst, told), found.by, first.key))
    return worst.Teller(asked.city).beside(told, href, is_same, _OTHERWISE)


_OTHERWISE: Final = (
    "Ниже порядок другой: по индексу, который складывает новые и повторные за период, просроченные и отложенные."
)


def _nothing_came(asked: Asked, city: Problems, run: Run) -> str:
    """Say that nothing came in the period, and lead to the last days in which something did."""
    if city.total["new"][0] or city.total["repeat"][0]:
        return ""
    last = last_received(asked)
    if last is None:
        return "За период ничего не поступило. "
    days = reading.link_period(last - timedelta(days=run.period.days - 1), last)
    href = href_to(address.url("problems", run.filters.replace(period=days)))
    link = f'<a class="mcu-link"{href}>Показать последние дни с обращениями, по {formats.day(last)}</a>'
    return f"За период ничего не поступило. {link}. "


def _found(asked: Asked, view: View) -> Problems:
    return reading.spheres(asked, view.by, view.weights(asked.city.problem_weights))


def first(asked: Asked, run: Run, view: View) -> None:
    """List what asks for a decision first, each with its reasons in words."""
    found, ways = _found(asked, view), Ways.of(run)
    what = "блоки" if view.units == "blocks" else "темы"
    with frame.panel("Приоритеты", f"{what}, за которые браться первыми; {_span(run)}", key="priorities"):
        ordered = priorities(found)
        totals = found.total.row(0, named=True)
        rows = "".join(_priority(each, found, totals, ways) for each in ordered[:MOST_PRIORITIES])
        more = some_of(MOST_PRIORITIES, len(ordered), "остальные — в таблице сфер выше")
        st.html(f'<ol class="mcu-first">{rows}</ol>{more}')
        st.html(
            '<p class="mcu-note">Сначала большие и растущие, потом растущие, потом большие: меньше всего сфер, '
            f"на которые приходится половина индекса. Правило своё: {acts.CENTRE} требует приоритетов и не говорит, "
            f"каких. {words.can_be_seen(found)}</p>"
        )


def _priority(each: Priority, found: Problems, totals: Mapping[str, int], ways: Ways) -> str:
    tone, level = words.LEVELS[each.level]
    said = "; ".join(words.reason(reason, totals) for reason in each.reasons)
    href = ways.to(found.by, each.key, each.reasons[0].count)
    return (
        f'<li><a class="mcu-link" href="{href}">{words.name(ways, found.by, each.key)}</a> '
        f"{words.toned(tone, level)}<p>{said}.{_ask(each, ways)}</p></li>"
    )


def _ask(each: Priority, ways: Ways) -> str:
    """Name who answers for the block."""
    block = next((one for one in ways.run.city.blocks if one.key == each.key[0]), None)
    return f" Отвечает: {html_text(block.head_post)}." if block and block.head_post else ""


def table(asked: Asked, run: Run, view: View) -> None:
    """Write the four counts of every sphere now against before, its index and its need."""
    found, ways = _found(asked, view), Ways.of(run)
    with frame.panel("Проблемные сферы: четыре показателя и индекс", _span(run), key="spheres"):
        with st.container(key="sphere-switches", horizontal=True, gap="small", vertical_alignment="center"):
            _switch(view)
            weights.draw(view, asked.city.problem_weights)
        st.html(weights.said(view, found, run))
        if found.units.is_empty():
            st.html('<p class="mcu-note">За период ничего не поступило и ничего не осталось в работе.</p>')
            return
        st.html(figures.legend(TITLES, run.palette))
        st.html(_table(found, view, ways))
        is_compared = run.comparison is not None
        aside = how_counted(_AUTHORS) if is_compared else ""
        st.html(f'<p class="mcu-note">{note(found, is_compared=is_compared)}</p>{aside}')


def _switch(view: View) -> None:
    st.session_state["sphere-units"] = view.units
    st.segmented_control(
        "Сферы", list(UNITS), format_func=lambda key: UNITS[key][0], key="sphere-units", on_change=_choose,
        label_visibility="collapsed", width="content",
    )  # fmt: skip


def _choose() -> None:
    address.set_param("units", st.session_state["sphere-units"])


def _table(found: Problems, view: View, ways: Ways) -> str:
    rows = list(found.units.iter_rows(named=True))
    most = max(row["index"] for row in rows)
    has_need = bool((found.units["per_1000"].fill_null(0) > 0).any())
    heads = [("Сфера", "w"), *((TITLES[name], "n") for name in COUNTS), (_INDEX, "i"), (_RUNNING, "n")]
    heads += [("Проблем на 1 000 жителей", "n")] if has_need else []
    head = "".join(f'<th scope="col" class="{look}">{title}</th>' for title, look in heads)
    body = "".join(_row(row, found, view, ways, most, has_need=has_need) for row in rows[:MOST_ROWS])
    caption = "Четыре показателя по сферам: сейчас и в периоде сравнения, индекс и его части"
    rest = _rest(rows[MOST_ROWS:], has_need=has_need)
    return (
        f'<div class="mcu-scroll mcu-data mcu-cards" tabindex="0" role="region" aria-label="{caption}">'
        f'<table class="mcu-table mcu-spheres"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}{rest}</tbody></table></div>"
    )


def _row(row: dict[str, Any], found: Problems, view: View, ways: Ways, most: float, *, has_need: bool) -> str:
    key = tuple(row[name] for name in found.by)
    blocks = found.units["topic_block"].n_unique() if view.units == "topics" else 1
    above = f"<small>{html_text(ways.title('topic_block', key[0]))}</small>" if blocks > 1 else ""
    name = f'<a class="mcu-link" href="{ways.to(found.by, key)}">{words.name(ways, found.by, key)}</a>{above}'
    counts = "".join(_count(row, count, ways.to(found.by, key, count, row[count])) for count in COUNTS)
    bar = figures.stacked({count: row[f"{count}_points"] for count in COUNTS}, most, TITLES, ways.run.palette)
    need = (
        f'<td class="n" data-title="Проблем на 1 000 жителей">{formats.number(row["per_1000"], 2)}</td>'
        if has_need
        else ""
    )
    return (
        f'<tr><td class="w" data-title="Сфера"><span>{name}</span></td>{counts}'
        f'<td class="i" data-title="{_INDEX}"><div><b>{formats.number(row["index"], 1)}</b>{bar}</div></td>'
        f'<td class="n" data-title="{_RUNNING}">{formats.number(row["cumulative"], 1)}</td>{need}</tr>'
    )


def _count(row: dict[str, Any], count: str, href: str) -> str:
    """Write a count as a link, and beneath it what it was and whether that is a change."""
    now = f'<a class="mcu-link" href="{href}">{formats.number(row[count])}</a>' if row[count] else formats.DASH
    turn, before = row[f"{count}_turn"], row[f"{count}_before"]
    was = f"<small>было {formats.number(before)}</small>" if before or (row[count] and before is not None) else ""
    if turn in words.TURNS:
        was += f"<small>{words.toned(*words.TURNS[turn])}</small>"
    return f'<td class="n" data-title="{TITLES[count]}"><span>{now}{was}</span></td>'


def _rest(rows: list[dict[str, Any]], *, has_need: bool) -> str:
    """Sum up the rows that are not listed, so that the index still comes to its whole."""
    if not rows:
        return ""
    counts = "".join(
        f'<td class="n" data-title="{TITLES[name]}">{formats.number(sum(row[name] for row in rows))}</td>'
        for name in COUNTS
    )
    index = formats.number(sum(row["index"] for row in rows), 1)
    more = '<td class="n"></td>' if has_need else ""
    return (
        f'<tr class="rest"><td class="w" data-title="Сфера">Остальные, {formats.number(len(rows))}</td>{counts}'
        f'<td class="i" data-title="{_INDEX}"><div><b>{index}</b></div></td>'
        f'<td class="n" data-title="{_RUNNING}">{formats.number(rows[-1]["cumulative"], 1)}</td>{more}</tr>'
    )


def note(found: Problems, *, is_compared: bool) -> str:
    """Explain every number of the table."""
    none = ", ".join(TITLES[name].lower() for name in found.absent)
    absent = f" Нет ни одного или источники не отмечают: {none}; их вес поделён между остальными." if none else ""
    chance = (
        " Изменение названо, только когда его не объяснить случаем: ложных среди названных не больше 5 %."
        if is_compared
        else ""
    )
    need = (
        " На жителей считаются проблемы: повторное обращение присоединено к первому; другие связи между обращениями "
        "источники не называют, поэтому об одном и том же разные люди могли написать отдельно."
        if found.units["per_1000"].is_not_null().any()
        else ""
    )
    return (
        "Новые и повторные — поступившие за период, просроченные и отложенные — состояние на его конец "
        f"({acts.CENTRE}, прил. 3, п. 5.2). Индекс — доля сферы в каждом из четырёх показателей, умноженная на вес; "
        "индексы всех сфер в сумме дают 100, «накоплено» — сумма с начала списка."
        f"{need}{absent}{chance}"
    )


def _span(run: Run) -> str:
    against = f", в сравнении с {formats.span(run.comparison.start, run.comparison.end)}" if run.comparison else ""
    return f"{run.period_words}{against}"
