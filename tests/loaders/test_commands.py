"""The command line answers in Russian or JSON, refuses with code 2 and one sentence, and never shows a traceback."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from analytics.deadlines import Base
from loaders import imports
from loaders.__main__ import main
from loaders.city import City, RestRule
from loaders.commands import output
from loaders.store.engine import open_store
from tests.loaders.made import day, intake, row

HOME = "novoshakhtinsk"
ROOT = Path(__file__).parents[2]

ROWS = [
    row(
        "1", municipality=HOME, received=1, due=10, answered=5, status="answered", topic_block="roads", department="ЖКХ"
    ),
    row("2", municipality=HOME, received=2, due=10, topic_block="roads", department="=1+1", channel="portal"),
    row("3", municipality=HOME, received=40, due=50, status="new", channel="letter"),
]

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(store_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Carry out a command against a store of its own; give the exit code, stdout and stderr."""
    monkeypatch.setenv("MCU_DATABASE_URL", store_url)
    monkeypatch.delenv("MCU_CITY", raising=False)

    def carry_out(*words: str) -> tuple[int, str, str]:
        code = main(words)
        told = capsys.readouterr()
        return code, told.out, told.err

    return carry_out


@pytest.fixture
def filled(run: Run, store_url: str) -> Run:
    store = open_store(store_url)
    imports.load(store, intake(ROWS), "generic", City.load(HOME))
    store.close()
    return run


def _json(answer: tuple[int, str, str]) -> Any:
    code, out, err = answer
    assert (code, re.sub(r"Посчитано по \d\d\.\d\d\.\d{4} включительно\.\n", "", err)) == (0, "")
    return json.loads(out)


def test_aggregate_gives_objects_of_dimensions_and_measures(filled: Run) -> None:
    words = [
        "aggregate",
        "--by",
        "topic_block,status",
        "--measures",
        "appeals,overdue,on_time_share",
        "--as-of",
        day(45).date().isoformat(),
        "--format",
        "json",
    ]
    found = _json(filled(*words))
    assert sorted(found, key=str) == sorted(
        [
            {"topic_block": "roads", "status": "answered", "appeals": 1, "overdue": 0, "on_time_share": 1.0},
            {"topic_block": "roads", "status": "in_work", "appeals": 1, "overdue": 1, "on_time_share": 0.0},
            {"topic_block": None, "status": "new", "appeals": 1, "overdue": 0, "on_time_share": None},
        ],
        key=str,
    )


def test_a_public_table_has_totals_and_hides_what_is_small(run: Run, store_url: str) -> None:
    """Two answers on roads would be the block's seventeen less the fifteen in work, so heat gives two numbers too."""
    given = {("roads", "answered"): 2, ("roads", "in_work"): 15, ("energy", "answered"): 20, ("energy", "in_work"): 30}
    given |= {("trade", "answered"): 40, ("trade", "in_work"): 50}
    rows = [
        row(
            f"{block}-{status}-{number}",
            municipality=HOME,
            topic_block=block,
            status=status,
            received=1,
            **_ended(status),
        )
        for (block, status), count in given.items()
        for number in range(count)
    ]
    with open_store(store_url) as store:
        imports.load(store, intake(rows), "generic", City.load(HOME))
    told = _published(run, "--by", "topic_block,status")
    shown = {(each["topic_block"], each["status"]): each["appeals"] for each in told}
    hidden = {key for key, value in shown.items() if value == "скрыто"}
    assert ("roads", "answered") in hidden
    assert len(hidden) == 4  # a rectangle
    assert shown["всего", "всего"] == "157"
    assert shown["roads", "всего"] == "17"
    one = _published(run, "--by", "topic_block")
    assert {each["topic_block"]: each["appeals"] for each in one} == {
        "roads": "17", "energy": "50", "trade": "90", "всего": "157",
    }  # fmt: skip
    # All that were not answered would leave the two: the table that says it hides more than it would alone.
    most = _published(run, "--by", "topic_block", "--where", "status=in_work")
    assert {each["topic_block"] for each in most if each["appeals"] == "скрыто"} >= {"roads"}
    listed = _json(run("journal", "list", "--event", "exported", "--json"))
    assert len(listed) == 3


def _published(run: Run, *words: str) -> Any:
    """Publish a table; it is told by its number and the sum of its numbers."""
    code, out, err = run("aggregate", *words, "--public", "--format", "json")
    assert code == 0
    assert re.match(r"Номер \d{3}-\d{3}-\d{3}, сумма чисел [0-9a-f]{16}; записано в журнал\.\n", err)
    return json.loads(out)


