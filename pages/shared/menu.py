"""The side panel: name of the product, screens, place, city, filters, who is signed in; and the run of it all."""

import streamlit as st

from loaders.access.viewer import OWN, Place, Viewer
from pages.shared import account, address, filter_bar, peers, readers, theme, viewer
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.options import options
from pages.shared.run import Run, begin
from pages.shared.text import href_to, html_text


def draw(screen: str, person: Viewer) -> None:
    """Draw the side panel and make the run known to the screen."""
    known = viewer.municipalities(person)
    run = _run(screen, person, viewer.chosen(address.param(address.CITY), known))
    begin(run)
    address.close(_closed(run))
    address.number(readers.numbers(run.scope, run.version))
    address.begin_with(viewer.first_screen(person, run.scope.municipality, run.place.key))
    theme.apply(run.palette)
    with st.sidebar:
        st.html(_head(screen, run))
        with st.container(key="filters", gap="small"):
            if len(person.places) > 1:
                _place(person, run.place)
            if len(known) > 1:
                _city(run.scope.municipality, known)
            if address.SCREENS[screen].is_filtered:
                st.html('<div class="mcu-caption">Фильтры</div>')
                filter_bar.draw(run)
        account.draw(run)


def _head(screen: str, run: Run) -> str:
    """Write the name of the product and the list of screens that open; every link carries the filters."""
    current, closed = ' aria-current="page"', _closed(run)
    links = "".join(
        f'<a class="mcu-link"{href_to(address.url(key, run.filters))}'
        f"{current if key == screen else ''}>{html_text(each.title)}</a>"
        for key, each in address.SCREENS.items()
        if key not in closed
    )
    return (
        '<div class="mcu-logo">Тепловая карта</div>'
        f'<div class="mcu-sublogo">МЦУ {html_text(run.city.title)}</div>'
        f'<nav class="mcu-menu" aria-label="Экраны">{links}</nav>'
    )


def _closed(run: Run) -> list[str]:
    """Name the screens that do not open, and those that would have nothing to say to this reader."""
    alone = [] if peers.kinds(run.options, run.city) else ["rating"]
    return alone + [
        key for key, each in address.SCREENS.items() if not viewer.opens(run.viewer, each.needs, run.scope.municipality)
    ]


def _run(screen: str, person: Viewer, municipality: str) -> Run:
    scope = viewer.scope(person, municipality)
    asked, dropped = Asked.of(scope, Filters.parse(address.query()))
    return Run(
        screen=screen,
        viewer=person,
        place=viewer.place(person),
        scope=scope,
        city=asked.city,
        version=asked.version,
        freshness=readers.freshness(scope, asked.version),
        filters=asked.filters,
        options=options(scope, asked.version, municipality),
        period=asked.period,
        comparison=asked.comparison,
        palette=theme.current(),
        dropped=dropped,
    )


def _place(person: Viewer, present: Place) -> None:
    """Draw the choice of the place; another place begins without the filters of this one."""
    titles = {each.key: f"за: {each.title}" for each in person.places if each.grants} | {OWN: "от своего имени"}
    st.session_state["filter-place"] = present.key
    st.selectbox(
        "Смотреть",
        list(titles),
        format_func=titles.__getitem__,
        key="filter-place",
        on_change=_stand,
        filter_mode=None,
    )


def _stand() -> None:
    key = str(st.session_state["filter-place"])
    st.query_params.from_dict({address.PLACE: key} if key != OWN else {})


def _city(municipality: str, known: tuple[str, ...]) -> None:
    """Draw the choice of the city; another city begins without the filters of this one."""
    st.session_state["filter-city"] = municipality
    st.selectbox(
        "Город",
        known,
        format_func=lambda key: readers.city(key).title,
        key="filter-city",
        on_change=_move,
        filter_mode=None,
    )


def _move() -> None:
    place = {name: value for name, value in address.kept().items() if name == address.PLACE}
    st.query_params.from_dict(place | {address.CITY: str(st.session_state["filter-city"])})
