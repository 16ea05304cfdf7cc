"""How much one account may send: files and bytes in ten minutes, counted before a byte is taken."""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Final

WINDOW: Final = 600.0
FILES: Final = 30
BYTES: Final = 500 * 1024 * 1024
"""Five files of the largest size that the server takes."""


class Quota:
    """Count uploads of each account over a sliding window, in this process."""

    def __init__(self, files: int = FILES, total: int = BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._files, self._total, self._clock = files, total, clock
        self._lock = threading.Lock()
        self._taken: defaultdict[str, deque[tuple[float, int]]] = defaultdict(deque)

    def take(self, who: str, size: int) -> int:
        """Count a file of `size` bytes; give 0 when there is room, else the seconds until there is some."""
        with self._lock:
            now = self._clock()
            self._forget(now)
            taken = self._taken[who]
            if len(taken) < self._files and sum(bytes_ for _, bytes_ in taken) + size <= self._total:
                taken.append((now, size))
                return 0
            return max(int(taken[0][0] + WINDOW - now), 1) if taken else int(WINDOW)

    def _forget(self, now: float) -> None:
        for who in list(self._taken):
            taken = self._taken[who]
            while taken and taken[0][0] <= now - WINDOW:
                taken.popleft()
            if not taken:
                del self._taken[who]
