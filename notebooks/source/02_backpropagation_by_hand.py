# %% [markdown] lang="en"
# # 02 · Backpropagation by hand
#
# After this notebook you can compute every gradient of a chain of neurons with pencil and paper, and you know what each factor means. You will also have found a slip in the notes, and proved it in three ways.

# %% [markdown] lang="zh"
# # 02 · 手算反向传播
#
# 读完这一课，你能用纸笔算出一串神经元的每个梯度，并说出每个因子的含义。你还会找到讲义里的一处笔误，并用三种方法证明它。

# %% [markdown] lang="en"
# ## A chain of single neurons
#
# The smallest deep network has one neuron in each layer. A neuron multiplies what it gets by a weight, adds a bias, and applies an activation function $\sigma$:
#
# $$z^{(l)} = w^{(l)} a^{(l-1)} + b^{(l)}, \qquad a^{(l)} = \sigma(z^{(l)})$$
#
# The cost of one example is $C_0 = (a^{(L)} - y)^2$. We take three neurons, so $L = 3$.

# %% [markdown] lang="zh"
# ## 一串单个神经元
#
# 最小的深层网络，每层只有一个神经元。神经元把输入乘以权重，加上偏置，再经过激活函数 $\sigma$：
#
# $$z^{(l)} = w^{(l)} a^{(l-1)} + b^{(l)}, \qquad a^{(l)} = \sigma(z^{(l)})$$
#
# 单个样本的代价是 $C_0 = (a^{(L)} - y)^2$。取三个神经元，即 $L = 3$。

# %%
import math

from autograd import Value, derivation, dot, draw, sigmoid
from nn.course import LANG, bars, check, lines, say

GIVEN = {"a0": 0.9, "y": 1.0}
GIVEN |= {"w1": 0.8, "b1": -0.4, "w2": -1.3, "b2": 0.5, "w3": 1.7, "b3": -0.2}


def chain(given):
    v = {name: Value(number, name) for name, number in given.items()}
    for l in (1, 2, 3):
        z = dot([v[f"w{l}"]], [v[f"a{l - 1}"]], v[f"b{l}"])  # w·a + b, one node
        a = sigmoid(z)
        z.label, a.label = f"z{l}", f"a{l}"
        v |= {z.label: z, a.label: a}
    v["C0"] = (v["a3"] - v["y"]) ** 2
    v["C0"].label = "C0"
    return v


v = chain(GIVEN)
draw(v["C0"], lang=LANG, wrap=900)

# %% [markdown] lang="en"
# ### Forward pass
#
# From left to right, with a calculator:

# %% [markdown] lang="zh"
# ### 前向传播
#
# 从左到右，用计算器就行：


# %%
def s(z):
    return 1 / (1 + math.exp(-z))


z1 = 0.8 * 0.9 - 0.4
a1 = s(z1)
z2 = -1.3 * a1 + 0.5
a2 = s(z2)
z3 = 1.7 * a2 - 0.2
a3 = s(z3)
C0 = (a3 - 1.0) ** 2
for name, ours in {"z1": z1, "a1": a1, "z2": z2, "a2": a2, "z3": z3, "a3": a3, "C0": C0}.items():
    print(f"{name} = {ours:9.6f}   {v[name].data:9.6f}")

# %% [markdown] lang="en"
# The left column is ours, the right one the engine's.

# %% [markdown] lang="zh"
# 左列是我们算的，右列是引擎算的。

# %% [markdown] lang="en"
# ## The last neuron: three factors
#
# How does $C_0$ change with $w^{(L)}$? The weight moves $z^{(L)}$, which moves $a^{(L)}$, which moves $C_0$. One factor for each link:
#
# $$\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} \, \frac{\partial a^{(L)}}{\partial z^{(L)}} \, \frac{\partial C_0}{\partial a^{(L)}}
# = a^{(L-1)} \cdot \sigma'(z^{(L)}) \cdot 2\,(a^{(L)} - y)$$
#
# For the sigmoid $\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$.

