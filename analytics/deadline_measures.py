"""Measures of deadlines that need more columns than the default cells carry.

`needs` names the columns of a cell that a measure reads beside the default ones, so a reader asks the store for them.
"""

from collections.abc import Iterator
from typing import Final

from analytics import acts, counts, facts, schema, stages
from analytics.deadlines import Base
from analytics.declarations import Measure
from analytics.due_states import PERCENT, fires_on
from analytics.facts import Flow, Quantile, Ratio, Stock
from analytics.population import Column, Condition, DaysBetween, First, Term, When, Word
from analytics.schema import DueBasis, Stage

_SPEED: Final = f"{acts.CENTRE}, прил. 1, п. 4.2 (5): скорость реагирования"
_SPHERES: Final = f"{acts.CENTRE}, прил. 3, п. 5.2"
_REWORK: Final = f"{acts.FEEDBACK}, пп. 6, 8"
_RULE_75: Final = f"{acts.FEEDBACK}, п. 10"
_STAGES: Final = f"{acts.FEEDBACK}, п. 3"
_LAW: Final = "59-ФЗ, ст. 8, ч. 2"

_INTERIM_ON: Final = Column("interim_answered_on")

REACTED_ON: Final = First((When(~(facts.ANSWERED_ON < _INTERIM_ON), _INTERIM_ON), facts.ANSWERED_ON))
"""Day of the first answer the author got, interim or final."""

REACTION_DAYS: Final = DaysBetween(facts.RECEIVED_ON, REACTED_ON)
REGISTRATION_DAYS: Final = DaysBetween(facts.RECEIVED_ON, Column("registered_on"))

_REWORKS: Final = Column("reworks")
_ANSWERED_AFTER_REACTION: Final = Flow("timed_reactions", "answered_on", facts.IS_ANSWERED & (REACTION_DAYS >= 0))
_REGISTERED: Final = Flow("timed_registrations", "received_on", REGISTRATION_DAYS >= 0)
_REWORK_KNOWN: Final = Flow("rework_known", "answered_on", _REWORKS.is_known)
_REWORKED: Final = Flow("reworked", "answered_on", _REWORKS > 0)
_IN_REWORK: Final = Stock("in_rework", where=Word("status").is_in(schema.Status.RETURNED_FOR_REWORK.value))
_NO_DUE: Final = Flow("no_due", "received_on", ~facts.DUE_ON.is_known)
_BY_NORM: Final = Flow("due_by_norm", "received_on", Word("due_basis").is_in(DueBasis.NORM.value))
_OF_FINISHED: Final = "окончательные ответы за период с известными датами"


def rule_75(base: Base = "original", percent: int = PERCENT) -> tuple[Measure, Measure]:
    """Declare how many postponed cases need their executors now, and their share, by the city's choice of base."""
    fired = Stock("rule_75", since=fires_on(base, percent), where=facts.IS_POSTPONED)
    whole = "первоначального срока" if base == "original" else "времени от регистрации до новой даты"
    definition = (
        f"Ответ отложен, работа не завершена, и до новой даты осталось не больше {percent} % {whole}: "
        f"координатор должен назначить исполнителей. Ровно {percent} % — уже пора."
    )
    count = Measure(
        "rule_75",
        "Отложенные, которым пора назначить исполнителя",
        "Пора назначить",
        definition,
        "count",
        "down",
        _RULE_75,
        fired,
    )
    share = Measure(
        "rule_75_share",
        "Доля отложенных, которым пора назначить исполнителя",
        "Доля «пора назначить»",
        definition,
        "share",
        "down",
        _RULE_75,
        Ratio(fired, counts.POSTPONED),
        "отложено на конец периода",
        "postponed",
    )
    return count, share


_IN_STAGE: Final = {
    Stage.MODERATION: "модерации",
    Stage.COORDINATION: "координации",
    Stage.EXECUTION: "исполнении",
    Stage.APPROVAL: "согласовании",
}
_WORDS_OF: Final = {50: ("median", "у половины", "Половина"), 90: ("p90", "у девяти из десяти", "Девять из десяти")}


def _of_stages() -> Iterator[Measure]:
    """Declare how many days finished cases spent in each stage: the middle one and nine of ten."""
    for stage, where in _IN_STAGE.items():
        days = stages.days_in(stage)
        base = Flow(f"timed_{stage.value}", "answered_on", days >= 0)
        for percent, (name, words, part) in _WORDS_OF.items():
            yield Measure(
                f"{name}_{stage.value}_days",
                f"Дней на {where} {words}",
                f"На {where}" if percent == 50 else f"На {where}, 9 из 10",  # noqa: PLR2004 — the median
                f"{part} завершённых за период пробыли на {where} не дольше этого числа календарных дней. Этап длится "
                "до начала следующего известного этапа или до конца работы. Считаются только обращения, "
                "о начале этапа которых известно; стоящих в этапе сейчас учитывает панель «Этапы» экрана «Сроки».",
                "days",
                "down",
                _STAGES,
                Quantile(percent, base, days),
                f"завершённые за период, у которых время на {where} известно",
            )


