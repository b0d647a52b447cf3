# %% [markdown] lang="en"
# # 06 · Activations
#
# Afterwards you can say why a network needs a curve between its layers, and draw the four curves
# of the notes with their slopes. You will have seen a neuron that is saturated, one that is dead,
# and what outputs that are never negative do to the next layer.

# %% [markdown] lang="zh"
# # 06 · 激活函数
#
# 学完本课，你能说清网络的层与层之间为什么需要一条曲线，能画出讲义里的四种激活函数和它们的导数。你还会亲眼看到饱和的神经元、死亡的神经元，以及输出不以零为中心会给下一层带来什么。

# %%
import math
from random import Random

import autograd
from autograd import Value, check_gradients, draw, grad, jacobian, leaky_relu, relu, sigmoid, tanh
from nn import MLP, SGD, Neuron, fit, half_squared_error
from nn.course import LANG, bars, check, lines, say

# %% [markdown] lang="en"
# ## 1 · Why a curve at all
#
# A layer without an activation function computes $Wx + b$. Two such layers are one:
# $W_2(W_1x + b_1) + b_2 = (W_2W_1)\,x + (W_2b_1 + b_2)$. However many there are, the output is a
# linear combination of the inputs. A straight line has the same slope everywhere, and that shows:
# the Jacobian of such a network is the same at all inputs.

# %% [markdown] lang="zh"
# ## 1 · 为什么需要激活函数
#
# 没有激活函数的一层，算的是 $Wx + b$。两层叠起来还是一层：$W_2(W_1x + b_1) + b_2 = (W_2W_1)\,x + (W_2b_1 + b_2)$。无论叠多少层，输出始终是输入的线性组合。直线处处斜率相同，这一点看得出来：这种网络的雅可比矩阵在任何输入处都一样。


# %%
def slopes_at(model, x):
    return jacobian(lambda x: model(x)[0])(x)


straight = MLP(2, [4, 3, 1], activation="linear", seed=3)
curved = MLP(2, [4, 3, 1], activation="tanh", seed=3)
for model in (straight, curved):
    print([[round(s, 4) for s in slopes_at(model, x)] for x in ([0.0, 0.0], [2.0, -1.0])])


# %%
def product(A, B):
    return [[sum(a * b for a, b in zip(row, column)) for column in zip(*B)] for row in A]


W1, W2, W3 = ([[w.data for w in n.weights] for n in layer.neurons] for layer in straight.layers)
whole = product(W3, product(W2, W1))[0]  # three layers, one row of weights
assert all(abs(a - b) < 1e-12 for a, b in zip(whole, slopes_at(straight, [2.0, -1.0])))
[round(w, 4) for w in whole]

# %% [markdown] lang="en"
# ## 2 · Sigmoid
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}, \qquad \sigma'(z) = \sigma(z)\,(1 - \sigma(z))$$
#
# It maps every number into $(0, 1)$, which suits an output that is a probability. Its slope is
# largest in the middle, and even there no more than **0.25**.

# %% [markdown] lang="zh"
# ## 2 · sigmoid 函数
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}, \qquad \sigma'(z) = \sigma(z)\,(1 - \sigma(z))$$
#
# 它把任何实数映射到 $(0, 1)$，适合用作输出概率。它的导数在正中间最大，而最大也不过 **0.25**。

# %%
GRID = sorted([z / 4 for z in range(-24, 25)] + [1e-4])  # a point just beyond the kink at 0


def curve_and_slope(f, name):
    slope = grad(f)
    return {name: [(z, f(z)) for z in GRID], f"{name}′": [(z, slope(z)) for z in GRID]}


lines(curve_and_slope(sigmoid, "σ"), title="sigmoid", x="z")

# %% tags=["row-11"]
slope = grad(sigmoid)
assert all(abs(slope(z) - sigmoid(z) * (1 - sigmoid(z))) < 1e-15 for z in GRID)
assert max(map(slope, GRID)) == slope(0.0) == 0.25
assert all(slope(z) < 0.25 for z in GRID if z != 0)
assert abs(grad(slope)(0.0)) < 1e-15  # the slope of the slope: 0.25 is its top
slope(0.0)

