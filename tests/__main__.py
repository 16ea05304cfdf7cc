"""The one test command: `python3 -m tests` makes the environment and runs every check. Needs only Python 3.11+.

What it may install by itself: the locked packages into `.venv`, and — where it is root on Debian or Ubuntu — the
`system_packages`. Further arguments go to pytest.
The exit code is not 0 when anything fails, and, when the variable CI is set, when a test is skipped for another reason
than the absence of the open data beside the clone.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

from tests import system_packages

ROOT: Final = Path(__file__).resolve().parents[1]
ENVIRONMENT: Final = ROOT / ".venv"
PYTHON: Final = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK: Final = ROOT / "requirements.lock"
STAMP: Final = ENVIRONMENT / "lock.sha256"

ALLOWED_SKIPS: Final = ("../shared/data is not here",)
"""Reasons for which a test may be skipped in CI: the open data lie beside the clone, not in it."""

CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "ruff check": ("-m", "ruff", "check", "."),
    "ruff format": ("-m", "ruff", "format", "--check", "."),
    "mypy": ("-m", "mypy"),
    "import-linter": ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
}


def main(arguments: Sequence[str]) -> int:
    """Prepare, run every check to its end, and tell what failed."""
    _prepare_environment()
    _prepare_system()
    failed = [name for name, command in CHECKS.items() if not _run(name, command)]
    failed += _run_tests(arguments)
    print(f"\n{'Failed: ' + ', '.join(failed) if failed else 'All checks passed.'}", flush=True)
    return 1 if failed else 0


def _prepare_environment() -> None:
    """Make `.venv` and bring it to the lock; nothing happens when it is there already."""
    if not PYTHON.exists():
        print("Making .venv", flush=True)
        venv.create(ENVIRONMENT, with_pip=True)
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("Installing the locked packages", flush=True)
    _call("-m", "ensurepip", "--default-pip")
    _call("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK))
    STAMP.write_text(wanted)


def _prepare_system() -> None:
    """Install what the tests need of the system, each need by itself."""
    missing = system_packages.missing()
    for need in missing:
        print(f"Missing: {need.package} ({need.reason})", flush=True)
    system_packages.install(*(need.package for need in missing))


def _call(*arguments: str) -> None:
    subprocess.run([PYTHON, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _run(name: str, command: Sequence[str]) -> bool:
    print(f"\n── {name}", flush=True)
    started = time.monotonic()
    done = subprocess.run([PYTHON, *command], cwd=ROOT, check=False)
    print(f"── {name}: {'ok' if done.returncode == 0 else 'FAILED'}, {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


def _run_tests(arguments: Sequence[str]) -> list[str]:
    """Run pytest on two processes and judge its skips; give the names of what failed."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = ("-m", "pytest", "-n", "2", "--dist", "loadgroup", f"--junitxml={report}", *arguments)
        failed = [] if _run("pytest", command) else ["pytest"]
        refused = _refused_skips(report)
    for reason in refused:
        print(f"Skipped, and that is not allowed in CI: {reason}", flush=True)
    return [*failed, "skipped tests"] if refused and os.environ.get("CI") else failed


def _refused_skips(report: Path) -> list[str]:
    """List skipped tests whose reason is not allowed."""
    if not report.exists():
        return []
    cases = ET.parse(report).iter("testcase")  # noqa: S314 — pytest wrote the file a moment ago
    skipped = [(case, mark.get("message", "")) for case in cases for mark in case.iter("skipped")]
    return [
        f"{case.get('classname')}::{case.get('name')}: {reason}"
        for case, reason in skipped
        if not any(allowed in reason for allowed in ALLOWED_SKIPS)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
