"""What a screen says when something is missing or wrong: a sentence and the next step, never a traceback."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from traceback import extract_tb
from typing import Final

import streamlit as st

from loaders.cells import DataChanged
from loaders.errors import InputRefused, StoreUnavailable
from pages.shared.text import href_to, html_text, markdown
from pages.shared.viewer import NoSession

_log = logging.getLogger("mcu.pages")

OUR_FAULT = "Не получилось показать эту часть экрана: это наша ошибка, она записана в журнал. Остальное работает."


def empty(why: str, what_to_do: str = "", *, link: str = "", href: str = "") -> None:
    """Say why there is nothing to show, what to do about it, and lead there: `link` is the words of `href`."""
    more = f"<p>{html_text(what_to_do)}</p>" if what_to_do else ""
    way = f'<a class="mcu-link button"{href_to(href)}>{html_text(link)}</a>' if link else ""
    st.html(f'<div class="mcu-empty"><b>{html_text(why)}</b>{more}{way}</div>')


def refused(error: InputRefused) -> None:
    """Show a refusal: what is wrong, where, what to do."""
    place = f" ({error.place})" if str(error.place) else ""
    st.error(markdown(f"{error.what}{place}. {error.advice}".strip(), longest=1_000), icon=":material/warning:")


def signed_out() -> None:
    """Say that the session has ended, and lead to the sign-in page, which the gate shows at the same address."""
    st.html(
        '<div class="mcu-empty mcu-ended" role="alert"><b>Сеанс завершён</b>'
        '<p>Войдите снова: откроется этот же экран.</p><a class="button" href="">Войти</a></div>'
    )


@contextmanager
def told() -> Iterator[None]:
    """Turn a failure inside the block into a sentence on the screen, so that the rest of the screen stays.

    Refusals and an unreachable store are told in their own words. Anything else is ours: the traceback goes to the
    log and the screen names neither the cause nor a value.
    """
    try:
        yield
    except (DataChanged, NoSession):
        raise  # pages/main.py draws the whole screen anew
    except InputRefused as error:
        refused(error)
    except StoreUnavailable as error:
        st.error(markdown(error, longest=1_000), icon=":material/warning:")
    except Exception as error:  # noqa: BLE001 — the last wall before the reader; Streamlit's own control flow passes
        our_fault(error)


def our_fault(error: Exception) -> bool:
    """Log a failure of ours and say so without its words; True tells Streamlit that it was shown.

    A message that no page of ours sends does not deserve a traceback: it fails before any line of ours, or where
    Streamlit reads and writes the states of widgets.
    """
    files = [Path(frame.filename) for frame in extract_tb(error.__traceback__)]
    is_forged = not any(file.is_relative_to(_OURS) for file in files) or files[-1].is_relative_to(_WIDGET_STATES)
    if not is_forged:
        _log.error("a part of a screen failed", exc_info=error)
    else:
        _log.warning("a message of a page could not be read: %s", type(error).__name__)
    st.error(OUR_FAULT, icon=":material/warning:")
    return True


_OURS: Final = Path(__file__).parents[1]
"""Every run of a screen begins in this folder, in main.py."""

_WIDGET_STATES: Final = Path(st.__file__).parent / "runtime" / "state"
