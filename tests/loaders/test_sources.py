"""Every profile reads its system: the public exports add up to the raw files, the others read a small made-up file."""
# ruff: noqa: E501, ISC004, FLY002 - the city's wall clock has no zone

import csv
import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from loaders import intake
from loaders.city import City
from loaders.errors import InputRefused
from loaders.profile import Profile
from loaders.progress import silent

NOW = datetime(2026, 6, 1, 12, 0)
DATA = Path(__file__).parents[3] / "shared" / "data"
HOME = "novoshakhtinsk"

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason="../shared/data is not here")


def read(paths: list[Path], key: str, city: str = HOME) -> intake.Intake:
    return intake.read(paths, Profile.load(key), City.load(city), silent, now=NOW)


def rows(result: intake.Intake, *columns: str) -> list[tuple[Any, ...]]:
    assert result.rejected.is_empty(), result.rejected.to_dicts()
    return result.appeals.select(columns).rows()


def counts(frame: pl.DataFrame, *columns: str) -> Counter[tuple[str | None, ...]]:
    return Counter(frame.select(columns).rows())


def raw_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@needs_data
def test_boston_adds_up_to_the_raw_files() -> None:
    paths = sorted((DATA / "boston311").glob("*.csv"))
    cases = [case for path in paths for case in raw_rows(path)]
    result = read(paths, "boston311", "boston")
    assert (result.rows_in, result.appeals.height, result.rejected.height) == (46_638, 46_638, 0)
    words = {"Open": "in_work", "Closed": "answered"}
    assert counts(result.appeals, "department", "status") == Counter(
        (case["department"], words[case["case_status"]]) for case in cases
    )
    assert result.appeals["answered_at"].count() == sum(bool(case["closed_dt"]) for case in cases)
    late = result.appeals.filter(pl.col("answered_at") > pl.col("due_at")).height
    assert late == sum(case["case_status"] == "Closed" and case["on_time"] == "OVERDUE" for case in cases)
    assert result.appeals["topic_block"].null_count() == 0


@needs_data
def test_boston_text_with_phones_never_comes_in() -> None:
    result = read(sorted((DATA / "boston311").glob("*2019.csv")), "boston311", "boston")
    assert "Case Closed" not in result.appeals.write_csv()
    assert result.appeals["source_row"].to_list()[0] == 2


@needs_data
@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("requests_2024-05.csv", {"answered": 677, "in_work": 294, "new": 29}),
        ("requests_2026-02.json", {"answered": 437, "in_work": 319, "new": 244}),
    ],
)
def test_new_york_adds_up(name: str, statuses: dict[str, int]) -> None:
    path = DATA / "nyc311" / name
    cases = json.loads(path.read_text(encoding="utf-8")) if path.suffix == ".json" else raw_rows(path)
    result = read([path], "nyc311", "new_york")
    assert counts(result.appeals, "status") == Counter({(word,): number for word, number in statuses.items()})
    assert counts(result.appeals, "department") == Counter((case["agency_name"],) for case in cases)
    assert result.rejected.is_empty()


@needs_data
@pytest.mark.parametrize(
    ("name", "number"), [("requests_many.xml", 2), ("requests_single.xml", 1), ("service_requests.json", 2)]
)
def test_georeport_is_read(name: str, number: int) -> None:
    assert read([DATA / "georeport" / name], "georeport").appeals.height == number


@needs_data
@pytest.mark.parametrize("name", ["service_list.json", "services_giessen.xml"])
def test_list_of_services_is_not_a_list_of_requests(name: str) -> None:
    with pytest.raises(InputRefused) as refusal:
        read([DATA / "georeport" / name], "georeport")
    assert refusal.value.code == "header"


