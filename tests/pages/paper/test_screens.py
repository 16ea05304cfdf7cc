"""Screens as files: all of them, with the numbers of the screen, within the scope of whoever asks."""

import json
import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from analytics import measures
from analytics.periods import Period, format_period
from loaders import publications
from loaders.access import journal
from loaders.errors import InputRefused
from loaders.scope import Scope
from loaders.store.engine import open_store
from pages.paper import orders, plain_csv, proof
from pages.paper.orders import Order
from pages.paper.screens import SCREENS
from pages.shared import address, formats, readers
from pages.shared.take import TAKEN
from tests.pages.people import CITY, CONSOLE

WHOLE = {"period": ["2026-11-16..2026-11-22"]}
ROADS = Scope(CITY, frozenset({"roads"}), sees_rows=True, may_export=True)


def test_the_button_stands_on_every_screen_that_is_laid_out():
    assert set(SCREENS) == TAKEN
    assert set(address.SCREENS) - TAKEN == {"reports", "intake", "journal", "access"}


@pytest.mark.parametrize("key", sorted(SCREENS))
def test_every_screen_is_laid_out_with_its_passport(city, key):
    laid, source = orders.paper(Order.of("screen", key, WHOLE, "pdf", base="https://mcu.example"), city)
    assert laid.parts
    assert len({part.key for part in laid.parts}) == len(laid.parts)
    said = dict(laid.about.lines)
    days = source.asked.period
    assert address.SCREENS[key].has_period == (days == Period(date(2026, 11, 16), date(2026, 11, 22)))
    assert said["Период"] == formats.span(days.start, days.end)
    assert said["Отборы"] == "нет"
    path = "" if key == address.HOME else key
    assert said["Ссылка"].startswith(f"https://mcu.example/{path}?city={CITY}&period={format_period(days)}")
    assert all(each.table is None or each.table.lines() is not None for each in laid.parts)
    assert source.asked.scope == city


def test_the_totals_of_the_file_are_those_of_the_measure(city):
    laid, source = orders.paper(
        Order.of("screen", "heat-map", {**WHOLE, "view": ["departments"], "colour": ["appeals"]}, "xlsx"), city
    )
    matrix = next(part.table for part in laid.parts if part.key == "matrix")
    asked = source.asked
    cells = asked.cells(asked.period.start)
    window = asked.period.window(asked.as_of)
    whole = measures.aggregate(cells, [], ["appeals"], window).collect()["appeals"][0]
    by_block = measures.aggregate(cells, ["topic_block"], ["appeals"], window).collect()
    assert matrix.frame["all"][-1] == whole
    assert matrix.frame["all"][:-1].drop_nulls().sum() == whole == by_block["appeals"].sum()
    numbers = [column.name for column in matrix.columns if column.name.startswith("c")]
    assert sum(matrix.frame[name][-1] for name in numbers) == whole


def test_filters_of_the_address_narrow_the_file_and_stand_in_it(city):
    laid, _ = orders.paper(
        Order.of("screen", "heat-map", {**WHOLE, "block": ["roads"], "compare": ["none"]}, "pdf"), city
    )
    said = dict(laid.about.lines)
    assert said["Отборы"] == "блоки: Дороги"
    assert said["Сравнение"] == "нет"


@pytest.mark.usefixtures("city")
@pytest.mark.parametrize("key", sorted(set(SCREENS) - {"quality", "measures", "map"}))
def test_a_block_lead_takes_the_own_blocks_alone(key):
    """Titles of the other blocks, and departments without a row here, stand nowhere in the file."""
    laid, _ = orders.paper(Order.of("screen", key, {"period": ["four_weeks"]}, "pdf"), ROADS)
    said = json.dumps(
        [[part.title, part.before, part.after, part.table.lines() if part.table else []] for part in laid.parts],
        ensure_ascii=False,
    )
    others = [block.short_title for block in readers.city(CITY).blocks if block.key != "roads"]
    found = [title for title in others if f'"{title}"' in said]
    assert found == []
    assert dict(laid.about.lines)["Открыто"] == "блоки: Дороги"


def test_rows_leave_only_with_the_right_to_see_them(city):
    with pytest.raises(InputRefused, match="Реестр недоступен"):
        orders.paper(Order.of("screen", "registry", WHOLE, "csv"), replace(city, sees_rows=False))


