"""Parts common to all screens: palette, formats, filters, cached readers, notices, the frame around a screen."""
