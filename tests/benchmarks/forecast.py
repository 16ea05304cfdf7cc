"""How true the forecast of missed deadlines is: replayed on the demo city's past, against «as today»."""

from datetime import date, timedelta

from analytics import breach
from loaders import cells, demo
from loaders.city import City
from loaders.scope import Scope
from tests.benchmarks import measuring

END = date(2026, 11, 21)
MORNINGS = 36
STEP_DAYS = 5
LAST_MORNING_DAYS = 21
"""Mornings end this long before the data do, so that every foretold due day is over."""


def main() -> None:
    """Print the mean squared errors and the calibration table."""
    city = City.load("novoshakhtinsk").demo()
    with measuring.a_store("sqlite") as store:
        demo.load(store, demo.make(city, end=END), city)
        everything = cells.load(store, Scope.whole_city(city.key)).lazy()
    last = END - timedelta(days=LAST_MORNING_DAYS)
    mornings = [last - timedelta(days=STEP_DAYS * i) for i in range(MORNINGS)]
    found = breach.replay(everything, mornings, END)
    print(f"{found.cases} forecasts; Brier {found.brier:.3f}, naive {found.naive_brier:.3f}")  # noqa: T201 — a report
    for band, cases, foretold, came_true in found.calibration.iter_rows():
        print(f"from {band:.0%}: {cases:.0f} cases, foretold {foretold:.1%}, came true {came_true:.1%}")  # noqa: T201


if __name__ == "__main__":
    main()
