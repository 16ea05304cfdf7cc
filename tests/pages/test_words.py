"""What people read is said as a city says it: every text of the code and of the reference data is looked at."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_OUR_NUMBER = re.compile(r"(\bакт[а-я]{0,3}|распоряжени[а-я]+) (№ ?)?00\d", re.IGNORECASE)

_JARGON = re.compile(
    r"коридор|неразличим|недостижим|квантил|перцентил|когорт|резидуал|дисперси|регресси|корреляц|медиан|АППГ|p′|XmR|CUSUM",
    re.IGNORECASE,
)


def _docstrings(tree: ast.AST) -> set[int]:
    bodies = (node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list))
    return {id(line.value) for body in bodies for line in body if isinstance(line, ast.Expr)}


def _texts_of_code(code: str) -> Iterator[str]:
    tree = ast.parse(code)
    aside = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside:
            yield node.value


def _texts_of_data(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts_of_data(each)


def _texts() -> Iterator[tuple[Path, str]]:
    for root in ("analytics", "loaders", "pages"):
        for path in (_ROOT / root).rglob("*.py"):
            yield from ((path, each) for each in _texts_of_code(path.read_text()))
    for path in (_ROOT / "loaders").rglob("*.toml"):
        yield from ((path, each) for each in _texts_of_data(tomllib.loads(path.read_text())))


def test_no_text_names_an_act_by_the_number_of_our_file():
    assert [f"{path.name}: {text}" for path, text in _texts() if _OUR_NUMBER.search(text)] == []


def test_no_text_speaks_as_a_statistician_does():
    assert [f"{path.name}: {text}" for path, text in _texts() if _JARGON.search(text)] == []


@pytest.mark.parametrize("text", ["акт 004, прил. 3", "Акту 001", "распоряжение 002, п. 11"])
def test_a_number_of_our_file_is_known_as_one(text):
    assert _OUR_NUMBER.search(text)


def test_a_text_is_read_and_a_docstring_is_not():
    code = '"""акт 001"""\ndef f():\n    """акт 002"""\n    return f"акт 003 {f}"\nX = ("акт 004",)\n'
    assert sorted(_texts_of_code(code)) == ["акт 003 ", "акт 004"]
    assert list(_texts_of_data({"norms": [{"source": "акт 002", "amount": 3}]})) == ["акт 002"]
