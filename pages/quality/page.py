"""Реестр."""
from pages.shared import frame

frame.header("Реестр")
