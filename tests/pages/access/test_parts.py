import re

import pytest

from loaders.access import passwords
from pages.access.agents import plain
from pages.access.one_time import one_time_password


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/138.0 YaBrowser/25.8 Safari/537.36", "Яндекс Браузер, Виндоус"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Файрфокс, Линукс"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
            "Сафари, Айфон",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/138.0 Mobile Safari/537.36", "Хром, Андроид"),
        ("<script>alert(1)</script>", "не браузер"),
        ("", "не браузер"),
    ],
)
def test_a_browser_in_plain_words(agent, words):
    assert plain(agent) == words


def test_one_time_passwords_are_strong_and_never_the_same():
    made = {one_time_password() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}", each) for each in made)
    assert [passwords.problems(each, "ivanov") for each in list(made)[:5]] == [None] * 5
