"""The script that Streamlit runs: who is it, which city, which screens, the shared filters; then the screen itself."""

from pathlib import Path

import streamlit as st

from pages.gate.document import TITLE
from pages.shared import address, frame, menu, news, start, viewer

FOLDER = Path(__file__).parent

st.set_page_config(
    page_title=TITLE, page_icon=str(FOLDER / "static" / "icon.svg"), layout="wide", initial_sidebar_state=228
)

# Every screen has its address for everybody; who may open it is asked below, and again by what it reads.
screens = {
    name: st.Page(FOLDER / address.script(name), title=each.title, url_path=name, default=name == address.HOME)
    for name, each in address.SCREENS.items()
}
chosen = st.navigation(list(screens.values()), position="hidden")
screen = next(name for name, page in screens.items() if page == chosen)

with start.whole_run():
    if start.is_open():
        menu.draw(screen, viewer.viewer())
        if frame.is_open(screen) and frame.has_data(screen):
            chosen.run()
        news.draw(frame.current())
