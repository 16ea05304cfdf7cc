"""Figures as vector drawings, by the system's Chromium: started once, kept warm, asked for one figure at a time.

Nothing is fetched: the page, the library and the fonts are local files, and every way out leads to a closed port. A
browser that died is started anew once; where there is none, or it dies again, a sentence says so.
"""

import asyncio
import contextlib
import logging
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TookTooLong
from typing import Any, Final

import kaleido
import plotly.graph_objects as go
from choreographer.browsers.chromium import Chromium

from loaders.errors import InputRefused
from pages.paper import fonts

_log = logging.getLogger("mcu.paper")

SECONDS: Final = 30
"""The longest that one figure may take."""

_NOWHERE: Final = "127.0.0.1:9"
ABSENT: Final = "Для рисунков нужен Chromium, а его на сервере нет"
ABSENT_ADVICE: Final = (
    "Установите его (в Debian и Ubuntu — пакет chromium) и повторите. Таблицы XLSX и CSV доступны и без него."
)


class NoPictures(InputRefused):
    """Tell that figures cannot be drawn now."""

    def __init__(self, what: str = ABSENT, advice: str = ABSENT_ADVICE) -> None:
        super().__init__("no_pictures", what, advice=advice)


def is_possible() -> bool:
    """Say whether a browser is there."""
    return Chromium.find_browser(skip_local=False) is not None


class _Page(kaleido.PageGenerator):
    """The page that draws: no formulas, own fonts."""

    def __init__(self) -> None:
        super().__init__(mathjax=False)
        self.header = self.header.replace("</title>", f"</title><style>{fonts.faces()}</style>")


class Painter:
    """Keep one browser on a thread of its own, and draw for whoever asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._browser: kaleido.Kaleido | None = None

    def svg(self, figure: go.Figure, width: int, height: int) -> bytes:
        """Draw a figure as SVG; raises `NoPictures` without a browser."""
        if not is_possible():
            raise NoPictures
        with self._lock:
            for attempt in (1, 2):
                try:
                    return self._draw(figure, {"format": "svg", "width": width, "height": height})
                except (Exception, TookTooLong) as error:  # noqa: BLE001 — whatever a dying browser raises
                    _log.warning("the browser failed to draw (attempt %s): %s", attempt, type(error).__name__)
                    self._drop()
        what = "Chromium не нарисовал рисунок, хотя запускался дважды"
        raise NoPictures(what, "Повторите позже; таблицы XLSX и CSV доступны и сейчас.")

    def close(self) -> None:
        """End the browser."""
        with self._lock:
            self._drop()

    def _draw(self, figure: go.Figure, options: dict[str, Any]) -> bytes:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="mcu-painter", daemon=True).start()
        if self._browser is None:
            self._browser = self._wait(self._opened())
        return bytes(self._wait(self._browser.calc_fig(figure, options)))

    async def _opened(self) -> kaleido.Kaleido:
        browser = kaleido.Kaleido(n=1, timeout=SECONDS, page_generator=_Page(), proxy_server=_NOWHERE)
        await browser.open()
        return browser

    def _wait(self, work: Any) -> Any:
        if self._loop is None:
            raise NoPictures
        future: Future[Any] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(SECONDS)
        except TookTooLong:
            future.cancel()
            raise

    def _drop(self) -> None:
        """Forget the browser and end its process, whatever state it is in."""
        browser, self._browser = self._browser, None
        if browser is None or self._loop is None:
            return
        with contextlib.suppress(Exception, TookTooLong):
            asyncio.run_coroutine_threadsafe(browser.close(), self._loop).result(5)


painter: Final = Painter()
"""The one browser of this process."""
