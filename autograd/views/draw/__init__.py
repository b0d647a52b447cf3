"""A graph as a picture: cards, where they stand, and the files they are written to."""
