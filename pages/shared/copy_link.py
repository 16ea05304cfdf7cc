"""«Ссылка», to be copied: the address of the screen, with a period that moves on or with these very days."""

from typing import Final

import streamlit as st

from analytics.periods import PRESETS, format_period
from pages.shared import address, formats, readers
from pages.shared.run import Run
from pages.shared.text import html_text

_PERIOD: Final = "period"


def button(run: Run) -> None:
    """Draw the button; each address stands in a field of its own, for browsers that let no page copy."""
    with st.popover("Ссылка", help="Скопировать ссылку", key="link-open", width="content"):
        fixed = f"Именно эти дни: {formats.span(run.period.start, run.period.end)}"
        drawn = [_line(fixed, of(run, format_period(run.period)))]
        if not run.filters.has_own_dates:
            moving = f"Период сдвигается вместе с данными: «{PRESETS[run.filters.period]}»"
            drawn.insert(0, _line(moving, of(run, run.filters.period)))
        st.html("".join(drawn))


def of(run: Run, period: str) -> str:
    """Give the whole address of the screen with a period; whoever opens it sees the same city, from his own place."""
    own = {name: values for name, values in address.query().items() if name != address.PLACE}
    chosen = run.filters.replace(period=period).query(readers.numbers(run.scope, run.version))
    filters = dict.fromkeys(address.PARAMETERS) | chosen | {_PERIOD: period}
    return address.whole(run.screen, own | {address.CITY: run.scope.municipality} | filters)


def _line(title: str, link: str) -> str:
    return (
        f'<div class="mcu-copied"><p>{html_text(title)}</p><code tabindex="0">{html_text(link, len(link))}</code>'
        '<button type="button" class="mcu-button">Скопировать</button><span role="status"></span></div>'
    )
