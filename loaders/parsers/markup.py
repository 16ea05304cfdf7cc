"""Parse XML into flat records, in the child process: no DTD, no entities, nothing from outside.

A leaf becomes `outer.inner` by local names; of several leaves of one name the last counts (histories are written
oldest first). An element that has children is also a column of its own, «+»: it says that the element is there.
"""

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

import polars as pl
from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from loaders.parsers.flat import gather
from loaders.parsers.job import Answer, Job, Refusal
from loaders.text import name_key

MAX_DEPTH: Final = 64
PRESENT: Final = "+"
MIN_FIELDS: Final = 3
"""Wanted columns an element must hold to be taken for a record when the profile's tags are not there."""


def parse(job: Job) -> tuple[pl.DataFrame, Answer]:
    """Return one row per element named by the profile's `record`."""
    try:
        return gather(_records(job), job)
    except DefusedXmlException as error:
        raise Refusal("dtd", "В XML есть объявление DTD или сущностей: такие файлы не загружаются") from error
    except ParseError as error:
        advice = "Файл обрезан или повреждён: выгрузите его заново."
        raise Refusal("xml", "XML не читается", row=error.position[0], advice=advice) from error
    except (ValueError, LookupError) as error:
        raise Refusal("encoding", "Кодировка XML не поддерживается") from error


def _records(job: Job) -> Iterator[tuple[int, dict[str, str]]]:
    found = 0
    for record in _elements(job, {tag.casefold() for tag in job["record"]}):
        found += 1
        yield found, record
    if found:
        return
    tag = _likely_tag(job)
    if tag is None:
        names = ", ".join(f"<{each}>" for each in job["record"])
        raise Refusal("header", f"В XML нет элементов {names}" if names else "В XML не найдены записи")
    yield from enumerate(_elements(job, {tag}), 1)


def _elements(job: Job, tags: set[str]) -> Iterator[dict[str, str]]:
    """Yield the outermost elements with one of the tags, flat; each is forgotten once it is read."""
    depth, root = 0, None
    inside: Element | None = None
    for event, element in iterparse(job["path"], events=("start", "end"), forbid_dtd=True):
        depth += 1 if event == "start" else -1
        root = element if root is None else root
        if depth > MAX_DEPTH:
            raise Refusal("depth", f"Вложенность XML глубже {MAX_DEPTH}")
        if event == "start" and inside is None and _local(element.tag).casefold() in tags:
            inside = element
        elif event == "end" and inside is not None and element is inside:
            yield _flat(element, "")
            inside = None
            root.clear()


def _likely_tag(job: Job) -> str | None:
    """Find the tag whose elements hold most wanted columns directly: wrappers differ where the terms agree."""
    wanted = set(job["wanted"])
    best, most = None, MIN_FIELDS - 1
    for _event, element in iterparse(job["path"], events=("end",), forbid_dtd=True):
        fields = len({name_key(_local(child.tag)) for child in element} & wanted)
        if fields > most:
            best, most = _local(element.tag).casefold(), fields
    return best


def _flat(element: Element, prefix: str) -> dict[str, str]:
    flat: dict[str, str] = {}
    for child in element:
        name = prefix + _local(child.tag)
        if len(child):
            flat[name] = PRESENT
            flat.update(_flat(child, f"{name}."))
        elif child.text and child.text.strip():
            flat[name] = child.text.strip()
    return flat


def _local(tag: object) -> str:
    """Return the name without its namespace; comments and instructions have none."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
