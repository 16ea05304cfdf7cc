"""Run README's two commands on a bare Debian: `python3 -m tests.bare [trixie | bookworm | …] [arguments for pytest]`.

Makes a system that holds nothing but git, python3, python3-venv and ca-certificates (debootstrap, so it needs root),
puts a clone of HEAD into it, and the open data where they lie beside this clone. How packages are reached is carried
over from this machine: mirror and settings of apt, settings of pip, proxies, certificates.
All mounts and processes live in namespaces of their own, which end with the command, however it ends.
"""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests import system_packages

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared" / "data"
CLONE: Final = "srv/mcu"

PACKAGES: Final = ("git", "python3", "python3-venv", "ca-certificates")
"""What README asks for, and the roots that HTTPS needs."""

CARRIED_VARIABLES: Final = re.compile(r"PIP_\w+|\w+_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE", re.IGNORECASE)
CARRIED_FILES: Final = (
    Path("/etc/hosts"),
    Path("/etc/resolv.conf"),
    Path("/etc/pip.conf"),
    Path("/etc/xdg/pip"),
    Path("/root/.config/pip"),
    Path("/root/.pip"),
    Path("/etc/apt/auth.conf"),
    Path("/etc/apt/auth.conf.d"),
    Path("/usr/local/share/ca-certificates"),
)

STARTS_WITHIN: Final = 1_800
"""Seconds that the first command may take: it downloads every package."""

STOPS_WITHIN: Final = 60

# The kernel ends everything inside, mounts and processes, when the process that made the namespaces ends.
NAMESPACES: Final = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
ENTER: Final = """
mount --rbind /dev "$1/dev" && mount --rbind /sys "$1/sys" && mount -t proc proc "$1/proc" &&
exec chroot "$1" /bin/sh -c "cd /$2 && $3"
"""


def main(arguments: Sequence[str]) -> int:
    """Make the system, run both commands in it, tell how they went, and remove it."""
    for stop in (signal.SIGINT, signal.SIGTERM):  # also in the background, where a shell lets SIGINT be ignored
        signal.signal(stop, signal.default_int_handler)
    suite, *for_pytest = arguments or ("trixie",)
    start, test = readme_commands((ROOT / "README.md").read_text())
    system = Path(tempfile.mkdtemp(prefix=f"mcu-{suite}-", dir="/var/tmp"))
    system.chmod(0o755)  # other users live in it too: those of apt and of PostgreSQL
    try:
        _make(suite, system)
        version = _output("chroot", str(system), "python3", "--version")
        failed = [] if _start(system, start) else [start]
        failed += [] if _run(system, shlex.join([*shlex.split(test), *for_pytest])) else [test]
    finally:
        shutil.rmtree(system)
    print(f"\nBare Debian {suite}, {version}: {'failed: ' + '; '.join(failed) if failed else 'both commands passed.'}")
    return 1 if failed else 0


def readme_commands(readme: str) -> tuple[str, str]:
    """Read the two commands of the section «Start»: the one that starts the product, and the one that tests it."""
    start, test = re.findall(r"^```sh\n(.+?)\n```$", readme.partition("\n## Start\n")[2], re.MULTILINE)[:2]
    return start, test


def _make(suite: str, system: Path) -> None:
    print(f"Making a bare Debian {suite}", flush=True)
    if not shutil.which("debootstrap"):
        system_packages.install("debootstrap")
    included = f"--include={','.join(PACKAGES)}"
    command = [*NAMESPACES, "debootstrap", "--variant=minbase", included, suite, str(system), *_mirror()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    _carry_over(system)
    subprocess.run(["git", "clone", "--quiet", ROOT, system / CLONE], check=True)
    if DATA.exists():
        shutil.copytree(DATA, (system / CLONE).parent / "shared" / "data")


def _mirror() -> list[str]:
    """Find the mirror that this machine takes Debian from; empty for debootstrap's own choice."""
    known = _output("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Created-By: Packages")
    return [line.partition(" ")[2] for line in known.splitlines() if line.startswith("Debian ")][:1]


def _carry_over(system: Path) -> None:
    """Let the system reach packages as this machine does."""
    settings = _output("apt-config", "dump", "--format", '%F "%v";%n', "Acquire")
    (system / "etc/apt/apt.conf.d/90machine").write_text(settings)
    for path in filter(Path.exists, CARRIED_FILES):
        copy = system / path.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, copy, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, copy)
    subprocess.run(["chroot", system, "update-ca-certificates"], check=True, stdout=subprocess.DEVNULL)


def _output(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@contextmanager
def _inside(system: Path, command: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command line in the clone, as root of the bare system, and end it; its environment holds what it must."""
    carried = {name: value for name, value in os.environ.items() if CARRIED_VARIABLES.fullmatch(name)}
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", **carried, **variables}
    print(f"\n── {command}", flush=True)
    entered = [*NAMESPACES, "sh", "-c", ENTER, "sh", system, CLONE, command]
    process = subprocess.Popen(entered, env=environment, start_new_session=True)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a command as Ctrl+C does, and by force where that does not help."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _start(system: Path, command: str) -> bool:
    """Run the product until its address answers, and stop it; say whether it answered and is closed again."""
    port = _free_port()
    address = f"http://127.0.0.1:{port}"
    with _inside(system, command, STREAMLIT_SERVER_PORT=str(port)) as process:
        ends = time.monotonic() + STARTS_WITHIN
        while not (answered := _answers(address)) and process.poll() is None and time.monotonic() < ends:
            time.sleep(1)
    closed = not _answers(address)
    print(f"── it {'answered' if answered else 'did not answer'}{'' if closed else ' and is still there'}", flush=True)
    return answered and closed


def _run(system: Path, command: str) -> bool:
    """Run a command to its end; as in CI, where a skipped test is a need that the bare system does not meet."""
    with _inside(system, command, CI="1") as process:
        return process.wait() == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(address: str) -> bool:
    """Say whether the product's health check answers."""
    try:
        with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:  # noqa: S310 — our own server
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
