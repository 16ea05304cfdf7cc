"""Scripts that measure; no test times anything. Each prints ratios taken in one run on one machine.

python -m tests.benchmarks.imports [--rows 1000000] [--store sqlite|postgresql]
python -m tests.benchmarks.heat_map [--rows 1000000] [--store sqlite|postgresql]
python -m tests.benchmarks.access [--rows 1000000] [--store sqlite|postgresql]
python -m tests.benchmarks.gate
python -m tests.benchmarks.nulls [--looks 1.0]
python -m tests.benchmarks.screens [--rows 120000] [--clicks 30]
"""
