import pytest

from loaders import demo
from loaders.errors import StoreUnavailable
from loaders.store import engine
from pages.gate import first_start
from pages.gate.first_start import FirstStart, State


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Give a first start over a default store that does not exist yet."""
    monkeypatch.delenv(engine.URL_VARIABLE, raising=False)
    monkeypatch.setattr(engine, "DEFAULT_FILE", tmp_path / "mcu.sqlite")
    return FirstStart()


def ended(start):
    start.begin()
    if start.thread:
        start.thread.join(30)
    return start.state


def test_progress_is_told_and_the_end_is_quiet(start, monkeypatch):
    seen = []

    def work(_store, progress):
        progress("Строим", 0.5)
        seen.append(start.state)

    monkeypatch.setattr(demo, "first_start", work)
    assert ended(start) == State(share=1.0)
    assert seen == [State(is_working=True, share=0.5, step="Строим")]


def test_a_refusal_is_told_in_its_own_words(start, monkeypatch):
    def work(_store, _progress):
        raise StoreUnavailable("Нет места на диске.")

    monkeypatch.setattr(demo, "first_start", work)
    assert ended(start) == State(failure="Нет места на диске.")


def test_our_fault_tells_no_cause(start, monkeypatch):
    def work(_store, _progress):
        raise ValueError("password=secret")

    monkeypatch.setattr(demo, "first_start", work)
    assert "secret" not in ended(start).failure
    assert ended(start).failure


def test_a_chosen_store_is_left_empty(start, monkeypatch):
    monkeypatch.setenv(engine.URL_VARIABLE, "sqlite:////nowhere/x.sqlite")
    assert ended(start) == State()


def test_the_module_holds_one_start():
    assert isinstance(first_start.first_start, FirstStart)
