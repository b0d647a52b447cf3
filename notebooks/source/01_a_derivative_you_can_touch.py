# %% [markdown] lang="en"
# # 01 · A derivative you can touch
#
# A derivative.

# %% [markdown] lang="zh"
# # 01 · 摸得着的导数
#
# 导数。

# %% tags=["row-8"]
from autograd import Value, walkthrough
from nn.course import LANG, check, lines, say

x = Value(3.0, "x")
y = x * x
y.backward()
assert x.grad == 6.0

# %%
lines(
    {"x²": [(x / 10, x * x / 100) for x in range(-20, 21)]},
    title=say("a parabola", "抛物线"),
    x="x",
)

# %%
walkthrough(y, lang=LANG)

# %%
answers = {"dy/dx": ""}  # type your figure between the quotes
check("01.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Both arguments pass 3: the sum is 6.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 两个自变量各传回 3，和是 6。
# </details>
