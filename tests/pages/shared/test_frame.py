from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from analytics.coverage import of_days
from loaders.freshness import Freshness, SystemFreshness
from pages.shared.frame import freshness_words

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


def made(event, loaded, late=0.012):
    systems = tuple(SystemFreshness(str(i), event, moment, 1) for i, moment in enumerate(loaded))
    return Freshness(of_days(date(2026, 11, 1), date(2026, 11, 22)), event, max(loaded, default=None), late, systems)


def test_fresh():
    loaded = [datetime(2026, 11, 22, 5, 40, tzinfo=UTC), datetime(2026, 11, 20, 5, 0, tzinfo=UTC)]
    state, words = freshness_words(made(datetime(2026, 11, 22, 8, 30), loaded), DAY, NOW, MOSCOW)
    assert state == "ok"
    assert words.replace("\u00a0", " ") == (
        "данные на 22.11.2026 08:30 · загружено 22.11.2026 08:40, 1 из 2 систем · поздних поступлений 1,2 %"
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
    state, words = freshness_words(made(event, [loaded], None), DAY, NOW, MOSCOW)
    assert state == "stale"
    assert "старше 24 часов" in words.replace("\u00a0", " ")
    assert "поздних" not in words


def test_absent():
    assert freshness_words(made(None, [], None), DAY, NOW, MOSCOW) == ("absent", "данных ещё нет")
