"""Let a person or the system stop a command: SIGTERM ends it as Ctrl+C does, up to the moment its work is kept."""

import signal

from loaders.progress import Progress

_STOPS = (signal.SIGINT, signal.SIGTERM)

_LAST_STEP = 0.99
"""Share that an import reports as its last word before the commit."""


def listen() -> None:
    """Turn SIGTERM into `KeyboardInterrupt`: transactions roll back, the child process that parses ends."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def settle() -> None:
    """Stop listening: what is about to be committed can no longer be called off, and nobody shall be told it was."""
    if signal.getsignal(signal.SIGTERM) is signal.default_int_handler:
        for stop in _STOPS:
            signal.signal(stop, signal.SIG_IGN)


def until_kept(progress: Progress) -> Progress:
    """Report on, and settle at the last step before the commit."""

    def report(step: str, share: float) -> None:
        if share >= _LAST_STEP:
            settle()
        progress(step, share)

    return report
