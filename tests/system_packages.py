"""What the tests need of the system beside Python, each need with its reason: the one list of Debian's packages.

Only the standard library: the list is read before the environment of the tests exists.
"""

import ctypes.util
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
FONTS: Final = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


@dataclass(frozen=True)
class Need:
    """Hold one need: Debian's package, what it is for, and whether the machine has it already, from wherever."""

    package: str
    reason: str
    is_met: Callable[[], bool]


def _program(*names: str) -> Callable[[], bool]:
    return lambda: any(map(shutil.which, names))


def _library(name: str) -> Callable[[], bool]:
    return lambda: ctypes.util.find_library(name) is not None


def _font(name: str) -> Callable[[], bool]:
    return lambda: any(next(folder.rglob(name), None) for folder in FONTS)


NEEDS: Final = (
    Need("chromium", "the real browser; it also draws the pictures of figures", _program(*BROWSERS)),
    Need("fonts-liberation", "letters of a known width in browser and office", _font("LiberationSans-Regular.*")),
    Need("libatomic1", "Playwright's driver is linked with it, and its wheel does not bring it", _library("atomic")),
    Need("libreoffice-writer", "opens the DOCX that the product writes, as its readers do", _program("lowriter")),
    Need("libreoffice-calc", "opens the XLSX", _program("localc")),
    Need("libreoffice-impress", "opens the PPTX", _program("loimpress")),
    Need("poppler-utils", "reads the PDF", _program("pdftotext")),
)


def missing() -> list[Need]:
    """List the needs that the machine does not meet."""
    return [need for need in NEEDS if not need.is_met()]


def install(*packages: str) -> None:
    """Install packages where that takes no question: as root, with apt-get. Elsewhere the tests say what is missing."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    if not packages or not is_root or not shutil.which("apt-get"):
        return
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (("update",), ("install", "-y", "--no-install-recommends", *packages)):
        subprocess.run(["apt-get", "-qq", *command], env=quiet, check=False, stdout=subprocess.DEVNULL)
