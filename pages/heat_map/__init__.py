"""Home screen «Тепловая карта»: where it burns, whether it is getting worse, and whom to ask."""
