"""Every condition that bounds a reader is needed: switched off, one after another, each makes a test fail.

All of them take many minutes: `python -m tests.access.mutants`, or `MCU_MUTANTS=all` here, for a night.
"""

import os

from tests.access.mutants import MUTANTS, survivors

QUICK = ("loaders/store/scoped.py", "loaders/register.py")
"""Where the bounds of every statement are made: these run in every suite."""


def test_no_mutant_survives() -> None:
    is_all = os.environ.get("MCU_MUTANTS") == "all"
    chosen = [mutant for mutant in MUTANTS if is_all or mutant.module in QUICK]
    assert chosen
    assert survivors(chosen) == []


def test_every_condition_stands_where_the_list_says() -> None:
    for mutant in MUTANTS:
        compile(mutant.source, mutant.module, "exec")
