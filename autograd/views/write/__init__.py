"""A graph in words: names, formulas, numbers and tables."""
