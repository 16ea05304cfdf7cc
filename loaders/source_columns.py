"""Take canonical columns out of a raw table by a profile: choose the source column, translate its words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import polars as pl

from analytics import schema
from loaders.files.raw import ROW, RawTable
from loaders.profile import Condition, Field, Profile
from loaders.text import clean, cleaned, over_unique, value_key

_GUARD: Final = r'^="\s*(.*?)\s*"$'
_WHOLE: Final = r"^(\d+)[.,]0$"
_EXPONENT: Final = r"(?:^|/)\d(?:[.,]\d+[Ee]\+?|[Ee]\+)\d{1,3}(?:/|$)"
"""Regular expression of a number, maybe one of several joined, as a program writes it that has only its size."""


@dataclass(frozen=True)
class Translated:
    """Hold canonical words; `unknown` marks rows whose source word has no translation and was not kept."""

    values: pl.Series
    unknown: pl.Series


class SourceColumns:
    """Answer for one raw table: what does the source say about a canonical column."""

    def __init__(self, raw: RawTable, profile: Profile) -> None:
        self.raw = raw
        self.profile = profile
        self.height = raw.frame.height

    def field(self, name: str) -> Field:
        """Return the profile's field, or one without any source."""
        return self.profile.fields.get(name, Field(name))

    def label(self, name: str) -> str:
        """Name the column as the file does; by its Russian title where the file has none."""
        present = [key for key in self.field(name).keys if key in self.raw.names]
        return self.raw.names[present[0]] if present else schema.COLUMNS[name].title

    def given(self, name: str) -> bool:
        """Say whether the file has a column for it at all."""
        return any(key in self.raw.names for key in self.field(name).keys)

    def text(self, name: str) -> pl.Series:
        """Return the source text, trimmed, null where empty; joined or first filled where the profile says so."""
        return self._taken(name, self.column)

    def number(self, name: str) -> pl.Series:
        """Return the source text of a column of whole numbers: «1000.0» of a table of numbers is 1000."""
        return self._taken(name, lambda key: self.column(key).str.replace(_WHOLE, "$1"))

    def _taken(self, name: str, column: Callable[[str], pl.Series]) -> pl.Series:
        field = self.field(name)
        present = [column(key) for key in field.keys if key in self.raw.names]
        if not present:
            return pl.repeat(None, self.height, dtype=pl.String, eager=True).rename(name)
        chosen = pl.select(pl.coalesce(present)).to_series() if field.first_filled else present[0]
        tails = [column(key) for key in field.join_keys if key in self.raw.names]
        for tail in tails:
            chosen = chosen + pl.select(pl.when(tail.is_not_null()).then("/" + tail).otherwise(pl.lit(""))).to_series()
        return chosen.rename(name)

    def merged(self, name: str) -> pl.Series:
        """Mark the rows whose cell is empty because it is hidden under a merged one."""
        hidden = [self.raw.merged[key] for key in self.field(name).keys if key in self.raw.merged]
        if not hidden:
            return pl.repeat(value=False, n=self.height, eager=True)
        return self.raw.frame[ROW].is_in(pl.concat(hidden).implode()) & self.text(name).is_null()

    def lost(self, name: str) -> pl.Series:
        """Mark the rows whose number is not whole any more: Excel wrote it with an exponent or made up its end."""
        field = self.field(name)
        present = [key for key in field.keys if key in self.raw.names]
        used = (*(present if field.first_filled else present[:1]), *field.join_keys)
        rows = [self.raw.lost[key] for key in used if key in self.raw.lost]
        made_up = self.raw.frame[ROW].is_in(pl.concat([pl.Series(dtype=pl.Int64), *rows]).implode())
        return made_up | self.text(name).str.contains(_EXPONENT)

    def column(self, key: str) -> pl.Series:
        """Return one source column, trimmed, null where empty, without the guard by which Excel keeps text as text."""
        trimmed = self.raw.frame[key].str.strip_chars()
        if trimmed.str.starts_with('="').any():
            trimmed = trimmed.str.replace(_GUARD, "$1")
        return trimmed.set(trimmed == "", None)

    def words(self, name: str) -> Translated:
        """Translate a vocabulary column by the profile's table, default and rules."""
        field = self.field(name)
        source = self.text(name)
        table = field.values
        values = over_unique(source, lambda word: table.get(value_key(clean(word))))
        ruled = self._ruled(name)
        values = _first(ruled, values)
        unknown = source.is_not_null() & values.is_null()
        if field.default is not None:
            values = values.set(source.is_null() & ruled.is_null(), field.default)
        return Translated(values.rename(name), unknown)

    def stages_of_status(self) -> pl.Series:
        """Read the stage from a status whose word names it; other words of the status name none and raise no doubt."""
        named = self.profile.stages
        return over_unique(self.text("status"), lambda word: named.get(value_key(clean(word)))).rename("stage")

    def open_words(self, name: str) -> Translated:
        """Translate an open text column: words of the table, all others kept, dropped or marked as the profile says."""
        field = self.field(name)
        source = cleaned(self.text(name))
        keeps = field.unknown == "keep"
        if field.values or not keeps:
            table = field.values
            found = over_unique(source, lambda word: table.get(value_key(word), word if keeps else None))
        else:
            found = source
        unknown = source.is_not_null() & found.is_null()
        values = _first(self._ruled(name), found.set(found == "", None))
        if field.default is not None:
            values = values.set(source.is_null(), field.default)
        return Translated(values.rename(name), unknown)

    def flags(self, name: str) -> Translated:
        """Translate a yes-or-no column by its table, then by the words of yes and no."""
        field = self.field(name)
        profile = self.profile

        def word(value: str) -> str | None:
            key = value_key(value)
            known = field.values.get(key) or ("true" if key in profile.yes else "false" if key in profile.no else None)
            return known if known is None or known in {"true", "false"} else None

        source = self.text(name)
        found = over_unique(source, word)
        values = _first(self._ruled(name), found)
        unknown = source.is_not_null() & values.is_null()
        default = field.default if field.default is not None else None
        filled = values if default is None else values.fill_null(default)
        return Translated((filled == "true").rename(name), unknown)

    def _ruled(self, name: str) -> pl.Series:
        """Return the words that rules give to a column; null where none applies."""
        result = pl.repeat(None, self.height, dtype=pl.String, eager=True)
        for rule in self.profile.rules:
            if name in rule.sets:
                holds = self._holds(rule.when)
                result = result.set(holds & result.is_null(), rule.sets[name])
        return result

    def _holds(self, conditions: tuple[Condition, ...]) -> pl.Series:
        holds = pl.repeat(value=True, n=self.height, eager=True)
        for condition in conditions:
            holds = holds & self._meets(condition)
        return holds

    def _meets(self, condition: Condition) -> pl.Series:
        if condition.header not in self.raw.names:
            return pl.repeat(value=not condition.words and not condition.filled, n=self.height, eager=True)
        source = self.column(condition.header)
        if not condition.words:
            return source.is_not_null() if condition.filled else source.is_null()
        words = condition.words
        met = over_unique(source, lambda word: "1" if value_key(clean(word)) in words else None)
        return met.is_not_null()


def _first(preferred: pl.Series, other: pl.Series) -> pl.Series:
    return other if preferred.null_count() == len(preferred) else preferred.fill_null(other)
