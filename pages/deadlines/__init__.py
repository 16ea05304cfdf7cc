"""Screen «Сроки»: whether the city keeps its deadlines, honestly counted, and what breaks next."""
