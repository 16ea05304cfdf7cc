"""Who answers: the posts that the city's file names for blocks and departments, written for people."""

from loaders.city import City


def lower(post: str) -> str:
    """Write a post inside a sentence; an abbreviation keeps its capitals.

    >>> lower("Заместитель Главы города"), lower("МКУ «Служба»")
    ('заместитель Главы города', 'МКУ «Служба»')
    """
    return post if post[1:2].isupper() else post[:1].lower() + post[1:]


def who(city: City, dimension: str, key: str | None) -> str:
    """Say who answers for a block, or for a department by the blocks that it leads, and who leads them; else nothing.

    >>> who(City.load("novoshakhtinsk"), "topic_block", "roads")
    'Отвечает первый заместитель Главы Администрации города, ведёт директор МКУ «Управление городского хозяйства»'
    """
    answers, leads = city.accountable(dimension, key), city.leading(dimension, key)
    said = [
        f"{verb} {', '.join(map(lower, posts))}" for verb, posts in (("отвечает", answers), ("ведёт", leads)) if posts
    ]
    words = ", ".join(said)
    return words[:1].upper() + words[1:]
