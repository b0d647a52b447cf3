"""The course: fourteen notebooks in English and Chinese, their exercises, plots and building.

In reading order: `terms`, the words in both languages; `lessons`, which notebooks there are and in
what language this one is; `plots`, curves as pictures without JavaScript; `exercises`, what a
learner is asked, and `check`. A notebook needs no more than these.

What makes the course: `index`, the page of the notebooks' folder; `gallery`, the page of pictures;
`build`, from sources to notebooks with outputs. What makes a site of it: `notebooks`, where they
lie; `wheels`, what Python in the browser needs; `front`, the site's first page; `site`. The command
``python -m nn.course`` is in `__main__`.

"""

from nn.course.exercises import check
from nn.course.lessons import LANG, say
from nn.course.plots import bars, images, lines, points

__all__ = ["LANG", "bars", "check", "images", "lines", "points", "say"]
