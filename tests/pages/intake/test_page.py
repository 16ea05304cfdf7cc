"""«Загрузка» from a chosen file to its account: a refusal keeps the file, a load refreshes the list of loads."""

import io

import xlsxwriter

from loaders.access.roles import Role
from pages.intake import door

HEADER = "Номер;Дата поступления;Тема;Статус"
BAD = "\n".join([HEADER, *(f"А-{n};31.02.2026;Ямы на дороге;В работе" for n in range(30))]).encode()
GOOD = f"{HEADER}\nА-1;01.11.2026;Ямы на дороге;В работе".encode()


def load(app, name, content, kind="text/csv"):
    app.file_uploader[0].upload(name, content, kind).run()
    return again(app)


def again(app):
    app.button(key="intake-load").click().run()
    app.session_state[door.RUNNING].watcher.join(60)
    return app.run()


def words(app):
    return " ".join(each.value for kind in ("error", "warning", "success") for each in getattr(app, kind))


def literal(markdown):
    return markdown.replace("\\", "").replace("\u200b", "")


def undo(app):
    return next(box for box in app.selectbox if box.label == "Отменить загрузку")


def book():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        for name, rows in {
            "Январь": [HEADER.split(";"), ["А-1", "01.11.2026", "Ямы на дороге", "В работе"]],
            "Сводка": [["Всего"], ["1"], ["2"]],
        }.items():
            sheet = workbook.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return made.getvalue()


def test_a_refusal_is_one_sentence_with_an_example_and_keeps_the_file(empty_screen):
    app = load(empty_screen("intake", role=Role.STAFF), "плохая.csv", BAD)
    (told,) = [literal(each.value) for each in app.error]
    assert told == (
        "Отклонено 30 строк из 30, чаще всего (30): «Дата поступления» — ожидается дата вида 31.01.2026 14:30:00, "
        "а в строке 2 стоит «31.02.2026» (файл «плохая.csv»). Проверьте, та ли выбрана система."
    )
    assert not app.success
    app = again(app)
    assert len(app.error) == 1
    app.button(key="intake-forget").click().run()
    assert not app.error
    assert "intake-load" not in {button.key for button in app.button}


def test_another_file_takes_the_place_of_the_refused_one(empty_screen):
    app = load(empty_screen("intake", role=Role.STAFF), "плохая.csv", BAD)
    app.file_uploader[0].upload("добрая.csv", GOOD, "text/csv").run()
    assert not app.error
    assert "завершена" in words(again(app))


def test_the_choice_of_what_to_undo_begins_with_the_newest_load(empty_screen):
    app = load(empty_screen("intake", role=Role.STAFF), "первая.csv", GOOD)
    assert undo(app).value == 1
    app.button(key="intake-again").click().run()
    app = load(app, "вторая.csv", GOOD.replace("А-1".encode(), "А-2".encode()))
    assert undo(app).value == 2
    assert len(undo(app).options) == 2


def test_an_undo_may_be_thought_better_of(empty_screen):
    app = load(empty_screen("intake", role=Role.STAFF), "первая.csv", GOOD)
    app.button(key="undo-ask").click().run()
    assert [button.label for button in app.button if button.key in {"undo-yes", "undo-no"}] == [
        "Да, отменить",
        "Не отменять",
    ]
    app.button(key="undo-no").click().run()
    assert not app.exception
    assert "отменена" not in str(app.markdown)
    assert undo(app).value == 1


def test_a_book_that_was_not_read_whole_says_so_instead_of_a_tick(empty_screen):
    app = load(empty_screen("intake", role=Role.STAFF), "год.xlsx", book(), "application/octet-stream")
    assert not app.success
    (told,) = [literal(each.value) for each in app.warning if "книга" in each.value]
    assert "лист «Сводка» не прочитан: другой заголовок, 3\u00a0строки" in told
