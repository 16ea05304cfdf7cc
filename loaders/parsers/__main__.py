"""The child process that parses XLSX, XLS, JSON and XML: it may run out of memory or time, and only it dies.

Reads jobs on one file as a JSON list on stdin, sets its own limits, writes for each the table as an Arrow file and
beside it the answer as JSON.
"""

import contextlib
import json
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loaders.parsers.job import CPU_SECONDS, MEMORY, Answer, Job, Refusal

if TYPE_CHECKING:
    import polars as pl


_PR_SET_PDEATHSIG = 1


def main() -> int:
    """Do all jobs."""
    _limit()
    _die_with_parent()
    import polars  # noqa: F401, ICN001 — warms up while the parent still looks into the file

    for job in json.load(sys.stdin):
        _do(job)
    return 0


def _do(job: Job) -> None:
    try:
        frame, answer = _parse(job)
        frame.write_ipc(job["target"])
    except Refusal as refusal:
        answer = {"refused": refusal.answer}
    except (MemoryError, RecursionError):
        answer = {"refused": ("too_large", "Файл не помещается в отведённую память", None, "", "Разделите выгрузку.")}
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a parser written in Rust gave up on a malformed file
            raise
        answer = {"refused": ("structure", "Файл устроен неправильно", None, "", "Сохраните его заново.")}
    Path(job["target"] + ".json").write_text(json.dumps(answer), encoding="ascii")


def _parse(job: Job) -> "tuple[pl.DataFrame, Answer]":
    """Call the parser of the format; each is imported only where it is needed."""
    if job["kind"] in {"xlsx", "xls"}:
        from loaders.parsers import sheet

        return sheet.parse(job)
    if job["kind"] == "xml":
        from loaders.parsers import markup

        return markup.parse(job)
    from loaders.parsers import tree

    return tree.parse(job)


def _limit() -> None:
    """Bound memory and processor time where the system can."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        limits: tuple[tuple[Any, int], ...] = (
            (resource.RLIMIT_AS, MEMORY),
            (resource.RLIMIT_CPU, CPU_SECONDS),
            (resource.RLIMIT_CORE, 0),
        )
        for what, most in limits:
            resource.setrlimit(what, (most, most))


def _die_with_parent() -> None:
    """Ask the system, where it can (Linux), to end this process with the one that waits for it, however that ends."""
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
