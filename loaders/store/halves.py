"""Read for whoever sees no rows a random half of the cases, each counted twice: numbers that tell of no single case.

A case is in the half or not by the first bit of SHA-256 over a secret of the installation and the number of the case.
The half is therefore the same for every account, screen, file and period, in both databases, after a correction, an
undo and a restored copy; only the secret decides it, and the secret leaves the store in its backups alone.

The decision
------------
*Cell keys* (B. Fraser and J. Wooton, UNECE 2005; the Australian bureau and the European census of 2021) change every
number by a small step that depends on the sum of the keys of its cases. Totals stay near the truth, but do not add up,
and the screens filter freely: the difference of two views that contain the same few cases is that few plus a new step
each time, and the mean over some dozens of such pairs is the exact number (H. Asghar and D. Kaafar, Proceedings on
Privacy Enhancing Technologies 2020). That no bounded step can stand against many sums is a theorem (I. Dinur and
K. Nissim, PODS 2003): whoever answers them all has to be wrong by the root of the number of cases.

*Rounding with controlled totals* needs all tables known beforehand; here every filter, day and topic makes a new one.

*A fixed half, counted twice* is wrong by just that root and never more than by it. It is additive: a period is the sum
of its days, a block that of its topics, and any two views differ by the doubled half of what they differ in, so no
arithmetic over any number of views tells more than the half itself. Shares and medians of it are those of a sample,
honest without another rule. A true 1 is shown as 0 or 2, never as itself, like every odd number.

What it does not do: a number that is not 0 says that such a case exists, and a narrow filter tells the state of a case
that is in the half. Totals that the city publishes are exact, and so is what accounts of loads say of their own files.
"""

import hashlib
import sqlite3
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from loaders.store import tables

_ROWS: Final = tables.appeals.c
_FUNCTION: Final = "mcu_first_bit"
_BETWEEN: Final = "\x1f"


class _FirstBit(FunctionElement[int]):
    """Give the first bit of the SHA-256 of a text."""

    name = _FUNCTION
    type = sa.Integer()
    inherit_cache = True


@compiles(_FirstBit)
def _written(element: _FirstBit, compiler: SQLCompiler, **options: Any) -> str:
    return f"{_FUNCTION}({compiler.process(element.clauses, **options)})"


@compiles(_FirstBit, "postgresql")
def _written_for_postgresql(element: _FirstBit, compiler: SQLCompiler, **options: Any) -> str:
    text = compiler.process(element.clauses, **options)
    return f"(get_byte(sha256(convert_to({text}, 'UTF8')), 0) >> 7)"


def first_bit(text: str) -> int:
    """Give the first bit of the SHA-256 of a text, as both databases do."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] >> 7


def teach(connection: sqlite3.Connection) -> None:
    """Teach SQLite, which has no hash, the function; PostgreSQL has its own."""
    connection.create_function(_FUNCTION, 1, first_bit, deterministic=True)


def kept() -> sa.ColumnElement[bool]:
    """Ask for the cases of the half; all questions of a case are in it together."""
    of_half = sa.select(tables.secrets.c.value).where(tables.secrets.c.name == tables.HALF).scalar_subquery()
    between = sa.literal_column(f"'{_BETWEEN}'", sa.Text())
    return _FirstBit(of_half + between + _ROWS.source_system + between + _ROWS.source_id) == sa.literal_column("1")
