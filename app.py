"""The ASGI application: `streamlit run app.py`.

Everything a browser may ask for passes the gate: security headers, the Russian document, the compressed bundle, own
files, the health check. Streamlit runs pages/main.py and nothing else: the folder of screens is no list of pages.
"""

import streamlit as st
from starlette.middleware import Middleware

from pages.gate import assets, first_start, health
from pages.gate.document import RussianDocument
from pages.gate.headers import CompressedBundle, SecurityHeaders
from pages.shared import notices

app = st.App(
    "pages/main.py",
    routes=[*health.routes(), *assets.routes()],
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(health.ClosedCounters),
        Middleware(CompressedBundle),
        Middleware(RussianDocument),
    ],
    lifespan=first_start.lifespan,
    on_script_error=notices.our_fault,
)