# %% [markdown] lang="en"
# ## 3 · tanh
#
# $$\tanh z = \frac{e^z - e^{-z}}{e^z + e^{-z}} = 2\,\sigma(2z) - 1, \qquad \tanh' z = 1 - \tanh^2 z$$
#
# A sigmoid that is stretched: its values lie in $(-1, 1)$ with 0 in the middle, and its slope
# reaches 1. (The notes say that *the width of its output interval is 1*. That is the sigmoid's;
# from −1 to 1 it is 2.)

# %% [markdown] lang="zh"
# ## 3 · tanh 函数
#
# $$\tanh z = \frac{e^z - e^{-z}}{e^z + e^{-z}} = 2\,\sigma(2z) - 1, \qquad \tanh' z = 1 - \tanh^2 z$$
#
# 它是拉伸了的 sigmoid：取值在 $(-1, 1)$ 之间，以 0 为中心，导数最大达到 1。（讲义说“tanh 的输出间隔为 1”。间隔为 1 的是 sigmoid；从 −1 到 1，间隔应当是 2。）

# %%
lines(curve_and_slope(tanh, "tanh"), title="tanh", x="z")

# %% tags=["row-11"]
slope = grad(tanh)
for z in GRID:
    assert abs(tanh(z) - (2 * sigmoid(2 * z) - 1)) < 1e-15
    assert abs(slope(z) - (1 - tanh(z) ** 2)) < 1e-15
assert max(map(slope, GRID)) == slope(0.0) == 1.0

widths = [f(40.0) - f(-40.0) for f in (sigmoid, tanh)]
assert widths == [1.0, 2.0]
widths

# %% [markdown] lang="en"
# ## 4 · ReLU and leaky ReLU
#
# $$\mathrm{ReLU}(z) = \max(0, z), \qquad \mathrm{leaky}(z) = \begin{cases} z & z > 0 \\ 0.01\,z & z \le 0 \end{cases}$$
#
# Two straight pieces with a kink. Where $z$ is positive the slope is 1, so nothing shrinks on
# the way back. Where it is negative, ReLU passes nothing, and leaky ReLU one hundredth. (At one
# place the notes say that leaky ReLU has *the positive gradient 0.1* there. It has the slope that
# its formula has, 0.01.)

# %% [markdown] lang="zh"
# ## 4 · ReLU 与 Leaky ReLU
#
# $$\mathrm{ReLU}(z) = \max(0, z), \qquad \mathrm{leaky}(z) = \begin{cases} z & z > 0 \\ 0.01\,z & z \le 0 \end{cases}$$
#
# 它们由两段直线组成，中间有一个折点。$z$ 为正时导数是 1，梯度往回传时不会缩小；$z$ 为负时，ReLU 什么也不传，Leaky ReLU 传回百分之一。（讲义有一处说此时“得到 0.1 的正梯度”，是笔误：按它自己的公式 $0.01x$，导数是 0.01。）

# %%
lines(
    {
        **curve_and_slope(relu, "ReLU"),
        "leaky ReLU": [(z, leaky_relu(z)) for z in GRID],
    },
    title="ReLU, leaky ReLU",
    x="z",
)

# %% tags=["row-11"]
for z in GRID:
    assert grad(relu)(z) == (1.0 if z > 0 else 0.0)
    assert grad(leaky_relu)(z) == (1.0 if z > 0 else 0.01)
h = 1e-6
difference = (leaky_relu(-2.0 + h) - leaky_relu(-2.0 - h)) / (2 * h)
assert abs(difference - 0.01) < 1e-9  # not 0.1
round(difference, 9), grad(relu)(0.0), grad(leaky_relu)(0.0)

# %% [markdown] lang="en"
# At the kink itself there is no derivative. One has to choose, and the engine says what it chose:
# 0 for ReLU, the slope 0.01 for leaky ReLU.
#
# Every slope so far is also confirmed by a method that knows no formula, small differences:

