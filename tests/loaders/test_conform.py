"""Rows become canonical, or are rejected by the first rule they break, or are kept with a counted doubt."""
# ruff: noqa: FBT001 - the city's wall clock has no zone

from datetime import datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import schema
from loaders.city import City
from loaders.conform import Conformed, conform
from loaders.errors import InputRefused
from loaders.files.raw import ROW, RawTable
from loaders.profile import TERMS, Profile
from loaders.text import name_key

NOW = datetime(2026, 6, 1, 12, 0)
CITY = City.load("novoshakhtinsk")
GENERIC = Profile.load("generic")
SAMPLE = {"Номер": "1", "Дата поступления": "01.03.2026 10:00", "Статус": "В работе"}


def raw(*rows: dict[str, str | None]) -> RawTable:
    """Make a raw table of rows given by Russian column names."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    data = {name_key(name): [row.get(name) for row in rows] for name in names}
    frame = pl.DataFrame(data, schema=dict.fromkeys(data, pl.String)).with_columns(
        pl.Series(ROW, range(2, len(rows) + 2), dtype=pl.Int64)
    )
    return RawTable("проба.csv", frame, {name_key(name): name for name in names})


def run(*rows: dict[str, str | None], profile: Profile = GENERIC) -> Conformed:
    return conform(raw(*rows), profile, CITY, NOW)


def one(**columns: str | None) -> dict[str, object]:
    """Conform one row; words of the keyword names stand for spaces."""
    result = run(SAMPLE | {name.replace("_", " "): value for name, value in columns.items()})
    assert result.rejected.is_empty(), result.rejected.to_dicts()
    return result.appeals.to_dicts()[0]


def doubts(result: Conformed) -> dict[str, int]:
    return {finding.code: finding.rows for finding in result.findings if finding.code != "unmapped_topic"}


def rejected(**columns: str | None) -> tuple[str, str, str]:
    result = run(SAMPLE | {name.replace("_", " "): value for name, value in columns.items()})
    row = result.rejected.to_dicts()[0]
    assert result.appeals.is_empty()
    assert row["source_row"] == 2
    return row["column"], row["code"], row["value"]


def test_plain_row_is_canonical() -> None:
    result = run(SAMPLE)
    assert result.appeals.schema == schema.APPEAL
    row = result.appeals.to_dicts()[0]
    kept = {name: value for name, value in row.items() if value is not None}
    assert kept == {
        "municipality": "novoshakhtinsk",
        "source_system": "generic",
        "source_id": "1",
        "question_no": 1,
        "kind": "appeal",
        "status": "in_work",
        "received_at": datetime(2026, 3, 1, 10),
        "source_row": 2,
    }


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"Номер": "  "}, ("Номер", "blank_id", "")),
        ({"Дата_поступления": None}, ("Дата поступления", "blank_date", "")),
        ({"Дата_поступления": "31.02.2026"}, ("Дата поступления", "bad_date", "31.02.2026")),
        ({"Дата_поступления": "03.06.2026"}, ("Дата поступления", "future_date", "03.06.2026")),
        ({"Дата_поступления": "-"}, ("Дата поступления", "blank_date", "-")),
        ({"Дата_поступления": "до обеда в среду"}, ("Дата поступления", "bad_date", "текст, 16 знаков")),
        ({"Статус": None}, ("Статус", "blank_status", "")),
        ({"Статус": "У Иванова И.И., тел. 8 928 123-45-67"}, ("Статус", "unknown_status", "текст, 36 знаков")),
        ({"Статус": "Снято с контроля"}, ("Статус", "unknown_status", "Снято с контроля")),
        ({"Номер_вопроса": "0"}, ("Номер вопроса", "bad_number", "0")),
        ({"Номер": "Просим убрать мусор во дворе"}, ("Номер", "bad_number", "текст, 28 знаков")),
        ({"Номер": "", "Статус": "???", "Дата_поступления": "x"}, ("Номер", "blank_id", "")),
    ],
)
def test_first_broken_rule_is_named(columns: dict[str, str], expected: tuple[str, str, str]) -> None:
    assert rejected(**columns) == expected


OPTIONAL = {
    "Дата регистрации": "registered_at", "Срок": "due_at", "Продлено до": "extended_until",
    "Отложено до": "postponed_until", "Дата промежуточного ответа": "interim_answered_at",
    "Дата передачи": "transferred_at", "Начало координации": "coordination_at",
    "Начало исполнения": "execution_at", "Начало согласования": "approval_at", "Дата изменения": "changed_at",
}  # fmt: skip


@pytest.mark.parametrize("name", OPTIONAL)
def test_a_date_that_may_be_absent_costs_no_row(name: str) -> None:
    odd = ["01.01.1900", "31.12.9999", "00.00.0000", "-", "—", "", "н/д", "NULL", "без срока", "30 дней", "31.12.2059"]
    result = run(*(SAMPLE | {"Номер": str(number), name: value} for number, value in enumerate([*odd, "02.03.2026"])))
    assert result.rejected.is_empty()
    assert result.appeals[OPTIONAL[name]].to_list()[:-1] == [None] * len(odd)
    assert result.appeals[OPTIONAL[name]].to_list()[-1] is not None
    counted = {(each.code, each.rows) for each in result.findings if each.detail.startswith(f"«{name}»")}
    assert counted == {("bad_date", 6), ("future_date", 2)}


def test_a_text_where_a_date_is_due_is_nowhere_told() -> None:
    result = run(*(SAMPLE | {"Дата ответа": f"Здравствуйте! Ямы на ул. Мира, {n} засыпаны"} for n in range(30)))
    assert (result.appeals.height, result.rejected.height) == (30, 0)
    assert doubts(result) == {"bad_date": 30}
    assert not any("Мира" in each.detail for each in result.findings)


def test_a_state_that_is_finished_without_a_readable_date_says_so_too() -> None:
    result = run(SAMPLE | {"Статус": "Рассмотрено", "Дата ответа": "01.01.2030"})
    assert doubts(result) == {"future_date": 1, "finished_without_date": 1}


def test_term_may_lie_ahead_and_lasts_to_the_end_of_its_day() -> None:
    assert one(Срок="31.12.2026")["due_at"] == datetime(2026, 12, 31, 23, 59, 59)


@pytest.mark.parametrize(("name", "column"), [(n, c) for n, c in OPTIONAL.items() if c in TERMS])
def test_only_of_a_term_midnight_is_its_whole_day(name: str, column: str) -> None:
    assert one(**{name.replace(" ", "_"): "04.03.2026 0:00:00"})[column] == datetime(2026, 3, 4, 23, 59, 59)
    assert one(Дата_поступления="04.03.2026 0:00:00")["received_at"] == datetime(2026, 3, 4)


def test_a_profile_may_say_that_a_term_is_a_moment(tmp_path: Path) -> None:
    text = """title = "Проба"
