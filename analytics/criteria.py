"""What units are rated by: the three criteria of act 004, прил. 1, п. 4.2 (5), each made of declared measures.

An indicator is a share of something that can be counted, turned so that more is better; so all of them lie between 0
and 1, and the chance in each is known. Which indicators stand for which criterion, and all weights, are the product's
proposal and the city's settings: the act gives none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from analytics.deadline_measures import needs
from analytics.declarations import Measure
from analytics.measures import find


class Criterion(StrEnum):
    """Name the criteria of the act."""

    NUMBER = "number"
    SPEED = "speed"
    QUALITY = "quality"


CRITERION_TITLES: Final[Mapping[Criterion, str]] = MappingProxyType(
    {
        Criterion.NUMBER: "Количество обращений",
        Criterion.SPEED: "Скорость реагирования",
        Criterion.QUALITY: "Полнота и качество",
    }
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """Describe one indicator: the measure it is taken from, and whether a high share of it is bad (`is_turned`).

    `is_mark` says that it counts a mark of the source; where that mark stands nowhere, the sources do not tell.
    """

    key: str
    criterion: Criterion
    title: str
    definition: str
    measure_key: str
    weight: float
    is_turned: bool = False
    is_mark: bool = False

    @property
    def measure(self) -> Measure:
        """Find the declared measure."""
        return find(self.measure_key)


FEWER: Final = "fewer"
"""Key of the only indicator that looks at two periods."""

INDICATORS: Final[Mapping[str, Indicator]] = MappingProxyType(
    {
        each.key: each
        for each in (
            Indicator(
                FEWER,
                Criterion.NUMBER,
                "Меньше обращений, чем было",
                "Доля прежнего периода в сумме обращений двух периодов: 50 % — столько же, больше — обращений стало "
                "меньше. Сравнивается с тем же периодом год назад, а если данных за него нет, с предыдущим.",
                "appeals",
                20,
            ),
            Indicator(
                "on_time",
                Criterion.SPEED,
                "Завершено в срок",
                "Доля завершённых в срок среди обращений, срок которых наступил. Открытые с истёкшим сроком — против.",
                "on_time_share",
                40,
            ),
            Indicator(
                "not_overdue",
                Criterion.SPEED,
                "В работе без просрочки",
                "Доля непросроченных среди незавершённых на конец периода. По умолчанию без веса: просроченные этого "
                "периода уже сочтены в доле завершённых в срок.",
                "overdue_share",
                0,
                is_turned=True,
            ),
            Indicator(
                "not_repeat",
                Criterion.QUALITY,
                "Без повторных",
                "Доля неповторных среди поступивших. Помету ставит источник.",
                "repeat_share",
                20,
                is_turned=True,
                is_mark=True,
            ),
            Indicator(
                "satisfied",
                Criterion.QUALITY,
                "Довольны ответом",
                "Доля оценок 4 и 5 среди оценивших завершённые за период.",
                "satisfied_share",
                15,
            ),
            Indicator(
                "not_reworked",
                Criterion.QUALITY,
                "Без возвратов на доработку",
                "Доля завершённых за период, проект ответа по которым ни разу не возвращали.",
                "reworked_share",
                5,
                is_turned=True,
            ),
        )
    }
)
"""Every indicator by its key, in the order in which a score is put together."""

DEFAULT_WEIGHTS: Final[Mapping[str, float]] = MappingProxyType({key: each.weight for key, each in INDICATORS.items()})


@dataclass(frozen=True, slots=True)
class PeerGroup:
    """Name units that are compared with each other and with nobody else."""

    key: str
    title: str
    units: frozenset[str]


@dataclass(frozen=True, slots=True)
class RatingRules:
    """Hold how a city rates: weights by indicator, the least volume, peer groups, and who is not rated and why.

    Only the proportion of the weights matters; 0 leaves an indicator out, and one that is not named has none. Units
    that no group names are compared among themselves. `exempt` leads from a unit to the reason in the city's words.
    """

    weights: Mapping[str, float] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    minimum_n: int = 10
    groups: tuple[PeerGroup, ...] = ()
    exempt: Mapping[str, str] = field(default_factory=dict)

    def weighted(self) -> tuple[Indicator, ...]:
        """List the indicators that have a weight, in the order of `INDICATORS`."""
        return tuple(each for key, each in INDICATORS.items() if self.weights.get(key, 0) > 0)

    def group_of(self, unit: str) -> str:
        """Give the key of a unit's peer group, empty for the units that no group names."""
        return next((group.key for group in self.groups if unit in group.units), "")


def needed(rules: RatingRules) -> tuple[str, ...]:
    """Name the columns of a cell that the rating reads and that default cells do not have.

    >>> needed(RatingRules())
    ('reworks',)
    """
    return tuple(sorted({name for each in rules.weighted() for name in needs(each.measure)}))
