"""Keep answers by what they depend on, with keys that cost little.

Streamlit walks through every field of a dataclass on every call, months of a data version included: more than a quarter
of a rerun as profiled. Here a frozen dataclass becomes one text, made once and found again by equality.
"""

from functools import lru_cache, partial
from typing import Final

import streamlit as st


@lru_cache(maxsize=1024)
def _text(key: object) -> str:
    """Write a key out: the text of a frozen dataclass of scalars names every field."""
    return repr(key)


_KEYS: Final = dict.fromkeys(
    (
        "loaders.cells.DataVersion",
        "loaders.scope.Scope",
        "pages.shared.asked.Asked",
        "pages.heat_map.view.View",
        "pages.rating.view.Chosen",
    ),
    _text,
)

kept: Final = partial(st.cache_resource, show_spinner=False, hash_funcs=_KEYS)
"""Decorate a function whose answers are kept for the whole process, `max_entries` of them."""