kind = "message"
[columns.source_id]
headers = ["Номер"]
[columns.received_at]
headers = ["Дата поступления"]
[columns.status]
headers = ["Статус"]
[columns.due_at]
headers = ["Срок"]
moments = true
"""
    path = tmp_path / "moments.toml"
    path.write_text(text, encoding="utf-8")
    rows = [SAMPLE | {"Номер": due, "Срок": due} for due in ("04.03.2026 0:00:00", "04.03.2026")]
    found = run(*rows, profile=Profile.load(path)).appeals["due_at"].to_list()
    assert found == [datetime(2026, 3, 4), datetime(2026, 3, 4, 23, 59, 59)]
    path.write_text(text.replace("columns.due_at", "columns.answered_at"), encoding="utf-8")
    with pytest.raises(InputRefused, match=r"moments бывает у сроков.*строка 11"):
        Profile.load(path)


def test_answer_on_an_earlier_day_is_not_counted_and_a_few_seconds_do_no_harm() -> None:
    result = run(
        SAMPLE | {"Статус": "Рассмотрено", "Дата ответа": "28.02.2026 10:00"},
        SAMPLE | {"Статус": "Рассмотрено", "Дата ответа": "01.03.2026 09:59:40"},
        SAMPLE | {"Статус": "Рассмотрено", "Дата ответа": "01.03.2026"},
    )
    assert result.appeals["answered_at"].to_list() == [None, datetime(2026, 3, 1, 9, 59, 40), datetime(2026, 3, 1)]
    assert doubts(result) == {"answered_before_received": 2}


def test_open_row_has_no_day_of_ending_and_a_finished_one_without_it_is_counted() -> None:
    result = run(SAMPLE | {"Дата ответа": "05.03.2026"}, SAMPLE | {"Статус": "Рассмотрено"})
    assert result.appeals["answered_at"].to_list() == [None, None]
    assert doubts(result) == {"answer_while_open": 1, "finished_without_date": 1}


def test_transfer_ends_the_work_on_its_own_day() -> None:
    row = one(Статус="Направлено по компетенции", Дата_передачи="04.03.2026")
    assert (row["answered_at"], row["transferred_at"]) == (datetime(2026, 3, 4), datetime(2026, 3, 4))


def test_state_and_result_complete_each_other() -> None:
    given_result = one(Статус="Рассмотрено", Результат="Разъяснено", Дата_ответа="05.03.2026")
    assert (given_result["status"], given_result["result"]) == ("answered_explained", "explained")
    given_state = one(Статус="Рассмотрено. Не поддержано", Дата_ответа="05.03.2026")
    assert (given_state["status"], given_state["result"]) == ("answered_not_supported", "not_supported")


@pytest.mark.parametrize(
    ("text", "expected"), [("да", True), ("Нет", False), ("1", True), ("", None), ("может быть", None)]
)
def test_flags(text: str, expected: bool | None) -> None:
    assert one(Повторное=text)["is_repeat"] is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5),
        ("4.0", 4),
        ("Не удовлетворен", 1),
        ("6", None),
        ("NaN", None),
        ("1e309", None),
        ("٣", None),
        ("", None),
    ],
)
def test_opinions(text: str, expected: int | None) -> None:
    assert one(Оценка=text)["satisfaction"] == expected


@pytest.mark.parametrize(
    ("lat", "lon", "place", "doubt"),
    [
        ("47.75912345", "39.93812345", (47.759, 39.938), None),
        ("47,759", "39,938", (47.759, 39.938), None),
        ("0", "0", (None, None), "zero_coordinates"),
        ("55.75", "37.61", (None, None), "outside_box"),
        ("NaN", "39.9", (None, None), "bad_coordinates"),
        ("сорок", "39.9", (None, None), "bad_coordinates"),
        ("47.759", None, (None, None), "bad_coordinates"),
        (None, None, (None, None), None),
    ],
)
def test_places(lat: str | None, lon: str | None, place: tuple[float | None, float | None], doubt: str | None) -> None:
    result = run(SAMPLE | {"Широта": lat, "Долгота": lon})
    row = result.appeals.to_dicts()[0]
    assert (row["lat"], row["lon"]) == place
    assert (row["geo_cell"] is None) is (place[0] is None)
    assert doubts(result) == ({doubt: 1} if doubt else {})


def test_department_that_is_a_person_is_left_empty() -> None:
    result = run(SAMPLE | {"Исполнитель": "Иванов И.И."}, SAMPLE | {"Исполнитель": "Отдел дорог"})
    assert result.appeals["department"].to_list() == [None, "Отдел дорог"]
    assert doubts(result) == {"person_not_body": 1}


def test_personal_data_in_a_topic_is_masked_and_a_long_topic_is_cut() -> None:
    result = run(SAMPLE | {"Тема": "Звонить 8 928 123-45-67"}, SAMPLE | {"Тема": "я" * 400})
    assert result.appeals["topic"].to_list() == ["Звонить [телефон]", "я" * 300]
    assert doubts(result) == {"personal_data_masked": 1, "text_truncated": 1}


def test_a_number_that_is_personal_is_refused_with_what_was_expected() -> None:
    for number in ("ivanov@example.ru", "8 928 123-45-67", "Иванов Иван Иванович"):
        found = run(SAMPLE | {"Номер": number}).rejected.to_dicts()[0]
        told = (found["code"], found["expected"])
        assert told == ("personal_data", "номер обращения, а не телефон, почта, имя или документ")
        assert number not in found["value"]


def test_what_of_a_person_is_not_recognised_is_as_the_readme_says() -> None:
    for number in ("11223344595", "500100732259", "4510 123456", "27-12-34"):
        assert one(Номер=number)["source_id"] == number


def test_unmapped_topics_are_counted_by_topic() -> None:
    result = run(*(SAMPLE | {"Тема": topic} for topic in ("Неведомое", "Неведомое", "Иное неведомое")))
    counted = [(each.detail, each.rows) for each in result.findings if each.code == "unmapped_topic"]
    assert counted == [("Неведомое", 2), ("Иное неведомое", 1)]


def test_rules_look_at_several_columns(tmp_path: Path) -> None:
    text = """title = "Проба"
