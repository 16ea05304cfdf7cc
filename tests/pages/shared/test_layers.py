"""Both layers of a status: change and target are told apart, each with a word and a shape; history begins anew."""

from dataclasses import replace
from datetime import date

import pytest

from analytics.coverage import of_days
from analytics.periods import Period
from analytics.status import ASSURANCE_WORDS, Assurance
from loaders.cells import DataVersion
from loaders.city import City, KnownChange
from loaders.scope import Scope
from pages.shared import asked as asking
from pages.shared import layers
from pages.shared.asked import Asked
from pages.shared.filters import Filters

CITY = City.load("novoshakhtinsk-demo")


@pytest.mark.parametrize(
    ("assurance", "shape", "short"),
    [
        (Assurance.REACHED, "✓", "всегда"),
        (Assurance.MISSED, "×", "пока не достигается"),
        (Assurance.VARIES, "≈", "то да, то нет"),
    ],
)
def test_a_target_has_a_shape_and_words(assurance: Assurance, shape: str, short: str) -> None:
    assert f"{shape} {short}</span>" in layers.assured(assurance)
    assert f">{shape}</span>" in layers.mark(assurance)
    assert 'role="img"' in layers.mark(assurance)


@pytest.mark.parametrize("assurance", [Assurance.NO_TARGET, Assurance.UNKNOWN])
def test_without_a_target_or_history_nothing_is_said(assurance: Assurance) -> None:
    assert layers.assured(assurance) == layers.mark(assurance) == ""


def _asked(period: Period) -> Asked:
    version = DataVersion(CITY.key, 1, ())
    return Asked(Scope.whole_city(CITY.key), version, Filters(), period, None, of_days(date(2024, 1, 1), period.end))


@pytest.mark.parametrize(
    ("period", "first"),
    [
        (Period(date(2025, 1, 1), date(2025, 1, 31)), date(2024, 1, 1)),  # before any change
        (Period(date(2026, 6, 1), date(2026, 6, 30)), date(2026, 3, 1)),  # after both: the later one counts
        (Period(date(2026, 2, 15), date(2026, 3, 14)), date(2026, 3, 1)),  # a change within: nothing to judge by
    ],
)
def test_history_begins_with_the_last_known_change(
    monkeypatch: pytest.MonkeyPatch, period: Period, first: date
) -> None:
    changes = (KnownChange(date(2025, 5, 1), "Новый счёт"), KnownChange(date(2026, 3, 1), "Новая служба"))
    monkeypatch.setattr(asking.readers, "city", lambda _: replace(CITY, changes=changes))
    assert _asked(period).history_from == first


def test_the_home_screen_tells_both_layers_of_the_deadline(screen) -> None:
    words = " ".join(
        element.proto.body
        for element in screen("heat_map", colour="on_time_share", period="2026-09-01..2026-10-31").get("html")
    )
    assert "цель 95" in words
    assert any(said in words for said in ASSURANCE_WORDS.values() if said.startswith("цель"))
    assert words.count('role="img" aria-label="цель') >= 5  # rows of the matrix
