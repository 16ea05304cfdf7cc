"""A file to be made: of which screen or report, by which filters, in which format; and the making of it.

An order is what the journal keeps of a file, so that it can be made again: it holds days and not presets, and nothing
of a person. The maker's scope is never part of it; a file is made in the scope of whoever asks, at that moment.
"""

import errno
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, Self

from analytics import measures
from loaders import publications
from loaders.errors import InputRefused
from loaders.scope import Scope
from pages.paper import digests, plain_csv, sheets, slides, typeset, words
from pages.paper.model import About, Paper, Part
from pages.paper.screens import SCREENS
from pages.paper.source import Source, about
from pages.paper.typeset import Step
from pages.shared import formats, readers
from pages.shared.address import HOME
from pages.shared.address import SCREENS as TITLES
from pages.shared.asked import Asked
from pages.shared.filters import Filters
from pages.shared.refusals import too_many

Form = Literal["png", "svg", "pdf", "xlsx", "csv", "pptx", "docx"]


@dataclass(frozen=True, slots=True)
class Format:
    """Describe a format: its word, its type for browsers, whether it shows pictures, how many rows it bears."""

    title: str
    media_type: str
    is_drawn: bool
    most_rows: int


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"

FORMATS: Final[dict[Form, Format]] = {
    "png": Format("PNG", "image/png", True, 200),
    "svg": Format("SVG", "image/svg+xml", True, 500),
    "pdf": Format("PDF", "application/pdf", True, 20_000),
    "xlsx": Format("XLSX", f"{_OFFICE}.spreadsheetml.sheet", False, sheets.MOST_ROWS),
    "csv": Format("CSV", "text/csv; charset=utf-8", False, sheets.MOST_ROWS),
    "pptx": Format("PPTX", f"{_OFFICE}.presentationml.presentation", True, 1_000),
    "docx": Format("DOCX", f"{_OFFICE}.wordprocessingml.document", True, 10_000),
}
"""Every format, by its suffix."""

