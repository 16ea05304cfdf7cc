"""The panel «Почему изменилось»: the change of a measure as volume, mix and rate, by what it is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import streamlit as st

from analytics import change, measures
from analytics.change import Part, Split
from analytics.declarations import Measure
from analytics.rounding import nearest, rounded
from pages.problems import figures, reading
from pages.problems.figures import Step
from pages.problems.view import DIMENSIONS, MEASURES, View
from pages.problems.ways import Ways
from pages.shared import address, formats, frame
from pages.shared.asked import Asked
from pages.shared.run import Run
from pages.shared.text import how_counted, html_text

MOST_PARTS: Final = 9

_TENTH: Final = Fraction(1, 10)
_ONE: Final = Fraction(1)
_THOUSANDTH: Final = Fraction(1, 1_000)

_AUTHORS: Final = "Симметричное разложение Китагавы (1955) и Оахаки (1973)."
_PRESENCE: Final = {"new": "раньше не было", "vanished": "больше нет", "both": ""}


@dataclass(frozen=True, slots=True)
class Told:
    """Write numbers of one measure: whole cases, or tenths of a percentage point."""

    measure: Measure

    @property
    def is_count(self) -> bool:
        """Say whether the measure counts cases."""
        return self.measure.unit == "count"

    @property
    def unit(self) -> Fraction:
        """Give the step of what is written."""
        return _ONE if self.is_count else _THOUSANDTH

    def value(self, value: Fraction) -> str:
        """Write a level."""
        return formats.measure(float(value), self.measure.unit)

    def change(self, value: Fraction) -> str:
        """Write a change."""
        return formats.change(float(value), self.measure.unit)

    def fitted(self, values: Sequence[Fraction], found: Split) -> list[Fraction]:
        """Round what a change is made of so that what was written before and these sum to what is written now.

        A share that rose from 7,34 to 9,06 is written as 7,3 and 9,1: its parts sum to 1,8. What is lacking is less
        than the last digit and goes to the greatest of them.
        """
        before, now = (nearest(value or Fraction(), self.unit) for value in (found.before, found.now))
        lacking = now - before - sum(values, Fraction())
        greatest = max(range(len(values)), key=lambda place: abs(values[place]), default=0)
        return rounded([each + (place == greatest) * lacking for place, each in enumerate(values)], self.unit)


def panel(asked: Asked, run: Run, view: View) -> None:
    """Draw the choice of measure and dimension and what the change is made of."""
    told, ways = Told(measures.find(view.measure)), Ways.of(run)
    against = f", к {formats.span(run.comparison.start, run.comparison.end)}" if run.comparison else ""
    with frame.panel("Почему изменилось", f"{run.period_words}{against}", key="why"):
        with st.container(key="why-switches", horizontal=True, gap="small"):
            _select(
                "measure", "Показатель", MEASURES, {key: measures.find(key).title for key in MEASURES}, view.measure
            )
            _select("along", "Разложить", tuple(DIMENSIONS), DIMENSIONS, view.dimension)
        found = reading.why(asked, view.measure, view.dimension)
        if found is None:
            advice = ": выберите слева, с чем сравнить" if run.filters.comparison == "none" else ""
            st.html(f'<p class="mcu-quiet">{asked.silence.capitalize()}{advice}.</p>')
        elif found.change is None:
            st.html('<p class="mcu-quiet">В одном из периодов нет ни одного случая: доли не с чем сравнить.</p>')
        elif not any(part.change for part in found.parts):
            value = told.value(found.now or Fraction())
            st.html(f'<p class="mcu-quiet">Не изменилось ни в целом, ни по частям: было и осталось {value}.</p>')
        else:
            st.html(_drawn(found, told, view.dimension, ways))


def _select(name: str, label: str, keys: Sequence[str], titles: dict[str, str], value: str) -> None:
    st.session_state[f"why-{name}"] = value
    st.selectbox(
        label, keys, format_func=titles.__getitem__, key=f"why-{name}", on_change=_choose, args=(name,),
        filter_mode=None, label_visibility="collapsed",
    )  # fmt: skip


def _choose(name: str) -> None:
    address.set_param(name, str(st.session_state[f"why-{name}"]))


def _drawn(found: Split, told: Told, dimension: str, ways: Ways) -> str:
    less_is_good = None if told.measure.good is None else told.measure.good == "down"
    before, now = (value or Fraction() for value in (found.before, found.now))
    parts = figures.waterfall(
        before,
        [
            Step("Было", told.value(before), None),
            *_parts(found, told, dimension, ways),
            Step("Стало", told.value(now), None),
        ],
        less_is_good=less_is_good,
    )
    causes = _causes(found, told, before, now, less_is_good=less_is_good)
    return (
        f"{causes}<h3>Из чего сложилось {DIMENSIONS[dimension]}</h3>{parts}"
        f'{_table(found, told, dimension, ways)}<p class="mcu-note">{_appeared(found, dimension, ways)}{_how(told)}</p>'
        f"{how_counted(_AUTHORS)}"
    )


def _causes(found: Split, told: Told, before: Fraction, now: Fraction, *, less_is_good: bool | None) -> str:
    """Draw volume, mix and rate as steps from what was to what is."""
    # A share has no volume: what rounding leaves must not go there.
    causes = [found.volume, found.mix, found.rate][0 if told.is_count else 1 :]
    *volume, mix, rate = told.fitted(causes, found)
    base = measures.find(change.BASES.get(told.measure.key, told.measure.key))
    sizes = [sum(getattr(part.counted, side) for part in found.parts) for side in ("base_before", "base_now")]
    of = f"{base.short_title.lower()}: {formats.number(sizes[0])} → {formats.number(sizes[1])}"
    if told.is_count and base is told.measure:
        return ""
    steps = [Step("Объём", told.change(each), each, f"основание {of}") for each in volume]
    steps += [
        Step("Состав", told.change(mix), mix, "больше или меньше приходится на тех, у кого доля выше"),
        Step("Доля", told.change(rate), rate, "у тех же стало иначе"),
    ]
    steps = [Step("Было", told.value(before), None), *steps, Step("Стало", told.value(now), None)]
    return f"<h3>Объём, состав или доля</h3>{figures.waterfall(before, steps, less_is_good=less_is_good)}"


def _shown(found: Split) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """Divide the parts that changed into those that are named and the rest."""
    moved = tuple(part for part in found.parts if part.change)
    return (moved, ()) if len(moved) <= MOST_PARTS + 1 else (moved[:MOST_PARTS], moved[MOST_PARTS:])


def _parts(found: Split, told: Told, dimension: str, ways: Ways) -> list[Step]:
    """Make a step of every part, rounded together so that they sum to the whole change."""
    named, rest = _shown(found)
    changes = [part.change for part in named] + ([sum((part.change for part in rest), Fraction())] if rest else [])
    written = told.fitted(changes, found)
    steps = [
        Step(
            ways.title(dimension, part.key), told.change(each), each, _PRESENCE[part.presence],
            ways.to([dimension], [part.key], told.measure.key),
        )
        for part, each in zip(named, written, strict=False)
    ]  # fmt: skip
    if rest:
        steps.append(Step(f"Остальные, {formats.number(len(rest))}", told.change(written[-1]), written[-1]))
    return steps


def _table(found: Split, told: Told, dimension: str, ways: Ways) -> str:
    """Write volume, mix and rate of each named part; the last row takes what rounding left, so columns add up."""
    if told.is_count and told.measure.key not in change.BASES:
        return ""
    named, rest = _shown(found)
    fine = _TENTH if told.is_count else _THOUSANDTH
    total = rounded([found.volume, found.mix, found.rate], fine)
    rows = [(ways.title(dimension, part.key), rounded([part.volume, part.mix, part.rate], fine)) for part in named]
    if not rows:
        return ""
    last = [
        whole - sum(row[place] for _, row in rows[: len(rows) if rest else -1]) for place, whole in enumerate(total)
    ]
    rows = [*rows, (f"Остальные, {formats.number(len(rest))}", last)] if rest else [*rows[:-1], (rows[-1][0], last)]
    body = "".join(_line(title, row, told) for title, row in [*rows, ("Всего", total)])
    heads = ("Объём", "Состав", "Доля", "Изменение")[0 if told.is_count else 1 :]
    head = "".join(f'<th scope="col" class="n">{title}</th>' for title in heads)
    caption = "Объём, состав и доля по частям"
    return (
        f'<details class="mcu-more"><summary>Каждая часть отдельно</summary><div class="mcu-scroll" tabindex="0" '
        f'role="region" aria-label="{caption}"><table class="mcu-table"><caption>{caption}</caption>'
        f'<thead><tr><th scope="col">Часть</th>{head}</tr></thead><tbody>{body}</tbody></table></div></details>'
    )


def _line(title: str, row: Sequence[Fraction], told: Told) -> str:
    values = [*row, sum(row, Fraction())][0 if told.is_count else 1 :]
    cells = "".join(f'<td class="n">{_fine(value, told)}</td>' for value in values)
    return f'<tr><td class="w">{html_text(title)}</td>{cells}</tr>'


def _fine(value: Fraction, told: Told) -> str:
    return formats.signed(float(value), 1) if told.is_count else formats.points(float(value))


def _appeared(found: Split, dimension: str, ways: Ways) -> str:
    """Name the parts that are new and those that have vanished."""
    said = []
    for presence, words in (("new", "Появились"), ("vanished", "Исчезли")):
        titles = [ways.title(dimension, part.key) for part in found.parts if part.presence == presence]
        if titles:
            more = f" и ещё {formats.number(len(titles) - 5)}" if len(titles) > 5 else ""  # noqa: PLR2004
            said.append(f"{words}: {html_text(', '.join(titles[:5]), 600)}{more}. ")
    return "".join(said)


def _how(told: Told) -> str:
    if told.is_count and told.measure.key not in change.BASES:
        return "Число складывается из частей, поэтому изменение целиком делится между ними."
    volume = "Объём — изменилось общее число дел; состав" if told.is_count else "Состав"
    return (
        f"{volume} — те же дела иначе поделены между частями; доля — внутри частей стало иначе. Слагаемые в сумме дают "
        "изменение до последней единицы."
    )
