"""The course: fourteen notebooks in English and Chinese, their exercises, plots and building.

In reading order: `terms`, the words in both languages; `lessons`, which notebooks there are and in
what language this one is; `plots`, curves as pictures without JavaScript; `exercises`, what a
learner is asked, and `check`; `index`, the page of the notebooks' folder; `gallery`, the page of
pictures; `build`, from sources to notebooks with outputs. The notebooks themselves stand in
``notebooks/``; ``python -m nn.course build`` (`__main__`) runs them.

A notebook needs ``from nn.course import LANG, check, lines``.
"""

from nn.course.exercises import check
from nn.course.lessons import LANG, say
from nn.course.plots import bars, lines, points

__all__ = ["LANG", "bars", "check", "lines", "points", "say"]
