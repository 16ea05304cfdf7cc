"""Guessing is slowed down by login, by address and by both, and no stranger bars the owner from the own device."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.access import common, journal, throttle
from loaders.store.engine import Store, open_store
from tests.loaders.access.people import Clock, person

HOME, AWAY = "10.0.0.1", "203.0.113.9"


def _fail(store: Store, times: int, login: str = "petrov", address: str = AWAY) -> None:
    for _ in range(times):
        assert throttle.attempt(store, login, address, known_device=True) is None


def test_ten_failures_of_a_login_from_an_address_bar_that_pair_alone(store: Store, clock: Clock) -> None:
    _fail(store, 10)
    assert throttle.attempt(store, "petrov", AWAY, known_device=True) == 16 * 60
    assert throttle.attempt(store, "petrov", AWAY, known_device=False) == 16 * 60
    assert throttle.attempt(store, "petrov", HOME, known_device=False) is None
    assert throttle.attempt(store, "sidorov", AWAY, known_device=False) is None
    clock.move(minutes=15, seconds=59)
    assert throttle.attempt(store, "petrov", AWAY, known_device=False) == 1
    clock.move(seconds=1)
    assert throttle.attempt(store, "petrov", AWAY, known_device=False) is None


def test_an_address_is_barred_after_sixty_failures_whatever_the_logins(store: Store, clock: Clock) -> None:
    for number in range(60):
        assert throttle.attempt(store, f"login{number}", AWAY, known_device=False) is None
    assert throttle.attempt(store, "petrov", AWAY, known_device=True) == 16 * 60
    assert throttle.attempt(store, "petrov", HOME, known_device=False) is None
    assert clock.now == common.now()


def test_a_login_tried_from_everywhere_bars_strangers_and_not_its_owner(store: Store, clock: Clock) -> None:
    for number in range(100):
        assert throttle.attempt(store, "petrov", f"198.51.100.{number}", known_device=False) is None
    assert throttle.attempt(store, "petrov", HOME, known_device=False) == 16 * 60
    assert throttle.attempt(store, "petrov", HOME, known_device=True) is None
    assert throttle.attempt(store, "sidorov", HOME, known_device=False) is None
    assert clock.now == common.now()


def test_success_forgets_the_pair_and_keeps_the_counts_of_strangers(store: Store, clock: Clock) -> None:
    _fail(store, 9)
    _fail(store, 1)
    throttle.succeeded(store, "petrov", AWAY)
    for number in range(5):
        _fail(store, 10, login=f"login{number}")
    _fail(store, 1)  # the sixtieth from there, after 9 + 50: the success was taken back
    assert throttle.attempt(store, "petrov", AWAY, known_device=False) == 16 * 60
    assert clock.now == common.now()


def test_an_office_behind_one_address_may_sign_in_as_often_as_it_likes(sqlite_store: Store, clock: Clock) -> None:
    for number in range(150):
        clock.move(seconds=1)
        assert throttle.attempt(sqlite_store, f"login{number % 3}", HOME, known_device=False) is None
        clock.move(seconds=2)
        throttle.succeeded(sqlite_store, f"login{number % 3}", HOME)
    _fail(sqlite_store, 9, address=HOME)
    assert throttle.attempt(sqlite_store, "login0", HOME, known_device=False) is None


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.1", "10.0.0.1", True),
        ("10.0.0.1", "10.0.0.2", False),
        ("unix", "unix", True),
    ],
)
def test_addresses_of_one_customer_count_together(
    sqlite_store: Store, first: str, second: str, *, is_one: bool
) -> None:
    _fail(sqlite_store, 10, address=first)
    assert (throttle.attempt(sqlite_store, "petrov", second, known_device=True) is not None) == is_one


def test_attempts_at_the_same_moment_do_not_slip_past_the_limit_together(store: Store) -> None:
    def guess(_number: int) -> bool:
        return throttle.attempt(store, "petrov", AWAY, known_device=False) is None

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(guess, range(30))) == 10


@pytest.mark.parametrize("login", ["", "\0", "\ud800", "x" * 5000, "имя с пробелом"])
def test_impossible_logins_are_counted_too(store: Store, login: str) -> None:
    _fail(store, 10, login=login)
    assert throttle.attempt(store, login, AWAY, known_device=False) is not None


def test_the_journal_tells_of_failures_without_logins_that_nobody_has(store: Store) -> None:
    number = person(store, "petrov")
    throttle.told(store, "petrov", AWAY)
    throttle.told(store, "ｐｅｔｒｏｖ", AWAY, "единый вход", "https://id|7")
    throttle.told(store, "лиловый паровоз у реки", AWAY, "слишком много попыток")
    found = journal.page(store, action=journal.SIGN_IN_FAILED)[0].rows(named=True)
    assert [(row["login"], row["account_id"], row["address"]) for row in found] == [
        (throttle.UNKNOWN, None, AWAY),
        (throttle.UNKNOWN, None, AWAY),
        ("petrov", number, AWAY),
    ]
    assert journal.told(found[0]["detail"]) == "причина: слишком много попыток"
    assert journal.told(found[1]["detail"]) == "причина: единый вход, пользователь службы входа: https://id|7"


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path_factory.mktemp('one')}/store.sqlite") as store:
        yield store


@given(pauses=st.lists(st.integers(0, 400), min_size=11, max_size=30), number=st.integers(0, 10**9))
def test_no_quarter_of_an_hour_holds_more_than_ten_attempts(one: Store, pauses: list[int], number: int) -> None:
    allowed: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        clock = Clock(patch)
        for pause in pauses:
            clock.move(seconds=pause)
            wait = throttle.attempt(one, f"login{number}", f"address{number}", known_device=True)
            if wait is None:
                allowed.append(common.seconds())
            else:
                clock.move(seconds=wait)
                assert throttle.attempt(one, f"login{number}", f"address{number}", known_device=True) is None
                allowed.append(common.seconds())
    assert all(later - first >= throttle.WINDOW for first, later in zip(allowed, allowed[10:], strict=False))
