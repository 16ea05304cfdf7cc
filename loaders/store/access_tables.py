"""Tables of accounts, rights, sessions and the journal. They hold people of the administration, never citizens.

Moments are seconds of UTC. Lists of words are JSON arrays; NULL opens all of a dimension.
"""

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from loaders.store.tables import metadata

accounts = Table(
    "accounts",
    metadata,
    Column("account_id", Integer, primary_key=True, autoincrement=False),
    Column("login", String(128), nullable=False),  # casefolded; what a person types
    Column("title", Text, nullable=False),  # the post, as the journal and the screens show it
    Column("password_hash", Text),  # argon2id; NULL: signs in through the provider only
    Column("subject", Text),  # "issuer|sub" of the provider, once known
    Column("is_active", Boolean, nullable=False),
    Column("must_change_password", Boolean, nullable=False),
    Column("created_at_utc", BigInteger, nullable=False),
    Column("changed_at_utc", BigInteger, nullable=False),
    Column("home_colour", String(64)),  # what the person coloured the home screen by last; NULL: as the city does
    Index("accounts_login", "login", unique=True),
    Index("accounts_subject", "subject", unique=True),
)
"""One row per account; rows are switched off, not deleted: the journal names them."""

grants = Table(
    "grants",
    metadata,
    Column("municipality", String(64), primary_key=True),
    Column("account_id", Integer, primary_key=True),
    Column("role", String(32), nullable=False),
    Column("rights", Text, nullable=False),  # JSON: at most those of the role
    Column("blocks", Text),
    Column("departments", Text),
    Column("channels", Text),
    Column("valid_until_utc", BigInteger),
)
"""One row per account and municipality: what the account is given there."""

substitutions = Table(
    "substitutions",
    metadata,
    Column("municipality", String(64), primary_key=True),
    Column("substitution_id", Integer, primary_key=True, autoincrement=False),
    Column("absent_id", Integer, nullable=False),
    Column("substitute_id", Integer, nullable=False),
    Column("start_utc", BigInteger, nullable=False),
    Column("end_utc", BigInteger, nullable=False),
    Index("substitutions_substitute", "substitute_id"),
)
"""One row per stretch of days in which one account may look from the place of another (act 002 §4)."""

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", String(64), primary_key=True),  # SHA-256 of the token in the cookie: useless as a token
    Column("account_id", Integer),  # NULL: a visitor of the demo city
    Column("demo_role", String(32)),
    Column("address", String(64), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("started_at_utc", BigInteger, nullable=False),
    Column("seen_at_utc", BigInteger, nullable=False),
    Column("ends_at_utc", BigInteger, nullable=False),
    Column("ended_at_utc", BigInteger),
    Index("sessions_account", "account_id"),
)
"""One row per sign-in."""

sign_in_failures = Table(
    "sign_in_failures",
    metadata,
    Column("key", String(64), primary_key=True),  # hash of what is counted: login and address, address, login
    Column("at_utc", BigInteger, primary_key=True),
    Column("count", Integer, nullable=False),
)
"""One row per counted thing and minute."""

journal = Table(
    "journal",
    metadata,
    Column("entry_no", BigInteger, primary_key=True, autoincrement=False),
    Column("at_utc", BigInteger, nullable=False),  # milliseconds
    Column("login", String(128), nullable=False),
    Column("account_id", Integer),
    Column("municipality", String(64)),
    Column("action", String(32), nullable=False),
    Column("detail", Text, nullable=False),  # JSON of scalars: no personal data of citizens
    Column("rows", BigInteger),
    Column("address", String(64), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),  # SHA-256 over the previous hash and this entry
    Index("journal_at", "at_utc"),
)
"""One row per event; rows are added, never changed: triggers and rights refuse both."""

ACCESS: Final = (accounts, grants, substitutions, sessions, sign_in_failures, journal)
