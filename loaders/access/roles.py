"""The roles of a control centre (act 004, appendix 2) and what each of them opens: data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal


class Role(StrEnum):
    """Name a role."""

    CURATOR = "curator"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"
    BLOCK_ACCOUNTABLE = "block_accountable"
    BLOCK_HEAD = "block_head"
    MEDIA = "media"
    STAFF = "staff"
    GUEST = "guest"


class Right(StrEnum):
    """Name what a role may do beyond looking at the numbers of its scope."""

    ROWS = "rows"
    EXPORT = "export"
    IMPORT = "import"
    ACCESS = "access"
    JOURNAL = "journal"


RIGHTS: Final[Mapping[Right, str]] = {
    Right.ROWS: "видит реестр",
    Right.EXPORT: "выгружает файлы",
    Right.IMPORT: "загружает и отменяет загрузки",
    Right.ACCESS: "ведёт доступ",
    Right.JOURNAL: "читает журнал",
}
"""What each right means, for people."""

CHOSEN: Final = frozenset({Right.ROWS, Right.EXPORT})
"""Rights that are decided account by account; all others come with the role."""

Bound = Literal["city", "blocks", "channels"]


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Say what a role opens.

    `bound` is what its data are bounded by: nothing but the city, named blocks, or named channels. `must_end` asks for
    a last day. `rights` are given with the role, and fewer of `CHOSEN` where whoever keeps the access says so; those
    of `by_decision` are given only where that was decided for an account. Nothing else can be added.
    """

    title: str
    bound: Bound
    rights: frozenset[Right]
    must_end: bool = False
    by_decision: frozenset[Right] = frozenset()

    @property
    def most(self) -> frozenset[Right]:
        """Name every right that an account of this role may hold."""
        return self.rights | self.by_decision

    @property
    def least(self) -> frozenset[Right]:
        """Name the rights that every account of this role holds."""
        return self.rights - CHOSEN


ROLES: Final[Mapping[Role, RoleRule]] = {
    Role.CURATOR: RoleRule("Куратор", "city", frozenset({Right.ROWS, Right.EXPORT, Right.JOURNAL})),
    Role.COORDINATOR: RoleRule("Ответственный исполнитель", "city", frozenset({Right.ROWS, Right.EXPORT})),
    Role.ADMINISTRATOR: RoleRule("Администратор", "city", frozenset(Right)),
    # Keeps the installation running (act 004 §3.5): loads, access and journal, but neither rows nor files of them.
    Role.OPERATOR: RoleRule("Оператор", "city", frozenset({Right.IMPORT, Right.ACCESS, Right.JOURNAL})),
    Role.BLOCK_ACCOUNTABLE: RoleRule("Ответственный за блоки", "blocks", frozenset({Right.ROWS, Right.EXPORT})),
    Role.BLOCK_HEAD: RoleRule(
        "Руководитель блока", "blocks", frozenset({Right.ROWS}), by_decision=frozenset({Right.EXPORT})
    ),
    Role.MEDIA: RoleRule("Ответственный за работу со СМИ", "channels", frozenset()),
    Role.STAFF: RoleRule("Работник общего отдела", "city", frozenset({Right.ROWS, Right.IMPORT})),
    Role.GUEST: RoleRule("Гость", "city", frozenset(), must_end=True),
}
"""Every role, in the order of the act."""
