"""The command line: one module per command, one shape of answer, Russian for people and JSON for programs."""
