"""The application does not start on settings that clash, nor behind a wall with a hole; it says why in one sentence."""

import os
import subprocess
import sys

import pytest

from loaders.store.engine import URL_VARIABLE
from tests.browser.conftest import ROOT, STARTS_WITHIN, free_port

pytestmark = pytest.mark.xdist_group("browser")


def started(**environment):
    """Start the application and wait for its end; give the exit code and what it said."""
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(free_port())]
    ended = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, timeout=STARTS_WITHIN, check=False
    )
    return ended.returncode, (ended.stdout + ended.stderr).decode()


def test_settings_that_clash_stop_the_start(tmp_path):
    code, said = started(
        **{URL_VARIABLE: f"sqlite:///{tmp_path / 'a.sqlite'}", "MCU_PUBLIC_URL": "http://mcu.example.ru"}
    )
    assert code != 0
    assert "MCU_PUBLIC_URL не защищён. Нужен https" in said
    assert "Traceback" not in said


def test_the_owner_of_the_database_is_refused(postgresql_url):
    code, said = started(**{URL_VARIABLE: postgresql_url})
    assert code != 0
    assert "Защита строк в базе неполна" in said
    assert "Traceback" not in said
    assert postgresql_url not in said
