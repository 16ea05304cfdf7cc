"""Tests of the product; `python3 -m tests` prepares everything they need and runs every check."""
