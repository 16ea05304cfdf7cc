"""The frame around every screen: its title with the freshness of the data, and panels of one look."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from loaders.access.viewer import OWN
from loaders.freshness import Freshness
from pages.shared import address, copy_link, formats, half, notices, readers, take, viewer
from pages.shared.run import Run, current
from pages.shared.text import html_text

__all__ = ["current", "has_data", "header", "is_open", "panel"]

_WITH_NUMBERS: Final = frozenset({"numbers", "quality"})
"""What screens need that show counts of cases."""

NOT_OPEN: Final = "Этот экран вам не открыт"
NOT_OPEN_ADVICE: Final = "Его открывает роль, которую даёт администратор."


def header(title: str, explanation: str = "", *, span: str = "", is_empty: Callable[[], bool] = lambda: False) -> None:
    """Draw the title of a screen with the days it covers and, at its right, how fresh the data are.

    `is_empty` says that the screen shows nothing that could be taken away as a file.
    """
    run = current()
    more = f'<p class="mcu-explanation">{html_text(explanation)}</p>' if explanation else ""
    days = f'<p class="mcu-span">{html_text(span)}</p>' if span else ""
    stands_in = f'<p class="mcu-stands-in">{html_text(place_words(run))}</p>' if run.place.key != OWN else ""
    told = half.words(run.scope) if address.SCREENS[run.screen].needs in _WITH_NUMBERS else ""
    numbers = f'<p class="mcu-explanation" role="note">{html_text(told, 500)}</p>' if told else ""
    head = f"<h1>{html_text(title)}</h1>{stands_in}{days}{_freshness(run)}"
    st.html(f'<header class="mcu-header">{head}</header>{more}{numbers}')
    if run.version.months and address.SCREENS[run.screen].is_filtered:
        with st.container(key="take", horizontal=True, gap="small", width="content"):
            copy_link.button(run)
            take.button(run, is_empty)
    if run.dropped:
        words = formats.counted(run.dropped, "значение", "значения", "значений")
        st.caption(f"В ссылке есть фильтры, которых здесь нет или которые вам не видны: не учтено {words}.")


def place_words(run: Run) -> str:
    """Name the person whose place is taken, and the last day of it."""
    until = run.viewer.grant(run.scope.municipality, run.place.key).valid_until
    if until is None:
        return f"за: {run.place.title}"
    # The end is the first moment that is no longer open: the day before a midnight is the last one.
    last = (until - timedelta(seconds=1)).astimezone(ZoneInfo(run.city.time_zone))
    return f"за: {run.place.title}, до {formats.day(last.date())}"


def is_open(screen: str) -> bool:
    """Say whether the viewer may open a screen; what may not be opened is told in words and journaled."""
    run = current()
    if viewer.opens(run.viewer, address.SCREENS[screen].needs, run.scope.municipality):
        return True
    viewer.refuse(run.viewer, run.scope.municipality, screen)
    notices.empty(NOT_OPEN, NOT_OPEN_ADVICE, link="На главный экран", href=address.url(address.HOME, run.filters))
    return False


def has_data(screen: str) -> bool:
    """Say whether there is anything for a screen to show; a store without a row is told in words instead."""
    run = current()
    if run.version.months or not address.SCREENS[screen].of_data:
        return True
    header(address.SCREENS[screen].title)
    if viewer.opens(run.viewer, address.SCREENS["intake"].needs, run.scope.municipality):
        notices.empty(
            "Данных ещё нет",
            "Загрузите выгрузку любой из систем: экран «Загрузка» узнает её по заголовкам и покажет до записи.",
            link="Перейти к загрузке",
            href=address.url("intake", run.filters),
        )
    else:
        notices.empty("Данных ещё нет", "Они появятся здесь, как только администратор загрузит выгрузку.")
    return False


@contextmanager
def panel(title: str = "", note: str = "", *, key: str | None = None) -> Iterator[None]:
    """Open a panel with a title that says what it shows; `note` carries units, period and base."""
    with st.container(border=True, key=f"panel-{key}" if key else None):
        if title:
            small = f"<span>{html_text(note)}</span>" if note else ""
            st.html(f'<div class="mcu-panel-title"><h2>{html_text(title)}</h2>{small}</div>')
        yield


def _freshness(run: Run) -> str:
    limit = timedelta(hours=run.city.thresholds.stale_hours)
    zone = ZoneInfo(run.city.time_zone)
    state, words = freshness_words(run.freshness, limit, datetime.now(UTC), zone, readers.source_titles())
    mark = "▲" if state == "stale" else "●"
    return f'<p class="mcu-fresh mcu-fresh-{state}"><span aria-hidden="true">{mark}</span> {html_text(words)}</p>'


def freshness_words(
    freshness: Freshness, limit: timedelta, now: datetime, zone: tzinfo, titles: Mapping[str, str]
) -> tuple[str, str]:
    """Say how fresh the data are: «ok», «stale» or «absent», and the sentence of the strip.

    Data are stale when their newest event or the load of every system is older than the city's `limit`. `now` carries
    a zone; moments are shown by the city's clock. `titles` names the systems.
    """
    newest, loaded = freshness.newest_event_at, freshness.loaded_at
    if newest is None or loaded is None:
        return "absent", "данных ещё нет"
    in_time = sum(system.loaded_at >= now - limit for system in freshness.systems)
    is_stale = not in_time or newest < now.astimezone(zone).replace(tzinfo=None) - limit
    hours = formats.counted(int(limit.total_seconds() // 3600), "часа", "часов", "часов")
    late = f"поздних поступлений {formats.percent(freshness.late_share)}" if freshness.late_share is not None else ""
    systems = formats.plural(len(freshness.systems), "системы", "систем", "систем")
    parts = (
        f"данные по {formats.day(freshness.coverage.as_of)} включительно",
        _unfinished(freshness, titles),
        f"последнее событие {formats.moment(newest)} — старше {hours}" if is_stale else "",
        f"загружено {formats.moment(loaded.astimezone(zone))}, {in_time} из {len(freshness.systems)} {systems}",
        late,
    )
    return ("stale" if is_stale else "ok"), " · ".join(part for part in parts if part)


def _unfinished(freshness: Freshness, titles: Mapping[str, str]) -> str:
    """Say what came on days that are not whole, and are in no number; and which sources end earlier."""
    covered = freshness.coverage
    is_today = covered.as_of == covered.today - timedelta(days=1)
    after = "сегодня с утра" if is_today else f"после {formats.day_short(covered.as_of)}, не за полные дни"
    behind = ", ".join(
        f"{titles.get(each.source, each.source)} — по {formats.day_short(each.last)}" for each in covered.behind
    )
    said = (f"{after}: {formats.number(freshness.since)}" if freshness.since else "", behind)
    return " · ".join(part for part in said if part)