OF_PART: Final[tuple[Form, ...]] = ("png", "svg", "pdf", "xlsx", "csv")
OF_WHOLE: Final[tuple[Form, ...]] = ("pdf", "pptx", "docx", "xlsx")

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Order:
    """Name a file: `part` is the key of one part, empty for all of them; `base` the address of this installation."""

    kind: Literal["screen", "report"]
    key: str
    query: tuple[tuple[str, tuple[str, ...]], ...] = ()
    part: str = ""
    form: Form = "pdf"
    base: str = ""

    @classmethod
    def of(
        cls, kind: Literal["screen", "report"], key: str, query: Query, form: Form, part: str = "", base: str = ""
    ) -> Self:
        """Make an order from the parameters of an address."""
        listed = tuple(sorted((name, tuple(values)) for name, values in query.items()))
        return cls(kind, key, listed, part, form, base)

    def text(self) -> str:
        """Write the order for the journal."""
        said = {"kind": self.kind, "key": self.key, "query": dict(self.query), "part": self.part, "form": self.form}
        return json.dumps(said, ensure_ascii=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what `text` wrote; ValueError when it cannot be."""
        said = json.loads(text)
        try:
            return cls.of(said["kind"], said["key"], said["query"], said["form"], said["part"])
        except (KeyError, TypeError, AttributeError) as error:
            message = "not an order"
            raise ValueError(message) from error


@dataclass(frozen=True, slots=True)
class Ready:
    """Hold a file that was made: `detail` is what the journal keeps of it."""

    name: str
    body: bytes
    rows: int
    detail: Mapping[str, str | int]


def paper(order: Order, scope: Scope) -> tuple[Paper, Source]:
    """Lay the file out within a scope; its passport has the sum of its numbers, and no number of its own yet."""
    query = {name: list(values) for name, values in order.query}
    asked, _ = Asked.of(scope, Filters.parse(query))
    if not asked.version.months:
        raise InputRefused("no_data", "Данных ещё нет", advice="Файл можно будет получить после первой загрузки.")
    is_outside = asked.period.start > asked.as_of or asked.period.end < asked.first
    if is_outside and _has_period(order):
        raise _no_data(asked)
    source = _seen(order, Source.of(asked, query))
    laid = _screen(order, source) if order.kind == "screen" else _report(order, source)
    chosen = tuple(part for part in laid.parts if order.part in {"", part.key})
    if not chosen:
        raise InputRefused("no_part", "Такой части на экране сейчас нет", advice="Откройте экран и выберите снова.")
    cut = replace(laid, parts=chosen)
    if order.part and chosen[0].title:
        cut = replace(cut, title=chosen[0].title, about=_narrowed(cut.about, chosen[0]))
    return replace(cut, about=replace(cut.about, digest=digests.numbers(cut))), source


def _has_period(order: Order) -> bool:
    """Say whether the file tells of a period; a screen of the present does not."""
    return order.kind == "report" or order.key not in TITLES or TITLES[order.key].has_period


def _seen(order: Order, source: Source) -> Source:
    screen = SCREENS.get(order.key) if order.kind == "screen" else None
    return source if screen is None else screen.seen(source)


def _no_data(asked: Asked) -> InputRefused:
    what = f"За {formats.span(asked.period.start, asked.period.end)} данных нет"
    advice = f"Они есть за {formats.span(asked.first, asked.as_of)}: выберите период оттуда."
    return InputRefused("empty_period", what, advice=advice)


def _narrowed(passport: About, part: Part) -> About:
    """Keep the definitions that belong to a part."""
    own = {measures.find(key).title for key in part.measures}
    kept = tuple(each for each in passport.definitions if not own or each[0] in own)
    return replace(passport, definitions=kept)


def _screen(order: Order, source: Source) -> Paper:
    screen = SCREENS.get(order.key)
    if screen is None:
        raise InputRefused("no_screen", "Этот экран файлом не отдаётся", advice="Есть: " + ", ".join(SCREENS) + ".")
    link = f"{order.base}{_path(order.key, source)}"
    return Paper(
        TITLES[order.key].title, about(source, screen.measures(source), link=link), tuple(screen.parts(source))
    )


def _path(key: str, source: Source) -> str:
    from urllib.parse import urlencode

    path = "" if key == HOME else key
    return f"/{path}?{urlencode({'city': source.asked.scope.municipality, **source.shown()}, doseq=True)}"


def _report(order: Order, source: Source) -> Paper:
    from pages.reports import catalogue  # reports are made of screens, and screens offer files

    return catalogue.find(order.key).made(source, order.base)


def make(order: Order, scope: Scope, step: Step = lambda: None) -> Ready:
    """Make the file; raises `InputRefused` with a sentence for whatever stands in the way.

    What is made for the public is kept before it is written: from then on no other paper may open it. `step` is called
    after every part and may raise to stop the work. Nothing else is left behind by a failure.
    """
    laid, source = paper(order, scope)
    form = FORMATS[order.form]
    if laid.rows > form.most_rows:
        raise too_many(laid.rows, form.most_rows)
    own = publications.number()
    whole = replace(laid, about=replace(laid.about, number=own))
    _keep(whole, scope)
    body = _written(whole, order.form, step)
    fixed = replace(order, query=Order.of("screen", "", source.shown(), "pdf").query)
    recipe = {} if source.is_searched else {"recipe": fixed.text()}  # the journal holds no searched number
    detail = {
        "format": form.title, "file": own, "numbers": laid.about.digest, **recipe,
        "definitions": digests.definitions(laid.about.definitions), "events": source.asked.version.events,
    }  # fmt: skip
    period = source.asked.period
    name = f"{_file_name(whole.name or whole.title)} {period.start:%d.%m.%Y}-{period.end:%d.%m.%Y} {own}.{order.form}"
    return Ready(name, body, laid.rows, detail)


def _keep(laid: Paper, scope: Scope) -> None:
    if laid.draft is not None and scope.sees_rows:
        with readers.store().writing(scope.municipality) as connection:
            publications.keep(
                connection, scope.municipality, laid.draft,
                file=laid.about.number, numbers=laid.about.digest, title=laid.title,
            )  # fmt: skip


def _file_name(title: str) -> str:
    return "".join(sign if sign.isalnum() or sign in " -«»(),." else " " for sign in title)[:90].strip().rstrip(".")


def _written(laid: Paper, form: Form, step: Step) -> bytes:
    try:
        return _WRITERS[form](laid, step)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            advice = "Освободите место или попросите об этом администратора сервера и повторите."
            raise InputRefused("disk_full", "На сервере кончилось место, файл не создан", advice=advice) from error
        raise


def _csv(laid: Paper, _: Step) -> bytes:
    return plain_csv.write(laid, laid.parts[0])


_WRITERS: Final[dict[Form, Callable[[Paper, Step], bytes]]] = {
    "png": lambda laid, step: typeset.write(laid, "png", step),
    "svg": lambda laid, step: typeset.write(laid, "svg", step),
    "pdf": lambda laid, step: typeset.write(laid, "pdf", step),
    "xlsx": sheets.write,
    "csv": _csv,
    "pptx": slides.write,
    "docx": words.write,
}


def titles(order: Order, scope: Scope) -> list[Part]:
    """List the parts that a screen has now."""
    return list(paper(replace(order, part=""), scope)[0].parts)
