"""Мои дела: what is open in the own blocks and departments, by when it has to be done."""
