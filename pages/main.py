"""The script that Streamlit runs: who is it, which city, which screens, the shared filters; then the screen itself."""

from pathlib import Path

import streamlit as st

from pages.gate.document import TITLE
from pages.shared import address, frame, menu, news, start, viewer

FOLDER = Path(__file__).parent

st.set_page_config(
    page_title=TITLE, page_icon=str(FOLDER / "static" / "icon.svg"), layout="wide", initial_sidebar_state=228
)

# Every screen has its address for everybody; who may open it is asked below, and again by what it reads. The bare
# address, which the gate leads some readers on from, shows the home screen as its own address does.
screens = {
    name: st.Page(FOLDER / address.script(name), title=each.title, url_path=name)
    for name, each in address.SCREENS.items()
}
bare = st.Page(FOLDER / address.script(address.HOME), title=TITLE, url_path="start", default=True)
chosen = st.navigation([bare, *screens.values()], position="hidden")
screen = next((name for name, page in screens.items() if page == chosen), address.HOME)

with start.whole_run():
    if start.is_open():
        menu.draw(screen, viewer.viewer())
        if frame.is_open(screen) and frame.has_data(screen):
            chosen.run()
        news.draw(frame.current())
