"""Доступ: who may sign in, what is open to whom, who is signed in now, who stands in for whom."""