DEADLINE_MEASURES: Final = (
    Measure(
        "extended_share",
        "Доля продлённых среди незавершённых",
        "Доля продлённых",
        "Какой части незавершённых к концу периода срок рассмотрения продлён по закону.",
        "share",
        "down",
        "59-ФЗ, ст. 12, ч. 2",
        Ratio(counts.EXTENDED, counts.OPEN),
        "в работе на конец периода",
        "open",
    ),
    *rule_75(),
    *_of_stages(),
    Measure(
        "median_reaction_days",
        "Дней до первой реакции у половины",
        "Реакция, дней",
        "Половина получивших окончательный ответ за период дождалась первой реакции — промежуточного или "
        "окончательного ответа — не дольше этого числа календарных дней со дня поступления.",
        "days",
        "down",
        _SPEED,
        Quantile(50, _ANSWERED_AFTER_REACTION, REACTION_DAYS),
        _OF_FINISHED,
    ),
    Measure(
        "p90_reaction_days",
        "Дней до первой реакции у девяти из десяти",
        "Реакция, 9 из 10",
        "Девять из десяти получивших окончательный ответ за период дождались первой реакции — промежуточного или "
        "окончательного ответа — не дольше этого числа календарных дней.",
        "days",
        "down",
        _SPEED,
        Quantile(90, _ANSWERED_AFTER_REACTION, REACTION_DAYS),
        _OF_FINISHED,
    ),
    Measure(
        "median_registration_days",
        "Дней до регистрации у половины",
        "До регистрации",
        "Половина поступивших за период зарегистрирована не дольше, чем за столько календарных дней. "
        "Без даты регистрации и с датой раньше поступления не входят.",
        "days",
        "down",
        _LAW,
        Quantile(50, _REGISTERED, REGISTRATION_DAYS),
        "поступившие за период с известной датой регистрации",
    ),
    Measure(
        "reworked",
        "Проект ответа возвращали на доработку",
        "Возвращали",
        "Сколько завершённых за период хотя бы раз возвращали исполнителю на доработку.",
        "count",
        "down",
        _REWORK,
        _REWORKED,
    ),
    Measure(
        "reworked_share",
        "Доля возвращённых на доработку",
        "Доля возвратов",
        "Какую часть завершённых за период хотя бы раз возвращали исполнителю на доработку. "
        "Считается там, где источник сообщает о возвратах.",
        "share",
        "down",
        _REWORK,
        Ratio(_REWORKED, _REWORK_KNOWN),
        "завершённые за период, о возвратах которых источник сообщает",
    ),
    Measure(
        "in_rework",
        "На доработке сейчас",
        "На доработке",
        "Не завершены к концу периода, и к этому дню проект ответа был возвращён исполнителю.",
        "count",
        "down",
        _REWORK,
        _IN_REWORK,
    ),
    Measure(
        "no_due",
        "Поступило без срока",
        "Без срока",
        "Поступившие за период, для которых срок не назвал источник и не задала ни одна норма города. "
        "В доли «в срок» и в просрочку они не входят.",
        "count",
        "down",
        _SPHERES,
        _NO_DUE,
    ),
    Measure(
        "due_by_norm_share",
        "Доля сроков по норме",
        "Сроки по норме",
        "Какой части поступивших за период срок назначен по норме города, потому что источник его не назвал.",
        "share",
        None,
        _SPHERES,
        Ratio(_BY_NORM, counts.RECEIVED),
        "поступившие за период",
        "appeals",
    ),
)
"""Measures in the order in which lists show them."""


def needs(measure: Measure) -> tuple[str, ...]:
    """Name the columns of a cell that a measure reads and that default cells do not have.

    >>> needs(next(measure for measure in DEADLINE_MEASURES if measure.key == "reworked_share"))
    ('reworks',)
    """
    read = {name for part in _read(measure) for name in part.names()}
    weights = {name for count in facts.counts_of(measure.part) for name in count.weight.meta.root_names()}
    return tuple(sorted((read | weights) - set(schema.CELL) - set(schema.AMENDMENT)))


def _read(measure: Measure) -> Iterator[Condition | Term]:
    """List what a measure reads of a cell, beside its weight."""
    for count in facts.counts_of(measure.part):
        yield count.day
        if count.where is not None:
            yield count.where
    if isinstance(measure.part, Quantile):
        yield measure.part.days
