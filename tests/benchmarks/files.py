"""Files: a pack of forty figures and a table of 500 rows, one figure, data of a screen; memory; clicks of others."""

import os
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import plotly.graph_objects as go

from loaders.demo.start import load
from loaders.scope import Scope
from loaders.store.engine import URL_VARIABLE
from pages.paper import orders, sheets, slides, typeset, words
from pages.paper.model import About, Column, Paper, Part, Picture, Table
from pages.paper.orders import Order
from pages.paper.painter import painter
from tests.benchmarks import measuring

FIGURES = 40
ROWS = 500
LONG = 200_000
DATA = ("heat-map", "deadlines", "rating", "problems")


def main() -> None:
    """Measure with a warm browser, over a demo city of so many appeals."""
    given = measuring.arguments(__doc__ or "")
    clock = measuring.Clock()
    with measuring.a_store(given.store) as store:
        os.environ[URL_VARIABLE] = store.engine.url.render_as_string(hide_password=False)
        load(store, measuring.make(measuring.CITY.demo(), given.rows, measuring.MONTHS), measuring.CITY)
        scope = Scope.whole_city(measuring.CITY.demo().key)
        with clock.time("first figure, cold browser"):
            painter.svg(_figure(0), 900, 400)
        own = Order.of("screen", "heat-map", {}, "png", part="matrix")
        orders.make(own, scope)
        for form in ("png", "svg", "pdf"):
            _best(
                clock,
                f"one figure, {form}",
                lambda form=form: orders.make(Order.of("screen", "heat-map", {}, form, part="matrix"), scope),
            )
        for screen in DATA:
            whole = Order.of("screen", screen, {}, "xlsx")
            orders.make(whole, scope)
            _best(clock, f"data of {screen}, xlsx", lambda whole=whole: orders.make(whole, scope))
        before = _resident()
        peak = _Peak()
        pack = _pack()
        for name, write in (
            ("pdf", lambda: typeset.write(pack, "pdf")), ("docx", lambda: words.write(pack)),
            ("pptx", lambda: slides.write(pack)), ("xlsx", lambda: sheets.write(pack)),
        ):  # fmt: skip
            with clock.time(f"pack of {FIGURES} figures and {ROWS} rows, {name}"):
                write()
        most = peak.stop()
        clicks = _clicks(scope, pack)
        with clock.time(f"xlsx of {LONG} rows"):
            sheets.write(Paper("x", About((), ()), (Part("a", "Строки", table=_table(LONG)),)))
    painter.close()
    measuring.tell(
        clock, rows=given.rows, megabytes_above_the_server=round((most - before) / 1_000_000), click_ms=clicks
    )


def _best(clock: measuring.Clock, name: str, work: Callable[[], object]) -> None:
    for _ in range(3):
        with clock.time(name):
            work()


def _figure(number: int) -> go.Figure:
    days = list(range(60))
    lines = [
        go.Scatter(x=days, y=[(day * (number + line)) % 17 for day in days], name=f"Ряд {line}") for line in range(4)
    ]
    return go.Figure(lines, layout={"title": f"Рисунок {number}"})


def _table(rows: int) -> Table:
    columns = [Column("name", "Тема", is_wide=True), *(Column(f"n{at}", f"Число {at}", "count") for at in range(7))]
    return Table.of(columns, [[f"Тема номер {row}", *range(row, row + 7)] for row in range(rows)])


def _pack() -> Paper:
    parts = [
        Part(f"p{at}", f"Часть {at}", picture=Picture(lambda at=at: _figure(at), 900, 400)) for at in range(FIGURES)
    ]
    return Paper("Пакет", About((), ()), (*parts, Part("rows", "Строки", table=_table(ROWS))))


def _clicks(scope: Scope, pack: Paper) -> dict[str, float]:
    """Time what a click computes anew while nothing else runs, and while a pack is being made."""
    from pages.heat_map import reading
    from pages.shared.asked import Asked
    from pages.shared.filters import Filters

    asked, _ = Asked.of(scope, Filters(period="four_weeks"))
    names = ("departments", "statuses", "territories", "weeks")

    def click() -> float:
        started = time.perf_counter()
        for name in names:
            reading.matrix.clear()
            reading.matrix(asked, name, "appeals", "given")
        return 1000 * (time.perf_counter() - started) / len(names)

    click()
    quiet = statistics.median(click() for _ in range(20))
    worker = threading.Thread(target=lambda: typeset.write(pack, "pdf"))
    worker.start()
    busy = []
    while worker.is_alive():
        busy.append(click())
    return {"quiet": round(quiet, 1), "beside a pack": round(statistics.median(busy), 1), "worst": round(max(busy), 1)}


class _Peak:
    """Watch the memory of this process and of the browser below it."""

    def __init__(self) -> None:
        self._most = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self._most = max(self._most, _resident())

    def stop(self) -> int:
        """Give the most bytes seen."""
        self._stop.set()
        self._thread.join()
        return self._most


def _resident() -> int:
    """Sum the memory of this process and of all below it; what they share counts once, as the system divides it."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            continue
    own, todo = set(), [os.getpid()]
    while todo:
        one = todo.pop()
        own.add(one)
        todo += [pid for pid, parent in parents.items() if parent == one]
    return sum(_share(pid) for pid in own)


def _share(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


if __name__ == "__main__":
    main()
