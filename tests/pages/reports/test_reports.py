"""Every standing report: on the screen, as a command, for whom it opens, and what it refuses."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from analytics import measures
from analytics.breach import HORIZONS
from analytics.facts import Window
from loaders import cells, coverage
from loaders.access import journal
from loaders.access.roles import Role
from loaders.city import City
from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE, open_store
from pages.paper import orders
from pages.paper.orders import Order
from pages.paper.painter import is_possible
from pages.reports import __main__ as command
from pages.reports import spans
from pages.reports.catalogue import REPORTS
from pages.shared import half
from tests.pages.paper.test_writers import opened, text_of
from tests.pages.people import CITY
from tests.pages.reports.conftest import on

OCTOBER = "2026-10-01..2026-10-31"
DAYS = {"week": "2026-11-09..2026-11-15", "month": OCTOBER, "quarter": "2026-07-01..2026-09-30"}
ROOT = Path(__file__).parents[3]


def words(app):
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("key", sorted(REPORTS))
def test_every_report_is_made_and_drawn(key, demo, screen):
    period = DAYS[REPORTS[key].grain]
    made = demo(key, period=period)
    assert made.rows
    app = screen("reports", report=key, period=period)
    assert not app.exception
    assert not app.error
    said = words(app)
    assert made.title in said
    for part in made.parts:
        assert part.title.split("<")[0][:20] in said
    labels = {button.label for button in app.button}
    assert {"PDF", "PPTX", "DOCX", "XLSX"} <= labels


@pytest.mark.parametrize("key", sorted(REPORTS))
def test_the_same_report_has_the_same_numbers(key, demo):
    period = DAYS[REPORTS[key].grain]
    assert demo(key, period=period).about.digest == demo(key, period=period).about.digest


def test_a_block_lead_gets_a_report_of_the_own_blocks(demo):
    roads = Scope(CITY, frozenset({"roads"}), sees_rows=True, may_export=True)
    said = json.dumps(
        [part.table.lines() for part in demo("block", roads, period=OCTOBER).parts if part.table], ensure_ascii=False
    )
    assert "Дороги" in said
    assert "Образование" not in said
    whole, own = demo("svodka", period=OCTOBER), demo("svodka", roads, period=OCTOBER)
    total = {id(made): made.parts[0].table.frame["now"][-1] for made in (whole, own)}
    assert 0 < total[id(own)] < total[id(whole)]


def test_what_a_block_is_made_of_sums_to_what_came(demo):
    parts = {part.key: part.table.frame for part in demo("block", period=OCTOBER).parts}
    summary = parts["summary"]
    blocks = [key.removeprefix("topics-") for key in parts if key.startswith("topics-")]
    named = summary.head(-1).filter(pl.col("block") != "Тема не сопоставлена")
    assert len(blocks) == named.height
    for key in blocks:
        came = parts[f"block-{key}"]["now"][0]
        for part in (parts[f"topics-{key}"], parts[f"bodies-{key}"]):
            assert part["value"].sum() == came
            assert part.height <= 6
            assert (part["change"] == part["value"] - part["before"]).all()
    assert sum(parts[f"block-{key}"]["now"][0] for key in blocks) == named["appeals"].sum()


@pytest.mark.skipif(not is_possible(), reason="нет программы chromium")
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="нет программы pdftotext")
@pytest.mark.skipif(not shutil.which("soffice"), reason="нет программы soffice")
@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_every_block_has_a_page_and_only_one(form, demo, tmp_path):  # noqa: ARG001 — gives the store of the demo city
    ready = orders.make(Order.of("report", "block", {"period": [OCTOBER]}, form), Scope.whole_city(CITY))
    text = text_of(ready.body, tmp_path) if form == "pdf" else opened(ready.body, form, tmp_path)
    pages = text.split("\f")
    heads = [block.title for block in City.load("novoshakhtinsk").blocks]
    first = [next(line.strip() for line in page.splitlines() if line.strip()) for page in pages[1 : 1 + len(heads)]]
    assert sorted(first) == sorted(heads)


def test_the_summary_by_system_is_that_of_the_measures(demo, demo_url):
    made = demo("svodka", period=OCTOBER)
    scope = Scope.whole_city(CITY)
    with open_store(demo_url) as store:
        frame = cells.load(store, scope, dimensions=(*cells.DEFAULT, "source_system")).lazy()
        window = Window(*(day for day in _days(OCTOBER)), coverage.read(store, scope).as_of)
    found = measures.aggregate(frame, [], ["appeals", "on_time_share", "missed", "overdue_open"], window).collect()
    dynamics, timely = made.parts[0].table.frame, made.parts[1].table.frame
    assert dynamics["now"][-1] == dynamics["now"][:-1].sum() == found["appeals"][0]
    assert timely["missed"][-1] == found["missed"][0]
    assert timely["kept"][-1] == pytest.approx(found["on_time_share"][0])
    assert timely["overdue"][-1] == timely["overdue"][:-1].sum() == found["overdue_open"][0]


def _days(text):
    period = spans.read(text, "month", None)
    return period.start, period.end


def test_the_month_of_sstu_knows_the_state_at_its_end(year):
    from tests.pages.reports.conftest import on

    rows = [
        {"received_at": on("05.10"), "status": "answered_explained", "answered_at": on("20.10")},
        {
            "received_at": on("06.10"),
            "status": "answered_supported",
            "answered_at": on("02.11"),
        },  # then being considered
        {"received_at": on("07.10"), "status": "in_work", "extended_until": on("30.11")},
        {"received_at": on("08.10"), "status": "answered_measures_taken", "answered_at": on("30.10")},
        {"received_at": on("09.11"), "status": "in_work"},
        {"received_at": on("09.10"), "status": "in_work", "kind": "message"},
    ]
    lines = {line[0]: line[1] for line in year(rows)("sstu-month", period=OCTOBER).parts[0].table.lines()}
    assert lines["Рассмотрено. Разъяснено"] == "1"
    assert lines["Рассмотрено. Поддержано"] == "0"
    assert lines["Рассмотрено. Поддержано. Меры приняты"] == "1"
    assert lines["Находится на рассмотрении"] == "1"
    assert lines["Рассмотрение продлено"] == "1"
    assert lines["Всего"] == "4"


def test_the_register_of_the_guidance_has_seventeen_columns_and_nobody_in_it(demo):
    (part,) = demo("register", period=OCTOBER).parts
    assert len(part.table.columns) == 17
    frame = part.table.frame
    assert set(frame["answered"].unique()) <= {"+", None}
    assert frame.filter(frame["measures"] == "+").select("supported")["supported"].unique().to_list() == ["+"]


@pytest.mark.parametrize("key", sorted(REPORTS))
def test_forms_that_go_out_are_made_by_whoever_sees_all_cases(demo, key):
    halved = Scope.whole_city(CITY, sees_rows=False)
    if key in {"weekly", "svodka", "block"}:
        assert dict(demo(key, halved, period=OCTOBER).about.lines)[half.TITLE] == half.SENTENCE
        return
    with pytest.raises(InputRefused, match="составляется по всем обращениям"):
        demo(key, halved, period=OCTOBER)


@pytest.mark.parametrize(("role", "opens"), [(Role.CURATOR, True), (Role.GUEST, False), (Role.BLOCK_HEAD, False)])
def test_reports_open_with_the_right_to_export(screen, role, opens):
    said = words(screen("reports", role=role))
    assert ("Этот экран вам не открыт" not in said) is opens


def test_an_unknown_report_and_period_fall_back_on_the_screen(screen):
    app = screen("reports", report="нет", period="чушь", layout="нет")
    assert not app.exception
    assert app.selectbox(key="report-report").value == next(iter(REPORTS))


def test_a_file_is_proved_on_the_screen(screen, demo_url):
    app = screen("reports", report="sstu-month", period=OCTOBER)
    ready = orders.make(Order.of("report", "sstu-month", {"period": [OCTOBER]}, "xlsx"), Scope.whole_city(CITY))
    from tests.pages.people import CONSOLE

    with open_store(demo_url) as store:
        detail = {"name": ready.name, **ready.detail}
        journal.record(store, CONSOLE, journal.EXPORTED, municipality=CITY, detail=detail, rows=1)
    app.text_input(key="proof-number").input(str(ready.detail["file"]))
    next(button for button in app.button if button.label == "Проверить").click().run()
    assert "числа те же" in words(app)
    app.text_input(key="proof-number").input("zzzz")
    next(button for button in app.button if button.label == "Проверить").click().run()
    assert any("нет" in error.value for error in app.error)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-Q3", "2026-07-01", "2026-09-30"),
        ("2026-12", "2026-12-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15"),
    ],
)
def test_periods_have_the_names_of_people_and_schedulers(text, start, end):
    found = spans.read(text, "month", None)
    assert (str(found.start), str(found.end)) == (start, end)


@pytest.mark.parametrize(
    "text",
    ["", "чушь", "2026-Q5", "2026-13", "2026-W60", "20260-01", "2026-11-15..2026-11-01", "2026-02-30..2026-03-01"],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(InputRefused, match="не распознан"):
        spans.read(text, "month", None)


def run(demo_url, *arguments):
    environment = {**os.environ, URL_VARIABLE: demo_url}
    return subprocess.run(
        [sys.executable, "-m", "pages.reports", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_makes_a_file_and_writes_it_down(tmp_path, demo_url):
    out = tmp_path / "q.xlsx"
    done = run(demo_url, "quarterly", "--period", "2026-Q3", "--format", "xlsx", "--out", str(out))
    assert (done.returncode, done.stderr) == (0, "")
    assert out.read_bytes().startswith(b"PK")
    assert list(tmp_path.iterdir()) == [out]
    number = done.stdout.split("номер файла ")[1].split(",")[0]
    with open_store(demo_url) as store:
        entry = journal.exported(store, CITY, number)
    assert entry["format"] == "XLSX"
    assert Order.read(entry["recipe"]).key == "quarterly"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nope", "--out", "a.pdf"), "Отчёта «nope» нет. Есть: "),
        (("svodka", "--period", "чушь", "--out", "a.pdf"), "Период «чушь» не распознан"),
        (("svodka", "--period", "2031-01", "--out", "a.xlsx"), "За 01.01 – 31.01.2031 данных нет"),
        (("svodka", "--period", "1985", "--out", "a.xlsx"), "Период «1985» не распознан"),
        (("svodka", "--period", "2206-10", "--out", "a.xlsx"), "Период «2206-10» не распознан"),
        (("svodka", "--format", "xlsx", "--out", "/"), "«/» — папка, а нужен файл"),
        (("svodka", "--out", "a.txt"), "Формата «txt» у отчётов нет"),
        (("svodka", "--format", "csv", "--out", "a.csv"), "Формата «csv» у отчётов нет"),
        (("quarterly", "--layout", "x", "--out", "a.pdf"), "Формы «x» нет"),
        (("svodka", "--blocks", "x", "--out", "a.pdf"), "Блока «x» нет"),
        (("svodka",), "Не хватает: --out"),
    ],
)
def test_the_command_refuses_in_words_and_leaves_nothing(arguments, said, tmp_path, demo_url, monkeypatch, capsys):
    monkeypatch.setenv(URL_VARIABLE, demo_url)
    monkeypatch.chdir(tmp_path)
    assert command.main(arguments) == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_stop_while_writing_leaves_no_half_file(tmp_path, monkeypatch):
    def stopped(self, body):
        with self.open("wb") as half:
            half.write(body[:2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_bytes", stopped)
    with pytest.raises(KeyboardInterrupt):
        command._write(tmp_path / "a.pdf", b"%PDF-1.7")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [28, 13])
def test_a_disk_that_takes_nothing_leaves_what_was_there(error, tmp_path, monkeypatch):
    target = tmp_path / "a.pdf"
    target.write_bytes(b"before")

    def fail(*_):
        raise OSError(error, "x")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputRefused, match="не записан"):
        command._write(target, b"after")
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_session_gets_what_it_may_see(demo_url, tmp_path, monkeypatch, capsys):
    """A command that a screen started works within its session; a block lead's file holds the own blocks."""
    from tests.pages import people

    monkeypatch.setenv(URL_VARIABLE, demo_url)
    monkeypatch.setenv("MCU_SESSION", people.session(demo_url, Role.BLOCK_ACCOUNTABLE))
    out = tmp_path / "b.xlsx"
    assert command.main(["block", "--period", "2026-10", "--out", str(out)]) == 0
    monkeypatch.setenv("MCU_SESSION", people.session(demo_url, Role.GUEST))
    assert command.main(["block", "--period", "2026-10", "--out", str(tmp_path / "c.xlsx")]) == 2
    assert "не открыто" in capsys.readouterr().err
    import fastexcel

    names = fastexcel.read_excel(out.read_bytes()).sheet_names
    assert any("Дороги" in name for name in names)
    assert not any("Образование" in name for name in names)


