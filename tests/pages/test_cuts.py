"""Nothing cuts a list in silence: whatever takes the first few says of how many, and how to see the rest."""

import re
from pathlib import Path

PAGES = Path(__file__).parents[2] / "pages"
CUT = re.compile(r"\.head\((?:\w+\.)?_?[A-Z]\w*\)|\[:(?:\w+\.)?_?[A-Z][A-Z_]+\]")
TOLD = re.compile(r"some_of\(|\brest\(|_rest\(|Показано \{|остальные|ещё \{")

NO_LIST = {
    "journal/query.py": "a typed number",
    "rating/view.py": "an address",
    "shared/folding.py": "a sum",
    "paper/digests.py": "a sum",
    "quality/page.py": "links of the rows that the table shows",
    "paper/sheets.py": "a name of a sheet",
    "deadlines/reading.py": "told beside the chart",
    "deadlines/bars.py": "told by the panel, and what the rest have in all",
    "map/spots.py": "topics that name a cluster, the foremost only",
}
"""Files that shorten something else than a list, or whose screen tells it."""


def test_every_cut_is_told() -> None:
    cutting = {
        str(file.relative_to(PAGES)): text
        for file in PAGES.rglob("*.py")
        if CUT.search(text := file.read_text("utf-8"))
    }
    assert {name for name, text in cutting.items() if not TOLD.search(text)} == set(NO_LIST)
    assert len(cutting) > 15
