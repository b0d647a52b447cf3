"""The words below each frame of a film, in English and in Chinese.

Read next: `film`.
"""

from __future__ import annotations

from typing import NamedTuple


class Captions(NamedTuple):
    """The texts in one language; what is in braces is filled in.

    Parameters
    ----------
    forwards, backwards, others, known : str
        Of the frames before the first step and after the last one.
    inside : str
        A node in the card that shows it.
    step : str
        What a node passes on.
    gradient, share, constant : str
        What the parent then has; which of several contributions that was; of a constant.
    module, one_application, applications : str
        Of a card that stands for several nodes.
    links : str
        Beside several links that are drawn as one.
    """

    forwards: str
    backwards: str
    others: str
    known: str
    inside: str
    step: str
    gradient: str
    share: str
    constant: str
    module: str
    one_application: str
    applications: str
    links: str


ENGLISH = Captions(
    forwards="Forwards: each value is computed from its parents.",
    backwards="Backwards: it starts at {name}, whose gradient is 1.",
    others="All others are 0.",
    known="All gradients are known.",
    inside="{own} in {shown}",
    step="{node} passes on to {parent}: upstream × local = {product}",
    gradient="gradient of {name}: {old} → {new}",
    share=" ({place} of {count})",
    constant="{name} is a constant: its gradient is not used",
    module="{name} passes its gradients on",
    one_application="{count} application of the chain rule",
    applications="{count} applications of the chain rule",
    links="{count} links",
)
CHINESE = Captions(
    forwards="前向：每个值由它的父节点计算。",
    backwards="反向：从 {name} 开始，它的梯度是 1。",
    others="其余梯度都是 0。",
    known="所有梯度都已得出。",
    inside="{shown} 中的 {own}",
    step="{node} 传给 {parent}：上游梯度 × 局部梯度 = {product}",
    gradient="{name} 的梯度：{old} → {new}",
    share="（第 {place} 份，共 {count} 份）",
    constant="{name} 是常数：不使用它的梯度",
    module="{name} 把梯度传下去",
    one_application="链式法则用了 {count} 次",
    applications="链式法则用了 {count} 次",
    links="{count} 条连线",
)
CAPTIONS = {"en": ENGLISH, "zh": CHINESE}