@needs_data
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("boston311/filtered_2019.csv", "boston311"),
        ("nyc311/requests_2024-05.csv", "nyc311"),
        ("nyc311/requests_2026-02.json", "nyc311"),
        ("georeport/requests_many.xml", "georeport"),
        ("georeport/service_requests.json", "georeport"),
    ],
)
def test_real_file_is_recognised(name: str, key: str) -> None:
    assert [profile.key for profile in intake.recognise(DATA / name)] == [key]


@needs_data
def test_bodies_of_a_region_are_not_taken_for_people(tmp_path: Path) -> None:
    pairs = raw_rows(DATA / "kursk_topics" / "topic_department.csv")
    path = tmp_path / "kursk.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Номер", "Дата поступления", "Статус", "Тема", "Подразделение"])
        writer.writerows([pair["id"], "01.03.2026", "В работе", pair["topic"], pair["department"]] for pair in pairs)
    result = read([path], "generic")
    assert result.appeals["department"].null_count() == 0
    assert result.findings.filter(pl.col("code").is_in(["person_not_body", "personal_data_masked"])).is_empty()


def test_georeport_moment_becomes_the_wall_clock_of_the_city(tmp_path: Path) -> None:
    path = tmp_path / "requests.json"
    path.write_text(
        json.dumps(
            {
                "service_requests": [
                    {
                        "service_request_id": 7,
                        "status": "closed",
                        "requested_datetime": "2026-03-01T23:30:00-05:00",
                        "updated_datetime": "2026-03-03T00:00:00Z",
                        "service_name": "Ямы",
                        "email": "a@b.ru",
                    },
                    {"service_request_id": "8", "status": "open", "requested_datetime": "2026-03-01T12:00:00+03:00",
                     "updated_datetime": "2026-03-02T12:00:00+03:00"},
                ]
            }
        ),
        encoding="utf-8",
    )  # fmt: skip
    result = read([path], "georeport")
    assert rows(result, "source_id", "received_at", "answered_at", "status") == [
        ("7", datetime(2026, 3, 2, 7, 30), datetime(2026, 3, 3, 3, 0), "answered"),
        ("8", datetime(2026, 3, 1, 12, 0), None, "in_work"),
    ]
    assert result.findings.filter(code="answer_while_open").is_empty()


def question(status: str, **more: object) -> dict[str, object]:
    base = {
        "code": "0005.0005.0056.1154",
        "status": status,
        "incomingDate": "2026-03-01",
        "registrationDate": "2026-03-02",
    }
    return base | more


SSTU_QUESTIONS = [
    (question("NotReceived"), "new"),
    (question("NotRecieved"), "new"),
    (question("NotRegistered"), "new"),
    (question("InWork"), "in_work"),
    (question("InWork", isExtend=True), "extended"),
    (question("InWork", isExtend=False), "in_work"),
    (question("Рассмотрение продлено"), "extended"),
    (question("На рассмотрении"), "in_work"),
    (question("Explained", responseDate="2026-03-20"), "answered_explained"),
    (question("Supported", responseDate="2026-03-20", actionsTaken=False), "answered_supported"),
    (question("Supported", responseDate="2026-03-20", actionsTaken=True), "answered_measures_taken"),
    (question("Рассмотрено. Поддержано. Меры приняты", responseDate="2026-03-20"), "answered_measures_taken"),
    (question("NotSupported", responseDate="2026-03-20"), "answered_not_supported"),
    (question("Transferred", transfer={"departmentId": "x", "transferDate": "2026-03-05"}), "transferred"),
    (question("Answered", responseDate="2026-03-20"), "answered"),
    (question("Дан ответ автору", responseDate="2026-03-20"), "answered"),
    (question("LeftWithoutAnswer", responseDate="2026-03-20"), "left_without_answer"),
]


