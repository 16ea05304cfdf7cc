"""The script that Streamlit runs: who is it, which city, which screens, the shared filters; then the screen itself."""

from pathlib import Path

import streamlit as st

from pages.gate.document import TITLE
from pages.shared import address, frame, menu, start

FOLDER = Path(__file__).parent

st.set_page_config(
    page_title=TITLE, page_icon=str(FOLDER / "static" / "icon.svg"), layout="wide", initial_sidebar_state=228
)

screens = {
    screen: st.Page(FOLDER / address.script(screen), title=title, url_path=screen, default=screen == address.HOME)
    for screen, title in address.SCREENS.items()
}
chosen = st.navigation(list(screens.values()), position="hidden")
screen = next(name for name, page in screens.items() if page == chosen)

with start.whole_run():
    if start.is_open():
        menu.draw(screen)
        if frame.has_data(screen):
            chosen.run()
