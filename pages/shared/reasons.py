"""Short Russian names of the codes by which rows are rejected and doubted; the detail comes with the row itself."""

from typing import Final

REJECTIONS: Final[dict[str, str]] = {
    "bad_date": "Дата не распознана",
    "bad_number": "Число не распознано",
    "blank_date": "Нет даты поступления",
    "blank_id": "Нет номера обращения",
    "blank_kind": "Нет вида обращения",
    "blank_status": "Нет статуса",
    "broken_text": "Повреждённый текст",
    "cell_too_long": "Слишком длинная ячейка",
    "early": "Дата слишком ранняя",
    "early_date": "Дата слишком ранняя",
    "future_date": "Дата в будущем",
    "header_row": "Повтор заголовка",
    "lost_digits": "Номер потерял цифры",
    "open_ended": "Срок без конца",
    "merged_cells": "Объединённые ячейки",
    "personal_data": "Личные данные на месте слова",
    "ragged_row": "Другое число полей",
    "too_long": "Слишком длинное значение",
    "total_row": "Строка итога",
    "undated": "Нет даты поступления",
    "unknown_kind": "Неизвестный вид обращения",
    "unknown_status": "Неизвестный статус",
    "unknown_value": "Неизвестное значение",
}

FINDINGS: Final[dict[str, str]] = {
    "answer_while_open": "Ответ есть, а статус открытый",
    "answered_before_received": "Ответ раньше поступления",
    "bad_classifier_code": "Код классификатора не распознан",
    "bad_coordinates": "Координаты не распознаны",
    "bad_date": "Дата не распознана",
    "bad_number": "Число не распознано",
    "broken_text": "Повреждённый текст",
    "deadline_before_registered": "Срок раньше регистрации",
    "deadline_far": "Срок слишком далёк",
    "due_before_received": "Срок раньше поступления",
    "early_date": "Дата слишком ранняя",
    "error_cells": "Ошибки формул в ячейках",
    "extended_before_due": "Продлено раньше срока",
    "finished_without_date": "Завершено, а даты нет",
    "future_date": "Дата в будущем",
    "hidden_rows": "Скрытые строки прочитаны",
    "hidden_sheets": "Скрытые листы не прочитаны",
    "id_twins": "Похожие номера обращений",
    "no_deadline": "Срока нет",
    "look_alike_letters": "Латинские буквы в русских словах",
    "merged_cells": "Объединённые ячейки",
    "nul_removed": "Убраны нулевые знаки",
    "other_sheets": "Другие листы не прочитаны",
    "outside_box": "Точка вне города",
    "person_not_body": "Человек на месте подразделения",
    "personal_data_masked": "Скрыты личные данные",
    "registered_before_received": "Регистрация раньше поступления",
    "same_number": "Разные строки под одним номером",
    "stages_out_of_order": "Этапы идут не по порядку",
    "text_truncated": "Текст укорочен",
    "title_rows": "Строки над заголовком",
    "unknown_column": "Столбец не описан в профиле",
    "unknown_flag": "Отметка не распознана",
    "unknown_value": "Неизвестное значение",
    "unmapped_topic": "Тема не сопоставлена с блоком",
    "zero_coordinates": "Нулевые координаты",
    "unknown_block": "Профиль называет блок, которого нет в городе",
}


def rejection(code: str) -> str:
    """Name the rule that a rejected row broke."""
    return REJECTIONS.get(code, "Другая причина")


def finding(code: str) -> str:
    """Name a doubt about rows that were loaded all the same."""
    return FINDINGS.get(code, "Другое замечание")
