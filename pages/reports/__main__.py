"""`python -m pages.reports KEY`: make a standing report without a screen, for a scheduler.

Exit codes as those of `python -m loaders`: 0 done; 1 our fault; 2 refused, with a Russian sentence on stderr. A file is
there whole or not at all.
"""

import argparse
import errno
import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from loaders.access import console, journal
from loaders.access.roles import Right
from loaders.access.viewer import Actor
from loaders.commands import outcome, places, signals
from loaders.commands.arguments import Parser
from loaders.errors import InputRefused
from loaders.scope import Scope

if TYPE_CHECKING:
    from pages.paper.orders import Ready  # takes a second to import

_KEYS: Final = ("svodka", "block", "quarterly", "register", "sstu-month", "gis-zhkh-month", "causes", "weekly")
_FORMS: Final = ("docx", "pdf", "xlsx", "pptx")


def _parser() -> Parser:
    parser = Parser(prog="python -m pages.reports", description="Сделать отчёт по данным города.", add_help=False)
    named = parser.add_argument_group("Что сделать")
    named.add_argument("key", metavar="ОТЧЁТ", help=", ".join(_KEYS))
    named.add_argument("--out", required=True, type=Path, metavar="ФАЙЛ", help="куда записать файл")
    more = parser.add_argument_group("Уточнения")
    more.add_argument(
        "--period", default="latest", metavar="ПЕРИОД", help="2026-Q3, 2026-10, 2026-W47, два дня через «..» или latest"
    )
    more.add_argument("--format", default="", metavar="ФОРМАТ", help="docx, pdf, xlsx или pptx; иначе по имени файла")
    more.add_argument(
        "--layout", default="", metavar="ФОРМА", help="ежеквартального отчёта: quarters, year-ago, ratio, month"
    )
    more.add_argument("--city", default=None, metavar="ГОРОД", help="если в хранилище несколько городов")
    more.add_argument("--blocks", default="", metavar="БЛОКИ", help="только эти отраслевые блоки, ключи через запятую")
    more.add_argument("-h", "--help", action="help", help="эта справка")
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Make one report and return the exit code."""
    logging.getLogger("streamlit").setLevel(logging.ERROR)  # its caches work without its server, and say so at length
    return outcome.of(lambda: _make(_parser().parse_args(words)), "Файл не создан", logging.getLogger("mcu.paper"))


def _make(given: argparse.Namespace) -> None:
    from analytics.periods import format_period
    from loaders import coverage
    from pages.paper import orders
    from pages.paper.painter import painter
    from pages.reports import catalogue, layouts, spans
    from pages.shared import readers

    report = catalogue.find(given.key)
    form = given.format or given.out.suffix.removeprefix(".").lower()
    if form not in _FORMS:
        raise InputRefused("format", f"Формата «{form[:10]}» у отчётов нет", advice=f"Есть: {', '.join(_FORMS)}.")
    if given.layout and given.layout not in layouts.LAYOUTS:
        raise InputRefused("layout", f"Формы «{given.layout[:20]}» нет", advice=f"Есть: {', '.join(layouts.LAYOUTS)}.")
    if not given.out.name or given.out.is_dir():
        raise InputRefused("out", f"«{given.out}» — папка, а нужен файл", advice="Пример: --out отчёт.docx.")
    scope = _scope(given)
    actor = console.acting(readers.store(), Right.EXPORT, scope.municipality)
    over = coverage.read(readers.store(), scope).as_of
    period = spans.read(given.period, report.grain, over)
    query = {"period": [format_period(period)], **({"layout": [given.layout]} if given.layout else {})}
    base = os.environ.get("MCU_PUBLIC_URL", "").rstrip("/")
    try:
        ready = orders.make(orders.Order.of("report", given.key, query, form, base=base), scope)
    finally:
        painter.close()
    _journal(scope, ready, actor)
    _write(given.out, ready.body)
    sys.stdout.write(f"{given.out}: {report.title}, {period.start:%d.%m.%Y} – {period.end:%d.%m.%Y}, "
                     f"номер файла {ready.detail['file']}, сумма чисел {ready.detail['numbers']}\n")  # fmt: skip


def _scope(given: argparse.Namespace) -> Scope:
    from pages.shared import readers

    municipality = places.to_read(readers.store(), given.city)
    blocks = frozenset(key.strip() for key in given.blocks.split(",") if key.strip())
    found = console.scope(readers.store(), municipality)
    if not blocks:
        return found
    known = {block.key for block in readers.city(municipality).blocks}
    unknown = sorted(blocks - known)
    if unknown:
        raise InputRefused("blocks", f"Блока «{unknown[0][:40]}» нет", advice=f"Есть: {', '.join(sorted(known))}.")
    return replace(found, blocks=blocks if found.blocks is None else blocks & found.blocks)


def _journal(scope: Scope, ready: "Ready", actor: Actor) -> None:
    """Write down that a file left, under the name of whoever runs the command."""
    from pages.shared import readers

    detail = {"name": ready.name, **ready.detail}
    journal.record(
        readers.store(), actor, journal.EXPORTED, municipality=scope.municipality, detail=detail, rows=ready.rows
    )


def _write(target: Path, body: bytes) -> None:
    """Put a file in its place in one step: a full disk leaves what was there before."""
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        half.write_bytes(body)
        half.replace(target)
    except OSError as error:
        why = (
            "кончилось место" if error.errno in {errno.ENOSPC, errno.EDQUOT} else "папки нет или она закрыта для записи"
        )
        what = f"Файл «{target.name}» не записан: {why}"
        raise InputRefused("not_written", what, advice="Проверьте папку и повторите.") from error
    finally:
        half.unlink(missing_ok=True)


if __name__ == "__main__":
    signals.listen()
    sys.exit(main())
