"""Home screen «Тепловая карта»: the strip, the tiles, the matrix and the story of one cell."""

from datetime import timedelta
from functools import partial

import streamlit as st

from analytics.periods import Period, format_period
from analytics.sentences import Due
from loaders.access.roles import Role
from pages.heat_map import matrix_panel, sentences, story_panel, switches, tiles
from pages.heat_map.foremost import with_story
from pages.heat_map.grid import Words
from pages.heat_map.reading import blocks, facts, headlines, headlines_year_ago, last_received, told, told_year_ago
from pages.heat_map.view import View
from pages.shared import address, formats, frame, listing, notices, viewer, worst
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.run import Run
from pages.shared.text import href_to


def _draw(run: Run) -> None:
    asked = Asked.by(run)
    switches.recall(run)
    chosen = (address.param(name) for name in ("view", "colour", "order", "limits", "cell"))
    view = View.parse(*chosen, run.period, of_one_block=asked.is_of_one_block, usual=run.city.home_colour)
    is_quiet = not any(blocks(asked).values.values())
    if is_quiet:
        _nothing_came(run, asked)
    else:
        href = partial(address.url, filters=run.filters)
        is_for_head = viewer.grant(run.viewer, run.scope.municipality).role is Role.CURATOR
        title = sentences.FOR_HEAD if is_for_head else sentences.TITLE
        now = worst.found(asked)
        moved, words = facts(asked), Words(run.city)
        rows = _due_rows(run, moved.due)
        st.html(sentences.html(now, moved, run.period, words, href, asked.min_n, title, rows))
    st.html(tiles.html(headlines(asked), run.filters, run.palette, headlines_year_ago(asked)))
    with st.container(key="home", horizontal=True, gap="small"):
        with st.container(key="home-matrix"):
            matrix_panel.draw(run, asked, view)
        if view.cell or not is_quiet:
            with st.container(key="home-story", border=True), notices.told():
                _story(run, asked, view)


def _due_rows(run: Run, due: Due | None) -> str:
    """Give the address of the cases that run out next."""
    return "" if due is None else listing.href(due.open, run.filters, "open", due=f"{due.first}..{due.last}")


def _nothing_came(run: Run, asked: Asked) -> None:
    """Say that nothing came in the period, and lead to the last days in which something did."""
    last = last_received(asked)
    span = formats.span(run.period.start, run.period.end)
    words, filters = f"Данные начинаются с {formats.day(run.first)}: показать последние", Filters()
    if last is not None:
        days = Period(last - timedelta(days=run.period.days - 1), last)
        words = f"Показать последние дни с обращениями, по {formats.day(last)}"
        filters = run.filters.replace(period=format_period(days))
    link = f' <a class="mcu-link"{href_to(address.url("heat-map", filters))}>{words}</a>'
    now = worst.Teller(run.city).html(worst.found(asked), partial(address.url, filters=run.filters))
    st.html(f'<div class="mcu-say"><p>{now}</p><p>За {span} не поступило ни одного обращения.{link}</p></div>')


def _story(run: Run, asked: Asked, view: View) -> None:
    """Tell the story of the chosen cell; without one, of the worst row for what is shown."""
    shown = with_story(asked, view)
    if shown.cell is not None:
        story_panel.draw(told(asked, shown), shown.matrix, shown.cell, run, told_year_ago(asked, shown))


def _span(run: Run) -> str:
    """Say which days the tiles cover, and what their changes are measured against."""
    against = run.comparison
    compared = f", изменение к {formats.span(against.start, against.end)}" if against else ""
    return run.period_words + compared


frame.header("Где горит", span=_span(frame.current()))
with notices.told():
    _draw(frame.current())