@pytest.mark.parametrize("words", [("--from", "2026-01-01", "--to", "2026-02-28"), ()])
def test_a_state_of_several_days_is_no_table_for_the_public(filled: Run, words: tuple[str, ...]) -> None:
    code, _, err = filled("aggregate", "--by", "month", "--measures", "open", "--public", *words)
    assert code == 2
    assert "не складываются" in err


def _ended(status: str) -> dict[str, int]:
    return {"answered": 20} if status == "answered" else {}


@pytest.mark.parametrize(("base", "fired"), [("original", 1), ("postponed", 0)])
def test_aggregate_follows_the_citys_own_rule_for_cases_put_off(
    run: Run, store_url: str, monkeypatch: pytest.MonkeyPatch, base: Base, fired: int
) -> None:
    """With 20 of 30 first days left the rule fires; with 20 of the 24 to the new date it does not."""
    put_off = row("1", municipality=HOME, received=1, due=31, status="postponed", postponed_until=day(25))
    store = open_store(store_url)
    imports.load(store, intake([put_off]), "generic", City.load(HOME))
    store.close()
    city = replace(City.load(HOME), rest_rule=RestRule(base, 75))
    monkeypatch.setattr("loaders.municipalities.describe", lambda _key: city)
    asked = ("aggregate", "--by", "kind", "--measures", "rule_75,rule_75_share", "--format", "json", "--as-of")
    found = _json(run(*asked, day(5).date().isoformat()))
    assert found == [{"kind": "appeal", "rule_75": fired, "rule_75_share": float(fired)}]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--where", "channel=portal"], 1),
        (["--where", "channel=portal,letter"], 2),
        (["--where", "channel="], 1),
        (["--where", "channel=,letter"], 2),
        (["--where", "channel=portal", "--where", "department=ЖКХ"], None),
        (["--from", "2026-01-02"], 2),
        (["--to", "2026-01-31"], 2),
        (["--from", "2026-01-02", "--to", "2026-01-31"], 1),
        (["--where", "is_repeat=false"], 3),
    ],
)
def test_filters_and_periods(filled: Run, words: list[str], expected: int | None) -> None:
    code, out, _ = filled("aggregate", "--by", "kind", "--format", "json", *words)
    assert code == 0
    assert [each["appeals"] for each in json.loads(out)] == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["department=Отдел ЖКХ, связи и транспорта"], ["1"]),
        (["department=Отдел ЖКХ", "department=Отдел ЖКХ, связи и транспорта"], ["1", "2"]),
        (["department=Отдел ЖКХ,~~"], ["2", "3"]),
        (["department=~"], ["4"]),
        (["department=~~"], ["3"]),
        (["department="], ["4"]),
        (["department=~,~~", "channel=portal"], ["4"]),
    ],
)
def test_every_value_can_be_asked_for(run: Run, store_url: str, words: list[str], expected: list[str]) -> None:
    names = ("Отдел ЖКХ, связи и транспорта", "Отдел ЖКХ", "~", None)
    rows = [
        row(str(at), municipality=HOME, topic=str(at), department=name, channel=None if name else "portal")
        for at, name in enumerate(names, 1)
    ]
    with open_store(store_url) as store:
        imports.load(store, intake(rows), "generic", City.load(HOME))
    asked = [part for text in words for part in ("--where", text)]
    found = _json(run("aggregate", "--by", "topic", "--format", "json", *asked))
    assert sorted(each["topic"] for each in found) == expected


def test_a_value_that_is_not_there_is_mentioned(filled: Run) -> None:
    code, out, err = filled("aggregate", "--by", "kind", "--format", "json", "--where", "channel=pigeon")
    assert (code, json.loads(out)) == (0, [])
    assert "pigeon" in err


def test_csv_is_inert_and_keeps_numbers(filled: Run) -> None:
    code, out, _ = filled("aggregate", "--by", "department", "--format", "csv")
    assert code == 0
    rows = list(csv.reader(io.StringIO(out)))
    assert rows[0] == ["department", "appeals"]
    assert sorted(rows[1:]) == [["", "1"], ["'=1+1", "1"], ["ЖКХ", "1"]]


PAYLOADS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "|calc", "%0A", "＝1", " =1", "\u00a0=1", "\0x"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_formulas_are_disarmed(payload: str) -> None:
    assert output.inert(payload) == f"'{payload}"


@pytest.mark.parametrize("value", ["Дороги", "1+1", "", -5, 2.5, None, True])
def test_everything_else_stays_as_it_is(value: object) -> None:
    assert output.inert(value) is value


