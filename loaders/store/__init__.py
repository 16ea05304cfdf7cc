"""The store: one set of SQLAlchemy tables for SQLite (the embedded default) and PostgreSQL."""