def test_sstu_unit_is_the_question_in_every_spelling(tmp_path: Path) -> None:
    path = tmp_path / "sstu.json"
    appeal = {"departmentId": "d", "isDirect": True, "format": "Other", "number": "77-А", "createDate": "2026-03-01",
              "name": "Иванов Иван", "address": "ул. Садовая, 1", "email": "a@b.ru",
              "questions": [each for each, _ in SSTU_QUESTIONS]}  # fmt: skip
    path.write_text(
        json.dumps([appeal, {**appeal, "number": "78", "questions": [question("InWork")]}]), encoding="utf-8"
    )
    result = read([path], "sstu")
    assert rows(result, "source_id", "question_no", "status", "source_row") == [
        *(("77-А", number, status, 1) for number, (_, status) in enumerate(SSTU_QUESTIONS, 1)),
        ("78", 1, "in_work", 2),
    ]
    ended = result.appeals.filter(source_id="77-А")["answered_at"].to_list()
    assert ended[13:15] == [datetime(2026, 3, 5), datetime(2026, 3, 20)]
    assert "Иванов" not in result.appeals.write_csv() + result.findings.write_csv()


def test_sstu_appeal_without_questions_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "sstu.json"
    good = {"number": "1", "questions": [question("InWork")]}
    path.write_text(json.dumps([good, {"number": "2", "questions": []}]), encoding="utf-8")
    result = read([path], "sstu")
    assert result.rejected.select("source_row", "code").rows() == [(2, "blank_date")]


REVIEW = "ГруппаГ;Округ;Регион;Район;Город;Кол-во;Номер;Дата;Код;Наименование;Тип;Комп;ПВ;Орган;Группа;ОЖ;Контр;Сотрудник;Вид письма;ОрганССТУ;ГруппаССТУ;Цель напр.;Событие;Повторность;Приемная"
REVIEW_ROW = "Г;ЮФО;Ростовская область;Новошахтинск;;1;А26-01;05.03.2026;0005.0005.0056.1154;Водоснабжение;З;ОСВ;МСТ;Администрация города;;0;1;Петрова П.П.;интернет;;;по компетенции;;1;"


def test_master_reviews_is_read_by_its_exact_header(tmp_path: Path) -> None:
    path = tmp_path / "обзор.csv"
    path.write_bytes("\r\n".join([REVIEW, REVIEW_ROW]).encode("utf-8-sig"))
    result = read([path], "master_reviews")
    assert rows(result, "source_id", "received_at", "appeal_type", "channel", "status", "on_control", "is_repeat") == [
        (
            "А26-01/0005.0005.0056.1154",
            datetime(2026, 3, 5),
            "statement",
            "Интернет-приёмная",
            "transferred",
            True,
            True,
        )
    ]
    assert "Петрова" not in result.appeals.write_csv()
    path.write_bytes("\r\n".join([REVIEW.replace("Округ;Регион", "Регион;Округ"), REVIEW_ROW]).encode("utf-8-sig"))
    with pytest.raises(InputRefused, match="на месте 2 ждали «Округ»"):
        read([path], "master_reviews")


APPEAL = """<ns:Appeal><ns:AppealGUID>g{0}</ns:AppealGUID><ns:AppealNumber>Ж-{0}</ns:AppealNumber>
<ns:AppealCreateDate>2026-03-0{0}</ns:AppealCreateDate><ns:AppealStatus>{1}</ns:AppealStatus>
<ns:AnotherTopic>Отопление</ns:AnotherTopic><ns:AppealText>Прошу, тел. 8 928 123-45-67</ns:AppealText>
<ns:ApplicantInfo><ns:{3}><ns:Surname>Сидоров</ns:Surname></ns:{3}></ns:ApplicantInfo>{2}</ns:Appeal>"""

