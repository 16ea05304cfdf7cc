"""The first start with an empty store makes the demo city, so that a visitor sees a living heat map at once."""

import logging
import os
import threading
from dataclasses import dataclass, replace

from loaders import demo
from loaders.errors import MCUError
from loaders.store.engine import URL_VARIABLE, open_store

_log = logging.getLogger("mcu.first_start")


@dataclass(frozen=True)
class State:
    """Tell how far the work is: `share` from 0 to 1, `step` and `failure` in words for the reader."""

    is_working: bool = False
    share: float = 0.0
    step: str = ""
    failure: str = ""


class FirstStart:
    """Do the work once, in a thread, and let any number of screens watch it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state = State()
        self.thread: threading.Thread | None = None

    @property
    def state(self) -> State:
        """Give the newest state."""
        with self._lock:
            return self._state

    def begin(self) -> None:
        """Start the work unless it is going on, or the store is one that somebody chose: that one stays empty."""
        if os.environ.get(URL_VARIABLE):
            return
        with self._lock:
            if self._state.is_working:
                return
            self._state = State(is_working=True, step="Проверяем хранилище")
            self.thread = threading.Thread(target=self._work, name="first-start", daemon=True)
            self.thread.start()

    def _work(self) -> None:
        try:
            store = open_store()
            try:
                demo.first_start(store, self._tell)
            finally:
                store.close()
        except MCUError as error:
            self._set(State(failure=str(error)))
        except Exception:  # noqa: BLE001 — a thread's last wall: the screens must learn that it ended
            _log.exception("the demo city was not made")
            self._set(State(failure="Демонстрационный город не создан: это наша ошибка, она записана в журнал."))
        else:
            self._set(State(share=1.0))

    def _tell(self, step: str, share: float) -> None:
        self._set(replace(self.state, step=step, share=min(max(share, 0.0), 1.0)))
        _console(step, share)

    def _set(self, state: State) -> None:
        with self._lock:
            self._state = state


def _console(step: str, share: float) -> None:
    """Draw the same progress for whoever started the server."""
    width = 30
    filled = round(share * width)
    end = "\n" if share >= 1 else "\r"
    print(f"\r{'█' * filled}{'░' * (width - filled)} {share:4.0%} {step:<40}", end=end, flush=True)  # noqa: T201


first_start = FirstStart()
"""The work of this process; screens ask it for `state`."""
