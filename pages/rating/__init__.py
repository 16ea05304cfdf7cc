"""Screen «Рейтинг»: who works well, and whether the difference is real."""
