"""The parser of the command line, in Russian down to its complaints."""

import argparse
import re
from datetime import date
from typing import Final, NoReturn

from loaders.access.roles import ROLES
from loaders.errors import InputRefused

_COMPLAINTS: Final = (
    (r"the following arguments are required: (.+)", "Не хватает: {0}"),
    (r"one of the arguments (.+) is required", "Нужен один из параметров: {0}"),
    (r"argument (.+): not allowed with argument (.+)", "Параметры {0} и {1} вместе не работают"),
    (r"unrecognized arguments: (.+)", "Лишнее в командной строке: {0}"),
    (r"argument (.+): invalid choice: '(.+)' \(choose from (.+)\)", "«{1}» не подходит для {0}; есть: {2}"),
    (r"argument (.+): expected .+", "После {0} нужно значение"),
    (r"argument (.+): invalid int value: '(.+)'", "«{1}» не подходит для {0}: нужно целое число"),
    (r"argument (.+): invalid day value: '(.+)'", "«{1}» не подходит для {0}: нужна дата вида 2026-11-22"),
    (r"argument (.+): invalid noted value: '(.+)'", "«{1}» не подходит для {0}: нужны номер и отпечаток, 12:ab34…"),
    (r"argument (.+): invalid whole value: '(.+)'", "«{1}» не подходит для {0}: нужно целое число больше нуля"),
    (r"ambiguous option: (.+) could match (.+)", "Параметр {0} можно понять по-разному: {1}"),
)


class Parser(argparse.ArgumentParser):
    """Parse arguments; a mistake in them is a refused input like any other."""

    def error(self, message: str) -> NoReturn:
        """Refuse with a Russian sentence."""
        raise InputRefused("arguments", _complaint(message), advice=f"Помощь: {self.prog} --help.")

    def format_usage(self) -> str:
        """Give the usage line under a Russian heading."""
        return self._with_usage().format_help()

    def format_help(self) -> str:
        """Give the help page: what it does, then every group of parameters."""
        formatter = self._with_usage()
        formatter.add_text(self.description)
        for group in self._action_groups:
            formatter.start_section(group.title)
            formatter.add_text(group.description)
            formatter.add_arguments(group._group_actions)  # noqa: SLF001 - argparse offers no other way to them
            formatter.end_section()
        formatter.add_text(self.epilog)
        return formatter.format_help()

    def _with_usage(self) -> argparse.HelpFormatter:
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups, prefix="Вызов: ")
        return formatter


def _complaint(message: str) -> str:
    for pattern, sentence in _COMPLAINTS:
        found = re.fullmatch(pattern, message)
        if found:
            return sentence.format(*found.groups())
    return f"Командная строка не понята: {message}"


def day(text: str) -> date:
    """Read a day in ISO form."""
    return date.fromisoformat(text)


