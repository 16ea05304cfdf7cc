"""Every sign that the product writes has a glyph in the fonts that it brings: nothing is left to the machine's own."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from fontTools.ttLib import TTFont

from pages.paper import fonts, signs

ROOT: Final = Path(__file__).parents[3]

NOT_SHOWN: Final = {
    "loaders/errors.py": "lines of a tree that only a console shows",
    "loaders/city_parts.py": "stars that are read from files",
    "loaders/text.py": "stars that are read from files",
    "loaders/personal.py": "wide letters that are read from files",
    "loaders/commands/output.py": "wide signs that are read from files",
    "pages/gate/first_start.py": "a bar that only a console shows",
}


UNREADABLE: Final = "\ufffd"
"""Stands for a byte that is no letter: it is looked for, and never written."""


def shipped() -> set[str]:
    """Give every character that the shipped fonts can draw in both weights."""
    files = {weight: [fonts.web_file(subset, weight) for subset in ("latin", "cyrillic")] for weight in (400, 700)}
    drawn = [
        {chr(code) for file in [*each, signs.FILE] for code in TTFont(file).getBestCmap()} for each in files.values()
    ]
    return drawn[0] & drawn[1]


def literals(file: Path) -> Iterator[str]:
    """Give the texts of a module that are no docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def written() -> Iterator[tuple[str, str]]:
    """Give every character that a screen or a file may show, with the module or file that writes it."""
    for folder in ("analytics", "loaders", "pages"):
        for file in sorted((ROOT / folder).rglob("*")):
            name = file.relative_to(ROOT).as_posix()
            if file.suffix == ".py" and name not in NOT_SHOWN:
                yield from ((sign, name) for text in literals(file) for sign in text)
            elif file.suffix in {".css", ".js", ".html", ".toml", ".typ"}:
                text = re.sub(
                    r"/\*.*?\*/|^\s*(//|#).*$", "", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE
                )
                yield from ((sign, name) for sign in text)


def test_every_sign_has_a_glyph_of_our_own() -> None:
    own = shipped()
    visible = {sign: name for sign, name in written() if unicodedata.category(sign)[0] in "LNPS"}
    assert len(visible) > 150  # the walk found the texts
    assert {sign: name for sign, name in visible.items() if sign not in own | {UNREADABLE}} == {}


@pytest.mark.parametrize("weight", [400, 700])
def test_files_for_print_draw_the_signs_too(weight: int) -> None:
    font = TTFont(Path(fonts.folder().name) / f"{weight}.ttf")
    assert {chr(code) for code in font.getBestCmap()} >= {*signs.OUTLINES, *"×·–−Яz"}


def test_the_shipped_file_is_drawn_from_the_outlines(tmp_path: Path) -> None:
    signs.write(tmp_path / "signs.woff2")
    made, shipped = TTFont(tmp_path / "signs.woff2"), TTFont(signs.FILE)
    assert {chr(code) for code in shipped.getBestCmap()} == set(signs.OUTLINES)
    for name in made.getGlyphOrder():
        assert made["glyf"][name] == shipped["glyf"][name]


def test_the_style_sheet_asks_the_font_for_every_sign() -> None:
    style = (ROOT / "pages" / "static" / "screen.css").read_text(encoding="utf-8")
    faces = [rule for rule in re.findall(r"@font-face {.*?}", style) if "signs.woff2" in rule]
    # A face of both weights would hide the letters, whose faces have one weight each.
    assert [re.findall(r"font-weight: ([^;]+)", face) for face in faces] == [["400"], ["700"]]
    for face in faces:
        spans = [
            span.removeprefix("U+").split("-") for span in face.split("unicode-range: ")[1].strip(" ;}").split(", ")
        ]
        asked = {chr(code) for span in spans for code in range(int(span[0], 16), int(span[-1], 16) + 1)}
        assert asked == set(signs.OUTLINES)