# %% [markdown] lang="zh"
# 折点处没有导数，只能约定一个值。引擎的约定写得明明白白：ReLU 取 0，Leaky ReLU 取 0.01。
#
# 到这里为止的每个导数，还可以用完全不懂公式的办法来验证，那就是有限差分：

# %% tags=["row-11"]
for f in (sigmoid, tanh, relu, leaky_relu):
    for z in (-3.1, -0.4, 0.7, 2.6):
        difference = (f(z + h) - f(z - h)) / (2 * h)
        assert abs(grad(f)(z) - difference) < 1e-8
        check_gradients(f(Value(z, "z")))  # the same, built in: an error where they disagree
    print(f"{grad(f)(0.7):.6f}  {(f(0.7 + h) - f(0.7 - h)) / (2 * h):.6f}")

# %% [markdown] lang="en"
# All four slopes in one picture. It is these curves that multiply the gradient at every layer on
# its way back.

# %% [markdown] lang="zh"
# 四条导数曲线放在一张图里。梯度往回传时，每过一层，就要乘上其中一条曲线的值。

# %%
FOUR = {"sigmoid": sigmoid, "tanh": tanh, "ReLU": relu, "leaky ReLU": leaky_relu}
lines(
    {f"{name}′": [(z, grad(f)(z)) for z in GRID] for name, f in FOUR.items()},
    title=say("the four slopes", "四种导数"),
    x="z",
)

# %% [markdown] lang="en"
# **Exercise 06.1.** A sigmoid neuron: $w = 0.8$, $x = 1.7$, $b = -0.45$, target $t = 0.2$,
# $z = wx + b$, $a = \sigma(z)$, $E = \frac12(a - t)^2$. Find $a$, $da/dz$, $dE/dz$ and
# $dE/dw$, with six decimals.

# %% [markdown] lang="zh"
# **练习 06.1.** 一个 sigmoid 神经元：$w = 0.8$，$x = 1.7$，$b = -0.45$，目标值 $t = 0.2$，$z = wx + b$，$a = \sigma(z)$，$E = \frac12(a - t)^2$。求 $a$、$da/dz$、$dE/dz$ 和 $dE/dw$，保留六位小数。

