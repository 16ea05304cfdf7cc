"""Hostile and odd JSON and XML files."""

import json
from collections.abc import Callable

from tests.hostile.texts import HEADER, rows

Make = Callable[[], bytes]


def records(count: int = 200) -> list[dict[str, object]]:
    """Make plain records; empty values are left out, as exports do."""
    return [{name: value for name, value in zip(HEADER, row, strict=True) if value} for row in rows(count)]


def dumped(value: object) -> bytes:
    """Write JSON with Cyrillic letters as they are."""
    return json.dumps(value, ensure_ascii=False).encode()


def ndjson() -> bytes:
    """One object per line."""
    return b"\n".join(dumped(record) for record in records()) + b"\n"


def with_value(name: str, literal: str) -> bytes:
    """Put one JSON literal into the tenth record."""
    made = records()
    made[9][name] = "@@"
    return dumped(made).replace(b'"@@"', literal.encode())


def types_change() -> bytes:
    """The number of a case in eight JSON types."""
    made = records(60)
    for number, value in enumerate([7, 8.5, True, None, [1], {"a": 1}, "", "восемь-8"]):
        made[number]["Номер"] = value
    return dumped(made)


def xml(inner: str = "", head: str = "") -> bytes:
    """Wrap records as XML elements with the profile's own names."""
    names = ("source_id", "received_at", "status", "topic", "department", "answered_at")
    cases = "".join(
        "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in zip(names, row, strict=False)) + "</item>"
        for row in rows()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>{head}<list>{cases}{inner}</list>'.encode()


_LAUGHS = '<!DOCTYPE list [<!ENTITY a "ха"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
_OUTSIDE = '<!DOCTYPE list [<!ENTITY x SYSTEM "file:///etc/hostname">]>'

LOADED: list[tuple[str, Make, int]] = [
    ("j01_array.json", lambda: dumped(records()), 200),
    ("j02_lines.ndjson", ndjson, 200),
    ("j02_lines.json", ndjson, 200),
    ("j10_wrapped.json", lambda: dumped({"meta": {"total": 200}, "result": {"rows": records()}}), 200),
    ("j_bom.json", lambda: b"\xef\xbb\xbf" + dumped(records()), 200),
    ("xml_good.xml", xml, 200),
    ("xml_namespace.xml", lambda: xml().replace(b"<list>", b'<list xmlns="urn:x">'), 200),
    ("xml_other_tag.xml", lambda: xml().replace(b"item>", b"zapis>"), 200),
]

QUARANTINED: list[tuple[str, Make, int, dict[str, int]]] = [
    ("j07_types_change.json", types_change, 56, {"blank_id": 4}),
    ("j08_lone_surrogate.json", lambda: with_value("Тема", '"\\ud800"'), 199, {"broken_text": 1}),
    ("j11_one_string.json", lambda: with_value("Тема", '"' + "ж" * 5_000_000 + '"'), 199, {"cell_too_long": 1}),
]

REFUSED: list[tuple[str, Make, str, int | None]] = [
    ("j03_truncated.json", lambda: dumped(records())[:-500], "json", None),
    ("j04_deep_nesting.json", lambda: b"[" * 200_000, "depth", None),
    (
        "j05_duplicate_keys.json",
        lambda: dumped(records()).replace(b"{", b'{"\\u0422\\u0435\\u043c\\u0430": "x", ', 1),
        "duplicate_key",
        None,
    ),
    ("j06_nan.json", lambda: with_value("Оценка", "NaN"), "json", None),
    ("j06_infinity.json", lambda: with_value("Оценка", "-Infinity"), "json", None),
    ("j06_1e309.json", lambda: with_value("Оценка", "1e309"), "json", None),
    ("j06_bigint.json", lambda: with_value("Оценка", "7" * 5000), "json", None),
    ("j09_invalid_utf8.json", lambda: dumped(records()).replace("Ямы".encode(), b"\xff\xfe", 1), "json", None),
    ("j_many_keys.json", lambda: dumped([{f"поле {number}": "1" for number in range(5000)}]), "too_many_columns", None),
    ("j_empty_list.json", lambda: b"[]", "empty", None),
    ("j_numbers.json", lambda: b"[1, 2, 3]", "json", 1),
    ("x04_billion_laughs.xml", lambda: xml("<item><topic>&b;</topic></item>", _LAUGHS), "dtd", None),
    ("x05_xxe.xml", lambda: xml("<item><topic>&x;</topic></item>", _OUTSIDE), "dtd", None),
    ("xml_truncated.xml", lambda: xml()[:-300], "xml", None),
    ("xml_deep.xml", lambda: xml("<a>" * 500 + "</a>" * 500), "depth", None),
]
