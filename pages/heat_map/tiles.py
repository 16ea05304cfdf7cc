"""The headline tiles: a number, its change, its past, and in words whether the change is one."""

from collections.abc import Sequence

from analytics.control import Judgement
from analytics.declarations import Measure
from analytics.headlines import Headline
from pages.heat_map.grid import standing, usual
from pages.heat_map.sparkline import sparkline
from pages.shared import address, formats
from pages.shared.filters import Filters
from pages.shared.layers import aim_mark, assured
from pages.shared.palette import MARKS, Palette, Tone
from pages.shared.text import href_to, html_text


def tone_of(judgement: Judgement, measure: Measure) -> Tone:
    """Choose the tone of a judgement: a colour only for a change beyond the corridor.

    More of what has no good side, as of appeals, needs a decision; less of it does not.
    """
    if not judgement.is_change:
        return "muted"
    return "good" if judgement.is_up == (measure.good == "up") else "bad"


def html(headlines: Sequence[Headline], filters: Filters, palette: Palette) -> str:
    """Write a tile per headline; each leads to the rows that it counts."""
    return f'<div class="mcu-tiles">{"".join(_tile(headline, filters, palette) for headline in headlines)}</div>'


def _tile(headline: Headline, filters: Filters, palette: Palette) -> str:
    tone, words = _state(headline)
    line = palette.accent if tone == "muted" else palette.tone(tone)
    value = formats.DASH if headline.is_absent else formats.measure(headline.value, headline.measure.unit)
    meaning = html_text(f"{headline.measure.title}. {headline.measure.definition} {_corridor(headline)}", 900)
    rows = href_to(address.url("registry", filters, measure=headline.measure.key))
    standing_words = f'<span aria-hidden="true">{mark_of(headline.judgement)}</span> {words}{_of(headline)}'
    parts = (
        f'<div class="name">{html_text(headline.measure.short_title)}</div>',
        f'<div class="value">{value}<span>{_beside(headline)}</span></div>',
        f'<div class="state"><span class="mcu-{tone}">{standing_words}</span>{_aim(headline)}</div>',
        sparkline(headline.past, line),
    )
    return f'<a class="mcu-link mcu-tile"{rows} title="{meaning}">{"".join(parts)}</a>'


def _state(headline: Headline) -> tuple[Tone, str]:
    """Say whether the number is really changing; the target is another thing and stands beside the number."""
    if headline.is_absent:
        return "muted", "источники не отмечают"
    return tone_of(headline.judgement, headline.measure), standing(headline.judgement)


def mark_of(judgement: Judgement) -> str:
    """Give the shape of a change: its direction, not whether that is welcome."""
    if not judgement.is_change:
        return MARKS["muted"]
    return "▲" if judgement.is_up else "▼"


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
