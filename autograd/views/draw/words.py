"""The words of a drawing, in English and in Chinese.

A card's rows are known by their English names (``data``, ``grad``, ``terms``) in every language;
what a reader sees is looked up here. No Chinese word is wider than the English one, so a drawing
has the same layout in both.

Read next: `cards`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Words(NamedTuple):
    """The texts in one language; what is in braces is filled in.

    Parameters
    ----------
    keys, roles : mapping
        A card's rows and roles, by their English names.
    directions : mapping
        Where data flows, by the name that `draw` takes.
    one, several : str
        A count with its role.
    comma, module, counted : str
        How the counts of a module are listed.
    made : str
        A role with the operation.
    links, title, description : str
        Of several links that are drawn as one; of the drawing, for those who do not see it.
    more : str
        Below a list that is cut.
    """

    keys: Mapping[str, str]
    roles: Mapping[str, str]
    directions: Mapping[str, str]
    one: str
    several: str
    comma: str
    module: str
    counted: str
    made: str
    links: str
    title: str
    description: str
    more: str

    def number_of(self, count: int, role: str) -> str:
        """A number of cards of one role."""
        return (self.one if count == 1 else self.several).format(count, self.roles[role])

    def contents(self, counts: Sequence[tuple[str, str]]) -> str:
        """What a module holds, from pairs of a key and a number."""
        listed = [self.counted.format(number, self.keys[key]) for key, number in counts]
        return self.module.format(self.comma.join(listed))


_KEYS = ("data", "grad", "terms", "factors", "neurons", "parameters", "nodes")
_ROLES = ("input", "parameter", "constant", "operation", "output", "module")
_DIRECTIONS = ("LR", "TB", "RL", "BT")


def _by(names: Sequence[str], words: str) -> Mapping[str, str]:
    return dict(zip(names, words.split(), strict=True))


ENGLISH = Words(
    keys={key: key for key in _KEYS},
    roles={role: role for role in _ROLES},
    directions={
        "LR": "from left to right",
        "TB": "from top to bottom",
        "RL": "from right to left",
        "BT": "from bottom to top",
    },
    one="{} {}",
    several="{} {}s",
    comma=", ",
    module="module with {}",
    counted="{} {}",
    made="{}: {}",
    links="{} links",
    title="Computation graph of {}",
    description="Data flows {direction} along {links} links between {cards} cards: {roles}. "
    "{outputs}.",
    more="… and {} more",
)
CHINESE = Words(
    keys=_by(_KEYS, "值 梯度 项 因子 神经元 参数 节点"),
    roles=_by(_ROLES, "输入 参数 常数 运算 输出 模块"),
    directions=_by(_DIRECTIONS, "从左到右 从上到下 从右到左 从下到上"),
    one="{} 个{}",
    several="{} 个{}",
    comma="、",
    module="模块：{}",
    counted="{} 个{}",
    made="{}：{}",
    links="{} 条连线",
    title="{} 的计算图",
    description="数据{direction}流动，{cards} 张卡片之间有 {links} 条连线：{roles}。{outputs}。",
    more="… 还有 {} 项",
)
WORDS = {"en": ENGLISH, "zh": CHINESE}
LANGUAGES = tuple(WORDS)
