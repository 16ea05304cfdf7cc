"""What happens before the first request: settings are read, the second wall is looked at, the first start begins."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from streamlit import config

from loaders.errors import InputRefused, StoreUnavailable
from loaders.store import walls
from loaders.store.engine import open_store
from pages.gate import logs, prompt_socket
from pages.gate import settings as operators
from pages.gate.first_start import first_start
from pages.gate.settings import Settings
from pages.shared import readers

if TYPE_CHECKING:
    import streamlit as st


def settings() -> Settings:
    """Read what the operator decided and tell Streamlit the public name; a clash stops the start with its sentence."""
    try:
        found = operators.read()
    except InputRefused as refusal:
        sys.exit(str(refusal))
    if found.public_url:
        config.set_option("server.allowedHosts", [urlsplit(found.public_url).hostname])
    return found


def look() -> None:
    """Stop when PostgreSQL would not hold readers within their scope; one that is down now is told by the screens."""
    try:
        store = open_store()
    except StoreUnavailable as error:
        print(error, file=sys.stderr)  # noqa: T201 — whoever starts the server reads this
        return
    try:
        walls.check(store)
    except StoreUnavailable as error:
        sys.exit(str(error))
    finally:
        store.close()


@asynccontextmanager
async def lifespan(_: "st.App") -> AsyncIterator[None]:
    """Keep secrets out of the log and begin the first start's work as the server opens; close the store at its end."""
    logs.begin()
    prompt_socket.apply(int(config.get_option("server.port")))
    first_start.begin()
    yield
    readers.store.clear()