CASES = [
    ("Send", "", "Person"),
    ("InWork", "<ns:RolledOver><ns:ExecutionDate>2026-05-01</ns:ExecutionDate></ns:RolledOver>", "Person"),
    ("InWork", "<ns:Redirected><ns:OrgGUID>o</ns:OrgGUID></ns:Redirected>", "Org"),
    ("Executed", "<ns:AppealHistory><ns:ChangeDate>2026-03-01</ns:ChangeDate></ns:AppealHistory>"
     "<ns:AppealHistory><ns:ChangeDate>2026-03-20</ns:ChangeDate></ns:AppealHistory>"
     "<ns:Assesment>AnswerIsPartlyReceived</ns:Assesment>", "Person"),
    ("Executed", "<ns:Assesment><ns:AnswerIsNotSatisfied>true</ns:AnswerIsNotSatisfied></ns:Assesment>", "Person"),
    ("Executed", "<ns:AnswerIsNotRequired><ns:Cause>c</ns:Cause></ns:AnswerIsNotRequired>", "Person"),
    ("Withdrawn", "", "Person"),
]  # fmt: skip


def test_gis_zhkh_terms_and_flags(tmp_path: Path) -> None:
    path = tmp_path / "gis.xml"
    body = "".join(APPEAL.format(number, *case) for number, case in enumerate(CASES, 1))
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><e xmlns:ns="urn:a">{body}</e>', encoding="utf-8")
    result = read([path], "gis_zhkh")
    assert rows(result, "source_id", "status", "applicant_kind", "satisfaction") == [
        ("Ж-1", "new", "person", None),
        ("Ж-2", "extended", "person", None),
        ("Ж-3", "transferred", "entity", None),
        ("Ж-4", "answered", "person", 3),
        ("Ж-5", "answered", "person", 1),
        ("Ж-6", "left_without_answer", "person", None),
        ("Ж-7", "withdrawn", "person", None),
    ]
    assert result.appeals["extended_until"].to_list()[1] == datetime(2026, 5, 1, 23, 59, 59)
    assert result.appeals["answered_at"].to_list()[3] == datetime(2026, 3, 20)
    assert "Сидоров" not in result.appeals.write_csv() + result.findings.write_csv()


def workbook(path: Path, header: list[str], *body: list[str]) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Лист1")
        for number, row in enumerate([header, *body]):
            sheet.write_row(number, 0, row)
    return path


def test_incident_book_of_42_columns(tmp_path: Path) -> None:
    known = ["Регион", "id", "Номер инцидента", "Общий текст первого ответа", "Дата создания", "Группа тем", "Тема",
             "Тип инцидента", "Итог", "Текст инцидента", "Отдел", "Исполнитель", "Текущий шаг инцидента", "Муниципалитет",
             "Населенный пункт", "Улица", "Дом"]  # fmt: skip
    header = [*known, *(f"Столбец {number}" for number in range(42 - len(known)))]

    def case(number: int, step: str, outcome: str, executor: str = "") -> list[str]:
        values = ["Омская область", str(number), f"ИМ-{number}", "Здравствуйте!", "2026-03-01 10:00:00", "ЖКХ", "Отопление",
                  "Решаемый", outcome, "[club1|Имя], тел. 8 928 123-45-67", "ДГХ", executor, step, "Омск г.о.", "Омск", "ул", "1"]  # fmt: skip
        return [*values, *[""] * (42 - len(values))]

    path = workbook(tmp_path / "инцидент.xlsx", header, case(1, "Готово", ""), case(2, "Исполнение", "Отложено"),
                    case(3, "Готово", "Не решено"), case(4, "", "", "Иванов И.И."))  # fmt: skip
    result = read([path], "incident")
    assert rows(result, "source_id", "status", "department", "kind") == [
        ("ИМ-1", "answered", "ДГХ", "message"),
        ("ИМ-2", "postponed", "ДГХ", "message"),
        ("ИМ-3", "in_work", "ДГХ", "message"),
        ("ИМ-4", "in_work", "ДГХ", "message"),
    ]
    assert result.findings.filter(code="unknown_column").height == 25


