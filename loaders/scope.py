"""What one person may see: every reader takes a `Scope` first, and there is no default."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Self

from loaders.errors import AccessDenied


@dataclass(frozen=True, slots=True)
class Scope:
    """Bound a read to one municipality and, where a set is given, to those topic blocks, departments and channels.

    `blocks=None` means every block, the unmapped rows included; it can only be had by naming `whole_city`. The sets
    bound together: a row is open when each of them holds its word. An empty set sees nothing. `sees_rows` opens the
    register, and with it exact numbers: without it every reader counts a random half of the cases twice (`weight`,
    `store.halves`). `may_export` opens files; `valid_until` (UTC) ends both and every read. Instances are hashable: the
    scope is part of every cache key. `valid_until` is not part of it, because it is asked before any cache is.
    """

    municipality: str
    blocks: frozenset[str] | None
    sees_rows: bool
    may_export: bool
    departments: frozenset[str] | None = None
    channels: frozenset[str] | None = None
    valid_until: datetime | None = field(default=None, compare=False, repr=False)

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

    @property
    def is_whole_city(self) -> bool:
        """Say whether every row of the municipality is open to counting."""
        return self.blocks is None and self.departments is None and self.channels is None

    @property
    def reach(self) -> Self:
        """Keep only what decides which rows are counted: people with one reach may share cells."""
        return replace(self, may_export=False, valid_until=None)

    @property
    def weight(self) -> int:
        """Say how many times each row that is read counts: twice where only a random half of the cases is read."""
        return 1 if self.sees_rows else 2

    def demand_whole_city(self) -> None:
        """Raise `AccessDenied` unless every row of the municipality is open to counting."""
        if not self.is_whole_city:
            raise AccessDenied("Это открыто тем, кто видит весь город")

    def check(self, now: datetime | None = None) -> None:
        """Raise `AccessDenied` when the scope has ended; `now` is aware."""
        if self.valid_until is not None and (now or datetime.now(UTC)) >= self.valid_until:
            raise AccessDenied("Срок доступа истёк", advice="Обратитесь к администратору.")
