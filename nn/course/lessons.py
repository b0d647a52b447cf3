"""Which notebooks the course has, and in which language the running one is.

Read next: `plots`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("en", "zh")
LANG = "zh" if Path.cwd().name == "zh" else "en"
"""The language of the running notebook: the Chinese edition stands in a folder ``zh``, and a
notebook runs in its own folder. Both editions have the same code, so nothing else could tell."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One notebook.

    Parameters
    ----------
    name : str
        Its file without the ending, as ``"05_gradient_descent"``.
    en, zh : str
        Its title.
    in_browser : bool
        Whether Pyodide alone runs it: no NumPy, Matplotlib or machine code.
    """

    name: str
    en: str
    zh: str
    in_browser: bool

    def notebook(self, folder: Path, lang: str) -> Path:
        """Where the built notebook of a language stands below *folder*, ``notebooks/``."""
        return folder / ("zh" if lang == "zh" else "") / f"{self.name}.ipynb"


LESSONS = (
    Lesson("01_a_derivative_you_can_touch", "A derivative you can touch", "摸得着的导数", True),
    Lesson("02_backpropagation_by_hand", "Backpropagation by hand", "手算反向传播", True),
    Lesson("03_the_worked_example", "The 2-2-2 worked example", "2-2-2 经典算例", True),
    Lesson("04_stepping_through_it", "Stepping through it", "逐步走一遍", True),
    Lesson("05_gradient_descent", "Gradient descent", "梯度下降", False),
    Lesson("06_activations", "Activations", "激活函数", True),
    Lesson("07_a_network_that_learns", "A network that learns", "会学习的网络", False),
    Lesson("08_vanishing_and_exploding", "Vanishing and exploding", "梯度消失与梯度爆炸", True),
    Lesson("09_optimisers_and_schedules", "Optimisers and schedules", "优化器与学习率调度", True),
    Lesson("10_the_whole_procedure", "The whole procedure", "完整的训练流程", False),
    Lesson(
        "11_fitting_too_little_and_too_much",
        "Fitting too little and too much",
        "欠拟合与过拟合",
        False,
    ),
    Lesson("12_memory", "Memory", "记忆：RNN 与 LSTM", True),
    Lesson("13_microgpt", "microgpt", "microgpt：同一个 Value 学会取名", True),
    Lesson(
        "14_from_teaching_to_machine_code", "From teaching to machine code", "从教学到机器码", False
    ),
)


def say(en: str, zh: str) -> str:
    """Return the text in the language of the running notebook, for titles and axes of pictures.

    Examples
    --------
    >>> say("loss", "损失")
    'loss'
    """
    return zh if LANG == "zh" else en
