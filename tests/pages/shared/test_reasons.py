"""Every code that the README tells of has a Russian name on the screens."""

import re
from pathlib import Path

from analytics import schema
from pages.shared import reasons

README = Path(__file__).parents[3] / "README.md"


def codes(start: str, end: str) -> set[str]:
    text = README.read_text(encoding="utf-8").split("### What happens to rows")[1]
    return set(re.findall(r"`([a-z]+_[a-z_]+)`", text.split(start)[1].split(end)[0]))


def test_rejections_are_named() -> None:
    told = codes("Rejected (", "Kept and counted") - {"rejected_share", *schema.APPEAL}
    assert {"blank_id", "merged_cells"} <= told
    assert {code for code in told if reasons.rejection(code) == reasons.rejection("")} == set()


def test_doubts_are_named() -> None:
    told = codes("Kept and counted", "### What is refused") - {*schema.APPEAL}
    assert {"unmapped_topic", "look_alike_letters"} <= told
    assert {code for code in told if reasons.finding(code) == reasons.finding("")} == set()
