"""Attack what random cities publish: quarters, months, the year so far, other dimensions and filters, all together."""

import argparse
import random
import sys
import time

from tests.analytics import test_publications as published
from tests.analytics.test_publications import BLOCKS, BODIES, BY_BLOCK, BY_BODY, City, days, table


def main() -> None:
    """Publish papers in a random order, and print how many hidden numbers a reader of all of them works out."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cities", type=int, default=20)
    given = parser.parse_args()
    for seed in range(given.cities):
        city, began = published.random_city(seed), time.process_time()
        papers = [table(days(first, last), BY_BLOCK) for first, last in ((0, 2), (3, 5), (6, 8), (0, 5), (0, 8))]
        papers += [table(days(month, month), BY_BLOCK) for month in range(9)]
        papers += [table(days(0, 8), BY_BLOCK, BY_BODY), table(days(3, 5), BY_BODY)]
        papers += [table(days(0, 5), BY_BLOCK, department=[*BODIES[:at], *BODIES[at + 1 :]]) for at in range(3)]
        papers += [table(days(3, 8), BY_BODY, topic_block=[block]) for block in BLOCKS]
        random.Random(seed).shuffle(papers)  # noqa: S311 - an order, no secret
        for paper in papers:
            city.publish(paper)
        _tell(seed, city, time.process_time() - began)


def _tell(seed: int, city: City, seconds: float) -> None:
    hidden = sum(n is None for n in city.printed.values())
    told, narrow = len(city.told(least=1)), len(city.told())
    words = f"city {seed}: numbers {len(city.printed)}, hidden {hidden}, told {told}, "
    sys.stdout.write(f"{words}in doubt by less than {published.LIMIT}: {narrow - told}, {seconds:.0f} s of work\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