def test_the_table_is_russian(filled: Run) -> None:
    code, out, _ = filled("aggregate", "--by", "month")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("Месяц")
    assert [line.split() for line in lines[1:]] == [["01.01.2026", "2"], ["01.02.2026", "1"]]


def test_status_tells_of_cities_and_batches(filled: Run) -> None:
    found = _json(filled("status", "--json"))
    (city,) = found["cities"]
    assert (city["municipality"], city["appeals"], city["as_of"]) == (HOME, 3, "2026-02-12")
    (batch,) = city["batches"]
    assert (batch["batch"], batch["state"], batch["source"], batch["new"]) == (1, "loaded", "generic", 3)
    assert "загружена" in filled("status")[1]


def test_status_of_an_empty_store_says_what_to_do(run: Run) -> None:
    assert _json(run("status", "--json"))["cities"] == []
    assert "Хранилище пусто" in run("status")[1]


def test_undo_takes_a_batch_back_once(filled: Run) -> None:
    assert _json(filled("undo", "1", "--json"))["removed"] == 3
    code, out, err = filled("undo", "1", "--city", HOME)
    assert (code, out) == (2, "")
    assert err.endswith(".\n")


def test_undo_asks_which_city_when_several_have_the_number(filled: Run, store_url: str) -> None:
    store = open_store(store_url)
    imports.load(store, intake([row("9", municipality="boston", received=1)]), "generic", City.load("boston"))
    with store.writing() as connection:  # numbers of a store from before they were of the whole store
        connection.exec_driver_sql("UPDATE batches SET batch_id = 1 WHERE municipality = 'boston'")
    store.close()
    code, out, err = filled("undo", "1")
    assert (code, out) == (2, "")
    assert "boston, novoshakhtinsk" in err
    assert _json(filled("undo", "1", "--city", HOME, "--json"))["removed"] == 3


def test_sources_are_listed(run: Run) -> None:
    keys = [each["key"] for each in _json(run("sources", "--json"))]
    assert {"pos", "sstu", "boston311", "generic"} <= set(keys)
    assert "САДЭД «Дело»" in run("sources")[1]


def _boston(tmp_path: Path) -> Path:
    """Write a small export by the column names of the Boston profile's own contract."""
    names = [
        "case_enquiry_id",
        "open_dt",
        "sla_target_dt",
        "closed_dt",
        "on_time",
        "case_status",
        "closure_reason",
        "case_title",
        "subject",
        "reason",
        "type",
        "queue",
        "department",
        "submitted_photo",
        "closed_photo",
        "location",
        "fire_district",
        "pwd_district",
        "city_council_district",
        "police_district",
        "neighborhood",
        "neighborhood_services_district",
        "ward",
        "precinct",
        "location_street_name",
        "location_zipcode",
        "latitude",
        "longitude",
        "geom_4326",
        "source",
    ]
    values = {
        "case_enquiry_id": "101000000001",
        "open_dt": "2019-01-02 10:00:00",
        "case_status": "Open",
        "on_time": "ONTIME",
        "department": "PWDx",
        "type": "Pothole",
        "source": "Citizens Connect App",
    }
    path = tmp_path / "boston.csv"
    path.write_text(",".join(names) + "\n" + ",".join(values.get(name, "") for name in names) + "\n", encoding="utf-8")
    return path


def test_import_prints_one_object_and_the_same_again_is_a_duplicate(run: Run, tmp_path: Path) -> None:
    words = ["import", str(_boston(tmp_path)), "--source", "boston311", "--json"]
    first, again = _json(run(*words)), _json(run(*words))
    assert {"batch", "rows_in", "new", "corrected", "duplicate", "rejected", "seconds"} <= first.keys()
    assert (first["municipality"], first["rows_in"], first["new"]) == ("boston", 1, 1)
    assert (again["new"], again["duplicate"]) == (0, 1)


def test_progress_is_lines_of_json_on_stderr(run: Run, tmp_path: Path) -> None:
    code, out, err = run("import", str(_boston(tmp_path)), "--source", "boston311", "--json", "--progress")
    assert (code, json.loads(out)["new"]) == (0, 1)
    shares = [json.loads(line)["share"] for line in err.splitlines()]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_the_demo_city_is_made_and_made_again(run: Run) -> None:
    for _ in range(2):
        made = _json(run("demo", "--appeals", "1000", "--months", "12", "--seed", "7", "--json"))
        assert (made["municipality"], made["rows_in"]) == (f"{HOME}-demo", 1000)
    (city,) = _json(run("status", "--json"))["cities"]
    assert city["appeals"] == 1000


