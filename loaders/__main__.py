"""`python -m loaders`: load data, count, and tell what is there, without a screen.

Exit codes: 0 done; 1 our fault; 2 the input was refused or the command was stopped (Ctrl+C, SIGTERM): a Russian
sentence on stderr says why, nothing was changed.
"""

import logging
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from loaders.commands import arguments, signals
from loaders.errors import Cancelled, InputRefused, StoreUnavailable

DONE: Final = 0
OUR_FAULT: Final = 1
REFUSED: Final = 2


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
    try:
        given = arguments.parser().parse_args(words)
        _commands()[given.command](given)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _say(str(Cancelled()), REFUSED)
    except InputRefused as refusal:
        return _say(str(refusal), REFUSED)
    except StoreUnavailable as outage:
        return _say(str(outage), OUR_FAULT)
    except BrokenPipeError:
        # The reader has seen enough; what is still in the buffer must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception:
        logging.getLogger("loaders").exception("command failed")
        return _say(
            "Ошибка программы. Данные не изменены; сообщите о ней разработчикам вместе с текстом выше.", OUR_FAULT
        )
    return DONE


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


if __name__ == "__main__":
    signals.listen()
    sys.exit(main())
