"""What the bare system is given: README's own commands, and each of the packages that this machine would lack."""

from collections.abc import Callable

import pytest

from tests import bare, system_packages
from tests.system_packages import Need


def test_the_commands_are_read_from_the_readme() -> None:
    assert bare.readme_commands((bare.ROOT / "README.md").read_text()) == (
        "python3 -m venv .venv && .venv/bin/pip install -q -r requirements.lock && .venv/bin/streamlit run app.py",
        "python3 -m tests",
    )


def test_each_need_is_looked_at_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    library, program = Need("libatomic1", "", lambda: False), Need("chromium", "", lambda: True)
    monkeypatch.setattr(system_packages, "NEEDS", (program, library))
    assert system_packages.missing() == [library]


@pytest.mark.parametrize(
    ("is_met", "expected"),
    [
        (system_packages._program("no-such-program", "sh"), True),
        (system_packages._program("no-such-program"), False),
        (system_packages._library("c"), True),
        (system_packages._library("no-such-library"), False),
        (system_packages._font("NoSuchFont.*"), False),
    ],
)
def test_a_need_is_met_from_wherever_it_comes(is_met: Callable[[], bool], *, expected: bool) -> None:
    assert is_met() is expected
