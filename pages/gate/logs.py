"""What stands in the log: every failure once, and no secret, whatever a library put into its message.

Exceptions carry what they failed at: addresses of stores with passwords, statements with the values that PostgreSQL
quotes, headers with cookies, numbers of telephones.
Every record passes one place before any handler writes it.
"""

import logging
import re
import traceback
from typing import Any, Final

HIDDEN: Final = "…"

_SECRETS: Final = (
    (re.compile(r"\b(?:postgres(?:ql)?|sqlite)(?:\+\w+)?://[^\s'\"]*"), "адрес хранилища"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@]*@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    (
        re.compile(
            r"\b((?:[\w-]*(?:password|passwd|secret|token|authorization|cookie))|(?:__Host-)?mcu(?:-\w+)?)"
            r"(['\"]?\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;'\"]+(?: [A-Za-z0-9_=/+.-]{16,})?)",
            re.IGNORECASE,
        ),
        rf"\1\2{HIDDEN}",
    ),
    # SQLAlchemy ends with the statement; PostgreSQL points into it, and names the values of a row that it refused.
    (re.compile(r"\[SQL: .*?\](?=\s*(?:\[|\(Background|$))", re.DOTALL), f"[SQL: {HIDDEN}]"),
    (re.compile(r"^(LINE \d+|DETAIL|CONTEXT|QUERY): .*", re.MULTILINE), rf"\1: {HIDDEN}"),
    (re.compile(r"\b(?:SELECT\b(?=.*\bFROM\b)|INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b.*"), f"SQL {HIDDEN}"),
    (re.compile(r"(?<![\w.])(?:\+7|8)[ (-]*\d{3}[ )-]*\d{3}[ -]*\d{2}[ -]*\d{2}(?!\w)"), HIDDEN),
)
"""What is hidden, and what stands in its place."""


def cleaned(text: str) -> str:
    """Hide secrets in a text of the log."""
    for pattern, shown in _SECRETS:
        text = pattern.sub(shown, text)
    return text


def begin() -> None:
    """Pass every record of this process through `cleaned`; Streamlit does not repeat what our handler has logged."""
    logging.setLogRecordFactory(_record)
    # Streamlit tells of every failure of a script beside `notices.our_fault`, which tells of it in full.
    logging.getLogger("streamlit.error_util").addFilter(lambda record: record.msg != "Uncaught app execution")


def _record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    record = logging.LogRecord(*args, **kwargs)
    told = record.getMessage()
    if cleaned(told) != told:
        record.msg, record.args = cleaned(told), ()
    if record.exc_info and record.exc_info[1] is not None:
        # A formatter that finds the text of a failure writes it as it is.
        record.exc_text = cleaned("".join(traceback.format_exception(record.exc_info[1])).rstrip())
    return record
