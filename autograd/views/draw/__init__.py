"""A graph as a picture.

In reading order: `words` (in two languages), `cards` (what is written on a card), `picture` (which
cards and links there are), `layout` (where they are), `theme` (colours), then the forms in which a
picture is written: `svg`, `latex_text` and `tikz`, `dot_source`, `graphviz` (the program that reads
the last), `export` (PNG, PDF, GIF and MP4, made of the SVG), `notebook` (HTML for notebooks).
"""
