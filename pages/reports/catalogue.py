"""Every standing report: its key, its title, the clause that asks for it, and what makes it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from analytics import acts
from loaders.access.roles import Right
from loaders.errors import InputRefused
from pages.paper.model import Paper
from pages.paper.source import Source
from pages.reports import block, causes, months, quarterly, rows, svodka, weekly
from pages.reports.spans import Grain


@dataclass(frozen=True, slots=True)
class Report:
    """Describe a report: `grain` is its usual period, `asks` the clause.

    `needs_rows` asks for the right to rows: those with rows in them, and forms that go out, whose numbers are exact.
    """

    title: str
    grain: Grain
    asks: str
    paper: Callable[[Source, str], Paper]
    needs_rows: bool = False

    @property
    def right(self) -> Right:
        """Name the right that the report takes beside the right to export."""
        return Right.ROWS if self.needs_rows else Right.EXPORT

    def made(self, source: Source, base: str) -> Paper:
        """Make the report; raises `InputRefused` where it needs rows that the reader does not see."""
        if self.needs_rows and not source.asked.scope.sees_rows:
            what = f"«{self.title}» составляется по всем обращениям, а вам открыты числа без реестра"
            raise InputRefused("no_rows", what, advice="Его берёт тот, кому открыт реестр.")
        return self.paper(source, base)


REPORTS: Final[dict[str, Report]] = {
    "weekly": Report("Обзор недели", "week", "три фразы и картины недели", weekly.paper),
    "svodka": Report("Сводка по системам", "month", svodka.ASKS, svodka.paper),
    "block": Report("Отчёт по отраслевым блокам", "month", f"{acts.CENTRE}, прил. 1, п. 4.2 (6)", block.paper),
    "quarterly": Report(
        "Ежеквартальный отчёт для сайта", "quarter", f"{acts.FUNCTIONS}, п. 11", quarterly.paper, needs_rows=True
    ),
    "causes": Report(
        "Причины повышенной активности", "quarter", f"{acts.FUNCTIONS}, п. 17", causes.paper, needs_rows=True
    ),
    "sstu-month": Report("ССТУ, месяц", "month", "Указ от 17.04.2017 № 171", months.sstu, needs_rows=True),
    "gis-zhkh-month": Report("ГИС ЖКХ, месяц", "month", f"{acts.FUNCTIONS}, п. 20", months.gis_zhkh, needs_rows=True),
    "register": Report("Реестр обращений", "month", f"{acts.FUNCTIONS}, п. 16", rows.paper, needs_rows=True),
}


def find(key: str) -> Report:
    """Find a report; raises `InputRefused` for an unknown key."""
    if key not in REPORTS:
        raise InputRefused("no_report", f"Отчёта «{key[:40]}» нет", advice=f"Есть: {', '.join(REPORTS)}.")
    return REPORTS[key]
