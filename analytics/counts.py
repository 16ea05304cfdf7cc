"""The counts that measures are made of, each declared once.

What a count leaves out is said in the definition of its measure. Whether a deadline was met is decided by `is_late`,
to the second, where both moments are known.
"""

from typing import Final

import polars as pl

from analytics import facts
from analytics.facts import Flow, Stock, Window
from analytics.schema import Amends

SATISFIED_FROM: Final = 4
"""Lowest of the marks 1–5 that counts as satisfied: the two upper marks, as opinion polls count them."""


def _answered(_: Window) -> pl.Expr:
    return facts.IS_ANSWERED


def _repeat(_: Window) -> pl.Expr:
    return facts.IS_REPEAT


def _new(_: Window) -> pl.Expr:
    return ~facts.IS_REPEAT


def _still_open(window: Window) -> pl.Expr:
    return ~facts.finished_by(window.as_of)


def _late(_: Window) -> pl.Expr:
    return pl.col("is_late").fill_null(value=False)


def _due(window: Window) -> pl.Expr:
    return facts.is_due(window.as_of)


def _on_time(window: Window) -> pl.Expr:
    return facts.is_on_time(window.as_of)


def _missed(window: Window) -> pl.Expr:
    return facts.is_missed(window.as_of)


def _moved_by(window: Window) -> pl.Expr:
    return pl.col("held_from") <= window.as_of


def _rated(_: Window) -> pl.Expr:
    return pl.col("satisfaction").is_not_null()


def _satisfied(_: Window) -> pl.Expr:
    return pl.col("satisfaction") >= SATISFIED_FROM


def _timed_answer(_: Window) -> pl.Expr:
    return facts.IS_ANSWERED & (facts.ANSWER_DAYS >= 0).fill_null(value=False)


RECEIVED: Final = Flow("appeals", "received_on")
NEW: Final = Flow("new", "received_on", _new)
REPEAT: Final = Flow("repeat", "received_on", _repeat)
STILL_OPEN: Final = Flow("still_open", "received_on", _still_open)
CONSIDERED: Final = Flow("considered", "answered_on")
ANSWERED: Final = Flow("answered", "answered_on", _answered)
TIMED_ANSWER: Final = Flow("timed_answers", "answered_on", _timed_answer)
OVERDUE_CLOSED: Final = Flow("overdue_closed", "answered_on", _late)
DUE: Final = Flow("due", "due_on", _due)
ON_TIME: Final = Flow("on_time", "due_on", _on_time)
MISSED: Final = Flow("missed", "due_on", _missed)
RATED: Final = Flow("satisfaction_n", "answered_on", _rated)
SATISFIED: Final = Flow("satisfied", "answered_on", _satisfied)
MARKS: Final = Flow("marks", "answered_on", _rated, facts.APPEALS * pl.col("satisfaction"))
OPEN: Final = Stock("open")
OVERDUE_OPEN: Final = Stock("overdue_open", since=facts.OVERDUE_FROM)
PAST_UNKNOWN: Final = Stock("past_unknown", weight=-facts.APPEALS, only=Amends.UNKNOWN)
MOVED_LATE: Final = Flow("moved_late", "due_on", _moved_by, only=Amends.COHORT)
POSTPONED: Final = Stock("postponed", where=facts.IS_POSTPONED)
EXTENDED: Final = Stock("extended", where=facts.IS_EXTENDED)