kind = "message"
[columns.source_id]
headers = ["Номер"]
[columns.received_at]
headers = ["Дата поступления"]
[columns.status]
headers = ["Статус"]
[[rules]]
set = { status = "extended", on_control = "true" }
when = [{ header = "Статус", is = ["в работе"] }, { header = "Продлён", is = ["да"] }]
[[rules]]
set = { status = "withdrawn" }
when = [{ header = "Отзыв", filled = true }]
"""
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    rows = [
        SAMPLE | {"Продлён": "Да"},
        SAMPLE | {"Отзыв": "+"},
        SAMPLE,
        SAMPLE | {"Статус": "невесть что", "Отзыв": "+"},
    ]
    result = run(*rows, profile=Profile.load(path))
    assert result.appeals["status"].to_list() == ["extended", "withdrawn", "in_work", "withdrawn"]
    assert result.appeals["on_control"].to_list() == [True, None, None, None]


CELL = st.one_of(
    st.none(), st.text(max_size=20), st.sampled_from(["01.03.2026", "В работе", "да", "47.75", "Ямы", "Итого"])
)


@given(st.lists(st.fixed_dictionaries(dict.fromkeys((*SAMPLE, "Тема", "Срок", "Широта", "Долгота", "Оценка"), CELL)), min_size=1, max_size=8))  # fmt: skip  # noqa: E501
def test_every_row_is_an_appeal_or_a_rejection(rows: list[dict[str, str | None]]) -> None:
    result = run(*rows)
    assert result.appeals.height + result.rejected.height == len(rows)
    assert sorted([*result.appeals["source_row"], *result.rejected["source_row"]]) == list(range(2, len(rows) + 2))
    assert result.appeals.select(schema.REQUIRED).null_count().sum_horizontal().item() == 0
    assert result.appeals.schema == schema.APPEAL


def test_a_phone_at_the_place_of_a_cut_leaves_no_digits() -> None:
    topic = one(Тема="а" * 297 + " 8 928 123-45-67")["topic"]
    assert not any(letter.isdigit() for letter in str(topic))


def test_an_unknown_word_is_told_without_what_is_personal_in_it() -> None:
    word = "слово " * 9 + "8 928 123-45-67"
    found = run(SAMPLE | {"Тип": word}, SAMPLE | {"Тип": "Просьба"}, SAMPLE | {"Тип": "Заявление"}).findings
    told = {each.detail for each in found if each.code == "unknown_value"}
    assert told == {"«Тип»: текст, 69 знаков", "«Тип»: Просьба"}


def test_a_block_of_the_profile_that_the_city_lacks_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'title = "Свой"\nkind = "message"\n[columns.source_id]\nheaders = ["Номер"]\n'
        '[columns.received_at]\nheaders = ["Дата поступления"]\n[columns.status]\nheaders = ["Статус"]\n'
        '[columns.topic]\nheaders = ["Тема"]\n[topics]\n"Ямы" = "heat"\n',
        encoding="utf-8",
    )
    found = run(SAMPLE | {"Тема": "Ямы"}, profile=Profile.load(path)).findings
    (finding,) = [each for each in found if each.code == "unknown_block"]
    assert "«heat»" in finding.detail
    assert finding.rows == 1


def test_a_mark_of_stress_makes_no_other_topic() -> None:
    assert one(Тема="Доро\u0301ги и й")["topic"] == "Дороги и й"
