"""A made-up city that lives: for a first look, for screens to be tried on, for tests and benchmarks."""

from loaders.demo.generator import make
from loaders.demo.start import first_start, load, remove
from loaders.demo.stories import STORIES, Story

__all__ = ["STORIES", "Story", "first_start", "load", "make", "remove"]
