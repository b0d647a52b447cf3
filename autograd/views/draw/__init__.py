"""A graph as a picture.

In reading order: `cards` (what is written on a card), `picture` (which cards and links there are),
`layout` (where they are), `theme` (colours), `svg` and `dot_source` (the two forms in which a
picture is written), `graphviz` (the program that makes PNG and PDF of the second).
"""
