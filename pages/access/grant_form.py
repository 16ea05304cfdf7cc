"""The fields of what an account is given: role, blocks, departments, channels, rights, last day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from analytics import keys
from loaders.access.roles import CHOSEN, RIGHTS, ROLES, Right, Role, RoleRule
from loaders.access.viewer import Grant
from pages.access import tables
from pages.shared.options import title_map
from pages.shared.run import Run


@dataclass(frozen=True, slots=True)
class Choices:
    """Hold what a city offers to choose from: blocks with titles, departments, channels."""

    municipality: str
    zone: ZoneInfo
    blocks: tuple[tuple[str, str], ...]
    departments: tuple[str, ...]
    channels: tuple[str, ...]

    @classmethod
    def of(cls, run: Run) -> "Choices":
        """Take the choices of the city in view; channels are those that its data name."""
        return cls(
            run.scope.municipality,
            ZoneInfo(run.city.time_zone),
            tuple(title_map(run.city, "topic_block").items()),
            tuple(title_map(run.city, "department")),
            tuple(word for channel in run.options.of("channels") if (word := keys.read(channel))),
        )


def draw(choices: Choices, present: dict[str, Any] | None = None) -> Grant:
    """Draw the fields, filled from a row of the list of accounts, and give what they say now."""
    held = present or {}
    roles = list(Role)
    start = roles.index(Role(held["role"])) if held.get("role") else roles.index(Role.BLOCK_HEAD)
    role = st.selectbox(
        "Роль", roles, index=start, format_func=lambda key: ROLES[key].title, key="grant-role", filter_mode=None
    )
    rule = ROLES[role]
    blocks = _several("Блоки", dict(choices.blocks), held.get("blocks"), "blocks") if rule.bound == "blocks" else None
    channels = {name: name for name in choices.channels}
    is_needed = rule.bound == "channels"
    chosen = _several(
        "Каналы", channels, held.get("channels"), "channels", all_of_them="" if is_needed else "все каналы"
    )
    departments = {name: name for name in choices.departments}
    bodies = _several(
        "Подразделения", departments, held.get("departments"), "departments", all_of_them="все подразделения"
    )
    return Grant(
        municipality=choices.municipality,
        role=role,
        rights=_rights(role, held),
        blocks=blocks,
        departments=bodies or None,
        channels=chosen if is_needed else chosen or None,
        valid_until=_until(choices.zone, held, must_end=rule.must_end),
    )


def _several(
    label: str, titles: dict[str, str], held: list[str] | None, name: str, all_of_them: str = ""
) -> frozenset[str]:
    return frozenset(
        st.multiselect(
            label,
            list(titles),
            default=[key for key in held or () if key in titles],
            format_func=titles.__getitem__,
            key=f"grant-{name}",
            placeholder=all_of_them or "выберите",
        )
    )


def _rights(role: Role, held: dict[str, Any]) -> frozenset[Right]:
    """Let the rights that are decided account by account be chosen, and name those that come with the role."""
    rule = ROLES[role]
    was = held["rights"] if held.get("role") == role and held.get("rights") is not None else rule.rights
    chosen = {
        right
        for right in sorted(rule.most & CHOSEN, reverse=True)
        if st.checkbox(_label(right, rule), value=right in was, key=f"grant-{role}-{right}")
    }
    if rule.least:
        named = ", ".join(words for right, words in RIGHTS.items() if right in rule.least)
        st.caption(f"Вместе с ролью: {named}.")
    return frozenset(rule.least | chosen)


def _label(right: Right, rule: RoleRule) -> str:
    """Name a right; what does not come with the role is given by decision."""
    return RIGHTS[right].capitalize() + (", по решению администратора" if right in rule.by_decision else "")


def _until(zone: ZoneInfo, held: dict[str, Any], *, must_end: bool) -> datetime | None:
    """Ask for the last day; access ends with that day by the city's clock."""
    before: datetime | None = held.get("valid_until")
    value = tables.last_day(before, zone).date() if before else None
    label = "Последний день доступа" if must_end else "Последний день доступа, если он есть"
    day: date | None = st.date_input(label, value=value, format="DD.MM.YYYY", key="grant-until")
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)