WRONG = [
    ([], "Не хватает"),
    (["import", "x.csv"], "--source"),
    (["import", "x.csv", "--source", "a", "--profile", "b"], "вместе"),
    (["import", "absent.csv", "--source", "boston311"], "absent.csv"),
    (["import", "absent.csv", "--source", "nothing"], "nothing"),
    (["import", "absent.csv", "--source", "boston311", "--city", "atlantis"], "atlantis"),
    (["aggregate", "--by", "status"], "нет"),
    (["aggregate", "--by", "status", "--from", "вчера"], "дата"),
    (["aggregate", "--by", "status", "--format", "xml"], "xml"),
    (["aggregate"], "--by"),
    (["undo", "x"], "целое число"),
    (["undo", "0"], "целое число"),
    (["undo", "5"], "нет"),
    (["demo", "--appeals", "-1"], "целое число"),
    (["status", "--citty", "x"], "--citty"),
    (["dance"], "dance"),
]


@pytest.mark.parametrize(("words", "mark"), WRONG, ids=[" ".join(words) or "nothing" for words, _ in WRONG])
def test_a_mistake_is_refused_in_one_russian_sentence(run: Run, words: list[str], mark: str) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert mark in err
    assert "Traceback" not in err
    assert len(err.splitlines()) == 1
    assert any("а" <= letter.lower() <= "я" for letter in err)


AGGREGATE_WRONG = [
    ["--by", "frog"],
    ["--by", "status,status"],
    ["--by", "week,month"],
    ["--by", "status", "--measures", "frogs"],
    ["--by", "status", "--measures", ","],
    ["--by", "status", "--where", "channel"],
    ["--by", "status", "--where", "frog=1"],
    ["--by", "kind", "--where", "status=frog"],
    ["--by", "status", "--from", "2026-02-01", "--to", "2026-01-31"],
    ["--by", "status", "--city", "atlantis"],
    ["--by", "status,kind,channel", "--public"],
    ["--by", "status", "--measures", "on_time_share", "--public"],
]


@pytest.mark.parametrize("words", AGGREGATE_WRONG, ids=" ".join)
def test_a_wrong_question_is_refused(filled: Run, words: list[str]) -> None:
    code, out, err = filled("aggregate", *words)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_help_does_not_wait_for_what_reads_data() -> None:
    code = "from loaders import __main__ as m; m.arguments.parser(); print({'polars', 'sqlalchemy'} & {*m.sys.modules})"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (told.stdout.strip(), told.stderr) == ("set()", "")


def test_help_is_russian(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--help"], ["import", "--help"], ["aggregate", "-h"]):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0
    out = capsys.readouterr().out
    assert not {"usage:", "options:", "show this", "positional"} & set(out.lower().split("\n"))
    assert "Вызов: python -m loaders import" in out


def test_an_unreachable_store_is_our_fault(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCU_DATABASE_URL", "postgresql://u:secret@127.0.0.1:9/x")
    code, out, err = run("status")
    assert (code, out) == (1, "")
    assert "недоступно" in err
    assert "secret" not in err


def test_a_fault_of_ours_keeps_its_traceback_and_says_so(
    filled: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(output, "as_table", fail)
    code, _, err = filled("aggregate", "--by", "status")
    assert code == 1
    assert "Ошибка программы" in err
    assert "ZeroDivisionError" in caplog.text


def test_the_installation_names_its_city(filled: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MCU_CITY", "boston")
    assert filled("aggregate", "--by", "status")[0] == 2
    assert filled("aggregate", "--by", "status", "--city", HOME)[0] == 0


def test_a_reader_that_leaves_early_is_no_error(sqlite_url: str) -> None:
    store = open_store(sqlite_url)
    rows = [row(str(n), municipality=HOME, topic=f"тема {n}" * 20) for n in range(2000)]
    imports.load(store, intake(rows), "generic", City.load(HOME))
    store.close()
    command = [sys.executable, "-m", "loaders", "aggregate", "--by", "topic", "--format", "csv"]
    env = os.environ | {"MCU_DATABASE_URL": sqlite_url}
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.readline()
        child.stdout.close()
        said = child.stderr.read()
    assert child.returncode == 0
    assert re.fullmatch(r"Посчитано по \d\d\.\d\d\.\d{4} включительно\.\n", said.decode())


def test_json_knows_dates_and_refuses_the_unknown() -> None:
    with pytest.raises(TypeError):
        output.as_json({"frame": pl.DataFrame()})