# %% [markdown] lang="zh"
# ## 最后一个神经元：三个因子
#
# $C_0$ 怎样随 $w^{(L)}$ 变化？权重推动 $z^{(L)}$，$z^{(L)}$ 推动 $a^{(L)}$，$a^{(L)}$ 推动 $C_0$。每一环一个因子：
#
# $$\frac{\partial C_0}{\partial w^{(L)}} = \frac{\partial z^{(L)}}{\partial w^{(L)}} \, \frac{\partial a^{(L)}}{\partial z^{(L)}} \, \frac{\partial C_0}{\partial a^{(L)}}
# = a^{(L-1)} \cdot \sigma'(z^{(L)}) \cdot 2\,(a^{(L)} - y)$$
#
# 对 sigmoid 有 $\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$。


# %%
def s_slope(z):
    return s(z) * (1 - s(z))


dC_da3 = 2 * (a3 - 1.0)
da3_dz3 = s_slope(z3)
dz3_dw3 = a2
dC_dw3 = dz3_dw3 * da3_dz3 * dC_da3
print(f"{dz3_dw3:.6f} · {da3_dz3:.6f} · {dC_da3:.6f} = {dC_dw3:.6f}")

# %% [markdown] lang="en"
# `derivation` writes the same product for the graph, symbols first, then numbers.

# %% [markdown] lang="zh"
# `derivation` 为计算图写出同一个乘积，先是符号，然后是数。

# %%
v["C0"].backward()
derivation(v["C0"], v["w3"], lang=LANG)

# %% [markdown] lang="en"
# And the judge that knows no rule: move $w^{(3)}$ a little both ways and see what the cost does.

# %% [markdown] lang="zh"
# 再请不懂任何法则的裁判：把 $w^{(3)}$ 向两边各移动一点，看代价怎么变。


# %% tags=["row-5"]
def cost(given):
    return chain(given)["C0"].data


def by_difference(name, step=1e-5):
    up = cost(GIVEN | {name: GIVEN[name] + step})
    down = cost(GIVEN | {name: GIVEN[name] - step})
    return (up - down) / (2 * step)


print(f"{dC_dw3:.9f}   {v['w3'].grad:.9f}   {by_difference('w3'):.9f}")
assert abs(dC_dw3 - v["w3"].grad) < 1e-15
assert abs(dC_dw3 - by_difference("w3")) < 1e-9

# %% [markdown] lang="en"
# **The bias** differs in one factor only: $\partial z/\partial b = 1$. So $\partial C_0/\partial b^{(L)} = \sigma'(z^{(L)}) \cdot 2\,(a^{(L)} - y)$.
#
# **What the first factor says:** the derivative with respect to a weight is the activation that comes in. A weight learns only as much as the neuron before it is active. The notes put it as *neurons that fire together are wired together*.

# %% [markdown] lang="zh"
# **偏置**只有一个因子不同：$\partial z/\partial b = 1$。所以 $\partial C_0/\partial b^{(L)} = \sigma'(z^{(L)}) \cdot 2\,(a^{(L)} - y)$。
#
# **第一个因子的含义**：对权重的导数就是传进来的激活值。前一个神经元有多活跃，这个权重才能学多少。这就是讲义所说的“一同激活的神经元联系在一起”。

# %%
for incoming in (0.0, 0.25, 0.5, 1.0):  # with the same z, so that only the first factor changes
    print(f"{incoming:4}   {incoming * da3_dz3 * dC_da3:.6f}")

# %% [markdown] lang="en"
# **Exercise 02.1.** One neuron: $z = w x + b$, $a = \sigma(z)$, $C = (a - y)^2$ with $w = 0.65$, $x = 1.4$, $b = -0.35$ and $y = 0.2$. Find $a$, the two outer factors, and the gradient of the weight.

# %% [markdown] lang="zh"
# **练习 02.1.** 一个神经元：$z = w x + b$，$a = \sigma(z)$，$C = (a - y)^2$，其中 $w = 0.65$，$x = 1.4$，$b = -0.35$，$y = 0.2$。求 $a$、外面两个因子和权重的梯度。

