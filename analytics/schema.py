"""The canonical appeal and the cell: the two shapes that every part of the product shares.

One row of an *appeals* frame is one question of one appeal, message or official request. One row of a
*cells* frame is a group of such rows that agree in every column, with `appeals` saying how many. Loaders
conform to these schemas at the door, and nothing behind the door checks them again.

Moments are wall-clock times of the city, without a zone and to the second: every cut into days, weeks and
months is then the city's own, whatever the zone of the server.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import polars as pl


class Kind(StrEnum):
    """Say under which law a case came: 59-ФЗ knows appeals, the feedback platform knows messages too."""

    APPEAL = "appeal"
    MESSAGE = "message"
    OFFICIAL_REQUEST = "official_request"


class AppealType(StrEnum):
    """Name what the author asks for (act 004, прил. 3 §1; information requests by 8-ФЗ)."""

    STATEMENT = "statement"
    COMPLAINT = "complaint"
    PROPOSAL = "proposal"
    INFORMATION_REQUEST = "information_request"
    NOT_AN_APPEAL = "not_an_appeal"


class ApplicantKind(StrEnum):
    """Name the sort of author; never who the author is."""

    PERSON = "person"
    ENTITY = "entity"
    COLLECTIVE = "collective"


class Status(StrEnum):
    """Name the state of a case in the vocabulary common to all source systems."""

    NEW = "new"
    IN_WORK = "in_work"
    ON_APPROVAL = "on_approval"
    RETURNED_FOR_REWORK = "returned_for_rework"
    INTERIM_ANSWERED = "interim_answered"
    EXTENDED = "extended"
    POSTPONED = "postponed"
    TRANSFERRED = "transferred"
    ANSWERED_MEASURES_TAKEN = "answered_measures_taken"
    ANSWERED_SUPPORTED = "answered_supported"
    ANSWERED_EXPLAINED = "answered_explained"
    ANSWERED_NOT_SUPPORTED = "answered_not_supported"
    ANSWERED = "answered"
    LEFT_WITHOUT_ANSWER = "left_without_answer"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """Name the step of handling (act 002 §3 has three; the federal text puts moderation before them)."""

    MODERATION = "moderation"
    COORDINATION = "coordination"
    EXECUTION = "execution"
    APPROVAL = "approval"


class DueBasis(StrEnum):
    """Name what a deadline rests on."""

    SOURCE = "source"
    POSTPONED = "postponed"
    EXTENDED = "extended"
    NORM = "norm"
    NONE = "none"


class StageBasis(StrEnum):
    """Name where the moments come from at which stages began: the source tells them, or imports saw them pass."""

    SOURCE = "source"
    SEEN = "seen"


class Amends(StrEnum):
    """Name what an amendment of the newest version puts right: a past state, one nobody knows, a deadline missed."""

    STATE = "state"
    UNKNOWN = "unknown"
    COHORT = "cohort"


class Result(StrEnum):
    """Name the outcome in the vocabulary of ССТУ.РФ."""

    SUPPORTED = "supported"
    MEASURES_TAKEN = "measures_taken"
    EXPLAINED = "explained"
    NOT_SUPPORTED = "not_supported"


ANSWERED_STATUSES: Final = (
    Status.ANSWERED_MEASURES_TAKEN,
    Status.ANSWERED_SUPPORTED,
    Status.ANSWERED_EXPLAINED,
    Status.ANSWERED_NOT_SUPPORTED,
    Status.ANSWERED,
)
"""States in which the author has a final answer."""

FINISHED_STATUSES: Final = (
    *ANSWERED_STATUSES,
    Status.TRANSFERRED,
    Status.LEFT_WITHOUT_ANSWER,
    Status.WITHDRAWN,
)
"""States after which the city owes nothing more; every other state is open."""


@dataclass(frozen=True)
class Column:
    """Describe one column of the canonical appeal for people: Russian title and meaning."""

    dtype: pl.DataType
    title: str
    meaning: str


def _vocabulary(values: type[StrEnum]) -> pl.Enum:
    return pl.Enum([value.value for value in values])


_TEXT = pl.String()
_FLAG = pl.Boolean()
_MOMENT = pl.Datetime("ms")

COLUMNS: Final[dict[str, Column]] = {
    "municipality": Column(_TEXT, "Муниципалитет", "Ключ муниципалитета из справочника города"),
    "source_system": Column(_TEXT, "Система-источник", "Ключ профиля, по которому загружена строка"),
    "source_id": Column(_TEXT, "Номер в источнике", "Номер обращения в системе-источнике"),
    "question_no": Column(pl.Int32(), "Вопрос", "Номер вопроса внутри обращения, с единицы"),
    "kind": Column(_vocabulary(Kind), "Вид", "Обращение по 59-ФЗ, сообщение или запрос органа"),
    "appeal_type": Column(_vocabulary(AppealType), "Тип", "Заявление, жалоба, предложение, запрос информации"),
    "channel": Column(_TEXT, "Канал", "Откуда пришло: портал, социальная сеть, письмо, личный приём"),
    "applicant_kind": Column(_vocabulary(ApplicantKind), "Кто обратился", "Гражданин, организация, коллектив"),
    "topic_block": Column(_TEXT, "Отраслевой блок", "Ключ блока; пусто — тема не сопоставлена с блоком"),
    "topic_group": Column(_TEXT, "Группа тем", "Группа тем, как она названа в источнике"),
    "topic": Column(_TEXT, "Тема", "Тема, как она названа в источнике"),
    "classifier_code": Column(_TEXT, "Код классификатора", "Код типового общероссийского классификатора"),
    "department": Column(_TEXT, "Подразделение", "Орган или организация, отвечающая за решение; не человек"),
    "territory": Column(_TEXT, "Территория", "Район, микрорайон или поселение; не адрес"),
    "geo_cell": Column(_TEXT, "Ячейка карты", "Индекс H3 с точностью, выбранной для города"),
    "lat": Column(pl.Float64(), "Широта", "Градусы, округлена при загрузке"),
    "lon": Column(pl.Float64(), "Долгота", "Градусы, округлена при загрузке"),
    "status": Column(_vocabulary(Status), "Статус", "Состояние в едином словаре"),
    "stage": Column(_vocabulary(Stage), "Этап", "Модерация, координация, исполнение, согласование"),
    "result": Column(_vocabulary(Result), "Результат", "Поддержано, меры приняты, разъяснено, не поддержано"),
    "received_at": Column(_MOMENT, "Поступило", "Когда поступило, местное время города"),
    "registered_at": Column(_MOMENT, "Зарегистрировано", "Когда зарегистрировано"),
    "due_at": Column(_MOMENT, "Срок", "Срок ответа, названный источником"),
    "extended_until": Column(_MOMENT, "Продлено до", "Срок после продления по 59-ФЗ"),
    "postponed_until": Column(_MOMENT, "Отложено до", "Дата, на которую отложен ответ"),
    "interim_answered_at": Column(_MOMENT, "Промежуточный ответ", "Когда дан промежуточный ответ"),
    "answered_at": Column(_MOMENT, "Ответ", "Когда работа завершена: ответ, передача, отзыв"),
    "transferred_at": Column(_MOMENT, "Передано", "Когда направлено по компетенции"),
    "coordination_at": Column(_MOMENT, "Начало координации", "Когда обращение впервые перешло на координацию"),
    "execution_at": Column(_MOMENT, "Начало исполнения", "Когда обращение впервые передано исполнителю"),
    "approval_at": Column(_MOMENT, "Начало согласования", "Когда проект ответа впервые передан на согласование"),
    "is_repeat": Column(_FLAG, "Повторное", "Источник пометил обращение как повторное"),
    "is_collective": Column(_FLAG, "Коллективное", "Источник пометил обращение как коллективное"),
    "is_fast_track": Column(_FLAG, "Ускоренное", "Категория с ускоренным сроком"),
    "on_control": Column(_FLAG, "На контроле", "Взято на контроль"),
    "is_significant": Column(_FLAG, "Общественно значимое", "Источник пометил как общественно значимое"),
    "reworks": Column(pl.Int32(), "Возвраты", "Сколько раз проект ответа вернули на доработку"),
    "satisfaction": Column(pl.Int32(), "Оценка", "Оценка ответа автором, 1–5; пусто — не спрашивали"),
    "changed_at": Column(_MOMENT, "Изменено в источнике", "Когда источник последний раз менял запись"),
    "source_row": Column(pl.Int64(), "Строка файла", "Строка исходного файла"),
}
"""Every column of the canonical appeal, in store order. `batch_id` and `row_hash` are added by the store."""

DECIDED: Final[dict[str, Column]] = {
    "deadline_at": Column(_MOMENT, "Срок, который действует", "Отложенный, продлённый, названный или по норме"),
    "due_basis": Column(_vocabulary(DueBasis), "Основание срока", "На чём держится срок, который действует"),
    "allotted_days": Column(pl.Int32(), "Первый срок, дней", "Сколько дней дано с регистрации до первого срока"),
    "first_loaded_on": Column(
        pl.Date(), "Впервые известно", "День новейшего события загрузки, с которой строка пришла"
    ),
    "stage_basis": Column(
        _vocabulary(StageBasis), "Основание этапов", "Начала этапов назвал источник или их видно по сменявшимся записям"
    ),
    "in_force_at": Column(
        _MOMENT, "Запись действует с", "Когда источник изменил запись, иначе день загрузки; не позже конца работы"
    ),
}
"""Columns that the product decides when a row enters the store; no source tells them. A correction decides them anew,
all but the first day, so a norm that changes later does not rewrite the past."""

STAGE_STARTS: Final[dict[Stage, str]] = {
    Stage.MODERATION: "received_at",
    Stage.COORDINATION: "coordination_at",
    Stage.EXECUTION: "execution_at",
    Stage.APPROVAL: "approval_at",
}
"""Column of the moment at which each stage first began, in the order in which cases pass them."""

APPEAL: Final = pl.Schema({name: column.dtype for name, column in COLUMNS.items()})
"""Schema of an appeals frame: what loaders conform to and the store writes beside `DECIDED`."""

IDENTITY: Final = ("municipality", "source_system", "source_id", "question_no")
"""Columns that are unique together and never null."""

REQUIRED: Final = (*IDENTITY, "kind", "status", "received_at", "source_row")
"""Columns that may not be null in an appeals frame."""

TRAIL: Final = ("changed_at", "source_row")
"""Columns that do not belong to the content of a row: a difference in them alone is no correction."""

MARKS: Final = ("is_repeat", "is_collective", "is_fast_track", "on_control", "is_significant")
"""Flags given by the source; null counts as false (a source that does not mark says nothing)."""

MOMENTS: Final = tuple(name for name, column in COLUMNS.items() if column.dtype == _MOMENT)

CELL: Final = pl.Schema(
    {
        "received_on": pl.Date(),
        "due_on": pl.Date(),
        "answered_on": pl.Date(),
        "topic_block": pl.String(),
        "topic": pl.String(),
        "department": pl.String(),
        "territory": pl.String(),
        "channel": pl.String(),
        "kind": pl.String(),
        "status": pl.String(),
        "is_repeat": pl.Boolean(),
        "is_postponed": pl.Boolean(),
        "is_extended": pl.Boolean(),
        "is_late": pl.Boolean(),
        "satisfaction": pl.Int32(),
        "appeals": pl.Int64(),
    }
)
"""Default columns of a cells frame. Text dimensions arrive as `pl.Enum` over the city's own values.

