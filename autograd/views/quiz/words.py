"""The texts of a sheet, in English and in Chinese.

Read next: `sheet`.
"""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """The texts in one language; what is in braces is filled in."""

    title: str
    key: str
    name: str
    formula: str
    given: str
    picture: str
    gradient: str
    local: str
    notation: str
    slips: str


ENGLISH = Words(
    title="Backpropagation: {count} questions (no. {seed})",
    key="Key to backpropagation: {count} questions (no. {seed})",
    name="Name: ________________________",
    formula="Computed is",
    given="Given are",
    picture="The graph after the forward pass",
    gradient="Gradient, along all paths:",
    local="Local derivative, through argument {argument} of {node} alone:",
    notation="Three significant digits are enough. |₁ marks a local derivative: through the first "
    "argument alone, all else held fixed. A ∂ without it is total: along all paths.",
    slips="Known slips and what they give:",
)
CHINESE = Words(
    title="反向传播练习：{count} 题（第 {seed} 号）",
    key="反向传播练习答案：{count} 题（第 {seed} 号）",
    name="姓名：________________________",
    formula="计算式",
    given="已知",
    picture="前向传播后的计算图",
    gradient="梯度（沿所有路径）：",
    local="局部梯度（只经过 {node} 的第 {argument} 个自变量）：",
    notation="保留三位有效数字即可。|₁ 表示局部梯度：只经过第一个自变量，其余保持不变。"
    "不带此记号的 ∂ 是总梯度：沿所有路径。",
    slips="常见错误及其结果：",
)
WORDS = {"en": ENGLISH, "zh": CHINESE}
