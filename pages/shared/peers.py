"""Who can be compared with whom: the kinds of unit of which a reader sees two or more."""

from analytics import keys
from loaders.city import City
from pages.shared.filters import Options


def kinds(options: Options, city: City) -> tuple[str, ...]:
    """Name the kinds: departments, posts that answer for blocks, posts of their heads, blocks; none for a sole unit."""
    departments, blocks = ({*options.of(name)} - {keys.ABSENT} for name in ("departments", "blocks"))
    seen = [block for block in city.blocks if block.key in blocks]
    units = {
        "departments": departments,
        "posts": {block.accountable_post for block in seen},
        "heads": {block.head_post for block in seen},
        "blocks": blocks,
    }
    return tuple(kind for kind, each in units.items() if len(each) > 1)
