"""`python -m loaders`: load data, count, and tell what is there, without a screen.

Exit codes: 0 done; 1 our fault; 2 the input was refused or the command was stopped (Ctrl+C, SIGTERM): a Russian
sentence on stderr says why, nothing was changed.
"""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence

from loaders.commands import arguments, outcome, signals
from loaders.commands.outcome import DONE, OUR_FAULT, REFUSED

__all__ = ["DONE", "OUR_FAULT", "REFUSED", "main"]


def _commands() -> Mapping[str, Callable[..., None]]:
    # Help and complaints about arguments should not wait for Polars.
    from loaders.commands import access, city, database, reading, work

    return {
        "demo": work.run_demo,
        "import": work.run_import,
        "undo": work.run_undo,
        "aggregate": reading.run_aggregate,
        "sources": reading.run_sources,
        "status": reading.run_status,
        "city": city.run_city,
        "database": database.run_database,
        "backup": database.run_backup,
        "account": access.run_account,
        "journal": access.run_journal,
    }


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code."""

    def work() -> None:
        given = arguments.parser().parse_args(words)
        _commands()[given.command](given)

    return outcome.of(work, "Данные не изменены", logging.getLogger("loaders"))


if __name__ == "__main__":
    signals.listen()
    sys.exit(main())
