"""One strip for the head of a city: which blocks left their usual range; silence is said too."""

from typing import Final

from analytics.control import State
from analytics.heat_map import Key
from pages.heat_map.grid import Words, usual
from pages.heat_map.reading import News
from pages.shared import formats
from pages.shared.text import html_text

_MOST: Final = 3
"""Blocks named one by one; more of them are counted."""


def strip(news: News, words: Words, period: str) -> str:
    """Write the strip: blocks above their usual range first, largest excess first, then those below."""
    left = _ordered(news, State.ABOVE) + _ordered(news, State.BELOW)
    pieces = [_piece(key, news, words) for key in left[:_MOST]]
    if rest := len(left) - len(pieces):
        pieces.append(f"Ещё {formats.counted(rest, 'блок', 'блока', 'блоков')} вне обычного диапазона.")
    return f'<div class="mcu-say" role="status">{" ".join(pieces) or _quiet(news, period)}</div>'


def _ordered(news: News, state: State) -> list[Key]:
    found = [key for key, judgement in news.judged.items() if judgement.state is state]
    return sorted(found, key=news.excess, reverse=True)


def _piece(key: Key, news: News, words: Words) -> str:
    judgement = news.judged[key]
    is_above = judgement.state is State.ABOVE
    mark, tone, verb = ("▲", "bad", "выше обычного") if is_above else ("▼", "good", "ниже обычного")
    name = html_text(words.title("topic_block", key))
    range_ = f" при обычных {usual(judgement.corridor, 'count')}" if judgement.corridor else ""
    head = f'<span class="mcu-{tone}"><span aria-hidden="true">{mark}</span> <b>{name}</b> {verb}</span>'
    return f"{head}: поступило <b>{formats.number(news.values.get(key, 0))}</b>{range_}."


def _quiet(news: News, period: str) -> str:
    if all(judgement.state is State.SHORT_HISTORY for judgement in news.judged.values()):
        return "Истории пока мало, чтобы сказать, что вышло за обычный диапазон: нужно двенадцать таких же периодов."
    return f"За {html_text(period)} ни один блок не вышел за свой обычный диапазон."
