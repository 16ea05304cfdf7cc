"""Screen «Карта»: where in the city, beyond where people write most; offline, on the city's own ground."""

import time

import streamlit as st

from pages.map import controls, panel, places, reading, side
from pages.map.view import PARAMETERS, View
from pages.shared import address, frame, notices
from pages.shared.asked import Asked
from pages.shared.run import Run

_A_LOOK = 1.4
"""Seconds that the player stays at a week."""


def _draw(run: Run) -> None:
    view = View.parse(*(address.param(name) for name in PARAMETERS))
    asked = reading.of_week(Asked.by(run), view)
    with st.container(key="map-page", horizontal=True, gap="small"):
        with st.container(key="map-main"), notices.told():
            panel.draw(run, asked, view)
        with st.container(key="map-side", border=True), notices.told():
            side.draw(run, asked, view)
    if view.show == "measure":
        with notices.told():
            places.as_table(run, asked, view)
    later = controls.next_week(view, run)
    if later is not None:
        time.sleep(_A_LOOK)
        address.set_param("week", later.isoformat())
        st.rerun()


frame.header("Карта", "Где в городе болит: числа на земле города, без интернета.", span=frame.current().period_words)
with notices.told():
    _draw(frame.current())
