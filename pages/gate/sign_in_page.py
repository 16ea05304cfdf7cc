"""The pages a person meets before the application: sign-in, a new password, a refusal. One file each, no script."""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Final
from urllib.parse import quote

from loaders.access.roles import ROLES, Role
from pages.gate.assets import FOLDER
from pages.shared.palette import DARK, LIGHT, css_variables

MAIN: Final[dict[Role, str]] = {
    Role.CURATOR: "видит весь город",
    Role.BLOCK_HEAD: "видит свой блок — дороги — и больше ничего",
    Role.ADMINISTRATOR: "загружает, выгружает, ведёт доступ",
}
"""Roles of the demo that most people want to try, each with what it shows."""

_MARKS: Final = ("var(--mcu-step-8)", "var(--mcu-step-5)", "var(--mcu-accent)")
_COLUMNS: Final = 20
_ROWS: Final = 12


@dataclass(frozen=True, slots=True)
class Form:
    """Hold what every form of these pages sends along: the signed nonce and the deep link to go on to."""

    nonce: str
    link: str = "/"

    def hidden(self) -> str:
        """Write the hidden fields."""
        fields = {"nonce": self.nonce, "next": self.link}
        return "".join(f'<input type="hidden" name="{name}" value="{escape(text)}">' for name, text in fields.items())


@dataclass(frozen=True, slots=True)
class Doors:
    """Say which ways in the sign-in page offers."""

    has_demo: bool = False
    provider: str = ""
    roles: Sequence[Role] = field(default=tuple(ROLES))


def sign_in(form: Form, doors: Doors, *, alert: str = "", login: str = "") -> bytes:
    """Draw the sign-in page; `alert` is one sentence, `login` what was typed before."""
    parts = [
        _demo(form, doors.roles)
        if doors.has_demo
        else "<div><h2>Вход</h2><p>Для сотрудников центра управления</p></div>",
        _provider(form, doors.provider) if doors.provider else "",
        '<div class="or">или по учётной записи</div>' if doors.has_demo or doors.provider else "",
        _alert(alert),
        _account(form, login, is_first=not doors.has_demo, is_again=bool(alert)),
    ]
    return _page("Вход", "\n".join(filter(None, parts)))


def new_password(form: Form, title: str, *, is_forced: bool, alert: str = "") -> bytes:
    """Draw the page where a person changes the own password."""
    why = (
        "Пароль, который вам выдали, знает не только вы: задайте свой."
        if is_forced
        else "После смены другие сеансы завершатся."
    )
    fields = (
        _input("old", "Нынешний пароль", "password", "current-password", extra=" autofocus")
        + _input("new", "Новый пароль, не короче двенадцати знаков", "password", "new-password")
        + _input("again", "Новый пароль ещё раз", "password", "new-password")
    )
    return _page(
        "Новый пароль",
        f"<div><h2>Новый пароль</h2><p>{escape(title)}. {why}</p></div>{_alert(alert)}"
        f'<form method="post" action="/password">{form.hidden()}{fields}<button>Сменить пароль</button></form>'
        + ("" if is_forced else '<a class="button quiet" href="/">Отменить</a>')
        + (_leave(form) if is_forced else ""),
    )


def refusal(title: str, sentence: str) -> bytes:
    """Draw a page that says why somebody does not get in, and leads back to sign-in."""
    return _page(
        title,
        f"<div><h2>{escape(title)}</h2><p>{escape(sentence)}</p></div>"
        '<a class="button quiet" href="/">Вернуться ко входу</a>',
    )


def going_on(address: str) -> bytes:
    """Draw the page that leads on to the provider.

    A page, not a redirect: browsers hold the target of a form to the policy of our page through every redirect.
    """
    head = f'<meta http-equiv="refresh" content="0; url={escape(address)}">\n'
    told = "<div><h2>Переходим ко входу</h2><p>Если переход не начался, нажмите кнопку.</p></div>"
    return _page("Переход ко входу", f'{told}<a class="button" href="{escape(address)}">Перейти</a>', head)


