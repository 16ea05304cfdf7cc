"""Parsers of formats that can hurt; they run in a child process only (`python -m loaders.parsers`)."""
