"""Long files: two at a time, the rest in its turn, progress, a stop, and rights asked again before a byte is made."""

import threading
import time

import pytest

from loaders.access import grants, sessions
from loaders.access.roles import Role
from loaders.access.viewer import OWN
from loaders.errors import AccessDenied, InputRefused
from pages.gate import jobs
from pages.gate.jobs import Job, Jobs
from pages.paper.orders import Ready
from tests.pages.people import CITY, CONSOLE, account, grant

READY = Ready("a.pdf", b"%PDF", 3, {})


@pytest.fixture
def viewer(door, employee):
    return sessions.viewer(door.store, door.begin(employee))


def job(viewer, work, total=3):
    return Job(viewer.actor.session_id, viewer.stamp, CITY, OWN, "a.pdf", total, work)


def until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


def test_two_run_and_the_rest_wait_for_their_turn(viewer):
    kept, go, running = Jobs(), threading.Event(), []

    def work(scope, step):
        running.append(scope.municipality)
        go.wait(5)
        step()
        return READY

    keys = [kept.add(job(viewer, work)) for _ in range(4)]
    until(lambda: len(running) == 2)
    time.sleep(0.1)
    own = viewer.actor.session_id
    assert [kept.of(key, own).state for key in keys] == ["running", "running", "waiting", "waiting"]
    assert [kept.ahead(key) for key in keys] == [0, 0, 0, 1]
    with pytest.raises(InputRefused, match="Слишком много"):
        kept.add(job(viewer, work))
    go.set()
    until(lambda: all(kept.of(key, own).state == "done" for key in keys))
    assert kept.of(keys[0], own).ready is READY
    assert kept.of(keys[0], own).done == 1


def test_a_stop_ends_a_waiting_one_at_once_and_a_running_one_after_its_part(viewer):
    kept, go = Jobs(at_once=1), threading.Event()

    def work(_, step):
        for _part in range(3):
            go.wait(5)
            step()
        return READY

    own = viewer.actor.session_id
    first, second = kept.add(job(viewer, work)), kept.add(job(viewer, work))
    until(lambda: kept.of(first, own).state == "running")
    kept.stop(second, own)
    assert kept.of(second, own).state == "stopped"
    kept.stop(first, "somebody else")
    kept.stop(first, own)
    go.set()
    until(lambda: kept.of(first, own).state == "stopped")
    assert kept.of(first, own).ready is None
    assert kept.of(first, own).done == 0


def test_a_job_is_its_owners_alone(viewer):
    kept = Jobs()
    key = kept.add(job(viewer, lambda *_: READY))
    assert kept.of(key, "another session") is None
    assert kept.of("unknown", viewer.actor.session_id) is None
    until(lambda: kept.of(key, viewer.actor.session_id).is_over)


def test_rights_that_changed_before_its_turn_make_no_file(door, employee):  # noqa: ARG001 — keeps the city's access
    kept, asked = Jobs(), []
    curator = account(door.store, Role.CURATOR)
    viewer = sessions.viewer(door.store, door.begin(curator))
    grants.give(door.store, curator, grant(Role.GUEST), CONSOLE)
    key = kept.add(job(viewer, lambda *_: asked.append(1) or READY))
    until(lambda: kept.of(key, viewer.actor.session_id).is_over)
    ended = kept.of(key, viewer.actor.session_id)
    assert (ended.state, ended.ready, asked) == ("failed", None, [])
    assert "Права изменились" in ended.said


def test_a_failure_is_told_without_its_cause(viewer):
    kept = Jobs()

    def fail(*_):
        raise RuntimeError("секрет из строки")

    def refuse(*_):
        raise InputRefused("x", "Данных нет", advice="Выберите другое.")

    keys = [kept.add(job(viewer, work)) for work in (fail, refuse)]
    own = viewer.actor.session_id
    until(lambda: all(kept.of(key, own).is_over for key in keys))
    assert kept.of(keys[0], own).said == jobs.OUR_FAULT
    assert kept.of(keys[1], own).said == "Данных нет. Выберите другое."


def test_a_finished_file_waits_ten_minutes(viewer):
    now = [0.0]
    kept = Jobs(clock=lambda: now[0])
    key = kept.add(job(viewer, lambda *_: READY))
    until(lambda: kept.of(key, viewer.actor.session_id).is_over)
    now[0] = jobs.KEPT + 1
    later = kept.add(job(viewer, lambda *_: READY))
    assert kept.of(key, viewer.actor.session_id) is None
    until(lambda: kept.of(later, viewer.actor.session_id).is_over)


def test_an_order_takes_the_right_to_export(door):
    guest = sessions.viewer(door.store, door.begin(account(door.store, Role.GUEST)))
    with pytest.raises(AccessDenied):
        jobs.order(guest, CITY, OWN, "a.pdf", 1, lambda *_: READY)


def test_rights_that_changed_while_it_was_made_leave_nothing_to_fetch(door, employee):  # noqa: ARG001 — keeps the access
    kept, begun, go = Jobs(), threading.Event(), threading.Event()
    curator = account(door.store, Role.CURATOR)
    viewer = sessions.viewer(door.store, door.begin(curator))

    def work(*_):
        begun.set()
        go.wait(5)
        return READY

    key = kept.add(job(viewer, work))
    assert begun.wait(5)
    grants.give(door.store, curator, grant(Role.GUEST), CONSOLE)
    go.set()
    until(lambda: kept.of(key, viewer.actor.session_id).is_over)
    ended = kept.of(key, viewer.actor.session_id)
    assert (ended.state, ended.ready) == ("failed", None)


def test_finished_files_of_one_keep_nobody_waiting(viewer, monkeypatch):
    monkeypatch.setattr(jobs, "MOST", 3)
    monkeypatch.setattr(jobs, "MOST_KEPT", 2)
    kept, keys = Jobs(), []
    for _ in range(6):
        keys.append(kept.add(job(viewer, lambda *_: READY)))
        until(lambda: kept.of(keys[-1], viewer.actor.session_id).is_over)
    assert kept.of(keys[0], viewer.actor.session_id) is None
    assert kept.of(keys[-1], viewer.actor.session_id).ready is READY