def test_a_month_without_appeals_is_refused_in_words(year):
    make = year([{"kind": "message", "received_at": on("05.02")}])
    for key, what in (("sstu-month", "Обращений граждан"), ("gis-zhkh-month", "Данных ГИС ЖКХ")):
        with pytest.raises(InputRefused, match=f"{what} за эти дни нет"):
            make(key, period="2026-02-01..2026-02-28")


def test_the_digest_of_an_older_week_says_nothing_of_today(demo):
    last, older = demo("weekly", period="2026-11-16..2026-11-22"), demo("weekly", period="2026-11-02..2026-11-08")
    assert {part.key for part in last.parts} - {part.key for part in older.parts} >= {"radar", "escalated"}
    assert len(last.lead) == 1
    assert "только в обзоре последней недели" in older.lead[1]


def test_topics_of_no_block_stand_below_the_blocks_and_marks_nobody_gives_are_absent(year):
    came = [{"received_at": on("05.02"), "is_repeat": None}] * 3 + [
        {"received_at": on("06.02"), "topic_block": None}
    ] * 2
    parts = {part.key: part for part in year(came)("block", period="2026-02-01..2026-02-28").parts}
    lines = {line[0]: line[2:] for line in parts["summary"].table.lines()}
    assert lines["Дороги"][0] == "3"
    assert lines["Тема не сопоставлена"][0] == "2"
    assert lines["Всего"][0] == "5"
    heads = [column.title for column in parts["summary"].table.columns][2:]
    assert lines["Всего"][heads.index("Повторные")] == "–"
    assert "block-roads" in parts


