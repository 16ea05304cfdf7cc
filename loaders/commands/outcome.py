"""How a command ends: an exit code, and for whatever went wrong a Russian sentence on stderr."""

import logging
import os
import sys
from collections.abc import Callable
from typing import Final

from loaders.errors import Cancelled, InputRefused, StoreUnavailable

DONE: Final = 0
OUR_FAULT: Final = 1
REFUSED: Final = 2


def of(work: Callable[[], None], our_fault: str, log: logging.Logger) -> int:
    """Do the work and give the exit code; `our_fault` is said of what nobody expected, its cause goes to the log."""
    try:
        work()
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
        log.exception("command failed")
        return _say(f"Ошибка программы. {our_fault}; сообщите о ней разработчикам вместе с текстом выше.", OUR_FAULT)
    return DONE


def _say(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code