`due_on` is the day of `deadline_at` (postponed, else extended, else the source's own, else by norm). `answered_on` is
the day work ended; null while open. `is_late` compares the two to the second and is null unless both are known.
`is_postponed` and `is_extended` say that such a date was ever set. `appeals` counts canonical rows.
"""

AMENDMENT: Final = pl.Schema({"amends": _vocabulary(Amends), "held_from": pl.Date(), "held_to": pl.Date()})
"""Columns of a cells frame that also tells of the past: all null in a cell of the newest versions.

A row with a value of `amends` is an *amendment*: added to the newest versions it makes them tell what stood on the
days from `held_from` (null: ever) to before `held_to`. It adds a version that was in force then, or takes the newest
one out, and then its `appeals` are negative. One of `COHORT` moves a case whose deadline had passed when it was put
off back to that deadline; its `held_from` is the day of that move.
"""

TITLES: Final[dict[str, str]] = {
    "appeal": "обращение",
    "message": "сообщение",
    "official_request": "запрос органа",
    "statement": "заявление",
    "complaint": "жалоба",
    "proposal": "предложение",
    "information_request": "запрос информации",
    "not_an_appeal": "не обращение",
    "person": "гражданин",
    "entity": "организация",
    "collective": "коллектив",
    "new": "Новое",
    "in_work": "В работе",
    "on_approval": "На согласовании",
    "returned_for_rework": "На доработке",
    "interim_answered": "Промежуточный ответ",
    "extended": "Продлено",
    "postponed": "Отложено",
    "transferred": "Передано по компетенции",
    "answered_measures_taken": "Меры приняты",
    "answered_supported": "Поддержано",
    "answered_explained": "Разъяснено",
    "answered_not_supported": "Не поддержано",
    "answered": "Дан ответ",
    "left_without_answer": "Оставлено без ответа",
    "withdrawn": "Отозвано",
    "moderation": "модерация",
    "coordination": "координация",
    "execution": "исполнение",
    "approval": "согласование",
    "source": "Назван источником",
    "norm": "По норме",
    "none": "Срока нет",
    "supported": "поддержано",
    "measures_taken": "меры приняты",
    "explained": "разъяснено",
    "not_supported": "не поддержано",
}
"""Russian words for the closed vocabularies above."""
