"""The acts that the product follows, by the names a city knows, as they stand in a sentence before a clause."""

from typing import Final

CENTRE: Final = "распоряжение о МЦУ"
"""Order on the municipal control centre, Novoshakhtinsk, draft of 2022: its blocks, posts and measures."""

FEEDBACK: Final = "порядок работы с платформой обратной связи"
"""Order 668-р of 28.12.2020, Venevsky district: how messages of the federal feedback platform are handled."""

DEPARTMENT: Final = "положение об отделе по работе с обращениями"
"""Order 810 of 25.03.2022, Novomoskovsk: what the department of appeals does with each system."""

FUNCTIONS: Final = "функции отдела по работе с обращениями"
"""Tasks and functions of the department of appeals, Murmansk: its reports, numbered."""
