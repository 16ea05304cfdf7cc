"""A process-wide cache of frames, bounded by their size, in which a frame is made by one thread while others wait."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

import polars as pl


@dataclass
class FrameCache:
    """Keep the frames used last, up to `limit_bytes` together."""

    limit_bytes: int
    _frames: OrderedDict[Hashable, pl.DataFrame] = field(default_factory=OrderedDict)
    _sizes: dict[Hashable, int] = field(default_factory=dict)
    _bytes: int = 0
    _making: dict[Hashable, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable, make: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """Return the frame of `key`, made once however many threads ask at the same time."""
        found = self.look(key)
        if found is not None:
            return found
        with self._lock:
            turn = self._making.setdefault(key, threading.Lock())
        try:
            with turn:
                found = self.look(key)
                return self._keep(key, make()) if found is None else found
        finally:
            with self._lock:
                self._making.pop(key, None)

    def look(self, key: Hashable) -> pl.DataFrame | None:
        """Return the frame of `key` if it is there, and count that as its use."""
        with self._lock:
            if key in self._frames:
                self._frames.move_to_end(key)
            return self._frames.get(key)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._frames.clear()
            self._sizes.clear()
            self._bytes = 0

    def _keep(self, key: Hashable, frame: pl.DataFrame) -> pl.DataFrame:
        with self._lock:
            self._frames[key] = frame
            size = int(frame.estimated_size())
            self._bytes += size - self._sizes.get(key, 0)
            self._sizes[key] = size
            while len(self._frames) > 1 and self._bytes > self.limit_bytes:
                oldest, _ = self._frames.popitem(last=False)
                self._bytes -= self._sizes.pop(oldest)
        return frame
