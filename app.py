"""The ASGI application: `streamlit run app.py`.

Everything a browser may ask for passes the gate: security headers, then whose request it is, then the Russian document,
the compressed bundle, own files. Streamlit runs pages/main.py and nothing else: the folder of screens is no list of
pages.
"""

import streamlit as st
from starlette.middleware import Middleware

from loaders.errors import StoreUnavailable
from pages.gate import assets, downloads, entrance, health, opening, socket_peer
from pages.gate.document import RussianDocument
from pages.gate.gate import Gate
from pages.gate.headers import CompressedBundle, SecurityHeaders
from pages.gate.oidc import ProviderEntrance
from pages.map import tiles
from pages.shared import notices

socket_peer.apply()
settings = opening.settings()
opening.look()

app = st.App(
    "pages/main.py",
    routes=[
        *health.routes(),
        *entrance.Entrance(settings).routes(),
        *ProviderEntrance(settings).routes(),
        *downloads.routes(),
        *tiles.routes(settings),
        *assets.routes(),
    ],
    middleware=[
        Middleware(SecurityHeaders, is_https=settings.is_https, map_hosts=settings.map_hosts),
        Middleware(Gate, settings=settings),
        Middleware(CompressedBundle),
        Middleware(RussianDocument),
    ],
    exception_handlers={StoreUnavailable: entrance.unavailable},
    lifespan=opening.lifespan,
    on_script_error=notices.our_fault,
)
