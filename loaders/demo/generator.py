"""Make the demo city: the same seed, size and last day give the same rows, to the last one."""

import hashlib
from calendar import monthrange
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from loaders.city import City
from loaders.demo import arrivals, frame, handling, outcomes
from loaders.demo.catalogue import ELSEWHERE, LEVEL, TOPICS
from loaders.demo.channels import SOURCES
from loaders.errors import InputRefused
from loaders.files.raw import FINDINGS, REJECTED
from loaders.intake import Intake, SourceFile
from loaders.progress import Progress, silent

SIZES: Final = range(1, 5_000_001)
LENGTHS: Final = range(3, 121)
"""How many appeals, and over how many months, a demo city may have."""


def appeals_frame(
    city: City, appeals: int, months: int, seed: int, end: date, progress: Progress = silent
) -> pl.DataFrame:
    """Draw the appeals of the demo city: a frame of `schema.APPEAL`, one row a question, in order of arrival."""
    start = _months_before(end, months)
    rng = np.random.default_rng([seed, appeals, months, end.toordinal()])
    progress("Люди пишут", 0.0)
    calendar = arrivals.Calendar.over(start, end)
    arrived = arrivals.arrive(rng, city, calendar, appeals)
    progress("Подразделения отвечают", 0.4)
    handled = handling.handle(rng, city, calendar, arrived)
    settled = outcomes.settle(rng, city, calendar, arrived, handled)
    progress("Записи составляются", 0.6)
    return frame.write(rng, city, calendar, arrived, handled, settled)


def _months_before(end: date, months: int) -> date:
    year, month = divmod(end.year * 12 + end.month - 1 - months, 12)
    first = date(year, month + 1, 1)
    return first.replace(day=min(end.day, monthrange(year, month + 1)[1]))


def make(
    city: City,
    appeals: int = 120_000,
    months: int = 36,
    seed: int = 2022,
    end: date | None = None,
    progress: Progress = silent,
) -> Intake:
    """Make the demo city as an intake of the made-up twin of `city`, ready for `imports.load`.

    Data cover `months` months and end on `end` at 08:40, by default the last such moment in the city. The same
    arguments give the same rows. Raises `InputRefused` for a city without the parts the demo needs.
    """
    twin = city.demo()
    last = end or _last_morning(twin)
    _check(twin, appeals, months)
    drawn = appeals_frame(twin, appeals, months, seed, last, progress)
    files = tuple(_file(source, f"{twin.key} {appeals} {months} {seed} {last} {source}") for source in SOURCES)
    return Intake(drawn, pl.DataFrame(schema=REJECTED), findings(drawn), files, drawn.height)


def _last_morning(city: City) -> date:
    now = datetime.now(ZoneInfo(city.time_zone))
    is_over = now.hour * 3600 + now.minute * 60 >= arrivals.LAST_MOMENT
    return now.date() if is_over else now.date() - timedelta(1)


def _check(city: City, appeals: int, months: int) -> None:
    bodies = {key for topic in TOPICS for key, _ in (*topic.bodies, *ELSEWHERE)}
    missing = LEVEL.keys() - {block.key for block in city.blocks}
    missing |= bodies - {department.key for department in city.departments}
    if missing or not city.territories:
        what = f"Для города «{city.title}» демо-город не описан"
        advice = "Образец — раздел [demo] и ключи блоков в файле города Новошахтинска."
        raise InputRefused("no_demo", what, advice=advice)
    if appeals not in SIZES or months not in LENGTHS:
        what = f"Демо-город: обращений от {SIZES[0]} до {SIZES[-1]}, месяцев от {LENGTHS[0]} до {LENGTHS[-1]}"
        raise InputRefused("demo_size", what)


def _file(source: str, content: str) -> SourceFile:
    """Name the file that this system would have sent; its sum is that of what made it."""
    name = f"демо-{source}"
    return SourceFile(name, Path(name), hashlib.sha256(content.encode()).hexdigest(), 0)


def findings(frame: pl.DataFrame) -> pl.DataFrame:
    """Count the rows of each topic that leads to no block."""
    return (
        frame.filter(pl.col("topic_block").is_null())
        .group_by(detail="topic")
        .agg(rows=pl.len().cast(pl.Int64))
        .select(pl.lit("unmapped_topic").alias("code"), "detail", "rows")
        .sort("detail")
        .match_to_schema(FINDINGS)
    )
