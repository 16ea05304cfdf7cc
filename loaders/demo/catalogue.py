"""What people of the demo city write about: blocks with their weekly level, topics with their season and executors."""

from typing import Final, NamedTuple


class Topic(NamedTuple):
    """Describe a topic: `share` of its block, `season` of `seasons.SEASONS`, `style` of `channels.MIX`.

    `bodies` holds department keys with their shares; what is left of 1 goes to the block's own department. `is_fast`
    topics have the shorter period; `hard` stretches the time they take.
    """

    block: str
    group: str
    title: str
    share: float
    season: str
    style: str
    bodies: tuple[tuple[str, float], ...] = ()
    is_fast: bool = False
    hard: float = 1.0
    code: str | None = None


LEVEL: Final = {
    "housing_utilities": 118,
    "municipal_solid_waste": 64,
    "energy": 41,
    "roads": 96,
    "transport": 30,
    "ecology": 22,
    "education": 24,
    "youth_policy": 5,
    "juvenile_affairs": 7,
    "social_protection": 38,
    "culture": 8,
    "sport": 11,
    "health_care": 45,
    "municipal_property": 9,
    "construction": 14,
    "architecture": 6,
    "economy": 3,
    "sme": 5,
    "trade": 12,
    "consumer_protection": 8,
    "municipal_control": 15,
}
"""How much is written about each block in a middling week; only the proportions matter."""

HEATING: Final = "Отопление: некачественное или отключено"
HOT_WATER: Final = "Горячее водоснабжение"
POTHOLES: Final = "Ямы и выбоины"
NEW_TOPIC: Final = "Электросамокаты на тротуарах"
"""Stands in no rubricator: the city has not decided yet whose it is."""

_WATER = (("water_supplier", 0.7),)
_WASTE = (("waste_operator", 0.7),)
_HEAT = (("heat_supplier", 0.7),)
_GRID = (("power_grid", 0.75),)
_ROAD = (("road_service", 0.5),)

_HOME, _STREET, _SOCIAL, _OFFICE = "home", "street", "social", "office"