# %%
answers = {"a": "", "dC/da": "", "da/dz": "", "dC/dw": ""}
check("02.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $z = 0.56$, so $a = \sigma(0.56) =$ 0.636453. Then $\partial C/\partial a = 2(a - y) =$ 0.872905 and $\partial a/\partial z = a(1 - a) =$ 0.231381. With $\partial z/\partial w = x = 1.4$ the product is $\partial C/\partial w =$ 0.282763.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $z = 0.56$，所以 $a = \sigma(0.56) =$ 0.636453。于是 $\partial C/\partial a = 2(a - y) =$ 0.872905，$\partial a/\partial z = a(1 - a) =$ 0.231381。再乘上 $\partial z/\partial w = x = 1.4$，得 $\partial C/\partial w =$ 0.282763。
# </details>

# %% [markdown] lang="en"
# ## One neuron further back
#
# $w^{(L-1)}$ moves $z^{(L-1)}$ and $a^{(L-1)}$; from there the way leads through the last neuron. So there are five factors. The new one in the middle is how $z^{(L)}$ changes with the activation that comes in, and that is the **weight**:
#
# $$\frac{\partial C_0}{\partial w^{(L-1)}} = \underbrace{2\,(a^{(L)} - y)}_{\partial C_0/\partial a^{(L)}} \cdot \underbrace{\sigma'(z^{(L)})}_{\partial a^{(L)}/\partial z^{(L)}} \cdot \underbrace{w^{(L)}}_{\partial z^{(L)}/\partial a^{(L-1)}} \cdot \underbrace{\sigma'(z^{(L-1)})}_{\partial a^{(L-1)}/\partial z^{(L-1)}} \cdot \underbrace{a^{(L-2)}}_{\partial z^{(L-1)}/\partial w^{(L-1)}}$$

# %% [markdown] lang="zh"
# ## 再往回一个神经元
#
# $w^{(L-1)}$ 推动 $z^{(L-1)}$ 和 $a^{(L-1)}$，然后路径穿过最后一个神经元，所以一共五个因子。中间新出现的那个，是 $z^{(L)}$ 随传入激活值变化的快慢，它就是**权重**：
#
# $$\frac{\partial C_0}{\partial w^{(L-1)}} = \underbrace{2\,(a^{(L)} - y)}_{\partial C_0/\partial a^{(L)}} \cdot \underbrace{\sigma'(z^{(L)})}_{\partial a^{(L)}/\partial z^{(L)}} \cdot \underbrace{w^{(L)}}_{\partial z^{(L)}/\partial a^{(L-1)}} \cdot \underbrace{\sigma'(z^{(L-1)})}_{\partial a^{(L-1)}/\partial z^{(L-1)}} \cdot \underbrace{a^{(L-2)}}_{\partial z^{(L-1)}/\partial w^{(L-1)}}$$

# %%
factors = [2 * (a3 - 1.0), s_slope(z3), 1.7, s_slope(z2), a1]
print(" · ".join(f"{factor:.6f}" for factor in factors), f"= {math.prod(factors):.9f}")

# %%
derivation(v["C0"], v["w2"], lang=LANG)

# %% [markdown] lang="en"
# ### A slip in the notes
#
# At this place the notes print
#
# $$\frac{\partial a^{(L-1)}}{\partial z^{(L-1)}} = \sigma'(z^{(L)}), \qquad \frac{\partial C_0}{\partial w^{(L)}} = \sigma'(z^{(L)}) \cdot a^{(L-2)}$$
#
# An index has slipped (the left one should be $\sigma'(z^{(L-1)})$, and the gradient is that of $w^{(L-1)}$). More important, $\sigma'$ stands alone where the way back through the last neuron belongs: what arrives there, $2(a^{(L)} - y)\,\sigma'(z^{(L)})$, and the factor $\partial z^{(L)}/\partial a^{(L-1)} = w^{(L)}$.
#
# It is easily done: both $\sigma'$ and $w$ are "the derivative of the neuron", one with respect to its net input, one with respect to its incoming activation. Let us ask which reading is right, without arguing. First the factor by itself: how does $z^{(3)}$ change with $a^{(2)}$?

# %% [markdown] lang="zh"
# ### 讲义里的一处笔误
#
# 在这里，讲义写的是
#
# $$\frac{\partial a^{(L-1)}}{\partial z^{(L-1)}} = \sigma'(z^{(L)}), \qquad \frac{\partial C_0}{\partial w^{(L)}} = \sigma'(z^{(L)}) \cdot a^{(L-2)}$$
#
# 先是角标写错了（左式应为 $\sigma'(z^{(L-1)})$，右式求的是 $w^{(L-1)}$ 的梯度）。更要紧的是，式中只有 $\sigma'$，而穿过最后一个神经元往回走的部分不见了：既缺上游传来的 $2(a^{(L)} - y)\,\sigma'(z^{(L)})$，也缺因子 $\partial z^{(L)}/\partial a^{(L-1)} = w^{(L)}$。
#
# 这个错误很容易犯：$\sigma'$ 和 $w$ 都是“神经元的导数”，一个对净输入求，一个对传入的激活值求。哪种写法对，不必争论，算一算就知道。先单独看这个因子：$z^{(3)}$ 怎样随 $a^{(2)}$ 变化？


# %% tags=["row-5"]
def z3_from(a2):
    return 1.7 * a2 - 0.2


quotient = (z3_from(a2 + 1e-5) - z3_from(a2 - 1e-5)) / 2e-5
z3_by_a2 = derivation(v["z3"], v["a2"]).total
print(f"{say('finite difference: ', '有限差分：')}{quotient:.6f}")
print(f"{say('engine: ', '引擎：')}{z3_by_a2:.6f}")
print(f"w3 = {GIVEN['w3']:.6f}, σ'(z3) = {s_slope(z3):.6f}")
assert abs(quotient - GIVEN["w3"]) < 1e-9
assert z3_by_a2 == GIVEN["w3"]
assert abs(quotient - s_slope(z3)) > 1

# %% [markdown] lang="en"
# The factor is $w^{(3)}$. Now the whole gradient, in each reading:

# %% [markdown] lang="zh"
# 这个因子是 $w^{(3)}$。再看整个梯度，每种写法各算一遍：

# %% tags=["row-5"]
arriving = 2 * (a3 - 1.0) * s_slope(z3)
readings = {
    say("as printed: σ'(z3)·a1", "照讲义：σ'(z3)·a1"): s_slope(z3) * a1,
    say("index mended: σ'(z2)·a1", "改正角标：σ'(z2)·a1"): s_slope(z2) * a1,
    say("σ' where w belongs", "该写 w 处写 σ'"): arriving * s_slope(z3) * s_slope(z2) * a1,
    say("with w3", "用 w3"): arriving * GIVEN["w3"] * s_slope(z2) * a1,
    say("engine", "引擎"): v["w2"].grad,
    say("finite difference", "有限差分"): by_difference("w2"),
}
for name, gradient in readings.items():
    print(f"{gradient:12.8f}   {name}")

printed, mended, slope, weight, engine, difference = readings.values()
assert abs(weight - engine) < 1e-15
assert abs(weight - difference) < 1e-9
assert all(abs(wrong - difference) > 0.01 for wrong in (printed, mended, slope))

# %%
bars(
    {"∂C₀/∂w²": readings.values()},
    [str(number) for number in range(1, 7)],
    title=say(
        "Six readings: only the fourth agrees with the judges", "六种结果：只有第四种与裁判一致"
    ),
)

# %% [markdown] lang="en"
# The notes' product is not useless: with the index mended, $\sigma'(z^{(L-1)}) \cdot a^{(L-2)}$ is $\partial a^{(L-1)}/\partial w^{(L-1)}$, the **local** stretch inside that one neuron. Multiplied by what arrives, $\partial C_0/\partial a^{(L-1)}$, it is the gradient. Always both: *upstream times local*.

# %% [markdown] lang="zh"
# 讲义的乘积并非没有用：角标改正之后，$\sigma'(z^{(L-1)}) \cdot a^{(L-2)}$ 正是 $\partial a^{(L-1)}/\partial w^{(L-1)}$，也就是这个神经元内部的**局部**一段。再乘上传到这里的 $\partial C_0/\partial a^{(L-1)}$，就是梯度。两者缺一不可：**上游乘以局部**。

# %%
local = derivation(v["a2"], v["w2"]).total
upstream = v["a2"].grad
print(f"{s_slope(z2) * a1:.8f} = {local:.8f}")
print(f"{upstream:.8f} · {local:.8f} = {upstream * local:.8f}")

# %% [markdown] lang="en"
# ## The recursion
#
# Going further back, nothing new happens. Call what arrives at a neuron's net input its error, $\delta^{(l)} = \partial C_0/\partial z^{(l)}$. Then
#
# $$\delta^{(L)} = 2\,(a^{(L)} - y)\,\sigma'(z^{(L)}), \qquad \delta^{(l)} = \sigma'(z^{(l)})\, w^{(l+1)}\, \delta^{(l+1)}, \qquad \frac{\partial C_0}{\partial w^{(l)}} = \delta^{(l)} a^{(l-1)}, \qquad \frac{\partial C_0}{\partial b^{(l)}} = \delta^{(l)}$$

# %% [markdown] lang="zh"
# ## 递推
#
# 再往回走，没有新东西。把传到神经元净输入处的梯度叫作**误差项**，$\delta^{(l)} = \partial C_0/\partial z^{(l)}$，那么
#
# $$\delta^{(L)} = 2\,(a^{(L)} - y)\,\sigma'(z^{(L)}), \qquad \delta^{(l)} = \sigma'(z^{(l)})\, w^{(l+1)}\, \delta^{(l+1)}, \qquad \frac{\partial C_0}{\partial w^{(l)}} = \delta^{(l)} a^{(l-1)}, \qquad \frac{\partial C_0}{\partial b^{(l)}} = \delta^{(l)}$$

# %% tags=["row-5"]
w, z, a = [None, 0.8, -1.3, 1.7], [None, z1, z2, z3], [0.9, a1, a2, a3]
delta = 2 * (a3 - 1.0) * s_slope(z3)
for l in (3, 2, 1):
    print(f"δ{l} = {delta:.8f}   ∂C₀/∂w{l} = {delta * a[l - 1]:.8f}")
    assert abs(delta * a[l - 1] - v[f"w{l}"].grad) < 1e-15
    assert abs(delta - v[f"b{l}"].grad) < 1e-15
    assert abs(delta - by_difference(f"b{l}")) < 1e-9
    if l > 1:
        delta = s_slope(z[l - 1]) * w[l] * delta

# %% [markdown] lang="en"
# Watch it happen. In the player each step is one product of the chain rule.

# %% [markdown] lang="zh"
# 在播放器里看一遍，每一步都是链式法则的一次相乘。

# %%
from autograd import walkthrough

walkthrough(v["C0"], lang=LANG)

# %% [markdown] lang="en"
# ### Why go backwards?
#
# One could write out each weight's product by itself: for a chain of $n$ neurons $3 + 5 + 7 + \dots$ factors. The recursion keeps what has arrived and needs two multiplications for each neuron, and one more for its weight.

# %% [markdown] lang="zh"
# ### 为什么要反着走？
#
# 当然可以为每个权重单独写出乘积：$n$ 个神经元的链条共有 $3 + 5 + 7 + \dots$ 个因子。递推则记住已经传到的结果，每个神经元只要两次乘法，权重再多一次。

# %%
depths = range(1, 41)
lines(
    {
        say("each product by itself", "逐个写出乘积"): [
            (n, sum(2 * k + 1 for k in range(1, n + 1))) for n in depths
        ],
        say("backpropagation", "反向传播"): [(n, 3 * n) for n in depths],
    },
    title=say("Multiplications for all weights", "求全部权重梯度的乘法次数"),
    x=say("neurons in the chain", "链中神经元个数"),
)

# %% [markdown] lang="en"
# **Exercise 02.2.** Two neurons, $z_1 = w_1 x + b_1$, $a_1 = \sigma(z_1)$, $z_2 = w_2 a_1 + b_2$, $a_2 = \sigma(z_2)$ and $C = (a_2 - y)^2$, with $x = 0.7$, $w_1 = 1.2$, $b_1 = -0.5$, $w_2 = -0.9$, $b_2 = 0.3$ and $y = 0.8$. Find both errors $\delta$ and both gradients.

# %% [markdown] lang="zh"
# **练习 02.2.** 两个神经元，$z_1 = w_1 x + b_1$，$a_1 = \sigma(z_1)$，$z_2 = w_2 a_1 + b_2$，$a_2 = \sigma(z_2)$，$C = (a_2 - y)^2$，其中 $x = 0.7$，$w_1 = 1.2$，$b_1 = -0.5$，$w_2 = -0.9$，$b_2 = 0.3$，$y = 0.8$。求两个误差项 $\delta$ 和两个权重的梯度。

# %%
answers = {"dC/dz2": "", "dC/dw2": "", "dC/dz1": "", "dC/dw1": ""}
check("02.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Forwards: $z_1 = 0.34$, $a_1 = 0.584191$, $z_2 = -0.225771$, $a_2 = 0.443796$. Backwards: $\delta_2 = 2(a_2 - y)\,a_2(1 - a_2) =$ -0.175852, $\partial C/\partial w_2 = \delta_2 a_1 =$ -0.102731, $\delta_1 = a_1(1 - a_1)\,w_2\,\delta_2 =$ 0.0384448 and $\partial C/\partial w_1 = \delta_1 x =$ 0.0269114.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 前向：$z_1 = 0.34$，$a_1 = 0.584191$，$z_2 = -0.225771$，$a_2 = 0.443796$。反向：$\delta_2 = 2(a_2 - y)\,a_2(1 - a_2) =$ -0.175852，$\partial C/\partial w_2 = \delta_2 a_1 =$ -0.102731，$\delta_1 = a_1(1 - a_1)\,w_2\,\delta_2 =$ 0.0384448，$\partial C/\partial w_1 = \delta_1 x =$ 0.0269114。
# </details>

# %% [markdown] lang="en"
# ## Several examples: the mean of squares
#
# The cost of a training set is the mean of the examples' costs, $C = \frac1n \sum_k C_k$: the *mean squared error*. The derivative of a mean is the mean of the derivatives, so each example is backpropagated by itself and the results are averaged.

# %% [markdown] lang="zh"
# ## 多个样本：均方误差
#
# 训练集的代价是各样本代价的平均，$C = \frac1n \sum_k C_k$，即**均方误差**。平均的导数等于导数的平均，所以每个样本各自反向传播，再取平均。

# %%
EXAMPLES = [(0.9, 1.0), (0.1, 0.2), (-0.6, 0.7)]


def examples_gradients():
    for a0, y in EXAMPLES:
        one = chain(GIVEN | {"a0": a0, "y": y})
        one["C0"].backward()
        yield one["w1"].grad


def mean_cost(w1):
    costs = [cost(GIVEN | {"a0": a0, "y": y, "w1": w1}) for a0, y in EXAMPLES]
    return sum(costs) / len(costs)


mean = sum(examples_gradients()) / len(EXAMPLES)
quotient = (mean_cost(0.8 + 1e-5) - mean_cost(0.8 - 1e-5)) / 2e-5
print(f"{mean:.9f}   {quotient:.9f}")
assert abs(mean - quotient) < 1e-9

# %% [markdown] lang="en"
# ## Learning
#
# The gradient points uphill, so subtract a little of it from each weight and bias: $w \leftarrow w - \alpha\, \partial C_0/\partial w$. Repeat, and the output approaches the target.

# %% [markdown] lang="zh"
# ## 学习
#
# 梯度指向上坡，所以从每个权重和偏置中减去它的一小部分：$w \leftarrow w - \alpha\, \partial C_0/\partial w$。反复进行，输出就靠近目标值。

# %%
given = dict(GIVEN)
costs = []
for step in range(300):
    now = chain(given)
    now["C0"].backward()
    costs.append((step, now["C0"].data))
    for name in ("w1", "b1", "w2", "b2", "w3", "b3"):
        given[name] -= 0.5 * now[name].grad
print(f"a3: {a3:.4f} → {now['a3'].data:.4f}")
lines({"C₀": costs}, title=say("Cost", "代价"), x=say("step", "步数"), log=True)

# %% [markdown] lang="en"
# **Exercise 02.3.** One step of gradient descent with rate 0.5 for the neuron $z = w x + b$, $a = \tanh z$, $C = (a - y)^2$ with $w = 0.35$, $x = 1.5$, $b = 0.12$ and $y = -0.4$. What are weight and bias after the step, and what is the cost then? (`w+` is $w$ after the update, `C@1` the cost after it.)

# %% [markdown] lang="zh"
# **练习 02.3.** 神经元 $z = w x + b$，$a = \tanh z$，$C = (a - y)^2$，其中 $w = 0.35$，$x = 1.5$，$b = 0.12$，$y = -0.4$。以学习率 0.5 做一步梯度下降。更新后的权重和偏置是多少？此时的代价是多少？（`w+` 表示更新后的 $w$，`C@1` 表示更新一次后的代价。）

# %%
answers = {"dC/dw": "", "w+": "", "b+": "", "C@1": ""}
check("02.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $z = 0.645$, $a = 0.568294$, $\partial C/\partial z = 2(a - y)(1 - a^2) = 1.311151$. So $\partial C/\partial w = 1.5 \cdot 1.311151 =$ 1.966726; $w^+ = 0.35 - 0.5 \cdot 1.966726 =$ -0.633363 and $b^+ = 0.12 - 0.5 \cdot 1.311151 =$ -0.535575. Now $z = -1.485620$ and $a = -0.902516$: the step was too long, and the cost is $(a - y)^2 =$ 0.252522.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $z = 0.645$，$a = 0.568294$，$\partial C/\partial z = 2(a - y)(1 - a^2) = 1.311151$。所以 $\partial C/\partial w = 1.5 \cdot 1.311151 =$ 1.966726，$w^+ = 0.35 - 0.5 \cdot 1.966726 =$ -0.633363，$b^+ = 0.12 - 0.5 \cdot 1.311151 =$ -0.535575。此时 $z = -1.485620$，$a = -0.902516$：这一步走得太远了，代价是 $(a - y)^2 =$ 0.252522。
# </details>

# %% [markdown] lang="en"
# ## Two ways back
#
# With more neurons in a layer only indices are added. A neuron that feeds two others gets its gradient from both, and the two are added, as in lesson 01. Here $a$ feeds $p$ and $q$, and both feed the output.

# %% [markdown] lang="zh"
# ## 两条回来的路
#
# 每层神经元多了，只不过多了些下标。一个神经元若供给后面两个神经元，就会从两边收到梯度，要相加，和第 01 课一样。这里 $a$ 供给 $p$ 和 $q$，两者都供给输出。

# %%
from autograd import ledger

x, t = Value(0.9, "x"), Value(1.0, "t")
w, wp, wq = Value(0.8, "w"), Value(-1.3, "wp"), Value(1.7, "wq")
a = sigmoid(w * x)
p, q = sigmoid(wp * a), sigmoid(wq * a)
C = (p + q - t) ** 2
a.label, p.label, q.label, C.label = "a", "p", "q", "C"
print(ledger(C, a, lang=LANG))
derivation(C, a, lang=LANG)

# %% [markdown] lang="en"
# **Exercise 02.4.** Let $a = \tanh(wx)$, $p = ua$, $q = v + a$ and $C = pq$ with $x = 1.1$, $w = 0.6$, $u = -1.4$ and $v = 0.85$. Find the gradients of $a$, $u$ and $w$.

# %% [markdown] lang="zh"
# **练习 02.4.** 设 $a = \tanh(wx)$，$p = ua$，$q = v + a$，$C = pq$，其中 $x = 1.1$，$w = 0.6$，$u = -1.4$，$v = 0.85$。求 $a$、$u$ 和 $w$ 的梯度。

# %%
answers = {"dC/da": "", "dC/du": "", "dC/dw": ""}
check("02.4", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $a = \tanh 0.66 = 0.578363$, $p = -0.809709$, $q = 1.428363$. By $p$ arrives $q u = -1.999709$, by $q$ arrives $p \cdot 1 = -0.809709$: together $\partial C/\partial a =$ -2.809418. $\partial C/\partial u = q a =$ 0.826113. With $\partial a/\partial w = (1 - a^2)\,x = 0.732045$ the weight gets $\partial C/\partial w =$ -2.056621.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $a = \tanh 0.66 = 0.578363$，$p = -0.809709$，$q = 1.428363$。经 $p$ 传来 $q u = -1.999709$，经 $q$ 传来 $p \cdot 1 = -0.809709$，合计 $\partial C/\partial a =$ -2.809418。$\partial C/\partial u = q a =$ 0.826113。$\partial a/\partial w = (1 - a^2)\,x = 0.732045$，所以 $\partial C/\partial w =$ -2.056621。
# </details>

# %% [markdown] lang="en"
# ## A long chain
#
# Each neuron on the way back multiplies by $\sigma'(z)\,w$, and $\sigma'$ is at most ¼. In a chain of ten sigmoid neurons the first weight hardly hears of the error. Lesson 08 is about this.

# %% [markdown] lang="zh"
# ## 很长的链条
#
# 往回每经过一个神经元，就要乘上 $\sigma'(z)\,w$，而 $\sigma'$ 最大只有 ¼。十个 sigmoid 神经元串起来，第一个权重几乎听不到误差的声音。第 08 课专讲这件事。

# %%
weights = [Value(1.0, f"w{l}") for l in range(1, 11)]
activation = 0.9
for weight in weights:
    activation = sigmoid(weight * activation)
((activation - 1.0) ** 2).backward()
sizes = [(l, abs(weight.grad)) for l, weight in enumerate(weights, 1)]
assert max(s_slope(z / 100) for z in range(-1000, 1001)) == s_slope(0) == 0.25
lines(
    {"|∂C/∂w|": sizes},
    title=say("The gradient fades on its way back", "梯度在回传途中逐渐消失"),
    x=say("layer", "层"),
    log=True,
)

# %% [markdown] lang="en"
# **What to read next:** [03 · The 2-2-2 worked example](03_the_worked_example.ipynb), a whole network, figure by figure.
#
# **Sources**
#
# - The notes on backpropagation that this course follows: the chain of neurons, its two displays, and the two key steps (local gradient, chain rule).
# - 3Blue1Brown, *Backpropagation calculus*, whose notation the notes use: <https://www.youtube.com/watch?v=tIeHLnjs5U8>.
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams, *Learning representations by back-propagating errors*, Nature 323 (1986), 533–536, <https://doi.org/10.1038/323533a0>.

# %% [markdown] lang="zh"
# **接下来读：**[03 · 2-2-2 经典算例](03_the_worked_example.ipynb)，一个完整的网络，逐个数字核对。
#
# **参考资料**
#
# - 本课程所依据的反向传播讲义：神经元链条、两组公式，以及两个关键步骤（局部梯度、链式法则）。
# - 3Blue1Brown, *Backpropagation calculus*，讲义沿用了它的记号：<https://www.youtube.com/watch?v=tIeHLnjs5U8>。
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams, *Learning representations by back-propagating errors*, Nature 323 (1986), 533–536，<https://doi.org/10.1038/323533a0>。
