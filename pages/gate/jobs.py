"""Long work for a reader: two at a time, the rest waits and is told its place; progress, and a way to stop it.

A job belongs to one session. It is done within the scope that holds when it begins, and its file is handed out through
`downloads`, which asks for the rights again: rights that changed meanwhile leave nothing to fetch.
"""

import logging
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

from loaders.access import sessions
from loaders.access.roles import Right
from loaders.access.viewer import Viewer
from loaders.errors import AccessDenied, Cancelled, InputRefused, MCUError
from loaders.scope import Scope
from pages.gate import knowing
from pages.gate.downloads import OUR_FAULT
from pages.paper.orders import Ready

_log = logging.getLogger("mcu.gate")

AT_ONCE: Final = 2
"""Jobs that run at the same time, whoever asked for them."""

OF_ONE: Final = 4
"""Jobs that one session may have waiting or running."""

KEPT: Final = 600
"""Seconds that a finished file waits to be fetched."""

MOST: Final = 200
"""Jobs of all sessions that may wait or run."""

MOST_KEPT: Final = 40
"""Finished files in memory; the oldest go first."""


State = Literal["waiting", "running", "done", "failed", "stopped"]
Work = Callable[[Scope, Callable[[], None]], Ready]
"""Makes a file within a scope; calls its second argument after every part."""


@dataclass(eq=False)
class Job:
    """Hold a job: its owner, what it does, and how far it is."""

    session_id: str
    stamp: str
    municipality: str
    place: str
    title: str
    total: int
    work: Work
    state: State = "waiting"
    done: int = 0
    said: str = ""
    ready: Ready | None = None
    ended: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def is_over(self) -> bool:
        """Say whether nothing more will happen."""
        return self.state in {"done", "failed", "stopped"}


class Jobs:
    """Keep the jobs of this process and do them in the order they came."""

    def __init__(self, at_once: int = AT_ONCE, clock: Callable[[], float] = time.monotonic) -> None:
        self._at_once, self._clock = at_once, clock
        self._lock = threading.Condition()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._workers = 0

    def add(self, job: Job) -> str:
        """Take a job in and give its secret name; raises `InputRefused` when its session has too many."""
        with self._lock:
            self._forget()
            own = [each for each in self._jobs.values() if each.session_id == job.session_id and not each.is_over]
            if len(own) >= OF_ONE or sum(not each.is_over for each in self._jobs.values()) >= MOST:
                what = "Слишком много файлов готовится сразу"
                raise InputRefused("too_many_jobs", what, advice="Дождитесь их или остановите лишние.")
            key = secrets.token_urlsafe(24)
            self._jobs[key] = job
            if self._workers < self._at_once:
                self._workers += 1
                threading.Thread(target=self._run, name="mcu-job", daemon=True).start()
            return key

    def of(self, key: str, session_id: str) -> Job | None:
        """Give a job to its owner; to others there is none."""
        with self._lock:
            job = self._jobs.get(key)
            return job if job is not None and job.session_id == session_id else None

    def ahead(self, key: str) -> int:
        """Count the jobs that will be begun before this one."""
        with self._lock:
            names = list(self._jobs)
            earlier = names[: names.index(key)] if key in names else []
            return sum(self._jobs[each].state == "waiting" for each in earlier)

    def stop(self, key: str, session_id: str) -> None:
        """Stop a job of one's own: a waiting one at once, a running one after its present part."""
        job = self.of(key, session_id)
        if job is None:
            return
        with self._lock:
            job.stop.set()
            if job.state == "waiting":
                job.state, job.ended = "stopped", self._clock()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            self._do(job)

    def _next(self) -> Job | None:
        with self._lock:
            job = next((each for each in self._jobs.values() if each.state == "waiting"), None)
            if job is None:
                self._workers -= 1
                return None
            job.state = "running"
            return job

    def _do(self, job: Job) -> None:
        state: State = "failed"
        try:
            ready = job.work(_scope(job), lambda: self._step(job))
            _scope(job)  # rights that changed meanwhile leave nothing to fetch
            job.ready, state = ready, "done"
        except Cancelled:
            state = "stopped"
        except MCUError as error:
            job.said = str(error)
        except Exception:  # noqa: BLE001 — a worker outlives whatever a file meets
            _log.exception("a file could not be made")
            job.said = OUR_FAULT
        with self._lock:
            job.state, job.ended = state, self._clock()

    def _step(self, job: Job) -> None:
        if job.stop.is_set():
            raise Cancelled
        job.done += 1

    def _forget(self) -> None:
        """Drop what was finished long ago, and the oldest of what is finished beyond what is kept."""
        late = self._clock() - KEPT
        over = [key for key, job in self._jobs.items() if job.is_over]
        old = [key for key in over if self._jobs[key].ended < late]
        for key in dict.fromkeys((*old, *over[: max(0, len(over) - MOST_KEPT)])):
            del self._jobs[key]


def _scope(job: Job) -> Scope:
    """Give the scope that holds now; raises `AccessDenied` when the rights are not those of the order any more."""
    viewer = sessions.viewer(knowing.store(), job.session_id)
    if viewer is None or viewer.stamp != job.stamp:
        raise AccessDenied(
            "Права изменились, пока файл ждал своей очереди", advice="Откройте экран и закажите его снова."
        )
    viewer.demand(Right.EXPORT, job.municipality, job.place)
    scope = viewer.scope(job.municipality, job.place)
    scope.check()
    return scope


def order(viewer: Viewer, municipality: str, place: str, title: str, total: int, work: Work) -> str:
    """Order a file and give the name of the job; raises `AccessDenied` without the right to export."""
    viewer.demand(Right.EXPORT, municipality, place)
    return jobs.add(Job(viewer.actor.session_id, viewer.stamp, municipality, place, title, total, work))


jobs: Final = Jobs()
"""The jobs of this process."""
