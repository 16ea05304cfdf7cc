"""The counts that measures are made of, each declared once.

What a count leaves out is said in the definition of its measure. Whether a deadline was met is decided by `is_late`,
to the second, where both moments are known.
"""

from typing import Final

import polars as pl

from analytics import facts
from analytics.facts import Flow, Stock
from analytics.population import AS_OF, Column, DaysBetween
from analytics.schema import Amends

SATISFIED_FROM: Final = 4
"""Lowest of the marks 1–5 that counts as satisfied: the two upper marks, as opinion polls count them."""

_SATISFACTION: Final = Column("satisfaction")
_IS_RATED: Final = _SATISFACTION.is_known

RECEIVED: Final = Flow("appeals", "received_on")
NEW: Final = Flow("new", "received_on", ~facts.IS_REPEAT)
REPEAT: Final = Flow("repeat", "received_on", facts.IS_REPEAT)
STILL_OPEN: Final = Flow("still_open", "received_on", ~facts.finished_by(AS_OF))
CONSIDERED: Final = Flow("considered", "answered_on")
ANSWERED: Final = Flow("answered", "answered_on", facts.IS_ANSWERED)
TIMED_ANSWER: Final = Flow("timed_answers", "answered_on", facts.IS_ANSWERED & (facts.ANSWERED_ON >= facts.RECEIVED_ON))
OVERDUE_CLOSED: Final = Flow("overdue_closed", "answered_on", facts.IS_LATE)
DUE: Final = Flow("due", "due_on", facts.is_due(AS_OF))
ON_TIME: Final = Flow("on_time", "due_on", facts.is_on_time(AS_OF))
MISSED: Final = Flow("missed", "due_on", facts.is_missed(AS_OF))
RATED: Final = Flow("satisfaction_n", "answered_on", _IS_RATED)
SATISFIED: Final = Flow("satisfied", "answered_on", _SATISFACTION >= SATISFIED_FROM)
MARKS: Final = Flow("marks", "answered_on", _IS_RATED, facts.APPEALS * pl.col("satisfaction"))
OPEN: Final = Stock("open")
OVERDUE_OPEN: Final = Stock("overdue_open", since=facts.DUE_ON)
PAST_UNKNOWN: Final = Stock("past_unknown", weight=-facts.APPEALS, only=Amends.UNKNOWN)
MOVED_LATE: Final = Flow("moved_late", "due_on", Column("held_from") <= AS_OF, only=Amends.COHORT)
POSTPONED: Final = Stock("postponed", where=facts.IS_POSTPONED)
EXTENDED: Final = Stock("extended", where=facts.IS_EXTENDED)

NEWS_DAYS: Final = 45
"""Days from receipt to load within which a row is news; what is older came with a history."""

IS_NEWS: Final = DaysBetween(facts.RECEIVED_ON, facts.KNOWN_ON) <= NEWS_DAYS
SIGNIFICANT: Final = Flow("significant", "known_on", facts.IS_SIGNIFICANT & IS_NEWS)
"""What the source marked as significant, by the day on which it became known."""
