"""Which systems people of the demo city write to, by style of topic, and which channels each system has."""

from typing import Final, NamedTuple

from analytics.schema import Kind


class Stream(NamedTuple):
    """Describe one stream of one system: `located` and `rated` are shares, `drift` the growth a year.

    `office` streams stand still on days off and outside office hours.
    """

    source: str
    kind: Kind
    channels: tuple[tuple[str, float], ...]
    located: float
    rated: float
    drift: float
    office: bool = False


_NETWORKS: Final = (("ВКонтакте", 0.72), ("Одноклассники", 0.17), ("Телеграм", 0.11))
_OFFICE: Final = (("Электронная почта", 0.42), ("Почта", 0.33), ("Личный приём", 0.25))

STREAMS: Final = (
    Stream("pos", Kind.MESSAGE, (("Госуслуги. Решаем вместе", 1.0),), 0.92, 0.15, 0.10),
    Stream("pos", Kind.APPEAL, (("Единый портал", 1.0),), 0.0, 0.10, 0.20),
    Stream("incident", Kind.MESSAGE, _NETWORKS, 0.55, 0.02, 0.05),
    Stream("open_region_71", Kind.MESSAGE, (("Открытый регион", 1.0),), 0.85, 0.12, -0.05),
    Stream("delo", Kind.APPEAL, _OFFICE, 0.0, 0.04, -0.10, office=True),
    Stream("delo", Kind.OFFICIAL_REQUEST, (("Электронная почта", 1.0),), 0.0, 0.0, 0.0, office=True),
    Stream("gis_zhkh", Kind.APPEAL, (("ГИС ЖКХ", 1.0),), 0.0, 0.22, 0.08),
    Stream("sstu", Kind.APPEAL, (("ССТУ.РФ", 1.0),), 0.0, 0.0, 0.0, office=True),
)

TELLS: Final = {
    "due_at": frozenset({"pos", "open_region_71", "delo", "gis_zhkh"}),
    "interim_answered_at": frozenset({"pos", "incident"}),
    "stage": frozenset({"pos", "incident", "open_region_71"}),
    **dict.fromkeys(("coordination_at", "execution_at", "approval_at"), frozenset({"pos"})),
    "reworks": frozenset({"pos"}),
}
"""Systems whose exports have a column that others lack; a deadline that no system tells is left to the city's norms."""

MIX: Final = {
    "street": (0.38, 0.02, 0.36, 0.12, 0.10, 0.003, 0.0, 0.015),
    "home": (0.31, 0.03, 0.25, 0.06, 0.16, 0.002, 0.17, 0.02),
    "social": (0.27, 0.08, 0.19, 0.04, 0.36, 0.01, 0.0, 0.04),
    "office": (0.19, 0.12, 0.08, 0.03, 0.50, 0.02, 0.0, 0.05),
}
"""Shares of the streams for each style of topic, in the order of `STREAMS`."""

SOURCES: Final = tuple(dict.fromkeys(stream.source for stream in STREAMS))

ONLINE_HOURS: Final = (2, 1, 1, 1, 1, 2, 6, 12, 18, 22, 24, 24, 23, 22, 22, 22, 23, 25, 28, 30, 30, 26, 16, 6)
OFFICE_HOURS: Final = (0, 0, 0, 0, 0, 0, 0, 0, 14, 22, 22, 20, 8, 16, 18, 16, 10, 0, 0, 0, 0, 0, 0, 0)
"""How much comes in by hour of the day, midnight first; only the proportions matter."""
