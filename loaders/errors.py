"""Two kinds of failure: the reader's, told as a Russian sentence, and ours, which keeps its traceback.

MCUError
├── InputRefused      the file, the profile or the request is wrong: nothing was done, the sentence says what to do
│   ├── Cancelled     the person stopped it
│   └── AccessDenied  the person may not do this, or not any more
└── StoreUnavailable  the store cannot be reached or is of a newer version
"""

from dataclasses import dataclass


class MCUError(Exception):
    """Stand at the root of every failure this product raises on purpose."""


@dataclass(frozen=True)
class Place:
    """Say where in a file something is wrong; rows count from 1 as an editor or a spreadsheet shows them.

    Written as text it names nobody: people put phones and names into the names of files and columns too.
    """

    file: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        from loaders.personal import redact  # brings Polars along, which `--help` does without

        parts = [
            f"файл «{self.file}»" if self.file else "",
            f"строка {self.row}" if self.row is not None else "",
            f"столбец «{self.column}»" if self.column else "",
            f"значение «{self.value}»" if self.value else "",
        ]
        return redact(", ".join(part for part in parts if part))


class InputRefused(MCUError):
    """Refuse an input: `code` for programs, then what is wrong, where, what was expected and what to do."""

    def __init__(self, code: str, what: str, *, place: Place | None = None, advice: str = "") -> None:
        self.code = code
        self.what = what
        self.place = place or Place()
        self.advice = advice
        where = f" ({self.place})" if str(self.place) else ""
        ending = f" {advice}" if advice else ""
        super().__init__(f"{what}{where}.{ending}")


class Cancelled(InputRefused):
    """Tell that a person stopped the work before anything was changed."""

    def __init__(self) -> None:
        super().__init__("cancelled", "Загрузка отменена, данные не изменены")


class AccessDenied(InputRefused):
    """Refuse what a person may not see or do; the sentence never says whether the thing exists."""

    def __init__(self, what: str = "Это вам не открыто", *, advice: str = "") -> None:
        super().__init__("no_access", what, advice=advice)


class StoreUnavailable(MCUError):
    """Tell that the store cannot be used now; the text is safe to show and holds no address or password."""
