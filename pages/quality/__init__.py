"""Качество данных: what is missing, rejected, doubtful."""
