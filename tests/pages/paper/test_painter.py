"""The browser that draws: kept warm, started anew when it dies, and its absence told in words."""

import os
import signal
import subprocess
import time

import plotly.graph_objects as go
import pytest

from pages.paper import painter
from pages.paper.painter import NoPictures, Painter, is_possible

FIGURE = go.Figure([go.Bar(x=["Дороги"], y=[1])])


@pytest.fixture
def own():
    one = Painter()
    yield one
    one.close()


def browsers() -> set[int]:
    """List the browsers that this process has started."""
    listed = subprocess.run(
        ["ps", "-eo", "pid,ppid,args"], check=True, capture_output=True, text=True
    ).stdout.splitlines()
    rows = [line.split(None, 2) for line in listed[1:]]
    children: dict[int, list[int]] = {}
    for pid, parent, _ in rows:
        children.setdefault(int(parent), []).append(int(pid))
    found, todo = set(), [os.getpid()]
    while todo:
        for child in children.get(todo.pop(), []):
            found.add(child)
            todo.append(child)
    names = {int(pid): args for pid, _, args in rows}
    return {pid for pid in found if "chrom" in names.get(pid, "") and "--type=" not in names.get(pid, "")}


@pytest.mark.skipif(not is_possible(), reason="нет программы chromium")
def test_a_browser_that_is_killed_is_started_anew(own):
    assert own.svg(FIGURE, 400, 300).startswith(b"<svg")
    started = browsers()
    assert started
    for pid in started:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.3)
    assert "Дороги".encode() in own.svg(FIGURE, 400, 300)
    own.close()
    deadline = time.monotonic() + 10
    while browsers() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not browsers()


def test_a_machine_without_a_browser_says_what_to_install(own, monkeypatch):
    monkeypatch.setattr(painter, "is_possible", lambda: False)
    with pytest.raises(NoPictures) as told:
        own.svg(FIGURE, 400, 300)
    assert "Chromium" in str(told.value)
    assert "chromium" in told.value.advice


def test_a_browser_that_fails_twice_is_told_in_words(own, monkeypatch):
    tries = []

    def fail(*_):
        tries.append(1)
        raise RuntimeError("x")

    monkeypatch.setattr(painter, "is_possible", lambda: True)
    monkeypatch.setattr(own, "_draw", fail)
    with pytest.raises(NoPictures, match="дважды"):
        own.svg(FIGURE, 400, 300)
    assert len(tries) == 2
