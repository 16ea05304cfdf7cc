"""Tell how far a long piece of work is, and let a person stop it."""

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Takes the step in Russian and the share done, 0–1; may raise `loaders.errors.Cancelled`, and the work stops there."""


def silent(_step: str, _share: float) -> None:
    """Say nothing."""


def part(progress: Progress, start: float, end: float) -> Progress:
    """Map the shares 0–1 of a piece of the work onto its stretch of the whole."""

    def report(step: str, share: float) -> None:
        progress(step, start + (end - start) * share)

    return report
