"""Every number the product shows, declared once: title, definition, unit, base, direction, source and formula.

Screens, rankings, exports, reports and the list of measures read `MEASURES`. The acts that ask for a measure are named
in `source` by their clause; none of them gives a formula, so the definitions are the product's own and are shown to the
reader wherever a number stands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from analytics import acts, counts
from analytics.facts import Clock, Flow, Part, Quantile, Ratio, Stock, counts_of

Unit = Literal["count", "share", "days", "score"]
Good = Literal["up", "down"]


@dataclass(frozen=True, eq=False)
class Measure:
    """Describe one number for people and for programs.

    `clock` names the day column that the period filters; None means the state at the end of the period. `base` says
    in words what a share or an average is taken over and `base_key` is the measure that counts it. `good` is the
    direction that is welcome, None where neither is. `additive` says that values of disjoint groups add up.
    """

    key: str
    title: str
    short_title: str
    definition: str
    unit: Unit
    good: Good | None
    source: str
    part: Part
    base: str = ""
    base_key: str | None = None

    @property
    def clock(self) -> Clock | None:
        """Name the day column that the period filters, None for a state."""
        first = counts_of(self.part)[-1]
        return first.clock if isinstance(first, Flow) else None

    @property
    def additive(self) -> bool:
        """Say whether values of disjoint groups add up to the value of the whole."""
        return isinstance(self.part, Flow | Stock)


_SPHERES = f"{acts.CENTRE}, прил. 3, п. 5.2"
_SPEED = f"{acts.CENTRE}, прил. 1, п. 4.2 (5): скорость реагирования"
_QUALITY = f"{acts.CENTRE}, прил. 1, п. 4.2 (5): полнота и качество"
_FORM = "форма отчёта о работе с обращениями"

_FLOWS = (
    Measure(
        "appeals",
        "Поступило обращений и сообщений",
        "Поступило",
        "Сколько обращений и сообщений пришло за период, по дню поступления. Обращение с несколькими вопросами "
        "считается по числу вопросов.",
        "count",
        None,
        f"{acts.CENTRE}, прил. 1, п. 4.2 (5): количество обращений",
        counts.RECEIVED,
    ),
    Measure(
        "new",
        "Новые обращения",
        "Новые",
        "Поступившие за период, которые источник не пометил повторными.",
        "count",
        None,
        _SPHERES,
        counts.NEW,
    ),
    Measure(
        "repeat",
        "Повторные обращения",
        "Повторные",
        "Поступившие за период, которые источник пометил повторными. По тексту повторность не угадывается.",
        "count",
        "down",
        _SPHERES,
        counts.REPEAT,
    ),
    Measure(
        "repeat_share",
        "Доля повторных обращений",
        "Доля повторных",
        "Какая часть поступивших за период помечена источником как повторные.",
        "share",
        "down",
        _QUALITY,
        Ratio(counts.REPEAT, counts.RECEIVED),
        "поступившие за период",
        "appeals",
    ),
    Measure(
        "still_open",
        "Ещё не завершены из поступивших",
        "Ещё в работе",
        "Сколько из поступивших за период не завершено на дату данных.",
        "count",
        "down",
        _SPEED,
        counts.STILL_OPEN,
    ),
    Measure(
        "open_share",
        "Доля незавершённых из поступивших",
        "Доля в работе",
        "Какая часть поступивших за период не завершена на дату данных. У недавних периодов она всегда больше.",
        "share",
        "down",
        _SPEED,
        Ratio(counts.STILL_OPEN, counts.RECEIVED),
        "поступившие за период",
        "appeals",
    ),
    Measure(
        "considered",
        "Рассмотрено",
        "Рассмотрено",
        "Работа завершена за период: дан ответ, передано по компетенции, отозвано или оставлено без ответа. "
        "Если источник не назвал дату, считается по дню поступления.",
        "count",
        "up",
        _FORM,
        counts.CONSIDERED,
    ),
    Measure(
        "answered",
        "Дан окончательный ответ",
        "Отвечено",
        "За период дан окончательный ответ. Передача, отзыв и оставление без ответа сюда не входят. "
        "Если источник не назвал дату, считается по дню поступления.",
        "count",
        "up",
        _FORM,
        counts.ANSWERED,
    ),
)

_STATES = (
    Measure(
        "open",
        "В работе на конец периода",
        "В работе",
        "Поступили не позже конца периода и к этому дню не завершены. Если период ещё идёт, — на дату данных.",
        "count",
        None,
        _FORM,
        counts.OPEN,
    ),
    Measure(
        "overdue_open",
        "Просрочено и не завершено",
        "Просрочено",
        "Не завершены к концу периода, а срок истёк не позже конца этого дня. Если срок отложен или продлён, "
        "просрочка считается от нового срока со дня переноса, а до него — от прежнего: прошлый день показан таким, "
        "каким он был. Без известного срока обращение сюда не входит.",
        "count",
        "down",
        _SPHERES,
        counts.OVERDUE_OPEN,
    ),
    Measure(
        "overdue_share",
        "Доля просроченных среди незавершённых",
        "Доля просроченных",
        "Какая часть незавершённых к концу периода уже просрочена.",
        "share",
        "down",
        _SPHERES,
        Ratio(counts.OVERDUE_OPEN, counts.OPEN),
        "в работе на конец периода",
        "open",
    ),
    Measure(
        "postponed",
        "Отложено и не завершено",
        "Отложено",
        "Не завершены к концу периода, и ответ к этому дню был отложен до определённой даты. Считаются и те, у кого "
        "новая дата прошла. День переноса — когда источник изменил запись, иначе день загрузки.",
        "count",
        "down",
        _SPHERES,
        counts.POSTPONED,
    ),
    Measure(
        "postponed_share",
        "Доля отложенных среди незавершённых",
        "Доля отложенных",
        "Какая часть незавершённых к концу периода отложена до определённой даты.",
        "share",
        "down",
        _SPHERES,
        Ratio(counts.POSTPONED, counts.OPEN),
        "в работе на конец периода",
        "open",
    ),
    Measure(
        "extended",
        "Продлено и не завершено",
        "Продлено",
        "Не завершены к концу периода, и к этому дню срок рассмотрения был продлён по закону.",
        "count",
        "down",
        "59-ФЗ, ст. 12, ч. 2",
        counts.EXTENDED,
    ),
    Measure(
        "past_unknown",
        "В работе, но каким был срок в тот день, неизвестно",
        "Срок неизвестен",
        "Не завершены к концу периода, а в программу попали позже и уже с перенесённым сроком: когда его перенесли, "
        "источник не сказал. В этот день они считаются в работе, но не в просроченных, отложенных и продлённых: "
        "о прошлом, которого не видно, программа не гадает.",
        "count",
        None,
        _SPHERES,
        counts.PAST_UNKNOWN,
    ),
)

_DEADLINES = (
    Measure(
        "due",
        "Наступил срок",
        "Наступил срок",
        "Срок приходится на период, и исход известен: работа завершена либо срок уже прошёл. "
        "Обращения без срока и завершённые без даты не входят. Каждое обращение считается один раз: по первому сроку, "
        "который прошёл без ответа, а если такого не было — по последнему.",
        "count",
        None,
        _SPEED,
        counts.DUE,
    ),
    Measure(
        "on_time",
        "Завершено в срок",
        "В срок, число",
        "Срок приходится на период, и работа завершена не позже срока.",
        "count",
        "up",
        _SPEED,
        counts.ON_TIME,
    ),
    Measure(
        "on_time_share",
        "Доля завершённых в срок",
        "В срок",
        "Из обращений, срок которых приходится на период и уже наступил или работа завершена, — часть, завершённая "
        "в срок. Завершённые с опозданием и до сих пор открытые с истёкшим сроком считаются против.",
        "share",
        "up",
        _SPEED,
        Ratio(counts.ON_TIME, counts.DUE),
        "обращения, срок которых наступил в периоде",
        "due",
    ),
    Measure(
        "missed",
        "Срок пропущен",
        "Пропущен срок",
        "Срок приходится на период и не соблюдён: завершено с опозданием, не завершено до сих пор или перенесено, "
        "когда срок уже прошёл. Новый срок этого не исправляет, даже если ответ дан раньше него.",
        "count",
        "down",
        _SPHERES,
        counts.MISSED,
    ),
    Measure(
        "moved_late",
        "Перенесено после срока",
        "Перенесено поздно",
        "Срок приходится на период, прошёл без ответа, и только после этого его перенесли или сняли. Такие обращения "
        "входят в «Срок пропущен». День переноса — когда источник изменил запись, иначе день загрузки: перенос без "
        "даты, о котором источник сообщил позже срока, считается поздним.",
        "count",
        "down",
        _SPHERES,
        counts.MOVED_LATE,
    ),
    Measure(
        "overdue_closed",
        "Завершено с опозданием",
        "С опозданием",
        "Работа завершена за период, но позже срока. Считается по дню завершения; срок, перенесённый после того, как "
        "он прошёл, пропущен.",
        "count",
        "down",
        _FORM,
        counts.OVERDUE_CLOSED,
    ),
    Measure(
        "median_answer_days",
        "Дней до ответа у половины",
        "Половина, дней",
        "Половина окончательных ответов за период дана не дольше этого числа календарных дней со дня поступления. "
        "Ответы без даты и с датой раньше поступления не входят; открытые обращения тоже, поэтому рядом стоит их доля.",
        "days",
        "down",
        _SPEED,
        Quantile(50, counts.TIMED_ANSWER),
        "окончательные ответы за период с известной датой",
    ),
    Measure(
        "p90_answer_days",
        "Дней до ответа у девяти из десяти",
        "9 из 10, дней",
        "Девять из десяти окончательных ответов за период даны не дольше этого числа календарных дней. "
        "Ответы без даты и с датой раньше поступления не входят.",
        "days",
        "down",
        _SPEED,
        Quantile(90, counts.TIMED_ANSWER),
        "окончательные ответы за период с известной датой",
    ),
)

_OPINIONS = (
    Measure(
        "satisfaction",
        "Средняя оценка ответа",
        "Оценка",
        "Средняя оценка авторов от 1 до 5 по обращениям, завершённым за период. Не оценённые не входят.",
        "score",
        "up",
        _QUALITY,
        Ratio(counts.MARKS, counts.RATED),
        "завершённые за период и оценённые автором",
        "satisfaction_n",
    ),
    Measure(
        "satisfaction_n",
        "Получено оценок",
        "Оценок",
        "Сколько завершённых за период обращений оценили их авторы.",
        "count",
        None,
        _QUALITY,
        counts.RATED,
    ),
    Measure(
        "satisfied_share",
        "Доля довольных ответом",
        "Довольны",
        "Какая часть оценивших поставила 4 или 5.",
        "share",
        "up",
        _QUALITY,
        Ratio(counts.SATISFIED, counts.RATED),
        "завершённые за период и оценённые автором",
        "satisfaction_n",
    ),
    Measure(
        "rated_share",
        "Доля оценённых ответов",
        "Оценено",
        "Какая часть завершённых за период оценена авторами: чем она меньше, тем осторожнее стоит читать оценки.",
        "share",
        "up",
        _QUALITY,
        Ratio(counts.RATED, counts.CONSIDERED),
        "рассмотренные за период",
        "considered",
    ),
)

MEASURES: Final[Mapping[str, Measure]] = MappingProxyType(
    {measure.key: measure for measure in (*_FLOWS, *_STATES, *_DEADLINES, *_OPINIONS)}
)
"""Every measure by its key, in the order in which lists of measures show them."""
