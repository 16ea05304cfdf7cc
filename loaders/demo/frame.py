"""Write the cases of the demo city down as an appeals frame, as the loaders of the systems would."""

from typing import Final

import h3
import numpy as np
import polars as pl
from numpy.typing import NDArray

from analytics import schema
from loaders.city import City
from loaders.demo import catalogue, stages
from loaders.demo.arrivals import Arrivals, Calendar
from loaders.demo.channels import STREAMS, TELLS
from loaders.demo.dice import Flags
from loaders.demo.handling import ABSENT, Handling, is_appeal, moments
from loaders.demo.outcomes import APPLICANTS, NO_OPINION, RESULTS, STAGES, STATUSES, TYPES, Outcomes

NUMBERS: Final = {
    "pos": (3_100_000_000, 40, "{}"),
    "incident": (1_800_000, 9, "{}"),
    "open_region_71": (412_000, 5, "ОР-{}"),
    "delo": (1, 1, "О-{}"),
    "gis_zhkh": (26_000_000, 300, "61-{}"),
    "sstu": (500_000, 60, "ССТУ-{}"),
}
"""First number, greatest step and form of the numbers of each system; the forms are made up."""


def write(
    rng: np.random.Generator,
    city: City,
    calendar: Calendar,
    arrivals: Arrivals,
    handling: Handling,
    outcomes: Outcomes,
) -> pl.DataFrame:
    """Make a frame of `schema.APPEAL`, one row a question, in order of arrival."""
    columns = {
        "municipality": pl.repeat(city.key, len(arrivals), eager=True),
        **_numbers(rng, arrivals),
        **_subject(city, arrivals),
        **_place(city, arrivals),
        **_clock(arrivals, handling, outcomes),
        **stages.beginnings(rng.spawn(1)[0], calendar, arrivals, handling, outcomes),
        **_state(handling, outcomes),
    }
    frame = (
        pl.DataFrame(columns)
        .sort("received_at", maintain_order=True)
        .with_columns(
            changed_at=pl.max_horizontal("received_at", "registered_at", "interim_answered_at", "answered_at"),
            source_row=pl.int_range(2, pl.len() + 2).over("source_system"),
        )
    )
    told = [
        pl.when(pl.col("source_system").is_in(sorted(systems))).then(pl.col(name)).alias(name)
        for name, systems in TELLS.items()
    ]
    return frame.with_columns(told).select(pl.col(name).cast(dtype) for name, dtype in schema.APPEAL.items())


def _numbers(rng: np.random.Generator, arrivals: Arrivals) -> dict[str, pl.Series]:
    """Give the appeals of each system numbers in order; a second question has the number of its first."""
    source = np.array([list(NUMBERS).index(stream.source) for stream in STREAMS])[arrivals.stream]
    is_second = arrivals.first != np.arange(len(arrivals))
    number = np.zeros(len(source), np.int64)
    for place, (first, step, _) in enumerate(NUMBERS.values()):
        rows = np.flatnonzero(source == place)
        steps = rng.integers(1, step + 1, len(rows))
        number[rows] = first + np.cumsum(np.where(is_second[rows], 0, steps))
    text = pl.Series(number).cast(pl.String)
    forms = _words([form for _, _, form in NUMBERS.values()], source)
    return {
        "source_system": _words(list(NUMBERS), source),
        "source_id": forms.str.strip_suffix("{}") + text,
        "question_no": pl.Series(1 + is_second.astype(np.int64)),
    }


def _subject(city: City, arrivals: Arrivals) -> dict[str, pl.Series]:
    topics = catalogue.TOPICS
    widest = max(len(stream.channels) for stream in STREAMS)
    names = [[name for name, _ in stream.channels] for stream in STREAMS]
    channels = [name for line in names for name in (*line, *[line[0]] * (widest - len(line)))]
    code = np.where(is_appeal(arrivals), arrivals.topic, ABSENT)
    return {
        "kind": _words([stream.kind.value for stream in STREAMS], arrivals.stream),
        "channel": _words(channels, arrivals.stream * widest + arrivals.channel),
        "topic_block": _words([city.block(topic.title, None) for topic in topics], arrivals.topic),
        "topic_group": _words([topic.group for topic in topics], arrivals.topic),
        "topic": _words([topic.title for topic in topics], arrivals.topic),
        "classifier_code": _words([topic.code for topic in topics], code),
        "department": _words([department.title for department in city.departments], arrivals.department),
    }


def _place(city: City, arrivals: Arrivals) -> dict[str, pl.Series]:
    lat, lon = (pl.Series(values, nan_to_null=True) for values in (arrivals.lat, arrivals.lon))
    points = pl.DataFrame({"lat": lat, "lon": lon})
    known = points.drop_nulls().unique()
    cells = [h3.latlng_to_cell(*point, city.geo_resolution) for point in known.iter_rows()]
    known = known.with_columns(geo_cell=pl.Series(cells, dtype=pl.String))
    located = points.join(known, on=["lat", "lon"], how="left", maintain_order="left")
    titles = [territory.title for territory in city.territories]
    return {"territory": _words(titles, arrivals.territory), "lat": lat, "lon": lon, "geo_cell": located["geo_cell"]}


def _clock(arrivals: Arrivals, handling: Handling, outcomes: Outcomes) -> dict[str, pl.Series]:
    is_extension = is_appeal(arrivals) & (outcomes.decided != ABSENT)
    is_postponement = ~is_appeal(arrivals) & (outcomes.decided != ABSENT)
    return {
        "received_at": moments(arrivals.received),
        "registered_at": moments(outcomes.registered),
        "due_at": moments(np.where(outcomes.registered == ABSENT, ABSENT, handling.due)),
        "extended_until": moments(np.where(is_extension, handling.until, ABSENT)),
        "postponed_until": moments(np.where(is_postponement, handling.until, ABSENT)),
        "interim_answered_at": moments(outcomes.interim),
        "answered_at": moments(outcomes.answered),
        "transferred_at": moments(outcomes.transferred),
    }


def _state(handling: Handling, outcomes: Outcomes) -> dict[str, pl.Series]:
    return {
        "appeal_type": _words([value.value for value in TYPES], outcomes.appeal_type),
        "applicant_kind": _words([value.value for value in APPLICANTS], outcomes.applicant),
        "status": _words([value.value for value in STATUSES], outcomes.status),
        "stage": _words([value.value for value in STAGES], outcomes.stage),
        "result": _words([value.value for value in RESULTS], outcomes.result),
        "is_repeat": _flags(outcomes.is_repeat),
        "is_collective": _flags(outcomes.is_collective),
        "is_fast_track": _flags(handling.is_fast),
        "on_control": _flags(outcomes.on_control),
        "is_significant": _flags(outcomes.is_significant),
        "reworks": pl.Series(outcomes.reworks),
        "satisfaction": pl.Series(outcomes.satisfaction).replace(NO_OPINION, None),
    }


def _words(words: list[str] | list[str | None], places: NDArray[np.int64]) -> pl.Series:
    """Write the word at each place; a negative place is no word."""
    return pl.Series(words, dtype=pl.String).gather(pl.Series(places).replace(ABSENT, None))


def _flags(flags: Flags) -> pl.Series:
    return pl.Series(flags)
