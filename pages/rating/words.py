"""Words of the screen «Рейтинг»: who can be told apart, whose place changed, who is not rated, what a status says."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import polars as pl

from analytics.criteria import CRITERION_TITLES, INDICATORS, Criterion, Indicator, RatingRules
from analytics.declarations import Measure
from analytics.funnel import Zone
from analytics.rating import Excluded, Rating, Standing
from analytics.rounding import rounded, shares
from analytics.scores import FULL, spread
from analytics.status import Change, Status
from analytics.tally import UNIT, Base
from loaders.city import City
from pages.rating.view import Chosen, Who
from pages.shared import formats
from pages.shared.layers import aim_mark, assured, changed
from pages.shared.palette import Tone
from pages.shared.text import html_text

MOST_NAMES: Final = 4

_CHANGE_TONES: Final[dict[Change, Tone]] = {
    Change.BETTER: "good", Change.WORSE: "bad", Change.UP: "accent", Change.DOWN: "accent",
}  # fmt: skip

ZONES: Final = {
    Zone.VERY_HIGH.value: "выше 99,8 % случайных",
    Zone.HIGH.value: "выше 95 % случайных",
    Zone.LOW.value: "ниже 95 % случайных",
    Zone.VERY_LOW.value: "ниже 99,8 % случайных",
    Zone.INSIDE.value: "в пределах случайного",
}


def sentence(rating: Rating, chosen: Chosen, city: City) -> str:
    """Say in one sentence who can be told apart from the rest, and that nobody else can."""
    table, kind = rating.table, chosen.kind
    total, named = table.height, table.filter(pl.col("standing") != Standing.INDISTINCT.value)
    whole = f"Из {formats.counted(total, kind.genitive, kind.many, kind.many)}"
    if named.is_empty():
        return (
            f"{whole} от остальных <b>нельзя отличить ни {kind.none}</b>: разница в пределах случайного, и порядок в "
            "таблице при таком числе обращений объясняется случайностью."
        )
    sides = [
        f'<span class="mcu-{tone}">{mark} {word}</span> — {_names(units, chosen, city)}'
        for standing, tone, mark, word in (
            (Standing.BELOW, "bad", "▼", "ниже середины"),
            (Standing.ABOVE, "good", "▲", "выше середины"),
        )
        if (units := _ends(named, standing))
    ]
    together = ", всё вместе верно с вероятностью 95 %" if named.height > 1 else ""
    apart = f"{whole} отличить от остальных можно <b>{formats.number(named.height)}</b>{together}: {'; '.join(sides)}."
    rest = total - named.height
    return apart if not rest else f"{apart} {_rest(rest, kind)}"


def _ends(named: pl.DataFrame, standing: Standing) -> list[str]:
    """List the units of one side, the furthest from the middle first."""
    units = named.filter(pl.col("standing") == standing.value)[UNIT].to_list()
    return units[::-1] if standing is Standing.BELOW else units


def _rest(rest: int, kind: Who) -> str:
    counted = formats.counted(rest, kind.one, kind.few, kind.many)
    if rest == 1:
        return f"Ещё {counted} <b>от середины не отличить</b>."
    return f"Ещё {counted} рядом с серединой: <b>разница в пределах случайного</b>, их порядок ничего не значит."


def _names(units: Sequence[str], chosen: Chosen, city: City) -> str:
    shown = [f"<b>{html_text(chosen.title(unit, city))}</b>" for unit in units[:MOST_NAMES]]
    more = [f"ещё {formats.number(len(units) - MOST_NAMES)}"] if len(units) > MOST_NAMES else []
    return ", ".join([*shown, *more])


def clumps(rating: Rating) -> str:
    """Say how much cases come in clumps, which makes differences harder to tell; or that it is not known yet."""
    if rating.table.height and rating.table["chance"].min() > FULL:  # type: ignore[operator]  # there is a row
        return "Недель с обращениями пока мало: насколько числа ходят сами по себе, неизвестно, и никто не отличён."
    told = rating.parts.filter(pl.col("n") > 0)
    weights = pl.col("n") * pl.col("weight")
    factor = told.select((pl.col("factor") * weights).sum() / weights.sum()).item() if told.height else None
    if factor is None or factor < NOTABLE:
        return ""
    return (
        f"Обращения идут пачками: доли ходят от недели к неделе в {formats.number(factor**0.5, 1)} раза сильнее, чем у "
        "независимых случаев. Пределы это учитывают, поэтому отличить можно меньше, чем кажется по числам."
    )


NOTABLE: Final = 1.2
"""How many times more than independent cases numbers vary before it is worth a word."""


def base(rating: Rating) -> str:
    """Say what the number of the period is compared with."""
    before = rating.compared.before
    if rating.compared.base is Base.NONE or before is None:
        return "сравнить количество не с чем: данных за прежний период нет"
    word = "с тем же периодом год назад" if rating.compared.base is Base.YEAR_AGO else "с предыдущим периодом"
    return f"количество сравнено {word}, {formats.span(before.start, before.end)}"


def weights(rules: RatingRules, told: Sequence[Indicator]) -> str:
    """Write the parts of the criteria in the score, as they are spread over the indicators that are told."""
    weighed = told or rules.weighted()
    parts = dict(zip((each.key for each in weighed), spread(weighed, rules), strict=True))
    sums = {
        each: float(sum(share for key, share in parts.items() if INDICATORS[key].criterion is each))
        for each in Criterion
    }
    written = zip(sums, shares(list(sums.values()), digits=0), strict=True)
    return " · ".join(
        f"{html_text(CRITERION_TITLES[each])} <b>{formats.percent(share, 0)}</b>" for each, share in written
    )


def absent(rating: Rating) -> str:
    """Say which indicators no source tells of, and where their weight went."""
    if not rating.absent:
        return ""
    titles = ", ".join(f"«{each.title}»" for each in rating.absent)
    return (
        f"Источники не сообщают: {titles}; вес роздан остальным показателям того же критерия, а если их нет — другим."
    )


def excluded(rating: Rating, chosen: Chosen, city: City) -> list[str]:
    """List who is not rated, each group with the rule that keeps it out."""
    said = []
    for rule in Excluded:
        rows = rating.excluded.filter(pl.col("rule") == rule.value)
        if rows.height:
            said.append(f"{_rule(rule, rating.rules)}: {_excluded_units(rows, rule, rating.rules, chosen, city)}")
    return said


def _rule(rule: Excluded, rules: RatingRules) -> str:
    return {
        Excluded.NAMELESS: "источник никого не назвал",
        Excluded.EXEMPT: "исключены правилом города",
        Excluded.FEW: f"поступило меньше {formats.number(rules.minimum_n)}",
        Excluded.NOTHING_TOLD: "ни один показатель не известен",
    }[rule]


def _excluded_units(rows: pl.DataFrame, rule: Excluded, rules: RatingRules, chosen: Chosen, city: City) -> str:
    if rule is Excluded.NAMELESS:
        return formats.appeals(int(rows["n"].sum()))
    reasons = rules.exempt if rule is Excluded.EXEMPT else {}
    return ", ".join(
        f"{html_text(chosen.title(unit, city))} ({html_text(reasons.get(unit) or formats.number(n))})"
        for unit, n in rows.select(UNIT, "n").iter_rows()
    )


def _aim(status: Status) -> str:
    said = assured(status.assurance)
    return f" · {said}" if said else ""


def two_layers(status: Status, value: float | None, measure: Measure, target: float | None) -> str:
    """Write both layers of a status: the target with the last value, and whether the process is changing."""
    shown = formats.measure(value, measure.unit)
    tone = _CHANGE_TONES.get(status.change, "muted")
    change = f'<span class="mcu-{tone}">{status.shape} {changed(status.change, measure)}</span>'
    if status.is_reached is None or target is None:
        return f'<span class="layer">{shown}</span><span class="layer">{change}</span>'
    word, hue = ("достигнута", "good") if status.is_reached else ("не достигнута", "warn")
    aim = f'{shown} <span class="mcu-{hue}">{aim_mark(status.is_reached)} цель {word}</span>'
    return f'<span class="layer">{aim}</span><span class="layer">{change}{_aim(status)}</span>'


def tenths(parts: Sequence[float], total: float) -> list[float]:
    """Round parts to tenths so that they add up to the total as it is written.

    >>> tenths([1.14, 1.14, 1.14], 3.42)
    [1.2, 1.1, 1.1]
    """
    return [float(each) for each in rounded(parts, Fraction(1, 10), total)]
