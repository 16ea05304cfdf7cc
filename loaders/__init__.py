"""From files of government systems to cells: intake, store, and every read that a screen may make."""
