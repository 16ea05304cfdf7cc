"""Журнал: who signed in, looked, loaded, took out and changed, from where and when."""
