"""The rule of caching: no frame, series or array is an argument of a cached function, and every key holds the scope."""

import importlib
import inspect
import pkgutil
import typing

import numpy as np
import pandas as pd
import polars as pl

import pages

FORBIDDEN = (pl.DataFrame, pl.LazyFrame, pl.Series, pl.Expr, pd.DataFrame, pd.Series, np.ndarray)


def cached_functions():
    """Find every function of the screens that Streamlit caches; scripts of screens are left to their modules."""
    names = [module.name for module in pkgutil.walk_packages(pages.__path__, "pages.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith(("page", "main"))]
    found = {
        f"{module.__name__}.{name}": value
        for module in modules
        for name, value in vars(module).items()
        if hasattr(value, "clear") and hasattr(value, "__wrapped__")
    }
    assert "pages.shared.readers.city" in found, "the search finds cached functions"
    return found


def leaves(annotation):
    arguments = typing.get_args(annotation)
    return [annotation] if not arguments else [leaf for part in arguments for leaf in leaves(part)]


def test_no_frame_is_an_argument_of_a_cached_function():
    for name, function in cached_functions().items():
        for parameter, annotation in typing.get_type_hints(function.__wrapped__).items():
            if parameter != "return":
                assert not [leaf for leaf in leaves(annotation) if leaf in FORBIDDEN], f"{name}({parameter})"


def test_every_argument_of_a_cached_function_is_annotated_and_hashed():
    for name, function in cached_functions().items():
        for parameter in inspect.signature(function.__wrapped__).parameters.values():
            assert parameter.annotation is not inspect.Parameter.empty, f"{name}({parameter.name})"
            assert not parameter.name.startswith("_"), f"{name}({parameter.name}) would not be part of the key"
