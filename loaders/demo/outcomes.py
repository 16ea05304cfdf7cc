"""Say how each case of the demo city stands at the last moment of the data: status, stage, result, marks, opinion."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.schema import AppealType, ApplicantKind, Result, Stage, Status
from loaders.city import City
from loaders.demo.arrivals import DAY, Arrivals, Calendar
from loaders.demo.channels import STREAMS
from loaders.demo.dice import Flags, Ints, chance, pick
from loaders.demo.handling import ABSENT, Handling, is_appeal, is_of, manner, of_streams

STATUSES: Final = tuple(Status)
STAGES: Final = tuple(Stage)
RESULTS: Final = tuple(Result)
TYPES: Final = tuple(AppealType)
APPLICANTS: Final = tuple(ApplicantKind)

NO_OPINION: Final = 0
UNKNOWN: Final = -1

JUST_BEGUN: Final = 0.06
SECOND_HALF: Final = 0.6
ALMOST_DONE: Final = 0.85
"""How far on its planned way a case is when it changes its state."""

_RESULT_OF: Final = {
    Status.ANSWERED_MEASURES_TAKEN: Result.MEASURES_TAKEN,
    Status.ANSWERED_SUPPORTED: Result.SUPPORTED,
    Status.ANSWERED_EXPLAINED: Result.EXPLAINED,
    Status.ANSWERED_NOT_SUPPORTED: Result.NOT_SUPPORTED,
}


@dataclass(frozen=True)
class Outcomes:
    """Hold the state of each case at the last moment; UNKNOWN or ABSENT where there is none.

    `status`, `stage`, `result`, `appeal_type`, `applicant` are places in the vocabularies above; moments are seconds
    since 1970, and none lies after the last moment. `satisfaction` is 1–5, or NO_OPINION.
    """

    status: Ints
    stage: Ints
    result: Ints
    appeal_type: Ints
    applicant: Ints
    registered: Ints
    decided: Ints
    interim: Ints
    answered: Ints
    transferred: Ints
    reworks: Ints
    satisfaction: Ints
    is_repeat: Flags
    is_collective: Flags
    on_control: Flags
    is_significant: Flags


def settle(
    rng: np.random.Generator, city: City, calendar: Calendar, arrivals: Arrivals, handling: Handling
) -> Outcomes:
    """Cut every case at the last moment of the data."""
    rows = len(arrivals)
    answered = np.where(handling.answered <= calendar.moment, handling.answered, ABSENT)
    registered = np.where(handling.registered <= calendar.moment, handling.registered, ABSENT)
    decided = np.where(handling.decided <= calendar.moment, handling.decided, ABSENT)
    interim = _interim(rng, calendar, arrivals, handling, decided)
    closed = _closed(rng, city, arrivals)
    status = np.where(answered != ABSENT, closed, _open(rng, calendar, arrivals, handling, decided, interim))
    is_collective = is_appeal(arrivals) & chance(rng, 0.035, rows)
    is_significant = handling.is_significant
    return Outcomes(
        status=status,
        stage=_stages(rng, arrivals, status),
        result=np.array([RESULTS.index(_RESULT_OF[s]) if s in _RESULT_OF else UNKNOWN for s in STATUSES])[status],
        appeal_type=_types(rng, arrivals),
        applicant=_applicants(rng, is_collective),
        registered=registered,
        decided=decided,
        interim=interim,
        answered=answered,
        transferred=np.where(status == STATUSES.index(Status.TRANSFERRED), answered, ABSENT),
        reworks=np.where(registered != ABSENT, handling.reworks, 0),
        satisfaction=_opinions(rng, city, calendar, arrivals, handling, status, answered),
        is_repeat=chance(rng, manner(city, arrivals, "repeats"), rows),
        is_collective=is_collective,
        on_control=is_significant | (is_appeal(arrivals) & chance(rng, 0.06, rows)),
        is_significant=is_significant,
    )


def _interim(
    rng: np.random.Generator, calendar: Calendar, arrivals: Arrivals, handling: Handling, decided: Ints
) -> Ints:
    """Give an interim answer with most postponements and to some posts in social networks."""
    rows = len(arrivals)
    with_decision = (decided != ABSENT) & ~is_appeal(arrivals) & chance(rng, 0.6, rows)
    moment = np.where(with_decision, decided, handling.interim)
    is_known = (moment <= calendar.moment) & (moment < handling.answered)
    return np.where(is_known, moment, ABSENT)


def _closed(rng: np.random.Generator, city: City, arrivals: Arrivals) -> Ints:
    """Draw the final status by the body's habits; systems that tell no outcome say only «answered»."""
    measures = manner(city, arrivals, "measures")
    band = (measures * 10).astype(np.int64)
    outcomes = (
        Status.ANSWERED_MEASURES_TAKEN,
        Status.ANSWERED_SUPPORTED,
        Status.ANSWERED_EXPLAINED,
        Status.ANSWERED_NOT_SUPPORTED,
        Status.ANSWERED,
        Status.TRANSFERRED,
        Status.LEFT_WITHOUT_ANSWER,
        Status.WITHDRAWN,
    )
    tables = [_closing(known, share) for known in (0.45, 0.93) for share in (np.arange(10) + 0.5) / 10]
    drawn = pick(rng, tables, np.where(is_of(arrivals, "incident"), 0, 10) + band)
    return np.array([STATUSES.index(status) for status in outcomes])[drawn]


