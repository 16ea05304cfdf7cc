"""Make the database itself refuse every change of the journal but an entry after the last."""

from typing import Final

from sqlalchemy.engine import Connection

_REFUSAL: Final = "the journal is append-only"

_REFUSE: Final = f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
_IS_NOT_NEXT: Final = "NEW.entry_no IS NOT (SELECT coalesce(max(entry_no), 0) + 1 FROM journal)"
_SQLITE: Final = (
    f"CREATE TRIGGER IF NOT EXISTS journal_no_update BEFORE UPDATE ON journal {_REFUSE}",
    f"CREATE TRIGGER IF NOT EXISTS journal_no_delete BEFORE DELETE ON journal {_REFUSE}",
    # INSERT OR REPLACE takes an entry out without asking the trigger of DELETE.
    f"CREATE TRIGGER IF NOT EXISTS journal_only_after BEFORE INSERT ON journal WHEN {_IS_NOT_NEXT} {_REFUSE}",
)

_BY_ROW: Final = "FOR EACH ROW EXECUTE FUNCTION journal_refuse()"
_BY_STATEMENT: Final = "FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse()"
_FUNCTION: Final = f"BEGIN RAISE EXCEPTION '{_REFUSAL}'; END"
_POSTGRESQL: Final = (
    f"CREATE OR REPLACE FUNCTION journal_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ {_FUNCTION} $$",
    f"CREATE OR REPLACE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON journal {_BY_ROW}",
    f"CREATE OR REPLACE TRIGGER journal_no_truncate BEFORE TRUNCATE ON journal {_BY_STATEMENT}",
)


def protect(connection: Connection) -> None:
    """Put the triggers on the table `journal`; PostgreSQL 14 or later."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.exec_driver_sql(statement)
