"""What the home screen costs: bytes of a first load, and the server's own processor time per rerun of a warm page.

A real server over the demo city, a real Chromium that clicks cell after cell. `chosen anew` opens stories nobody has
asked for yet, `chosen again` the same ones a second time. A rerun is one message of the browser to the server.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

from loaders.store.engine import URL_VARIABLE
from pages.heat_map.figures import ROW_HEIGHT
from tests import demo_city
from tests.benchmarks import measuring
from tests.browser.conftest import QUIET, Watched, enter, serve
from tests.system_packages import BROWSERS

PLOT = ".st-key-matrix-plot .nsewdrag"
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure the home screen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=120_000)
    parser.add_argument("--clicks", type=int, default=30)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {URL_VARIABLE: demo_city.make(Path(folder), given.rows)}
        with contextmanager(serve)(environment) as base:
            server = int(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()[-1])
            with _page(base) as watched:
                _measure(watched, server, given.rows, given.clicks)


@contextmanager
def _page(base: str) -> Iterator[Watched]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None) or sys.exit("no browser")
    with sync_playwright() as driver, driver.chromium.launch(executable_path=path, args=list(QUIET)) as browser:
        context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="ru-RU")
        enter(context, base)
        yield Watched(context.new_page(), base)


def _measure(watched: Watched, server: int, rows: int, clicks: int) -> None:
    page = watched.page
    loaded: list[int] = []
    protocol = page.context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.on("Network.loadingFinished", lambda done: loaded.append(done["encodedDataLength"]))
    sent: list[int] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(len(frame))))
    watched.open("/")
    first_load = sum(loaded)
    box = page.locator(PLOT).first.bounding_box()
    if box is None:
        sys.exit("the matrix was not drawn")
    # Down the middle columns: groups' titles are no cells and do not answer, so clicks and reruns are counted apart.
    spots = [(box["width"] * (0.2 + 0.07 * (number % 7)), (number % 14 + 0.5) * ROW_HEIGHT) for number in range(clicks)]
    costs = {}
    _click(watched, spots[-1:])
    for name in ("chosen anew", "chosen again"):
        before, asked = _processor_seconds(server), len(sent)
        _click(watched, spots)
        reruns = len(sent) - asked
        costs[name] = {
            "reruns": reruns,
            "ms_per_rerun": round((_processor_seconds(server) - before) / reruns * 1000, 1),
        }
    measuring.tell(measuring.Clock(), rows=rows, first_load_mb=round(first_load / 1e6, 2), rerun=costs)


def _click(watched: Watched, spots: Sequence[tuple[float, float]]) -> None:
    for x, y in spots:
        watched.page.locator(PLOT).first.click(position={"x": x, "y": y})
        watched.page.wait_for_timeout(200)
        watched.settle()


def _processor_seconds(process: int) -> float:
    """Read the time a process has spent on a processor, its own and the system's for it."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main()
