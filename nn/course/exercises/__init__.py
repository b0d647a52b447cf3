"""The exercises of the course, and `check`, which names the mistake behind a wrong figure.

In reading order: `exercise`, what an exercise is and how it is checked; then one module for each
lesson that has any, ``lesson_01``, `lesson_02`, …: its graphs and what is asked about them.
"""

from nn.course.exercises.exercise import Checked, Exercise, check, exercises

__all__ = ["Checked", "Exercise", "check", "exercises"]
