"""The signs of the product as a font of its own: PT Sans, as shipped, has letters and no shapes.

`python -m pages.paper.signs` draws them into pages/static; a test holds the file against these outlines.
"""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

Point = tuple[float, float]
Outline = Sequence[Point]

FILE: Final = Path(__file__).parents[1] / "static" / "signs.woff2"

_EM: Final = 1000
_ASCENT, _DESCENT = 1018, -276
"""The heights of PT Sans: a sign moves no line."""

_DRAWN: Final = 3_850_000_000
"""One moment for every run, in the seconds of a font: the file depends on its outlines alone."""

_CORNERS: Final = 48
"""Corners of a circle: round at every size of a screen."""


def _circle(radius: float, *, is_hole: bool = False) -> Outline:
    turns = [2 * math.pi * i / _CORNERS for i in range(_CORNERS)]
    points = [(350 + radius * math.cos(turn), 350 - radius * math.sin(turn)) for turn in turns]
    return points[::-1] if is_hole else points


def _wave(base: float) -> Outline:
    xs = [60 + i * 20 for i in range(25)]
    ridge = [(x, base + 55 * math.sin((x - 60) * 2 * math.pi / 480)) for x in xs]
    return [*((x, y + 34) for x, y in ridge), *((x, y - 34) for x, y in reversed(ridge))]


def _turned(outline: Outline, quarters: int) -> Outline:
    """Turn an outline clockwise about the middle of its square."""
    for _ in range(quarters):
        outline = [(y, 700 - x) for x, y in outline]
    return outline


_ARROW: Final = (
    (315, 40),
    (315, 470),
    (170, 330),
    (120, 382),
    (350, 620),
    (580, 382),
    (530, 330),
    (385, 470),
    (385, 40),
)
_TRIANGLE: Final = ((20, 50), (350, 660), (680, 50))

OUTLINES: Final[dict[str, tuple[Outline, ...]]] = {
    "▲": (_TRIANGLE,),
    "▶": (_turned(_TRIANGLE, 1),),
    "▼": (_turned(_TRIANGLE, 2),),
    "■": (((60, 60), (60, 640), (640, 640), (640, 60)),),
    "●": (_circle(310),),
    "○": (_circle(310), _circle(235, is_hole=True)),
    "✓": (((60, 330), (125, 390), (265, 225), (575, 660), (650, 610), (275, 60)),),
    "≈": (_wave(450), _wave(250)),
    "↑": (_ARROW,),
    "→": (_turned(_ARROW, 1),),
    "↓": (_turned(_ARROW, 2),),
}
"""Closed outlines of every sign, clockwise outside, in thousandths of the letter's height."""


def _drawn(outlines: Sequence[Outline]) -> Glyph:
    pen = TTGlyphPen(None)
    for outline in outlines:
        first, *rest = [(round(x), round(y)) for x, y in outline]
        pen.moveTo(first)
        for point in rest:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def write(file: Path) -> None:
    """Draw the font into a file."""
    names = {ord(sign): f"uni{ord(sign):04X}" for sign in OUTLINES}
    glyphs = {".notdef": _drawn(())} | {names[ord(sign)]: _drawn(outlines) for sign, outlines in OUTLINES.items()}
    made = FontBuilder(_EM, isTTF=True)
    made.setupGlyphOrder(list(glyphs))
    made.setupCharacterMap(names)
    made.setupGlyf(glyphs)
    made.setupHorizontalMetrics(dict.fromkeys(glyphs, (700, 0)))
    made.setupHorizontalHeader(ascent=_ASCENT, descent=_DESCENT)
    made.setupNameTable({"familyName": "MCU Signs", "styleName": "Regular"})
    made.setupOS2(sTypoAscender=_ASCENT, sTypoDescender=_DESCENT, usWinAscent=_ASCENT, usWinDescent=-_DESCENT)
    made.setupPost()
    made.updateHead(created=_DRAWN, modified=_DRAWN)
    made.font.recalcTimestamp = False
    made.font.flavor = "woff2"
    made.save(file)


if __name__ == "__main__":
    write(FILE)
