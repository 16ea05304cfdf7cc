"""Read how a city rates its departments: weights, the least volume, peer groups, and who is not rated.

None of this is official: the act names the criteria and leaves the rest open, so a city that writes nothing gets the
product's proposal.
"""

from collections.abc import Mapping, Sequence

from analytics.criteria import DEFAULT_WEIGHTS, INDICATORS, PeerGroup, RatingRules
from loaders.city_file import key, within
from loaders.city_parts import Department
from loaders.toml_file import TomlTable

LARGEST_MINIMUM = 10_000
"""A larger least volume would leave a city without a rating."""


def read(file: TomlTable, bodies: Sequence[Department]) -> RatingRules:
    """Read the table [rating]; `bodies` are the departments it may name, by key."""
    table = file.table("rating")
    titles = {body.key: body.title for body in bodies}
    usual = RatingRules()
    rules = RatingRules(
        weights=_weights(table),
        minimum_n=within(table, "minimum_n", 1, LARGEST_MINIMUM) if table.has("minimum_n") else usual.minimum_n,
        groups=_groups(table, titles),
        exempt=_exempt(table, titles),
    )
    table.close()
    return rules


def _weights(table: TomlTable) -> Mapping[str, float]:
    """Read the weight of each indicator; one that is not named has none, and no table at all is the proposal."""
    own = table.table("weights")
    if not table.has("weights"):
        return DEFAULT_WEIGHTS
    found: dict[str, float] = {}
    written = own.keys()
    for name in written:
        if name not in INDICATORS:
            advice = f"Бывает: {', '.join(INDICATORS)}."
            own.refuse("unknown_indicator", f"Показателя рейтинга «{name}» нет", at=name, advice=advice)
        found[name] = own.take(name, float)
        if not 0 <= found[name] < float("inf"):
            own.refuse("out_of_range", f"Вес «{name}» — число не меньше 0", at=name)
    if not any(found.values()):
        own.refuse("no_weight", "Хотя бы один вес должен быть больше 0")
    own.close()
    return found


def _groups(table: TomlTable, titles: Mapping[str, str]) -> tuple[PeerGroup, ...]:
    found: list[PeerGroup] = []
    taken: set[str] = set()
    for row in table.tables("peers"):
        word, title, names = key(row), row.take("title", str), row.texts("departments")
        for name in names:
            _known(row, name, titles)
        if not names:
            row.refuse("no_departments", "В группе сравнения нет ни одного подразделения", at="key")
        for name in (word, *names):
            if name in taken or (word, *names).count(name) > 1:
                row.refuse("duplicate", f"«{name}» уже есть в группах сравнения", at=name)
        taken.update((word, *names))
        row.close()
        found.append(PeerGroup(word, title, frozenset(titles[name] for name in names)))
    return tuple(found)


def _exempt(table: TomlTable, titles: Mapping[str, str]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for row in table.tables("exempt"):
        name = row.take("department", str)
        _known(row, name, titles)
        if titles[name] in found:
            row.refuse("duplicate", f"«{name}» уже есть среди исключённых", at="department")
        found[titles[name]] = row.take("reason", str)
        row.close()
    return found


def _known(row: TomlTable, name: str, titles: Mapping[str, str]) -> None:
    if name not in titles:
        row.refuse("unknown_department", f"Подразделения «{name}» нет среди [[departments]]", at=name)
