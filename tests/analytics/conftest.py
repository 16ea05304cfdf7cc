"""Settings of the property tests: nothing is timed, so a busy machine fails no test."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
