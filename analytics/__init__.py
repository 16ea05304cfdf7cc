"""Pure computation on Polars frames: it knows no file, no database and no screen."""
