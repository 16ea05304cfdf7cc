"""How the bodies of the demo city work: their pace, their care, and how people like the answers."""

from typing import Final, NamedTuple

from loaders.demo import stories


class Manner(NamedTuple):
    """Describe one body: `pace` is the usual share of the period it takes, `spread` how much that varies.

    `postponed`, `extended`, `repeats`, `measures` are shares; `reworks` a mean count; `liked` the usual mark, 1–5.
    """

    pace: float = 0.56
    spread: float = 0.38
    postponed: float = 0.035
    extended: float = 0.035
    repeats: float = 0.075
    measures: float = 0.42
    reworks: float = 0.12
    liked: float = 3.9


USUAL: Final = Manner()

MANNERS: Final = {
    "city_economy_office": Manner(pace=0.62, spread=0.40, postponed=0.06, repeats=0.09, reworks=0.18, liked=3.6),
    "education_department": Manner(pace=0.48, spread=0.32, repeats=0.05, measures=0.30, liked=4.2),
    "social_department": Manner(pace=0.50, spread=0.30, postponed=0.01, repeats=0.06, measures=0.25, liked=4.3),
    "culture_and_sport": Manner(pace=0.45, spread=0.35, repeats=0.04, liked=4.4),
    "central_hospital": Manner(pace=0.60, spread=0.36, repeats=0.09, measures=0.22, liked=3.3),
    "capital_construction": Manner(pace=0.58, spread=0.30, postponed=0.10, extended=0.08, measures=0.30, liked=3.5),
    "chief_architect": Manner(pace=0.60, spread=0.35, extended=0.06, measures=0.20, liked=3.7),
    "consumer_market": Manner(pace=0.44, spread=0.34, liked=4.1),
    "control_sector": Manner(pace=0.57, spread=0.40, extended=0.06, liked=3.8),
    "general_department": Manner(pace=0.35, spread=0.40, postponed=0.0, measures=0.10, reworks=0.03, liked=4.2),
    "heat_supplier": Manner(pace=0.60, spread=0.42, postponed=0.05, repeats=0.11, measures=0.62, liked=3.2),
    "water_supplier": Manner(pace=0.55, spread=0.40, postponed=0.04, repeats=0.09, measures=0.60, liked=3.6),
    "power_grid": Manner(pace=0.42, spread=0.34, measures=0.66, liked=4.1),
    "road_service": Manner(pace=0.63, spread=0.40, postponed=0.07, measures=0.60, reworks=0.15, liked=3.7),
    stories.SLOW.department: Manner(pace=stories.SLOW.strength, spread=0.35, extended=0.10, measures=0.22, liked=3.0),
    stories.GAMING.department: Manner(
        repeats=stories.GAMING.strength, postponed=0.0, extended=0.0, measures=0.12, reworks=0.02, liked=2.2
    ),
}
"""Manners by department key; a body that is not here works in the usual manner."""
