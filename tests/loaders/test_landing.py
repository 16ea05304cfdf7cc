"""Looking rows up costs what the import brings, not what the city has."""

from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa

from loaders.store import landing
from loaders.store.engine import Store
from tests.loaders.made import KEY

NOBODY = pl.DataFrame(
    {"source_system": ["generic"], "source_id": ["1"], "question_no": [1]}, schema_overrides={"question_no": pl.Int32}
)


@pytest.mark.parametrize("look", [landing.stored_versions, landing.past_versions])
def test_staged_rows_are_found_by_their_whole_key(sqlite_store: Store, look: Any) -> None:
    plans: list[str] = []

    def explain(_connection: Any, cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if "staged_keys" in statement and statement.startswith("SELECT"):
            found = cursor.execute("EXPLAIN QUERY PLAN " + statement, values).fetchall()
            plans.extend(line for *_, line in found if "appeals" in line or "history" in line)

    with sqlite_store.engine.connect() as connection, landing.staged(connection, NOBODY):
        sa.event.listen(connection, "before_cursor_execute", explain)
        look(connection, KEY)
    assert len(plans) == 1
    assert "(municipality=? AND source_system=? AND source_id=? AND question_no=?)" in plans[0]
