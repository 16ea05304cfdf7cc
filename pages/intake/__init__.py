"""Загрузка: from a dropped file to the account of every row."""