def _demo(form: Form, roles: Sequence[Role]) -> str:
    """Draw the roles of the demo city: three large, the others small."""
    large = "".join(
        f'<button name="role" value="{role}" style="--mark:{mark}">{ROLES[role].title}<span>{told}</span></button>'
        for (role, told), mark in zip(MAIN.items(), _MARKS, strict=True)
    )
    small = "".join(
        f'<button class="small" name="role" value="{role}">{ROLES[role].title}</button>'
        for role in roles
        if role not in MAIN
    )
    return (
        "<div><h2>Посмотреть на примере</h2><p>Демонстрационный город: данные вымышлены, пароль не нужен.</p></div>"
        f'<form class="roles" method="post" action="/sign-in/demo">{form.hidden()}{large}'
        f'<div class="others">{small}</div></form>'
    )


def _provider(form: Form, title: str) -> str:
    button = f'<button class="quiet">{escape(title)}</button>'
    return f'<form method="post" action="/sign-in/provider">{form.hidden()}{button}</form>'


def _account(form: Form, login: str, *, is_first: bool, is_again: bool) -> str:
    """Draw the form; whoever typed something wrong comes back to the field that is to be typed anew."""
    focus = " autofocus" if is_first and not is_again else ""
    focus_again = " autofocus" if is_again else ""
    name = _input(
        "login", "Имя входа", "text", "username", value=login, extra=f'{focus} autocapitalize="none" spellcheck="false"'
    )
    word = _input("password", "Пароль", "password", "current-password", extra=focus_again)
    style = "" if is_first else ' class="quiet"'
    return f'<form method="post" action="/sign-in">{form.hidden()}{name}{word}<button{style}>Войти</button></form>'


def _leave(form: Form) -> str:
    return f'<form method="post" action="/sign-out">{form.hidden()}<button class="quiet">Выйти</button></form>'


def _input(name: str, title: str, kind: str, complete: str, *, value: str = "", extra: str = "") -> str:
    given = f' value="{escape(value)}"' if value else ""
    told = f'name="{name}" type="{kind}" autocomplete="{complete}" required maxlength="256"{given}{extra}'
    return f"<label>{title}<input {told}></label>"


def _alert(sentence: str) -> str:
    return f'<div class="alert" role="alert"><span>{escape(sentence)}</span></div>' if sentence else ""


def _page(title: str, door: str, head: str = "") -> bytes:
    return _frame().safe_substitute(title=escape(title), door=door, head=head).encode()


@cache
def _frame() -> Template:
    """Build what all pages share once: fonts, colours, the picture."""
    folder = files("pages.gate")
    icon = (FOLDER / "icon.svg").read_text(encoding="utf-8")
    style = Template((folder / "sign_in.css").read_text(encoding="utf-8")).substitute(
        cyrillic=_font("pt-sans-cyrillic-400-normal"),
        cyrillic_bold=_font("pt-sans-cyrillic-700-normal"),
        latin=_font("pt-sans-latin-400-normal"),
        signs=_font("signs"),
        light=css_variables(LIGHT),
        dark=css_variables(DARK),
        steps="".join(f".s{step}{{fill:var(--mcu-step-{step})}}" for step in range(1, 9)),
        ink=LIGHT.ink_light,
    )
    page = Template((folder / "sign_in.html").read_text(encoding="utf-8"))
    return Template(
        page.safe_substitute(icon=f"data:image/svg+xml,{quote(icon)}", style=style, logo=icon, map=_picture())
    )


def _font(name: str) -> str:
    body = base64.b64encode((FOLDER / f"{name}.woff2").read_bytes()).decode()
    return f"data:font/woff2;base64,{body}"


def _picture() -> str:
    """Draw cells as on the home screen; a picture, not data: two waves and three hot spots."""
    cells = "".join(
        f'<rect class="s{_step(column, row)}" x="{column * 30}" y="{row * 30}" width="26" height="26" rx="5"/>'
        for row in range(_ROWS)
        for column in range(_COLUMNS)
    )
    return f'<svg class="map" viewBox="0 0 {_COLUMNS * 30} {_ROWS * 30}" aria-hidden="true">{cells}</svg>'


def _step(column: int, row: int) -> int:
    wave = 1.3 * math.sin(column / 2.3 + row * 1.9) + 1.1 * math.sin(row * 2.7 - column / 1.1)
    heat = sum(
        height * math.exp(-(((column - x) / 2.2) ** 2) - ((row - y) / 1.3) ** 2)
        for x, y, height in ((16, 8, 6.5), (10, 10, 3.6), (18, 4, 3.4))
    )
    return min(8, max(1, round(2.2 + wave * 0.8 + heat)))
