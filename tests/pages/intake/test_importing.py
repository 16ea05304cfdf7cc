"""An import in a child process: its progress, its result, its refusal, its cancel; and never a file left behind."""

import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from loaders import imports, municipalities
from loaders.access import accounts, grants, journal, sessions
from loaders.access.roles import Role
from loaders.errors import AccessDenied
from loaders.store.engine import URL_VARIABLE, open_store
from pages.intake import door
from pages.intake.importing import CANCELLED, OUR_FAULT, Import, Progress, saved
from tests import demo_city
from tests.pages import people

LINES = "Номер;Дата поступления;Тема;Статус\nА-1;01.11.2026;Ямы на дороге;В работе".encode()


def run(folder, code):
    folder.mkdir()
    (folder / "upload.csv").write_text("secret")
    return Import(folder, [sys.executable, "-c", code])


def ended(running):
    running.watcher.join(30)
    assert not running.is_running
    return running


def test_result_and_progress(tmp_path):
    code = """
import sys
print('{"step": "Читаем", "share": 0.5}', file=sys.stderr)
print('{"batch": 7}')
"""
    done = ended(run(tmp_path / "x", code))
    assert done.result == {"batch": 7}
    assert done.progress == Progress("Читаем", 0.5)
    assert not (tmp_path / "x").exists()


def test_a_refusal_is_told_in_its_own_words(tmp_path):
    code = "import sys; print('В файле нет заголовка (строка 1).', file=sys.stderr); sys.exit(2)"
    done = ended(run(tmp_path / "x", code))
    assert (done.result, done.failure) == (None, "В файле нет заголовка (строка 1).")
    assert not (tmp_path / "x").exists()


def test_our_fault_tells_no_cause(tmp_path):
    done = ended(run(tmp_path / "x", "raise ValueError('secret')"))
    assert done.failure == OUR_FAULT
    assert not (tmp_path / "x").exists()


def test_an_answer_that_is_no_json_is_our_fault(tmp_path):
    assert ended(run(tmp_path / "x", "print('oops')")).failure == OUR_FAULT


def test_cancel(tmp_path):
    running = run(tmp_path / "x", "import time; time.sleep(600)")
    started = time.monotonic()
    running.cancel()
    assert ended(running).failure == CANCELLED
    assert time.monotonic() - started < 30
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.csv", "x.csv"),
        (".hidden", "hidden"),
        ("/", "file-1"),
        ("выгрузка.csv", "выгрузка.csv"),
    ],
)
def test_uploaded_names_are_no_paths(tmp_path, name, kept):
    (path,) = saved({name: b"x"}, tmp_path)
    assert path == tmp_path / "1" / kept
    assert path.read_bytes() == b"x"


def test_the_child_acts_in_the_name_of_the_session(tmp_path):
    folder = tmp_path / "x"
    folder.mkdir()
    code = "import json, os; print(json.dumps([os.environ['MCU_SESSION'], os.environ['MCU_PLACE']]))"
    done = ended(Import(folder, [sys.executable, "-c", code], "abc", "7"))
    assert done.result == ["abc", "7"]


def test_a_session_that_may_not_load_is_refused_by_the_child(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    session = people.session(url, Role.CURATOR)
    monkeypatch.setenv(URL_VARIABLE, url)
    done = ended(Import.begin({"a.csv": LINES}, "generic", people.CITY, session))
    assert (done.result, done.failure) == (None, "Это вам не открыто.")


def test_a_substitute_loads_from_the_place_that_may_load(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    session, now = people.session(url, Role.CURATOR), datetime.now(UTC)
    with open_store(url) as store:
        instead, absent = accounts.find(store, Role.CURATOR.value).account_id, people.account(store, Role.STAFF)
        grants.substitute(store, people.CITY, absent, instead, now, now + timedelta(days=1), people.CONSOLE)
    monkeypatch.setenv(URL_VARIABLE, url)
    own = ended(Import.begin({"a.csv": LINES}, "generic", people.CITY, session))
    assert (own.result, own.failure) == (None, "Это вам не открыто.")
    there = ended(Import.begin({"a.csv": LINES}, "generic", people.CITY, session, str(absent)))
    assert (there.failure, there.result["new"], there.result["municipality"]) == ("", 1, people.CITY)
    with open_store(url) as store:
        assert journal.page(store, action=journal.IMPORTED)[0]["login"].to_list() == [Role.CURATOR.value]
        viewer = sessions.viewer(store, session)
        with pytest.raises(AccessDenied):
            imports.undo(store, people.CITY, there.result["batch"], by=viewer)
        imports.undo(store, people.CITY, there.result["batch"], by=viewer, place=str(absent))


def test_a_demo_visitor_loads_into_the_demo_city_alone(tmp_path, monkeypatch):
    url = demo_city.make(tmp_path, 200)
    session = people.demo_session(url, Role.ADMINISTRATOR)
    monkeypatch.setenv(URL_VARIABLE, url)
    real = ended(Import.begin({"a.csv": LINES}, "generic", "novoshakhtinsk", session))
    assert (real.result, real.failure) == (None, "Это вам не открыто.")
    made_up = ended(Import.begin({"a.csv": LINES}, "generic", people.CITY, session))
    assert (made_up.result["new"], made_up.result["municipality"]) == (1, people.CITY)
    with open_store(url) as store:
        assert municipalities.known(store) == (people.CITY,)
        assert journal.page(store, action=journal.IMPORTED)[0]["login"][0] == sessions.DEMO_LOGIN


def test_a_demo_visitor_is_offered_the_demo_city_alone(screen, demo_url, monkeypatch):
    begun = []
    monkeypatch.setattr(door.Import, "begin", lambda *given: begun.append(given[2]))
    session = people.demo_session(demo_url, Role.ADMINISTRATOR)
    app = screen("intake", session=session, city="novoshakhtinsk")
    app.file_uploader[0].upload("a.csv", LINES, "text/csv").run()
    assert not app.exception
    (city,) = (box for box in app.selectbox if box.label == "Город")
    assert (city.value, len(city.options)) == (people.CITY, 1)
    app.button(key="intake-load").click().run()
    assert begun == [people.CITY]