def test_an_unknown_screen_part_and_an_empty_period_are_refused_in_words(city):
    with pytest.raises(InputRefused, match="не отдаётся"):
        orders.paper(Order.of("screen", "intake", WHOLE, "pdf"), city)
    with pytest.raises(InputRefused, match="Такой части"):
        orders.paper(Order.of("screen", "heat-map", WHOLE, "pdf", part="нет"), city)
    with pytest.raises(InputRefused, match="данных нет") as told:
        orders.paper(Order.of("screen", "heat-map", {"period": ["2031-01-01..2031-01-31"]}, "pdf"), city)
    assert "выберите период оттуда" in str(told.value)


def test_a_file_that_is_too_long_for_its_format_is_refused(city, monkeypatch):
    monkeypatch.setitem(orders.FORMATS, "pptx", replace(orders.FORMATS["pptx"], most_rows=3))
    with pytest.raises(InputRefused, match="не больше 3"):
        orders.make(Order.of("screen", "heat-map", WHOLE, "pptx"), city)


def test_a_full_disk_is_told_and_leaves_nothing(city, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(orders._WRITERS, "xlsx", full)
    with pytest.raises(InputRefused, match="кончилось место"):
        orders.make(Order.of("screen", "heat-map", WHOLE, "xlsx"), city)


def test_the_number_of_a_file_proves_it_again(city, demo_url):
    ready = orders.make(Order.of("screen", "heat-map", {"period": ["seven_days"], "block": ["roads"]}, "xlsx"), city)
    with open_store(demo_url) as store:
        detail = {"name": ready.name, **ready.detail}
        journal.record(store, CONSOLE, journal.EXPORTED, municipality=CITY, detail=detail, rows=ready.rows)
    number = str(ready.detail["file"])
    found = proof.prove(f" № {number.replace('-', ' ')}", city)
    assert (found.verdict, found.reasons, found.name) == ("same", (), ready.name)
    assert dict(found.order.query)["period"] == ("2026-11-16..2026-11-22",)
    narrow = proof.prove(number, replace(ROADS, blocks=frozenset({"energy"})))
    assert narrow.verdict == "other"
    assert "вам открыта часть города" in narrow.reasons[0]
    with pytest.raises(InputRefused, match="нет"):
        proof.prove("222-222-222", city)


def test_later_loads_are_named_as_the_reason(city, demo_url):
    ready = orders.make(Order.of("screen", "measures", WHOLE, "csv", part="due_on"), city)
    detail = {**ready.detail, "numbers": "0" * 16, "events": int(str(ready.detail["events"])) - 2}
    with open_store(demo_url) as store:
        journal.record(store, CONSOLE, journal.EXPORTED, municipality=CITY, detail=detail, rows=1)
    found = proof.prove(str(ready.detail["file"]), city)
    assert found.reasons == ("данные изменились: после этого файла 2\u00a0загрузки или отмены",)


def test_an_order_is_written_and_read():
    order = Order.of("report", "quarterly", {"period": ["a"], "layout": ["ratio"]}, "docx")
    assert Order.read(order.text()) == order
    for text in ("{}", "[]", "не json"):
        with pytest.raises(ValueError):  # noqa: PT011 — either kind of text is no order
            Order.read(text)


def test_numbers_of_files_are_their_own():
    drawn = {publications.number() for _ in range(1_000)}
    assert len(drawn) == 1_000
    assert all(re.fullmatch(r"\d{3}-\d{3}-\d{3}", each) for each in drawn)


def test_the_register_is_typed_and_whole(city):
    laid, source = orders.paper(Order.of("screen", "registry", {"period": ["2026-11-01..2026-11-22"]}, "xlsx"), city)
    (part,) = laid.parts
    frame = part.table.frame
    asked = source.asked
    counted = measures.aggregate(asked.cells(asked.period.start), [], ["appeals"], asked.period.window(asked.as_of))
    assert frame.height == counted.collect()["appeals"][0]
    assert frame["received_at"].dtype == pl.Datetime("ms")
    assert set(frame["topic_block"].drop_nulls()) <= {block.short_title for block in asked.city.blocks}


def test_what_was_searched_stays_out_of_link_and_journal(city):
    query = {**WHOLE, "number": ["8 918 555-12-34 Иванов"], "note": ["Иванов"]}
    ready = orders.make(Order.of("screen", "registry", query, "csv", part="register", base="https://mcu.example"), city)
    assert "Иванов" not in json.dumps(ready.detail, ensure_ascii=False)
    assert "Иванов" not in ready.body.decode()
    assert "найдены по номеру" in ready.body.decode()
    assert "recipe" not in ready.detail


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ({}, "Поступило обращений и сообщений, 16.11 – 22.11.2026"),
        (
            {"measure": ["open"], "due": ["2026-11-16..2026-11-22"]},
            "В работе на конец периода, 22.11.2026; срок 16.11 – 22.11.2026",
        ),
        ({"stage": ["moderation"]}, "Поступило обращений и сообщений, 16.11 – 22.11.2026; этапы: модерация"),
        ({"measure": ["overdue_open"]}, "Просрочено и не завершено, 22.11.2026"),
        (
            {"status": ["new"], "topic": ["Ямы и выбоины"]},
            "Поступило обращений и сообщений, 16.11 – 22.11.2026; статусы: Новое; темы: Ямы и выбоины",
        ),
    ],
)
def test_the_register_says_which_rows_it_holds(city, query, note):
    laid, _ = orders.paper(Order.of("screen", "registry", {**WHOLE, **query}, "csv"), city)
    assert laid.parts[0].note == note


