"""Реестр: rows, one page at a time."""