def whole(text: str) -> int:
    """Read a whole number above zero."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def noted(text: str) -> tuple[int, str]:
    """Read the number and the hash of an entry of the journal."""
    number, _, sealed = text.partition(":")
    if not re.fullmatch("[0-9a-f]{64}", sealed):
        raise ValueError(text)
    return whole(number), sealed


def parser() -> Parser:
    """Make the parser of all commands."""
    root = _made(Parser(prog="python -m loaders", description="Данные тепловой карты МЦУ.", add_help=False))
    commands = root.add_subparsers(
        title="Команды", dest="command", required=True, metavar="КОМАНДА", parser_class=Parser
    )
    for add in (
        _demo,
        _import,
        _aggregate,
        _sources,
        _city_file,
        _undo,
        _status,
        _database,
        _backup,
        _account,
        _journal,
    ):
        add(commands)
    return root


def _made(one: Parser) -> Parser:
    group = one.add_argument_group("Помощь")
    group.add_argument("-h", "--help", action="help", help="показать эту страницу")
    return one


def _command(
    commands: "argparse._SubParsersAction[Parser]", name: str, does: str, *, as_json: bool = True
) -> argparse._ArgumentGroup:
    one = _made(commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".", add_help=False))
    group = one.add_argument_group("Параметры")
    if as_json:
        group.add_argument("--json", action="store_true", help="ответить одним значением JSON")
    return group


def _city(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--city", metavar="ГОРОД", help="ключ города или путь к его файлу .toml; иначе переменная MCU_CITY"
    )


def _demo(commands: "argparse._SubParsersAction[Parser]") -> None:
    group = _command(commands, "demo", "создать демо-город заново")
    _city(group)
    group.add_argument("--appeals", type=whole, metavar="N", help="сколько обращений (по умолчанию 120000)")
    group.add_argument("--months", type=whole, metavar="N", help="за сколько месяцев (по умолчанию 36)")
    group.add_argument("--seed", type=int, metavar="N", help="зерно случайности: то же зерно — те же данные")


def _import(commands: "argparse._SubParsersAction[Parser]") -> None:
    group = _command(commands, "import", "загрузить файлы одной системы")
    group.add_argument("paths", nargs="+", metavar="ПУТЬ", help="файлы выгрузки; все вместе — одна загрузка")
    how = group.add_mutually_exclusive_group(required=True)
    how.add_argument("--source", metavar="КЛЮЧ", help="система-источник: ключ из команды sources")
    how.add_argument("--profile", metavar="ФАЙЛ", help="свой профиль системы: файл .toml")
    _city(group)
    group.add_argument("--progress", action="store_true", help="писать ход загрузки строками JSON в поток ошибок")


def _aggregate(commands: "argparse._SubParsersAction[Parser]") -> None:
    group = _command(commands, "aggregate", "посчитать показатели по измерениям", as_json=False)
    group.add_argument("--by", required=True, metavar="ИЗМЕРЕНИЯ", help="через запятую, например topic_block,status")
    group.add_argument("--measures", default="appeals", metavar="ПОКАЗАТЕЛИ", help="через запятую")
    group.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="ИЗМЕРЕНИЕ=ЗНАЧЕНИЯ",
        help="отбор: значения через запятую, «~» — не указано; значение с запятой пишется целиком, ещё одно — ещё раз",
    )
    group.add_argument("--from", dest="start", type=day, metavar="ДАТА", help="первый день, вида 2026-11-01")
    group.add_argument("--to", dest="end", type=day, metavar="ДАТА", help="последний день включительно")
    group.add_argument("--as-of", type=day, metavar="ДАТА", help="на какой день смотреть; иначе день новейшего события")
    group.add_argument("--public", action="store_true", help="скрыть малые числа и то, из чего их можно вычислить")
    group.add_argument("--format", choices=("table", "csv", "json"), default="table", help="вид ответа")
    _city(group)


def _sources(commands: "argparse._SubParsersAction[Parser]") -> None:
    _command(commands, "sources", "перечислить известные системы-источники")


def _city_file(commands: "argparse._SubParsersAction[Parser]") -> None:
    group = _command(commands, "city", "проверить описание города вместе с его картой")
    group.add_argument("city", metavar="ГОРОД", help="ключ города или путь к его файлу .toml")


def _undo(commands: "argparse._SubParsersAction[Parser]") -> None:
    group = _command(commands, "undo", "отменить загрузку целиком")
    group.add_argument("batch", type=whole, metavar="НОМЕР", help="номер загрузки из команды status")
    _city(group)


def _status(commands: "argparse._SubParsersAction[Parser]") -> None:
    _city(_command(commands, "status", "рассказать, что загружено"))


def _database(commands: "argparse._SubParsersAction[Parser]") -> None:
    group = _command(commands, "database", "подготовить PostgreSQL и проверить его защиту", as_json=False)
    group.add_argument(
        "action",
        choices=("setup", "check"),
        metavar="ДЕЙСТВИЕ",
        help="setup: обновить таблицы, завести роль приложения, дать права, включить правила строк "
        "(владелец — в MCU_OWNER_URL); check: только проверить",
    )


def _backup(commands: "argparse._SubParsersAction[Parser]") -> None:
    group = _command(commands, "backup", "сделать копию хранилища SQLite, не останавливая работу")
    group.add_argument("path", metavar="ФАЙЛ", help="новый файл копии")


def _family(
    commands: "argparse._SubParsersAction[Parser]", name: str, does: str
) -> "argparse._SubParsersAction[Parser]":
    """Add a command that has actions of its own."""
    one = _made(commands.add_parser(name, help=does, description=does[0].upper() + does[1:] + ".", add_help=False))
    return one.add_subparsers(title="Действия", dest="action", required=True, metavar="ДЕЙСТВИЕ", parser_class=Parser)


def _account(commands: "argparse._SubParsersAction[Parser]") -> None:
    actions = _family(commands, "account", "учётные записи, их права и сеансы")
    add = _login(_command(actions, "add", "завести учётную запись", as_json=False))
    add.add_argument("--title", required=True, metavar="ДОЛЖНОСТЬ", help="как человека назовут экраны и журнал")
    _grant(add, is_required=True)
    _password(add).add_argument("--without-password", action="store_true", help="вход только через службу входа")
    given = _login(_command(actions, "grant", "дать права в городе вместо прежних", as_json=False))
    _grant(given, is_required=False)
    given.add_argument("--withdraw", action="store_true", help="отозвать всё, что открыто в городе")
    _password(_login(_command(actions, "password", "задать пароль и окончить сеансы", as_json=False)))
    _login(_command(actions, "disable", "выключить учётную запись и окончить её сеансы", as_json=False))
    _login(_command(actions, "enable", "снова включить учётную запись", as_json=False))
    tie = _login(_command(actions, "bind", "связать с пользователем службы входа", as_json=False))
    whom = tie.add_mutually_exclusive_group(required=True)
    whom.add_argument("--subject", metavar="СЛУЖБА|НОМЕР", help="кто это в службе входа: https://id.example.ru|номер")
    whom.add_argument("--remove", action="store_true", help="снять связь")
    _login(_command(actions, "end-sessions", "окончить все сеансы учётной записи", as_json=False))
    for name, does in (("list", "перечислить учётные записи"), ("sessions", "перечислить открытые сеансы")):
        _command(actions, name, does).add_argument("--city", metavar="ГОРОД", help="только этого города")


def _login(group: argparse._ArgumentGroup) -> argparse._ArgumentGroup:
    group.add_argument("login", metavar="ЛОГИН", help="логин учётной записи")
    return group


def _password(group: argparse._ArgumentGroup) -> argparse._MutuallyExclusiveGroup:
    way = group.add_mutually_exclusive_group()
    way.add_argument("--password-stdin", action="store_true", help="пароль — строка стандартного ввода, а не набор")
    return way


def _grant(group: argparse._ArgumentGroup, *, is_required: bool) -> None:
    roles = "; ".join(f"{role.value} — {rule.title}" for role, rule in ROLES.items())
    choices = [role.value for role in ROLES]
    group.add_argument("--role", required=is_required, choices=choices, metavar="РОЛЬ", help=roles)
    _city(group)
    group.add_argument("--blocks", metavar="КЛЮЧИ", help="ключи блоков через запятую; иначе открыты все")
    for name, does in (("--departments", "подразделение, как в данных"), ("--channels", "канал, как в данных")):
        shown = f"{does}; можно несколько раз"
        group.add_argument(name, action="append", default=[], metavar="НАЗВАНИЕ", help=shown)
    group.add_argument("--until", type=day, metavar="ДАТА", help="последний день доступа")
    group.add_argument("--export", action="store_true", help="с выгрузкой файлов, где роль даёт её по решению")
    group.add_argument("--no-export", action="store_true", help="без выгрузки файлов")
    group.add_argument("--no-rows", action="store_true", help="без строк реестра: только показатели")


def _journal(commands: "argparse._SubParsersAction[Parser]") -> None:
    actions = _family(commands, "journal", "журнал: кто что сделал")
    group = _command(actions, "list", "показать записи, новые первыми")
    group.add_argument("--city", metavar="ГОРОД", help="только этого города")
    group.add_argument("--from", dest="start", type=day, metavar="ДАТА", help="с какого дня (UTC)")
    group.add_argument("--to", dest="end", type=day, metavar="ДАТА", help="по какой день включительно (UTC)")
    group.add_argument("--login", metavar="ЛОГИН", help="чьи: логин или его часть")
    group.add_argument("--event", metavar="СОБЫТИЕ", help="какие: sign_in, rows_viewed, imported, exported…")
    group.add_argument("--limit", type=whole, default=50, metavar="N", help="сколько записей (по умолчанию 50)")
    group = _command(actions, "verify", "проверить, что ни одна запись не изменена")
    group.add_argument("--known", type=noted, metavar="НОМЕР:ОТПЕЧАТОК", help="запись, отмеченная при прошлой проверке")
