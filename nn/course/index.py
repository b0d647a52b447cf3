"""The page of the notebooks' folder: the lessons, and where each system of the notes is shown.

A cell whose tag is ``row-5`` belongs to row 5 of the table; the page names the heading above it.

Read next: `build`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autograd.checks import require
from nn.course.lessons import LANGUAGES, LESSONS

ROWS = (
    ("The 2-2-2 sigmoid worked example", "2-2-2 sigmoid 经典算例"),
    ("The same in matrix form", "同一算例的矩阵形式"),
    ("A variable with a value and a gradient", "带有数值和梯度的变量"),
    ("The vector-Jacobian product", "向量-雅可比积"),
    ("A chain of single neurons", "单神经元的链"),
    ("Fully connected layers: the recursion of δ", "全连接层：δ 的递推"),
    ("Matrix product and elementwise product", "矩阵乘法与逐元素乘法"),
    ("The chain rule by itself; a derivative as a limit", "链式法则本身；导数是极限"),
    ("A shallow network, one sample and m samples", "浅层网络：一个样本与 m 个样本"),
    ("The network of L = 4 layers, [5, 5, 3, 1]", "L = 4 层网络，[5, 5, 3, 1]"),
    ("Activations and their derivatives", "激活函数及其导数"),
    ("Losses", "损失函数"),
    ("Gradient descent on linear regression", "线性回归的梯度下降"),
    ("The learning rate; different starts", "学习率；不同的起点"),
    ("Feature scaling", "特征缩放"),
    ("The normal equation and its singular case", "正规方程与不可逆的情形"),
    ("Batch, stochastic and mini-batch descent", "批量、随机与小批量梯度下降"),
    ("Exploding gradients and their remedies", "梯度爆炸与对策"),
    ("Vanishing gradients and their remedies", "梯度消失与对策"),
    ("Initialisation", "初始化"),
    ("Optimisers and schedules", "优化器与学习率调度"),
    ("Batch normalisation", "批量归一化"),
    ("Residual connections", "残差连接"),
    ("LSTM, backpropagation through time", "LSTM，随时间反向传播"),
    ("The training procedure from end to end", "完整的训练流程"),
    ("Splits by size; validation is not test", "按规模划分；验证集不是测试集"),
    ("Bias and variance", "偏差与方差"),
    ("L1 and L2 regularisation", "L1 与 L2 正则化"),
    ("Dropout", "Dropout（随机失活）"),
    ("Early stopping", "早停"),
    ("Data augmentation", "数据增强"),
    ("Metrics", "评价指标"),
    ("Hyper-parameters and their search", "超参数与搜索"),
    ("Backpropagation drawn step by step", "逐步画出的反向传播"),
)
"""The systems of the notes, in English and in Chinese; row 1 comes first."""

HEAD = """\
# The course · 课程

Fourteen notebooks in reading order, in English and in Chinese: the same code, the same numbers.
十四本笔记本，按阅读顺序排列，中英文各一套：代码相同，数字相同。

| | English | 中文 | in the browser · 浏览器里可运行 |
|---:|---|---|---|
"""
MIDDLE = """
[grading.ipynb](grading.ipynb) is an assignment for teachers who use nbgrader or otter-grader; the
pictures are gathered in [a gallery](gallery.md).
[grading.ipynb](grading.ipynb) 是给使用 nbgrader 或 otter-grader 的教师的作业样例；
所有的图收在[画廊](gallery.md)里。

## Where each system of the notes is shown · 讲义中每个知识点的位置

In each row's cell an `assert` holds what the notes say.
每一行的单元格里都有一条 `assert`，检验讲义所说的内容。

| | system | 知识点 | English | 中文 |
|---:|---|---|---|---|
"""


def headings(source: Path, lang: str) -> dict[int, str]:
    """Of each row that a source shows, the heading above its first cell.

    Parameters
    ----------
    source : Path
    lang : {"en", "zh"}
    """
    require("jupytext", "notebook", "the course's index")
    import jupytext

    found: dict[int, str] = {}
    heading = ""
    for cell in jupytext.read(source).cells:
        if cell.metadata.get("lang") == lang:
            titles = [line for line in cell.source.splitlines() if line.startswith("#")]
            heading = titles[-1].lstrip("# ") if titles else heading
        for tag in cell.metadata.get("tags", ()):
            if tag.startswith("row-"):
                found.setdefault(int(tag.removeprefix("row-")), heading)
    return found


def page(notebooks: Path) -> str:
    """Write the page of the folder, as Markdown.

    Parameters
    ----------
    notebooks : Path
        The folder; the sources stand in ``source`` there.
    """
    lessons = [
        f"| {place} | [{lesson.en}]({lesson.name}.ipynb) | [{lesson.zh}](zh/{lesson.name}.ipynb) "
        f"| {'✓' if lesson.in_browser else ''} |"
        for place, lesson in enumerate(LESSONS, start=1)
    ]
    return HEAD + "\n".join(lessons) + "\n" + MIDDLE + "\n".join(_rows(notebooks)) + "\n"


def _rows(notebooks: Path) -> Iterator[str]:
    shown: dict[tuple[int, str], list[str]] = {}
    for lesson in LESSONS:
        for lang in LANGUAGES:
            folder = "zh/" if lang == "zh" else ""
            for row, heading in headings(notebooks / "source" / f"{lesson.name}.py", lang).items():
                link = f"[{lesson.name[:2]}]({folder}{lesson.name}.ipynb) {heading}"
                shown.setdefault((row, lang), []).append(link.replace("|", "\\|"))
    for row, names in enumerate(ROWS, start=1):
        cells = ["<br>".join(shown.get((row, lang), ())) for lang in LANGUAGES]
        yield f"| {row} | {names[0]} | {names[1]} | {cells[0]} | {cells[1]} |"
