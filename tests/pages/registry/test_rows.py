"""The register tells how much time an open case has left, and nothing of a finished one."""

import re
from typing import Any

from pages.shared import formats

WORDS = r"осталось|остался|осталась|просрочено|истекает сегодня|рабочего времени не осталось"


def _left(app: Any) -> list[str]:
    words = " ".join(element.proto.body for element in app.get("html"))
    return re.findall(r'data-title="Осталось">(.*?)</td>', words)


def test_open_cases_say_what_is_left(screen: Any) -> None:
    left = _left(screen("registry", measure="open"))
    assert len(left) == 50
    told = [words for words in left if words != formats.DASH]
    assert told
    assert all(re.search(WORDS, words) for words in told)


def test_overdue_cases_stand_out(screen: Any) -> None:
    left = _left(screen("registry", measure="overdue_open"))
    assert left
    assert all("просрочено" in words and "mcu-bad" in words for words in left)


def test_finished_cases_have_nothing_left(screen: Any) -> None:
    left = _left(screen("registry", status="answered_explained"))
    assert left
    assert set(left) == {formats.DASH}
