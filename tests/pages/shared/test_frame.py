from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics.coverage import Coverage, SourceCoverage, of_days
from loaders.freshness import Freshness, SystemFreshness
from pages.shared.frame import freshness_words

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DAY = timedelta(hours=24)
TITLES = {"pos": "ПОС"}


def made(event, loaded, late=0.012):
    systems = tuple(SystemFreshness(str(i), event, moment, 1) for i, moment in enumerate(loaded))
    return Freshness(
        of_days(date(2026, 11, 1), date(2026, 11, 22)), event, max(loaded, default=None), late, 29, systems
    )


def test_fresh():
    loaded = [datetime(2026, 11, 22, 5, 40, tzinfo=UTC), datetime(2026, 11, 20, 5, 0, tzinfo=UTC)]
    state, words = freshness_words(made(datetime(2026, 11, 22, 8, 30), loaded), DAY, NOW, MOSCOW, TITLES)
    assert state == "ok"
    assert words.replace("\u00a0", " ") == (
        "данные по 22.11.2026 включительно · сегодня с утра: 29 · "
        "загружено 22.11.2026 08:40, 1 из 2 систем · поздних поступлений 1,2 %"
    )


@pytest.mark.parametrize(
    ("event", "loaded"),
    [
        (datetime(2026, 11, 20, 8, 30), datetime(2026, 11, 22, 5, 0, tzinfo=UTC)),
        (datetime(2026, 11, 22, 8, 30), datetime(2026, 11, 20, 5, 0, tzinfo=UTC)),
    ],
    ids=["old event", "old load"],
)
def test_stale(event, loaded):
    state, words = freshness_words(made(event, [loaded], None), DAY, NOW, MOSCOW, TITLES)
    assert state == "stale"
    assert "старше 24 часов" in words.replace("\u00a0", " ")
    assert "поздних" not in words


def test_absent():
    assert freshness_words(made(None, [], None), DAY, NOW, MOSCOW, TITLES) == ("absent", "данных ещё нет")


def test_a_source_that_ends_earlier_is_named():
    covered = Coverage(
        (SourceCoverage("pos", date(2026, 1, 1), date(2026, 11, 14)),), date(2026, 11, 20), date(2026, 11, 24)
    )
    found = replace(made(datetime(2026, 11, 22, 8, 30), [NOW]), coverage=covered)
    words = freshness_words(found, DAY, NOW, MOSCOW, TITLES)[1].replace("\u00a0", " ")
    assert words.startswith("данные по 20.11.2026 включительно · после 20.11, не за полные дни: 29 · ПОС — по 14.11 · ")
