"""Keep account of rows: which were rejected and by which rule first, and which doubts the kept ones raise."""

import polars as pl

from loaders.files.raw import REJECTED, ROW, Finding, RawTable
from loaders.telling import Form, told

MOST_DETAILS = 500
"""Different details of one doubt that are listed; the rest are counted together."""


class Sieve:
    """Collect rejections and doubts about the rows of one raw table."""

    def __init__(self, raw: RawTable) -> None:
        self._file = raw.file
        self._rows = raw.frame[ROW]
        self._parts = [raw.rejected]
        self._findings = list(raw.findings)
        self._notes: list[tuple[str, str, pl.Series]] = []
        self.gone = pl.repeat(value=False, n=raw.frame.height, eager=True)

    def reject(
        self,
        where: pl.Series,
        column: str,
        code: str,
        expected: str,
        values: pl.Series | None = None,
        form: Form = Form.TEXT,
    ) -> None:
        """Reject the rows marked, unless an earlier rule has; `values` are told as `form` allows."""
        fresh = where.fill_null(value=False) & ~self.gone
        if not fresh.any():
            return
        rows = self._rows.filter(fresh)
        shown = values.filter(fresh) if values is not None else pl.repeat("", len(rows), eager=True)
        part = pl.DataFrame({ROW: rows, "value": told(shown, form)}).with_columns(
            file=pl.lit(self._file), column=pl.lit(column), code=pl.lit(code), expected=pl.lit(expected)
        )
        self._parts.append(part.select(list(REJECTED)).cast(REJECTED))
        self.gone = self.gone | fresh

    def note(self, where: pl.Series, code: str, detail: str) -> None:
        """Count a doubt about the rows marked, as far as they are kept in the end."""
        marked = where.fill_null(value=False)
        if marked.any():
            self._notes.append((code, detail, marked))

    def note_each(self, where: pl.Series, code: str, details: pl.Series) -> None:
        """Count a doubt by its details among the rows marked and kept so far."""
        counts = (
            pl.DataFrame({"detail": details.fill_null("")})
            .filter(where.fill_null(value=False) & ~self.gone)
            .group_by("detail")
            .len("rows")
            .sort("rows", "detail", descending=[True, False])
        )
        for detail, rows in counts.head(MOST_DETAILS).iter_rows():
            self._findings.append(Finding(code, detail, rows))
        rest = counts.slice(MOST_DETAILS)
        if rest.height:
            self._findings.append(Finding(code, f"и ещё {rest.height} разных", int(rest["rows"].sum())))

    def rejected(self) -> pl.DataFrame:
        """Return all rejected rows in file order."""
        return pl.concat(self._parts).sort(ROW, maintain_order=True)

    def findings(self) -> tuple[Finding, ...]:
        """Return all doubts, counted over the rows that were kept."""
        kept = ~self.gone
        counted = (Finding(code, detail, int((where & kept).sum())) for code, detail, where in self._notes)
        return (*self._findings, *(finding for finding in counted if finding.rows))
