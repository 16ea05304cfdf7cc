"""The headline tiles: a number, its change, its past, and in words whether the change is one."""

from collections.abc import Mapping, Sequence

from analytics.headlines import Headline
from pages.heat_map.grid import usual
from pages.heat_map.sparkline import sparkline
from pages.shared import formats, listing
from pages.shared.filters import Filters
from pages.shared.layers import Verdict, aim_mark, assured, standing
from pages.shared.palette import Palette, Tone
from pages.shared.text import href_to, html_text

LastYear = Mapping[str, Sequence[float | None]]
"""By measure the values of last year under those of `Headline.past`, None where they are not known."""


def html(headlines: Sequence[Headline], filters: Filters, palette: Palette, last_year: LastYear) -> str:
    """Write a tile per headline; each leads to the rows that it counts. `last_year` are the values beneath its past."""
    drawn = (_tile(headline, filters, palette, last_year[headline.measure.key]) for headline in headlines)
    return f'<div class="mcu-tiles">{"".join(drawn)}</div>'


def _tile(headline: Headline, filters: Filters, palette: Palette, last_year: Sequence[float | None]) -> str:
    tone, words = _state(headline)
    line = palette.accent if tone == "muted" else palette.tone(tone)
    value = formats.DASH if headline.is_absent else formats.measure(headline.value, headline.measure.unit)
    said = (headline.measure.title + ".", headline.measure.definition, _corridor(headline), _then(headline, last_year))
    meaning = html_text(" ".join(part for part in said if part), 900)
    number = headline.value if headline.measure.additive else headline.n
    rows = href_to(listing.href(number, filters, headline.measure.key))
    standing_words = (
        f'<span aria-hidden="true">{Verdict(headline.measure, headline.judgement).sign}</span> {words}{_of(headline)}'
    )
    parts = (
        f'<div class="name">{html_text(headline.measure.short_title)}</div>',
        f'<div class="value">{value}<span>{_beside(headline)}</span></div>',
        f'<div class="state"><span class="mcu-{tone}">{standing_words}</span>{_aim(headline)}</div>',
        sparkline(headline.past, line, before=last_year, faint=palette.faint),
    )
    return f'<a class="mcu-link mcu-tile"{rows} title="{meaning}">{"".join(parts)}</a>'


def _state(headline: Headline) -> tuple[Tone, str]:
    """Say whether the number is really changing; the target is another thing and stands beside the number."""
    if headline.is_absent:
        return "muted", "источники не отмечают"
    return Verdict(headline.measure, headline.judgement).tone, standing(headline.judgement)


def _beside(headline: Headline) -> str:
    """Write what stands beside the number: the target, else the change."""
    if headline.is_absent:
        return ""
    if headline.target is not None:
        mark = "" if headline.is_reached is None else f"{aim_mark(headline.is_reached)} "
        return f"{mark}цель {formats.percent(headline.target, 0)}"
    return "" if headline.change is None else formats.change(headline.change, headline.measure.unit)


def _aim(headline: Headline) -> str:
    """Say whether the target is reached always, never, or now and then."""
    said = assured(headline.assurance)
    return f" · {said}" if said else ""


def _of(headline: Headline) -> str:
    """Write the share beside a standing that asks for no decision: of all received, or of the open ones."""
    if headline.is_absent or headline.judgement.is_change or headline.share is None:
        return ""
    whole = "всех" if headline.measure.clock == "received_on" else "открытых"
    return f", {formats.percent(headline.share, 0)} {whole}"


def _corridor(headline: Headline) -> str:
    corridor = headline.judgement.corridor
    if corridor is None:
        return "Обычный диапазон ещё не известен: мало истории."
    range_ = usual(corridor, headline.measure.unit)
    return f"Обычный диапазон за такой период: {range_}. В основании {formats.number(headline.n)}."


def _then(headline: Headline, last_year: Sequence[float | None]) -> str:
    value = last_year[-1] if last_year else None
    if headline.is_absent or value is None:
        return ""
    return f"Год назад (тонкая линия): {formats.measure(value, headline.measure.unit)}."
