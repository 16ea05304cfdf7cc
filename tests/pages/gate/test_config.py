import re
import tomllib
from pathlib import Path

import pytest
from streamlit import config

FILE = Path(__file__).parents[3] / ".streamlit" / "config.toml"
CONFIG = tomllib.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("section", "option", "value"),
    [
        ("client", "showErrorDetails", "none"),
        ("client", "allowedOrigins", []),
        ("client", "toolbarMode", "minimal"),
        ("server", "address", "127.0.0.1"),
        ("server", "enableCORS", True),
        ("server", "enableXsrfProtection", True),
        ("server", "allowedHosts", ["127.0.0.1", "localhost", "::1"]),
        ("server", "enableStaticServing", False),
        ("server", "trustedUserHeaders", {"x-mcu-session": "session"}),
        ("server", "enableAgentApi", False),
        ("server", "fileWatcherType", "none"),
        ("browser", "gatherUsageStats", False),
        ("runner", "postScriptGC", False),
    ],
)
def test_safe_values(section, option, value):
    assert CONFIG[section][option] == value


@pytest.mark.parametrize(("option", "most"), [("maxUploadSize", 100), ("maxMessageSize", 50)])
def test_limits(option, most):
    assert 0 < CONFIG["server"][option] <= most


def test_every_option_is_known_to_streamlit():
    known = set(config._config_options_template)
    written = {
        f"{section}.{option}" for section in ("server", "browser", "client", "runner") for option in CONFIG[section]
    }
    assert written <= known


def test_every_option_outside_the_theme_is_explained():
    lines = FILE.read_text(encoding="utf-8").split("[theme]")[0].splitlines()
    groups = [lines[i - 1] for i, line in enumerate(lines) if re.match(r"\w+ = ", line)]
    assert all(above.startswith("# ") or re.match(r"\w+ = ", above) for above in groups)
