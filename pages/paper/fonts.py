"""The product's own font for the PDF writer, which reads no web fonts: made once per process from the shipped files."""

import tempfile
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

from fontTools.merge import Merger
from fontTools.ttLib import TTFont

from pages.paper import signs

STATIC: Final = Path(__file__).parents[1] / "static"
FAMILY: Final = "PT Sans"
_WEIGHTS: Final = (400, 700)
_SUBSETS: Final = ("latin", "cyrillic")
_RANGES: Final = {
    "latin": "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02DC,U+2000-206F,U+20AC,U+2122,U+2212,U+2215",
    "cyrillic": "U+0301,U+0400-045F,U+0490-0491,U+04B0-04B1,U+2116",
}


def web_file(subset: str, weight: int) -> Path:
    """Name a shipped file."""
    return STATIC / f"pt-sans-{subset}-{weight}-normal.woff2"


def faces() -> str:
    """Write the style rules by which a local page finds the shipped files."""
    parts = [(subset, _RANGES[subset]) for subset in _SUBSETS]
    letters = [_face(weight, web_file(subset, weight), span) for weight in _WEIGHTS for subset, span in parts]
    own = ",".join(f"U+{ord(sign):04X}" for sign in signs.OUTLINES)
    return "".join([*letters, *(_face(weight, signs.FILE, own) for weight in _WEIGHTS)])


def _face(weight: int, file: Path, span: str) -> str:
    source = f"src:url('{file.as_uri()}');unicode-range:{span}"
    return f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};{source}}}"


def folder() -> tempfile.TemporaryDirectory[str]:
    """Give a folder with one whole font per weight; it goes with the process."""
    with _lock:  # two first files at once would each make one, and the cache would drop the other under its reader
        return _folder()


_lock = threading.Lock()


@lru_cache(maxsize=1)
def _folder() -> tempfile.TemporaryDirectory[str]:
    made = tempfile.TemporaryDirectory(prefix="mcu-fonts-")
    for weight in _WEIGHTS:
        shipped = [*(web_file(subset, weight) for subset in _SUBSETS), signs.FILE]
        parts = [_unpacked(Path(made.name), file) for file in shipped]
        Merger().merge([str(part) for part in parts]).save(Path(made.name) / f"{weight}.ttf")
        for part in parts:
            part.unlink()
    return made


def _unpacked(target: Path, file: Path) -> Path:
    font = TTFont(file)
    font.flavor = None
    font.save(target / f"{file.stem}.part")
    return target / f"{file.stem}.part"