# %%
answers = {"a": "", "da/dz": "", "dE/dz": "", "dE/dw": ""}
check("06.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $z = 0.91$, and $a$ = 0.713000. $da/dz = a(1 - a)$ = 0.204631. $dE/dz = (a - t)\,a(1 - a)$ =
# 0.513000 · 0.204631 = 0.104976, and $dE/dw = dE/dz \cdot x$ = 0.178459. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $z = 0.91$，$a$ = 0.713000。$da/dz = a(1 - a)$ = 0.204631。$dE/dz = (a - t)\,a(1 - a)$ = 0.513000 · 0.204631 = 0.104976，$dE/dw = dE/dz \cdot x$ = 0.178459。
# </details>

# %% [markdown] lang="en"
# **Exercise 06.2.** A tanh neuron: $w = -1.3$, $x = 0.9$, $b = 0.35$, $t = 0.25$,
# $E = \frac12(a - t)^2$. Find $a$, $da/dz$ and $dE/db$.

# %% [markdown] lang="zh"
# **练习 06.2.** 一个 tanh 神经元：$w = -1.3$，$x = 0.9$，$b = 0.35$，$t = 0.25$，$E = \frac12(a - t)^2$。求 $a$、$da/dz$ 和 $dE/db$。

# %%
answers = {"a": "", "da/dz": "", "dE/db": ""}
check("06.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $z = -0.82$; $a$ is -0.675070. $da/dz = 1 - a^2$ = 0.544281, and
# $dE/db = (a - t)(1 - a^2) \cdot 1$, that is -0.503498. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $z = -0.82$；$a$ 等于 -0.675070。$da/dz = 1 - a^2$ = 0.544281，$dE/db = (a - t)(1 - a^2) \cdot 1$，即 -0.503498。
# </details>

# %% [markdown] lang="en"
# ## 5 · Saturation
#
# Far from 0, sigmoid and tanh are flat. A neuron there is **saturated**: whatever error arrives
# at its output, next to nothing of it reaches its weights.

# %% [markdown] lang="zh"
# ## 5 · 饱和
#
# 离 0 较远的地方，sigmoid 和 tanh 都很平。处在那里的神经元是**饱和**的：不管输出端传来多大的误差，传到权重上的几乎为零。

# %%
SIZES = range(7)
bars(
    {name: [grad(FOUR[name])(float(z)) for z in SIZES] for name in ("sigmoid", "tanh")},
    [f"z = {z}" for z in SIZES],
    title=say("the slope far from 0", "离 0 越远，导数越小"),
)


# %% tags=["row-11"]
def gradient_of_weight(activation, bias):
    neuron = Neuron(1, activation)
    neuron.load_state_dict({"w0": 1.0, "b": bias})
    half_squared_error(neuron([1.0]), 0.0).backward()  # the target is 0
    return neuron.weights[0].grad


for bias in (0.0, 4.0, 9.0):
    print(f"{gradient_of_weight('sigmoid', bias):12.8f} {gradient_of_weight('relu', bias):8.2f}")
assert gradient_of_weight("sigmoid", 9.0) < 1e-4  # the worst answer gets the smallest push
assert gradient_of_weight("relu", 9.0) == 10.0

# %% [markdown] lang="en"
# The sigmoid with $z = 10$ answers 0.99995 where 0 is wanted, and yet its weight gets the
# smallest gradient of all. (The notes say that for very large or very small inputs *the output
# tends to 1 or −1*, of the sigmoid too. That is tanh; the sigmoid tends to 1 and to 0.)

# %% [markdown] lang="zh"
# $z = 10$ 的 sigmoid 输出 0.99995，而目标是 0，错得最厉害，它的权重得到的梯度却最小。（讲义说输入非常大或非常小时，sigmoid 的“输出值会趋向于1或-1”。那是 tanh；sigmoid 趋向于 1 或 0。）

# %% tags=["row-11"]
limits = {name: (FOUR[name](-800.0), FOUR[name](800.0)) for name in ("sigmoid", "tanh")}
assert limits == {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0)}
limits

# %% [markdown] lang="en"
# ## 6 · A dead neuron
#
# With ReLU, a neuron whose $z$ is negative for *every* example gets the gradient 0 from every
# example. It cannot move, and so it stays as it is: it is **dead**. One step with too large a
# rate can do that to a bias. The drawing shows how the gradient −1.8 stops at the ReLU.

# %% [markdown] lang="zh"
# ## 6 · 死亡神经元
#
# 使用 ReLU 时，如果一个神经元对**每个**样本的 $z$ 都是负的，那么它从每个样本得到的梯度都是 0。它动不了，于是永远停在那里：它**死亡**了（Dead ReLU 问题）。学习率过大时，一步就可能把偏置推到这种地方。图中可以看到，梯度到了 ReLU 就停住了。

# %%
w, x, b = Value(0.5, "w"), Value(1.2, "x"), Value(-4.0, "b")
z = w * x + b
a = relu(z)
E = 0.5 * (a - 1.8) ** 2
for node, label in ((z, "z"), (a, "a"), (E, "E")):
    node.label = label
E.backward()
draw(E, lang=LANG)

# %% tags=["row-11"]
X = [[-1.5], [-0.5], [0.3], [0.9], [1.7]]
Y = [0.1, 0.4, 0.8, 1.1, 1.6]


def trained(activation):
    neuron = Neuron(1, activation)
    neuron.load_state_dict({"w0": 0.5, "b": -2.0})  # z is negative for all five
    history = fit(
        neuron, half_squared_error, X, Y,
        optimizer=SGD(neuron.parameters(), lr=0.5), epochs=600, compiled=False, progress=False,
    )  # fmt: skip
    return neuron, history


dead, flat = trained("relu")
assert flat.gradient_norms == [0.0] * 600  # exactly 0, in every epoch
assert [p.data for p in dead.parameters()] == [0.5, -2.0]  # not moved at all
revived, falling = trained("leaky_relu")
assert falling.gradient_norms[0] > 0
assert falling.losses[-1] < flat.losses[-1] / 10
[round(history.losses[-1], 4) for history in (flat, falling)]

# %%
lines(
    {
        "ReLU": list(enumerate(flat.losses))[::12],
        "leaky ReLU": list(enumerate(falling.losses))[::12],
    },
    title=say("only the leaky neuron comes back", "只有 Leaky ReLU 神经元活了过来"),
    x=say("epoch", "轮次"),
    y=say("loss", "损失"),
)

# %% [markdown] lang="en"
# The 0.01 is enough to crawl back to where $z$ is positive. The notes add a fair warning: that
# does not prove that leaky ReLU is always better.

# %% [markdown] lang="zh"
# 0.01 的导数足以让它慢慢爬回 $z$ 为正的地方。讲义说得公允：这并不能证明 Leaky ReLU 总是比 ReLU 更好。

# %% [markdown] lang="en"
# **Exercise 06.3.** A leaky ReLU neuron: $w = 0.7$, $x = -2.3$, $b = 0.24$, $t = 0.4$,
# $E = \frac12(a - t)^2$. Find $a$, $dE/dw$ and, with the learning rate 0.5, $w$ after one
# step (`w+`).

# %% [markdown] lang="zh"
# **练习 06.3.** 一个 Leaky ReLU 神经元：$w = 0.7$，$x = -2.3$，$b = 0.24$，$t = 0.4$，$E = \frac12(a - t)^2$。求 $a$、$dE/dw$，以及学习率取 0.5 时走一步之后的 $w$（即 `w+`）。

# %%
answers = {"a": "", "dE/dw": "", "w+": ""}
check("06.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $z = -1.37$, so $a = 0.01\,z$, that is -0.0137.
# $dE/dw = (a - t) \cdot 0.01 \cdot x = (-0.4137) \cdot 0.01 \cdot (-2.3)$ = 0.0095151. One step:
# $0.7 - 0.5 \cdot 0.0095151$ = 0.695242. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $z = -1.37$，所以 $a = 0.01\,z$，即 -0.0137。$dE/dw = (a - t) \cdot 0.01 \cdot x = (-0.4137) \cdot 0.01 \cdot (-2.3)$ = 0.0095151。走一步：$0.7 - 0.5 \cdot 0.0095151$ = 0.695242。
# </details>

# %% [markdown] lang="en"
# ## 7 · Centred on zero, or not
#
# Give each of the four 2,000 inputs that are spread evenly around 0. Only tanh answers evenly
# around 0.

# %% [markdown] lang="zh"
# ## 7 · 是否以零为中心
#
# 给四种激活函数各 2000 个均匀分布在 0 两侧的输入。只有 tanh 的输出也在 0 两侧均衡。

# %% tags=["row-11"]
inputs = [6 * (i + 0.5) / 2000 - 3 for i in range(2000)]
means = {name: sum(map(f, inputs)) / 2000 for name, f in FOUR.items()}
assert abs(means["tanh"]) < 1e-12
assert abs(means["sigmoid"] - 0.5) < 1e-12
assert abs(means["ReLU"] - 0.75) < 1e-3  # half of them 0, half of them 1.5 on average
{name: round(mean, 4) + 0.0 for name, mean in means.items()}

# %% [markdown] lang="en"
# Why it matters: the next layer's weights have the gradients $\delta\,a_1, \delta\,a_2, \dots$
# for one example, with one common $\delta$. If all $a$ are positive, all gradients have **the
# same sign**: the weights go up together or down together. If one should rise and one should
# fall, the path has to zigzag.

# %% [markdown] lang="zh"
# 为什么重要：对一个样本来说，下一层各个权重的梯度是 $\delta\,a_1, \delta\,a_2, \dots$，其中 $\delta$ 是公共的。如果所有 $a$ 都是正的，所有梯度的**符号就相同**：权重只能一起增大或一起减小。如果一个该增大、另一个该减小，路径就只能走“之”字形。

# %% tags=["row-11"]
signs = {}
for activation in ("sigmoid", "tanh"):
    random, mixed = Random(1), 0
    for _ in range(100):
        model = MLP(2, [3, 1], activation=activation, seed=random)
        half_squared_error(model([random.gauss(0, 1), random.gauss(0, 1)]), 1.0).backward()
        last = model.layers[-1].neurons[0]
        mixed += len({w.grad > 0 for w in last.weights}) == 2
    signs[activation] = mixed
assert signs["sigmoid"] == 0 < 50 < signs["tanh"]
signs  # of 100 networks: in how many the gradients of the last weights have both signs

# %% [markdown] lang="en"
# Twenty-five pairs of sigmoid outputs, and the same pairs less ½, which are centred. The targets
# are $a_1 - a_2$ both times, so the weights to be found are $(1, -1)$ both times. Each is given
# about the best rate that it bears.

# %% [markdown] lang="zh"
# 25 对 sigmoid 输出，以及同样的 25 对减去 ½，后者以零为中心。两次的目标值都是 $a_1 - a_2$，所以要找的权重都是 $(1, -1)$。学习率各取自己大致能承受的最佳值。


# %%
def descend(shift, rate, steps=25):
    outputs = [sigmoid(float(z)) - shift for z in (-2, -1, 0, 1, 2)]
    rows = [(a1, a2) for a1 in outputs for a2 in outputs]
    w = [1.0, 0.5]
    walked = [tuple(w)]
    for _ in range(steps):
        errors = [w[0] * a1 + w[1] * a2 - (a1 - a2) for a1, a2 in rows]
        slopes = [sum(e * row[k] for e, row in zip(errors, rows)) / 25 for k in (0, 1)]
        w = [w[0] - rate * slopes[0], w[1] - rate * slopes[1]]
        walked.append(tuple(w))
    return walked


positive, centred = descend(0.0, rate=3.0), descend(0.5, rate=12.0)
lines(
    {say("all positive", "全为正"): positive, say("centred", "以零为中心"): centred},
    title=say("from (1, 0.5) to (1, −1)", "从 (1, 0.5) 走到 (1, −1)"),
    x="w1",
    y="w2",
)


# %% tags=["row-11"]
def steps_until(walked, near=0.05):
    return next(i for i, w in enumerate(walked) if math.dist(w, (1, -1)) < near)


counted = [steps_until(walked) for walked in (positive, centred)]
assert counted[0] > 4 * counted[1]
counted

# %% [markdown] lang="en"
# ## 8 · What they cost
#
# The notes call sigmoid expensive, for its $e^{-z}$, and ReLU cheap. On hardware that computes
# millions of them at once this counts. In Python the call itself costs about as much as the
# exponential inside it, and leaky ReLU, which has none, may well come out slowest (times in µs;
# they differ from run to run).

# %% [markdown] lang="zh"
# ## 8 · 计算代价
#
# 讲义说 sigmoid 因为有 $e^{-z}$ 而计算成本高，ReLU 则便宜。在一次计算上百万个的硬件上，这确实要紧。在 Python 里，函数调用本身的开销与其中的指数运算差不多，没有指数运算的 Leaky ReLU 反而可能最慢（单位为微秒，每次运行都不同）。

# %% tags=["volatile"]
from timeit import timeit

for name, f in FOUR.items():
    print(f"{name:12} {timeit(lambda f=f: f(0.7), number=20_000) / 20_000 * 1e6:6.2f}")

# %% [markdown] lang="en"
# ## 9 · The wider family, and which to take
#
# Smooth relatives of ReLU, all in the engine's one table of operations:

# %% [markdown] lang="zh"
# ## 9 · 更大的家族，以及怎么选
#
# ReLU 的几个光滑的亲戚，都在引擎的同一张运算表里：

# %%
near = [z / 4 for z in range(-16, 13)]
lines(
    {
        name: [(z, getattr(autograd, name)(z)) for z in near]
        for name in ("softplus", "elu", "silu", "gelu")
    },
    title="softplus, ELU, SiLU, GELU",
    x="z",
)

# %% [markdown] lang="en"
# | where | what is usual | why |
# |---|---|---|
# | hidden layers | ReLU or a relative | slope 1 where active, cheap |
# | small or recurrent networks | tanh | centred, bounded |
# | output, one of two classes | sigmoid | a probability |
# | output, one of many classes | softmax | probabilities that sum to 1 |
# | output, a quantity | none (linear) | any number is possible |
#
# A small test to end with: exclusive or, which no straight line can separate, learnt by four
# hidden neurons. The network without a curve stays at ½ whatever it tries; all others get through
# (with this seed; with another, ReLU neurons may die here too).

# %% [markdown] lang="zh"
# | 位置 | 通常的选择 | 原因 |
# |---|---|---|
# | 隐藏层 | ReLU 及其变体 | 激活时导数为 1，计算便宜 |
# | 小网络、循环网络 | tanh | 以零为中心，有界 |
# | 输出层，二分类 | sigmoid | 输出是概率 |
# | 输出层，多分类 | softmax | 各类概率之和为 1 |
# | 输出层，回归 | 不用（线性）| 输出可以是任何数 |
#
# 最后做个小试验：异或问题，任何一条直线都分不开，用四个隐藏神经元来学。没有激活函数的网络怎么学都停在 ½；其余的都学会了（就这个随机种子而言；换一个种子，ReLU 神经元在这里也可能死亡）。

# %%
X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
Y = [0.0, 1.0, 1.0, 0.0]
curves = {}
for activation in ("linear", "sigmoid", "tanh", "relu", "leaky_relu"):
    model = MLP(2, [4, 1], activation=activation, seed=8)
    history = fit(
        model, half_squared_error, X, Y,
        optimizer=SGD(model.parameters(), lr=0.3, momentum=0.9), epochs=250,
        compiled=False, progress=False,
    )  # fmt: skip
    curves[activation] = list(enumerate(history.losses))[::10]
    print(f"{activation:11}", [round(model(x)[0].data, 2) + 0.0 for x in X])

# %%
lines(curves, say("exclusive or", "异或"), say("epoch", "轮次"), say("loss", "损失"))

# %% [markdown] lang="en"
# ## What to read next
#
# [07 · A network that learns](07_a_network_that_learns.ipynb): layers and curves together. What
# flat slopes do to twenty layers is the subject of [08](08_vanishing_and_exploding.ipynb).
#
# **Sources.** The notes on activation functions (1.1.2) and on vanishing gradients.
# [Nair, Hinton: Rectified linear units improve restricted Boltzmann machines, 2010](https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf).
# [Maas, Hannun, Ng: Rectifier nonlinearities improve neural network acoustic models, 2013](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf),
# the leaky ReLU.
# [LeCun, Bottou, Orr, Müller: Efficient BackProp, 1998](http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf),
# on centred inputs.
# [Ramachandran, Zoph, Le: Searching for activation functions, 2017](https://arxiv.org/abs/1710.05941).

# %% [markdown] lang="zh"
# ## 接下来读什么
#
# [07 · 会学习的网络](07_a_network_that_learns.ipynb)：把层和曲线放到一起。平坦的导数对二十层的网络意味着什么，见 [08](08_vanishing_and_exploding.ipynb)。
#
# **参考资料。** 讲义“激活函数的选择”（1.1.2）与“梯度消失”。[Nair, Hinton: Rectified linear units improve restricted Boltzmann machines, 2010](https://www.cs.toronto.edu/~hinton/absps/reluICML.pdf)。[Maas, Hannun, Ng: Rectifier nonlinearities improve neural network acoustic models, 2013](https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf)，提出 Leaky ReLU。[LeCun, Bottou, Orr, Müller: Efficient BackProp, 1998](http://yann.lecun.com/exdb/publis/pdf/lecun-98b.pdf)，讲输入为何要以零为中心。[Ramachandran, Zoph, Le: Searching for activation functions, 2017](https://arxiv.org/abs/1710.05941)。
