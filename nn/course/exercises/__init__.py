"""The exercises of the course, and `check`, which names the mistake behind a wrong figure.

In reading order: `exercise`, what an exercise is and how it is checked; then for each lesson its
graphs and what is asked about them:
`lesson_01`, `lesson_02`, `lesson_03`, `lesson_04`, `lesson_05`, `lesson_06`, `lesson_07`,
`lesson_08`, `lesson_09`, `lesson_10`, `lesson_11`, `lesson_12`, `lesson_13`, `lesson_14`.
"""

from nn.course.exercises.exercise import Checked, Exercise, check, exercises

__all__ = ["Checked", "Exercise", "check", "exercises"]
