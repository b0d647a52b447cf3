"""The course: the notebooks of the folder ``notebooks``, and what is made of them.

Read in this order: `notebooks` (which there are, and which of them a browser can run), `wheels`
(what Python in the browser needs beside its standard library), `index` (the site's first page),
`site` (the course as a folder for any file host), and last `__main__`, the command
``python -m nn.course``.
"""
