"""Показатели: the passport of every number."""