def test_what_is_registered_is_one_thing_in_the_month_and_in_the_register(year):
    make = year(
        [
            {"received_at": on("05.02"), "registered_at": on("05.02"), "status": "new"},
            {"received_at": on("05.02"), "status": "new"},
            {"received_at": on("05.02"), "status": "in_work"},
        ]
    )
    month = {part.key: part.table.lines() for part in make("sstu-month", period="2026-02-01..2026-02-28").parts}
    assert [line[:2] for line in month["statuses"][:2]] == [
        ["Не зарегистрировано", "1"],
        ["Находится на рассмотрении", "2"],
    ]
    (rows,) = make("register", period="2026-02-01..2026-02-28").parts
    assert rows.table.frame["is_registered"].to_list().count("+") == 2


def test_what_runs_out_in_the_digest_is_what_the_table_of_deadlines_says(demo):
    parts = {part.key: part for part in demo("weekly", period="2026-11-09..2026-11-15").parts}
    said = next(line for line in parts["sentences"].before if "истека" in line)
    whole = parts["soon"].table.frame.row(0, named=True)
    nearest = next(whole[f"n{days}"] for days in HORIZONS if whole[f"n{days}"])
    assert f" {nearest}\u00a0" in said


def test_an_extended_case_is_extended_in_the_month(year):
    make = year([{"received_at": on("05.02"), "registered_at": on("05.02"), "status": "extended"}] * 2)
    month = {part.key: part.table.lines() for part in make("sstu-month", period="2026-02-01..2026-02-28").parts}
    assert {line[0]: line[1] for line in month["statuses"]}["Рассмотрение продлено"] == "2"


def test_what_lies_before_the_data_is_absent(year):
    make = year([{"received_at": on("05.02")}] * 4)
    parts = {part.key: part.table.lines() for part in make("block", period="2026-02-01..2026-02-28").parts}
    assert parts["topics-roads"] == [["Ямы", "4", "–", "–"]]
    quality = {part.key: part.table for part in make("svodka", period="2026-02-01..2026-02-28").parts}["quality"]
    repeat = [column.title for column in quality.columns].index("Повторных")
    assert {line[repeat] for line in quality.lines()} == {"–"}