def test_pos_book(tmp_path: Path) -> None:
    header = ["Номер сообщения", "Вид", "Дата создания", "Подкатегория", "Организация", "Статус", "Срок ответа", "Отложено до",
              "Дата ответа", "Оценка", "ФИО заявителя", "Текст сообщения"]  # fmt: skip
    path = workbook(
        tmp_path / "пос.xlsx",
        header,
        ["П1", "Сообщение", "01.03.2026 10:00", "Ямы", "МКУ УГХ", "Отправлен ответ заявителю", "31.03.2026", "", "20.03.2026 12:00", "5", "Иванов", "т"],
        ["П2", "Обращение", "01.03.2026 10:00", "Ямы", "МКУ УГХ", "Перенос срока обработки утвержден. Отправлен ответ Заявителю", "31.03.2026", "01.09.2026", "", "", "", ""],
        ["П3", "Сообщение", "01.03.2026", "Ямы", "МКУ УГХ", "Передано в вышестоящую организацию", "", "", "02.03.2026", "", "", ""],
    )  # fmt: skip
    result = read([path], "pos")
    assert rows(result, "source_id", "kind", "status", "channel", "satisfaction") == [
        ("П1", "message", "answered", "ПОС", 5),
        ("П2", "appeal", "postponed", "ПОС", None),
        ("П3", "message", "transferred", "ПОС", None),
    ]


def test_pos_book_that_tells_when_stages_began(tmp_path: Path) -> None:
    header = ["Номер сообщения", "Дата создания", "Статус", "Дата модерации", "Дата назначения исполнителя",
              "Передано на согласование"]  # fmt: skip
    path = workbook(
        tmp_path / "пос.xlsx",
        header,
        ["П1", "01.03.2026 10:00", "На утверждении", "01.03.2026 15:30", "02.03.2026", "20.03.2026 09:00"],
        ["П2", "01.03.2026 10:00", "На модерации", "", "", ""],
    )
    result = read([path], "pos")
    assert rows(result, "source_id", "stage", "coordination_at", "execution_at", "approval_at") == [
        ("П1", "approval", datetime(2026, 3, 1, 15, 30), datetime(2026, 3, 2), datetime(2026, 3, 20, 9)),
        ("П2", "moderation", None, None, None),
    ]
    assert not result.findings.filter(pl.col("code") == "unknown_column").height


def test_delo_csv_in_windows_1251(tmp_path: Path) -> None:
    path = tmp_path / "дело.csv"
    text = (
        "Рег. №;Дата регистрации;Вид обращения;Тип обращения;Рубрика;Исполнитель;Состояние;Результат рассмотрения;Дата ответа;Корреспондент\r\n"
        "А-1;02.03.2026;Коллективно-повторное;Жалоба;Отопление;Отдел ЖКХ;Рассмотрено;Поддержано, в том числе меры приняты;20.03.2026;Иванов\r\n"
        "А-2;02.03.2026;Индивидуальное;Заявление;Дороги;Сидорова А.А.;;;;Петров\r\n"
    )
    path.write_bytes(text.encode("cp1251"))
    result = read([path], "delo")
    assert rows(result, "source_id", "appeal_type", "status", "result", "is_repeat", "is_collective", "department") == [
        ("А-1", "complaint", "answered_measures_taken", "measures_taken", True, True, "Отдел ЖКХ"),
        ("А-2", "statement", "in_work", None, False, False, None),
    ]


def test_open_region_csv(tmp_path: Path) -> None:
    path = tmp_path / "ор71.csv"
    path.write_text(
        "Номер;Дата создания;Категория;Муниципальное образование;Статус;Дата решения;Автор\n"
        "71-1;01.03.2026 08:00;Дороги;Новомосковск;Решено;09.03.2026;Иванов\n",
        encoding="utf-8",
    )
    result = read([path], "open_region_71")
    assert rows(result, "source_id", "status", "topic_group", "territory", "channel") == [
        ("71-1", "answered_measures_taken", "Дороги", "Новомосковск", "Открытый регион 71")
    ]