TOPICS: Final = (
    Topic(
        "housing_utilities",
        "ЖКХ",
        "Отсутствие воды",
        0.16,
        "water",
        _HOME,
        _WATER,
        is_fast=True,
        code="0005.0005.0056.1154",
    ),
    Topic("housing_utilities", "ЖКХ", "Плохое качество воды", 0.08, "water", _HOME, _WATER, code="0005.0005.0056.1169"),
    Topic("housing_utilities", "ЖКХ", "Прорыв трубы/трубопровода", 0.08, "frost", _HOME, _WATER, is_fast=True),
    Topic("housing_utilities", "ЖКХ", "Содержание общего имущества", 0.15, "flat", _HOME, code="0005.0005.0056.1168"),
    Topic(
        "housing_utilities", "ЖКХ", "Жалобы на управляющие компании", 0.12, "flat", _HOME, code="0005.0005.0056.1164"
    ),
    Topic("housing_utilities", "ЖКХ", "Протечки с кровли (системы водостока)", 0.07, "thaw", _HOME, hard=1.1),
    Topic(
        "housing_utilities", "ЖКХ", "Капитальный ремонт", 0.05, "summer", _HOME, hard=1.2, code="0005.0005.0056.1170"
    ),
    Topic("housing_utilities", "Благоустройство", "Уборка дворов", 0.10, "spring", _STREET, is_fast=True),
    Topic("housing_utilities", "Благоустройство", "Детские площадки", 0.06, "summer", _STREET),
    Topic("housing_utilities", "Благоустройство", "Озеленение", 0.06, "summer", _STREET),
    Topic("housing_utilities", "Безопасность", "Безнадзорные животные", 0.07, "spring", _STREET, hard=1.1),
    Topic(
        "municipal_solid_waste",
        "Мусор",
        "Вывоз мусора",
        0.34,
        "spring",
        _STREET,
        _WASTE,
        is_fast=True,
        code="0005.0005.0056.1160",
    ),
    Topic("municipal_solid_waste", "Мусор", "Переполненные контейнеры", 0.24, "spring", _STREET, _WASTE, is_fast=True),
    Topic(
        "municipal_solid_waste",
        "Мусор",
        "Несанкционированная свалка",
        0.17,
        "spring",
        _STREET,
        code="0005.0005.0056.1161",
    ),
    Topic("municipal_solid_waste", "Мусор", "Крупногабаритные отходы", 0.13, "spring", _HOME, _WASTE),
    Topic("municipal_solid_waste", "Мусор", "Плата за вывоз ТКО", 0.12, "new_year", _HOME, _WASTE),
    Topic("energy", "ЖКХ", HEATING, 0.46, "heating", _HOME, _HEAT, is_fast=True, code="0005.0005.0056.1156"),
    Topic("energy", "ЖКХ", HOT_WATER, 0.14, "water", _HOME, _HEAT, is_fast=True),
    Topic(
        "energy",
        "Электроснабжение",
        "Отключение электроэнергии",
        0.20,
        "storms",
        _HOME,
        _GRID,
        is_fast=True,
        code="0005.0005.0056.1153",
    ),
    Topic("energy", "Электроснабжение", "Низкое напряжение в сети", 0.08, "frost", _HOME, _GRID),
    Topic("energy", "Газ и топливо", "Газоснабжение", 0.12, "frost", _HOME, code="0005.0005.0056.1155"),
    Topic("roads", "Дороги", POTHOLES, 0.30, "potholes", _STREET, _ROAD, is_fast=True, code="0003.0009.0099.0742.0110"),
    Topic("roads", "Дороги", "Ремонт дорог", 0.15, "summer", _STREET, (("capital_construction", 0.15),), hard=1.15),
    Topic("roads", "Дороги", "Уборка дорог от снега и наледи", 0.14, "snow", _STREET, _ROAD, is_fast=True),
    Topic("roads", "Дороги", "Грейдирование грунтовых дорог", 0.10, "potholes", _STREET, _ROAD),
    Topic("roads", "Дороги", "Уличное освещение дорог", 0.13, "dark", _STREET, (("power_grid", 0.2),), is_fast=True),
    Topic("roads", "Дороги", "Светофоры и переходы", 0.07, "school", _STREET),
    Topic("roads", "Дороги", "Тротуары", 0.07, "thaw", _STREET),
    Topic("roads", "Дороги", "Подтопление дорог", 0.04, "storms", _STREET, _ROAD),
    Topic("transport", "Общественный транспорт", "Нарушение расписания автобусов", 0.42, "school", _STREET),
    Topic("transport", "Общественный транспорт", "Работа водителей и кондукторов", 0.22, "flat", _STREET),
    Topic("transport", "Общественный транспорт", "Состояние автобусов", 0.14, "frost", _STREET),
    Topic("transport", "Общественный транспорт", "Остановочные павильоны", 0.12, "flat", _STREET),
    Topic("transport", "Общественный транспорт", "Новый маршрут", 0.10, "flat", _SOCIAL, hard=1.2),
    Topic("ecology", "Экология", "Сжигание листвы и травы", 0.26, "leaves", _STREET, (("control_sector", 0.4),)),
    Topic("ecology", "Экология", "Загрязнение воздуха", 0.24, "summer", _STREET),
    Topic("ecology", "Экология", "Аварийное дерево", 0.30, "storms", _STREET, is_fast=True),
    Topic("ecology", "Экология", "Загрязнение водоёмов", 0.12, "summer", _STREET),
    Topic("ecology", "Экология", "Шахтные породные отвалы", 0.08, "summer", _SOCIAL, hard=1.25),
    Topic("education", "Образование", "Запись в детский сад", 0.22, "school", _SOCIAL),
    Topic("education", "Образование", "Запись в школу", 0.16, "enrolment", _SOCIAL),
    Topic("education", "Образование", "Питание в школах", 0.20, "school", _SOCIAL),
    Topic(
        "education",
        "Образование",
        "Ремонт школ и детских садов",
        0.22,
        "school",
        _SOCIAL,
        (("capital_construction", 0.2),),
    ),
    Topic("education", "Образование", "Качество обучения", 0.20, "school", _SOCIAL),
    Topic("youth_policy", "Молодёжь", "Молодёжные мероприятия", 0.6, "summer", _SOCIAL),
    Topic("youth_policy", "Молодёжь", "Поддержка молодых семей", 0.4, "flat", _OFFICE, (("social_department", 0.3),)),
    Topic("juvenile_affairs", "Дети и подростки", "Шум и нарушения подростков", 0.55, "summer", _STREET),
    Topic("juvenile_affairs", "Дети и подростки", "Семьи в трудной ситуации", 0.45, "flat", _SOCIAL),
    Topic("social_protection", "Социальная защита", "Пособия и выплаты", 0.38, "new_year", _SOCIAL),
    Topic(
        "social_protection",
        "Социальная защита",
        "Субсидия на оплату ЖКУ",
        0.24,
        "heating",
        _SOCIAL,
        code="0005.0005.0056.1163",
    ),
    Topic("social_protection", "Социальная защита", "Льготы ветеранам и инвалидам", 0.18, "flat", _SOCIAL),
    Topic("social_protection", "Социальная защита", "Доступная среда", 0.10, "flat", _SOCIAL, hard=1.15),
    Topic("social_protection", "Социальная защита", "Адресная помощь", 0.10, "new_year", _SOCIAL),
    Topic("culture", "Культура", "Городские праздники", 0.5, "holidays", _SOCIAL),
    Topic("culture", "Культура", "Работа домов культуры", 0.3, "flat", _SOCIAL),
    Topic("culture", "Культура", "Памятники", 0.2, "spring", _SOCIAL),
    Topic("sport", "Спорт", "Спортивные площадки", 0.55, "summer", _STREET),
    Topic("sport", "Спорт", "Спортивные секции", 0.30, "school", _SOCIAL),
    Topic("sport", "Спорт", "Состояние стадиона", 0.15, "summer", _SOCIAL),
    Topic("health_care", "Здравоохранение", "Запись к врачу", 0.34, "flu", _SOCIAL),
    Topic("health_care", "Здравоохранение", "Нехватка врачей", 0.20, "flat", _SOCIAL, hard=1.1),
    Topic("health_care", "Здравоохранение", "Лекарственное обеспечение", 0.20, "flu", _SOCIAL),
    Topic("health_care", "Здравоохранение", "Качество медицинской помощи", 0.16, "flu", _SOCIAL),
    Topic("health_care", "Здравоохранение", "Скорая медицинская помощь", 0.10, "flu", _SOCIAL, is_fast=True),
    Topic("municipal_property", "Имущество", "Оформление земельных участков", 0.5, "summer", _OFFICE, hard=1.1),
    Topic("municipal_property", "Имущество", "Аренда муниципального имущества", 0.3, "flat", _OFFICE),
    Topic("municipal_property", "Имущество", "Состояние муниципальных зданий", 0.2, "flat", _OFFICE),
    Topic(
        "construction",
        "Строительство",
        "Переселение из аварийного жилья",
        0.34,
        "flat",
        _OFFICE,
        hard=1.1,
        code="0005.0005.0055.1122",
    ),
    Topic("construction", "Строительство", "Долгострой", 0.20, "flat", _SOCIAL, hard=1.1),
    Topic("construction", "Строительство", "Качество строительства", 0.20, "summer", _SOCIAL),
    Topic("construction", "Строительство", "Строительство социальных объектов", 0.26, "school", _SOCIAL),
    Topic(
        "architecture", "Архитектура", "Разрешение на строительство", 0.4, "summer", _OFFICE, code="0003.0009.0097.0688"
    ),
    Topic("architecture", "Архитектура", "Вывески и реклама", 0.3, "flat", _STREET),
    Topic("architecture", "Архитектура", "Присвоение адреса", 0.3, "flat", _OFFICE),
    Topic("economy", "Экономика", "Тарифы", 0.6, "new_year", _OFFICE),
    Topic("economy", "Экономика", "Занятость населения", 0.4, "flat", _OFFICE),
    Topic("sme", "Предпринимательство", "Поддержка предпринимателей", 0.6, "flat", _OFFICE),
    Topic("sme", "Предпринимательство", "Аренда для бизнеса", 0.4, "flat", _OFFICE, (("property_committee", 0.2),)),
    Topic("trade", "Торговля", "Стихийная торговля", 0.5, "summer", _STREET, (("control_sector", 0.2),)),
    Topic("trade", "Торговля", "Торговые павильоны", 0.3, "flat", _STREET),
    Topic("trade", "Торговля", "Продажа алкоголя", 0.2, "summer", _STREET),
    Topic("consumer_protection", "Потребители", "Качество товаров", 0.5, "flat", _SOCIAL),
    Topic("consumer_protection", "Потребители", "Качество услуг", 0.5, "flat", _SOCIAL),
    Topic("municipal_control", "Контроль", "Нарушение правил благоустройства", 0.40, "spring", _STREET),
    Topic("municipal_control", "Контроль", "Парковка на газоне", 0.35, "spring", _STREET),
    Topic(
        "municipal_control", "Контроль", "Самовольные постройки", 0.25, "summer", _OFFICE, (("chief_architect", 0.3),)
    ),
    Topic("", "Безопасность", NEW_TOPIC, 1.0, "flat", _STREET, (("control_sector", 0.6), ("city_economy_office", 0.4))),
)
"""All topics of the demo city. The last belongs to no block; a story brings it to life."""

ELSEWHERE: Final = (
    ("general_department", 0.02),
    ("legal_department", 0.0022),
    ("broadcaster", 0.004),
    ("automation_sector", 0.002),
)
"""Bodies that get a little of everything."""
