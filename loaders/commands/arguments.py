"""The parser of the command line, in Russian down to its complaints."""

import argparse
import re
from datetime import date
from typing import Final, NoReturn

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


def parser() -> Parser:
    """Make the parser of all commands."""
    root = _made(Parser(prog="python -m loaders", description="Данные тепловой карты МЦУ.", add_help=False))
    commands = root.add_subparsers(
        title="Команды", dest="command", required=True, metavar="КОМАНДА", parser_class=Parser
    )
    for add in (_demo, _import, _aggregate, _sources, _undo, _status, _database, _backup):
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
        "--where", action="append", default=[], metavar="ИЗМЕРЕНИЕ=ЗНАЧЕНИЯ", help="отбор; можно несколько раз"
    )
    group.add_argument("--from", dest="start", type=day, metavar="ДАТА", help="первый день, вида 2026-11-01")
    group.add_argument("--to", dest="end", type=day, metavar="ДАТА", help="последний день включительно")
    group.add_argument("--as-of", type=day, metavar="ДАТА", help="на какой день смотреть; иначе день новейшего события")
    group.add_argument("--format", choices=("table", "csv", "json"), default="table", help="вид ответа")
    _city(group)


def _sources(commands: "argparse._SubParsersAction[Parser]") -> None:
    _command(commands, "sources", "перечислить известные системы-источники")


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
