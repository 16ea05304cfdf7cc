"""What one person may see: every reader takes a `Scope` first, and there is no default."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Scope:
    """Bound a read to one municipality and, where `blocks` is a set, to those topic blocks.

    `blocks=None` means every block, the unmapped rows included; it can only be had by naming `whole_city`.
    An empty set sees nothing. `sees_rows` opens the register; `may_export` opens files. Instances are
    hashable: the scope is part of every cache key.
    """

    municipality: str
    blocks: frozenset[str] | None
    sees_rows: bool
    may_export: bool

    @classmethod
    def whole_city(cls, municipality: str, *, sees_rows: bool = True, may_export: bool = True) -> Self:
        """Open every block of one municipality."""
        return cls(municipality, None, sees_rows, may_export)

    @classmethod
    def of_blocks(
        cls, municipality: str, blocks: frozenset[str], *, sees_rows: bool = True, may_export: bool = False
    ) -> Self:
        """Open the named blocks of one municipality and nothing else."""
        return cls(municipality, frozenset(blocks), sees_rows, may_export)
