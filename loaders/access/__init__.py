"""Accounts, sessions, rights and the journal: who may see what, and who did."""