def _closing(known: float, measures: float) -> tuple[float, ...]:
    """Share out the ends of cases: of those with a `known` outcome, `measures` are taken, and so on."""
    words = 0.92 - measures
    return known * measures, known * 0.08, known * words * 0.86, known * words * 0.14, 1 - known, 0.03, 0.012, 0.004


def _open(
    rng: np.random.Generator, calendar: Calendar, arrivals: Arrivals, handling: Handling, decided: Ints, interim: Ints
) -> Ints:
    """Say how a case stands that is not finished, by how far it has come on its planned way."""
    is_overdue = (handling.deadline != ABSENT) & (handling.deadline < calendar.moment)
    planned_end = np.minimum(handling.answered, np.maximum(handling.deadline, arrivals.received) + 30 * DAY)
    gone = (calendar.moment - handling.registered) / np.maximum(planned_end - handling.registered, 1)
    is_extended = is_appeal(arrivals)
    states = [
        (handling.registered > calendar.moment, Status.NEW),
        ((decided != ABSENT) & is_extended, Status.EXTENDED),
        (decided != ABSENT, Status.POSTPONED),
        ((handling.reworks > 0) & (gone > SECOND_HALF) & ~is_overdue, Status.RETURNED_FOR_REWORK),
        ((gone > ALMOST_DONE) & chance(rng, 0.7, len(arrivals)), Status.ON_APPROVAL),
        (interim != ABSENT, Status.INTERIM_ANSWERED),
        ((gone < JUST_BEGUN) & chance(rng, 0.6, len(arrivals)), Status.NEW),
    ]
    return np.select(
        [condition for condition, _ in states],
        [STATUSES.index(status) for _, status in states],
        STATUSES.index(Status.IN_WORK),
    )


def _stages(rng: np.random.Generator, arrivals: Arrivals, status: Ints) -> Ints:
    """Name the stage of what is open; finished cases have none."""
    stage_of = {
        Status.NEW: Stage.COORDINATION,
        Status.IN_WORK: Stage.EXECUTION,
        Status.ON_APPROVAL: Stage.APPROVAL,
        Status.RETURNED_FOR_REWORK: Stage.EXECUTION,
        Status.INTERIM_ANSWERED: Stage.EXECUTION,
        Status.EXTENDED: Stage.EXECUTION,
        Status.POSTPONED: Stage.EXECUTION,
    }
    stage = np.array([STAGES.index(stage_of[s]) if s in stage_of else UNKNOWN for s in STATUSES])[status]
    is_moderated = is_of(arrivals, "pos") & (status == STATUSES.index(Status.NEW)) & chance(rng, 0.5, len(arrivals))
    return np.where(is_moderated, STAGES.index(Stage.MODERATION), stage)


def _types(rng: np.random.Generator, arrivals: Arrivals) -> Ints:
    """Draw the type; social networks do not tell it."""
    drawn = pick(
        rng, [(0.22, 0.70, 0.08, 0.0, 0.0), (0.52, 0.34, 0.06, 0.06, 0.02)], is_appeal(arrivals).astype(np.int64)
    )
    return np.where(is_of(arrivals, "incident"), UNKNOWN, drawn)


def _applicants(rng: np.random.Generator, is_collective: Flags) -> Ints:
    drawn = pick(rng, (0.95, 0.05), np.zeros(len(is_collective), np.int64))
    return np.where(is_collective, APPLICANTS.index(ApplicantKind.COLLECTIVE), drawn)


def _opinions(
    rng: np.random.Generator,
    city: City,
    calendar: Calendar,
    arrivals: Arrivals,
    handling: Handling,
    status: Ints,
    answered: Ints,
) -> Ints:
    """Ask some of those who were answered at least a day ago; late and refusing answers are liked less."""
    rows = len(arrivals)
    has_answer = np.isin(status, [STATUSES.index(s) for s in STATUSES if s.value.startswith("answered")])
    is_asked = has_answer & (answered < calendar.moment - DAY)
    mood = manner(city, arrivals, "liked") - 0.8 * handling.is_late
    mood = mood + 0.4 * (status == STATUSES.index(Status.ANSWERED_MEASURES_TAKEN))
    mood = mood - 0.8 * (status == STATUSES.index(Status.ANSWERED_NOT_SUPPORTED))
    mark = np.rint(mood + 1.05 * rng.standard_normal(rows)).clip(1, 5).astype(np.int64)
    replies = chance(rng, of_streams(arrivals, [stream.rated for stream in STREAMS]), rows)
    return np.where(is_asked & replies, mark, NO_OPINION)
