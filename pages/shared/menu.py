"""The side panel: name of the product, city, list of screens, shared filters; and the run that they describe."""

import streamlit as st

from pages.shared import address, filter_bar, readers, theme, viewer
from pages.shared.filters import PARAMETERS, Filters
from pages.shared.options import first_day, options
from pages.shared.run import Run, begin
from pages.shared.text import html_text

_REMEMBERED = "remembered-address"


def draw(screen: str) -> None:
    """Draw the side panel and make the run known to the screen."""
    _keep_filters(screen)
    municipality = _municipality()
    run, first = _run(municipality)
    begin(run)
    with st.sidebar:
        st.html(
            f'<div class="mcu-logo">Тепловая карта</div><div class="mcu-sublogo">{html_text(_place(run))}</div>'
        )
        with st.container(key="screens"):
            for key, title in address.SCREENS.items():
                with st.container(key=f"screen-{key}{'-current' if key == screen else ''}"):
                    address.link(key, title, run.filters)
        with st.container(key="filters"):
            filter_bar.draw(run.filters, run.options, run.period, first, run.as_of)