def test_the_map_of_a_week_says_that_week(city):
    laid, source = orders.paper(Order.of("screen", "map", {**WHOLE, "week": ["2026-10-05"]}, "pdf"), city)
    assert dict(laid.about.lines)["Период"] == "05.10 – 11.10.2026"
    assert laid.parts[0].note.startswith("05.10 – 11.10.2026")
    assert source.asked.period.start == date(2026, 10, 5)


def test_words_are_proved_as_numbers_are(city):
    said = [
        orders.paper(Order.of("screen", "heat-map", {"period": [period]}, "pdf", part="sentences"), city)[0]
        for period in ("2026-11-16..2026-11-22", "2026-10-05..2026-10-11")
    ]
    assert said[0].about.digest != said[1].about.digest
    assert said[0].parts[0].before[0] in plain_csv.write(said[0], said[0].parts[0]).decode("utf-8-sig")


def test_a_narrow_scope_is_not_told_the_name_of_another_ones_file(city, demo_url):
    ready = orders.make(Order.of("screen", "heat-map", {**WHOLE, "block": ["roads"]}, "xlsx", part="story"), city)
    with open_store(demo_url) as store:
        detail = {"name": ready.name, **ready.detail}
        journal.record(store, CONSOLE, journal.EXPORTED, municipality=CITY, detail=detail, rows=1)
    number = str(ready.detail["file"])
    assert proof.prove(number, city).name == ready.name
    assert proof.prove(number, replace(ROADS, blocks=frozenset({"energy"}))).name == "файл XLSX"


def home_parts(city, **query):
    asked = {name: [value] for name, value in query.items()}
    laid, _ = orders.paper(Order.of("screen", "heat-map", asked, "xlsx"), city)
    return {part.key: part for part in laid.parts}


def test_weeks_that_are_not_whole_have_a_star_in_the_file_and_those_before_the_data_no_number(city):
    late = home_parts(city, period="2026-10-05..2026-11-12", colour="appeals")["matrix"]
    assert [column.title[-1] == "*" for column in late.table.columns if column.name.startswith("c")][-2:] == [
        False,
        True,
    ]
    assert "* Недели не целиком: последний столбец по 12.11.2026." in late.after
    early = home_parts(city, period="2023-11-20..2023-12-17", colour="appeals")["matrix"].table
    weeks = [column.name for column in early.columns if column.name.startswith("c")]
    assert early.frame[weeks[0]].null_count() == early.frame.height
    assert early.frame[weeks[-1]].null_count() < early.frame.height
    whole = home_parts(city, period="2026-10-05..2026-11-15", colour="appeals")["matrix"]
    assert not any(column.title.endswith("*") for column in whole.table.columns)
    assert not any("не целиком" in line for line in whole.after)


def test_the_story_of_the_file_tells_of_last_year_where_the_data_reach(city):
    part = home_parts(city, period="2026-11-16..2026-11-22", colour="appeals", cell="roads")["story"]
    assert part.table.columns[-1].title == "Год назад"
    source = orders.paper(Order.of("screen", "heat-map", {"period": ["2025-11-17..2025-11-23"]}, "xlsx"), city)[1]
    window = source.asked.period.window(source.asked.as_of)
    cells = source.asked.measured(source.asked.period.start).filter(pl.col("topic_block").cast(pl.String) == "roads")
    assert part.table.frame["ago"][-1] == measures.aggregate(cells, [], ["appeals"], window).collect().item()
    assert (part.chart.series, part.chart.limits) == (("value", "low", "high", "ago"), ("low", "high"))
    early = home_parts(city, period="2024-02-05..2024-02-11", colour="appeals", cell="roads")["story"]
    assert "Год назад" not in [column.title for column in early.table.columns]
