"""The side panel: name of the product, city, list of screens, shared filters; and the run that they describe."""

import streamlit as st

from pages.shared import address, filter_bar, readers, theme, viewer
from pages.shared.filters import Filters
from pages.shared.options import options
from pages.shared.run import Run, begin
from pages.shared.text import html_text


def draw(screen: str) -> None:
    """Draw the side panel and make the run known to the screen."""
    known = viewer.municipalities()
    municipality = viewer.chosen(address.param(address.CITY), known)
    run = _run(municipality)
    begin(run)
    theme.apply(run.palette)
    with st.sidebar:
        st.html(_head(screen, run))
        with st.container(key="filters", gap="small"):
            if len(known) > 1:
                _city(municipality, known)
            filter_bar.draw(run)


def _head(screen: str, run: Run) -> str:
    """Write the name of the product and the list of screens; every link carries the filters."""
    current = ' aria-current="page"'
    links = "".join(
        f'<a class="mcu-link" href="{html_text(address.url(key, run.filters), 4_000)}"'
        f"{current if key == screen else ''}>{html_text(title)}</a>"
        for key, title in address.SCREENS.items()
    )
    return (
        '<div class="mcu-logo">Тепловая карта</div>'
        f'<div class="mcu-sublogo">МЦУ {html_text(run.city.title)}</div>'
        f'<nav class="mcu-menu" aria-label="Экраны">{links}</nav><div class="mcu-caption">Фильтры</div>'
    )


def _run(municipality: str) -> Run:
    scope = viewer.scope(municipality)
    version = readers.version(scope)
    as_of = readers.as_of(scope, version)
    first = readers.first_day(version) or as_of
    choice = options(scope, version, municipality)
    filters, dropped = Filters.parse(address.query()).narrowed(choice)
    period = filters.span(as_of, first)
    return Run(
        scope=scope,
        city=readers.city(municipality),
        version=version,
        as_of=as_of,
        first=first,
        freshness=readers.freshness(scope, version),
        filters=filters,
        options=choice,
        period=period,
        comparison=filters.compared(period),
        palette=theme.current(),
        dropped=dropped,
    )


def _city(municipality: str, known: tuple[str, ...]) -> None:
    """Draw the choice of the city; another city begins without the filters of this one."""
    st.session_state["filter-city"] = municipality
    st.selectbox(
        "Город",
        known,
        format_func=lambda key: readers.city(key).title,
        key="filter-city",
        on_change=lambda: st.query_params.from_dict({address.CITY: str(st.session_state["filter-city"])}),
        filter_mode=None,
    )
