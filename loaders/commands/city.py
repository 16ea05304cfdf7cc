"""The command that reads a city's description whole, its map too, and says what is in it."""

from argparse import Namespace
from typing import Any

from loaders import geography
from loaders.city import City
from loaders.commands import output


def run_city(given: Namespace) -> None:
    """Read a city and its map; a mistake in either is refused with its place."""
    city = City.load(given.city)
    ground = geography.read(city)
    listed = {territory.title for territory in city.territories}
    found: dict[str, Any] = {
        "key": city.key,
        "title": city.title,
        "blocks": len(city.blocks),
        "departments": len(city.departments),
        "territories": len(city.territories),
        "outline_km2": round(sum(map(geography.square_km, ground.outline)), 2),
        "areas_km2": {area.title: round(geography.square_km(area.shape), 2) for area in ground.areas},
        "not_drawn": [each.title for each in city.territories if ground.area(each.title) is None],
        "not_listed": [area.title for area in ground.areas if area.title not in listed],
        "streets": len(ground.streets),
        "buildings": len(ground.buildings),
    }
    if given.json:
        output.as_json(found)
        return
    print(f"{city.title}: блоков {found['blocks']}, подразделений {found['departments']}.")
    print(f"Карта: граница {found['outline_km2']} км², улиц {found['streets']}, домов {found['buildings']}.")
    for title, area in found["areas_km2"].items():
        print(f"  {title}: {area} км²")
    if ground.areas and found["not_drawn"]:
        print(f"Без контура на карте: {', '.join(found['not_drawn'])}.")
    if listed and found["not_listed"]:
        print(f"Есть на карте, но не среди [[territories]]: {', '.join(found['not_listed'])}.")
