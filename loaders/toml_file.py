"""Read a TOML file written by a person: typed values, no unknown keys, and refusals that name the line."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any, Final, NoReturn, Self, TypeVar

from loaders.errors import InputRefused, Place

T = TypeVar("T")
C = TypeVar("C", bound=str)

_SYNTAX_LINE: Final = re.compile(r"\(at line (\d+)")

_KINDS: Final[dict[type, str]] = {
    str: "текст в кавычках",
    int: "целое число",
    float: "число",
    bool: "true или false",
    date: "дата вида 2026-01-31",
    time: "время вида 09:00:00",
    list: "список в квадратных скобках",
    dict: "таблица",
}
"""How each kind of value is called in a refusal."""


class TomlTable:
    """Hand out the values of one table and refuse what nobody asked for.

    Every value is taken by name and type; `close` then refuses the keys that were not taken, so a misspelt key is
    never silently ignored. `line` is the row of the table's header, or 1 for the whole file.
    """

    def __init__(self, file: str, lines: list[str], data: dict[str, Any], name: str = "", line: int = 1) -> None:
        self.file = file
        self.name = name
        self.line = line
        self._lines = lines
        self._data = data
        self._taken: set[str] = set()

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open a file as its top table; raise `InputRefused` when it is absent, not UTF-8 or not TOML."""
        try:
            text = path.read_bytes().decode("utf-8-sig")
            data = tomllib.loads(text)
        except OSError as error:
            raise InputRefused("not_readable", "Файл не открывается", place=Place(path.name)) from error
        except UnicodeDecodeError as error:
            raise InputRefused("encoding", "Файл должен быть в кодировке UTF-8", place=Place(path.name)) from error
        except tomllib.TOMLDecodeError as error:
            found = _SYNTAX_LINE.search(str(error))
            row = int(found[1]) if found else None
            advice = "Частые причины: один и тот же ключ дважды, незакрытая кавычка или скобка."
            what, place = "Файл написан не по правилам TOML", Place(path.name, row)
            raise InputRefused("toml", what, place=place, advice=advice) from error
        return cls(path.name, text.splitlines(), data)

    def has(self, key: str) -> bool:
        """Say whether the key is written in this table."""
        return key in self._data

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Return the value of a key; without a default the key is obligatory."""
        self._taken.add(key)
        if key not in self._data:
            if default is not None:
                return default
            self.refuse("missing_key", f"Нет обязательного ключа «{key}»")
        return self._checked(key, self._data[key], kind)

    def maybe(self, key: str, kind: type[T]) -> T | None:
        """Return the value of a key, or None where it is not written."""
        return self.take(key, kind) if key in self._data else None

    def choice(self, key: str, allowed: Sequence[C], default: C | None = None) -> C:
        """Return one of the words allowed; without a default the key is obligatory."""
        value = self.take(key, str, default)
        found = next((word for word in allowed if word == value), None)
        if found is None:
            self.refuse("unknown_value", f"«{value}» не подходит", at=key, advice=f"Бывает: {', '.join(allowed)}.")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty where the key is not written."""
        return self.values(key, str)

    def values(self, key: str, kind: type[T]) -> tuple[T, ...]:
        """Return a list of values of one type; empty where the key is not written."""
        return tuple(self._checked(key, value, kind) for value in self.take(key, list, []))

    def table(self, key: str) -> Self:
        """Return a table inside this one; empty where it is not written."""
        data = self.take(key, dict, {})
        name = self._inner(key)
        inline = self.line_of(key)
        return type(self)(self.file, self._lines, data, name, self._find(rf"\s*\[{re.escape(name)}\]", 0, inline))

    def tables(self, key: str) -> Iterator[Self]:
        """Yield the tables of an array, each with the line of its own header."""
        name, line = self._inner(key), 0
        for data in self.take(key, list, []):
            line = self._find(rf"\s*\[\[{re.escape(name)}\]\]", line, self.line)
            yield type(self)(self.file, self._lines, self._checked(key, data, dict), name, line)

    def keys(self) -> tuple[str, ...]:
        """Name the keys as they are written."""
        return tuple(self._data)

    def close(self) -> None:
        """Refuse the keys nobody took."""
        for key in self._data:
            if key not in self._taken:
                allowed = ", ".join(sorted(self._taken))
                self.refuse("unknown_key", f"Неизвестный ключ «{key}»", at=key, advice=f"Здесь бывают: {allowed}.")

    def refuse(self, code: str, what: str, *, at: str = "", advice: str = "") -> NoReturn:
        """Raise `InputRefused` at the line where `at`, a key or a quoted value, stands in this table."""
        where = f" в таблице [{self.name}]" if self.name else ""
        place = Place(self.file, self.line_of(at) if at else self.line)
        raise InputRefused(code, f"{what}{where}", place=place, advice=advice)

    def line_of(self, text: str) -> int:
        """Find the line of a key or of a quoted value, from this table's header down."""
        word = re.escape(text)
        return self._find(rf"\s*\"?{word}\"?\s*=|.*\"{word}\"", self.line - 1, self.line)

    def _inner(self, key: str) -> str:
        return f"{self.name}.{key}" if self.name else key

    def _find(self, pattern: str, after: int, otherwise: int) -> int:
        shape = re.compile(pattern)
        rows = (row for row in range(after, len(self._lines)) if shape.match(self._lines[row]))
        return next(rows, otherwise - 1) + 1

    def _checked(self, key: str, value: object, kind: type[T]) -> T:
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            self.refuse("wrong_type", f"Ключ «{key}» — не {_KINDS[kind]}", at=key)
        return value
