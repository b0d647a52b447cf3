# %% [markdown] lang="en"
# # 07 · A network that learns
#
# Afterwards you can train a small network on points that no straight line separates, watch its
# boundary move, and write its backward pass yourself, for one example or for $m$ at once. You
# will know which loss goes with which output.

# %% [markdown] lang="zh"
# # 07 · 会学习的网络
#
# 学完本课，你能让一个小网络学会区分直线分不开的两类点，看着决策边界一步步移动；还能自己写出反向传播，无论是一个样本还是 $m$ 个样本一起算；并且知道什么样的输出该配什么样的损失函数。

# %%
import matplotlib.pyplot as plt
import numpy as np

import autograd
import nn
from autograd import Value, draw, grad, grads, ledger, values
from nn import MLP, SGD, Layer, binary_cross_entropy, binary_cross_entropy_with_logits, fit
from nn.course import LANG, check, lines, say

plt.rcParams["figure.dpi"] = 60

# %% [markdown] lang="en"
# ## 1 · Two moons
#
# Two half circles that reach into each other, with some noise. The targets are 0 and 1.

# %% [markdown] lang="zh"
# ## 1 · 两个月牙
#
# 两个互相嵌入的半圆，加上一点噪声。目标值是 0 和 1。


# %%
def moons(number, noise, seed):
    random = np.random.RandomState(seed)
    angle = random.uniform(0, np.pi, number)
    label = np.arange(number) % 2
    x = np.where(label == 0, np.cos(angle), 1 - np.cos(angle))
    y = np.where(label == 0, np.sin(angle), 0.5 - np.sin(angle))
    return np.column_stack([x, y]) + random.normal(0, noise, (number, 2)), label


X, Y = moons(100, 0.12, seed=4)
plt.figure(figsize=(5, 3))
plt.plot(*X[Y == 0].T, "o", color="#2563eb", label="$y = 0$")
plt.plot(*X[Y == 1].T, "s", color="#d97706", label="$y = 1$")
plt.legend()
plt.show()

# %% [markdown] lang="en"
# A single neuron can draw a straight line only. It does its best; one point in ten remains on the
# wrong side.

# %% [markdown] lang="zh"
# 单个神经元只能画一条直线。它已经尽力了，但仍有一成的点落在错误的一侧。


# %%
def accuracy(model):
    guesses = [model(row)[0].data > 0 for row in X.tolist()]  # a logit above 0 says 1
    return float(np.mean(guesses == (Y == 1)))


loss = binary_cross_entropy_with_logits
neuron = Layer(2, 1, "linear", seed=1)
fit(neuron, loss, X, Y, optimizer=SGD(neuron.parameters(), lr=0.5), epochs=400, progress=False)
accuracy(neuron)

# %% [markdown] lang="en"
# ## 2 · The boundary as it moves
#
# Eight hidden neurons, each with a straight line of its own, bent by tanh, and one neuron that
# adds them up. After each piece of training the boundary (output ½, logit 0) is drawn.
# `autograd.compile` turns the network into a program that answers for a whole grid of points; it
# reads the parameters anew at every call.

# %% [markdown] lang="zh"
# ## 2 · 移动的决策边界
#
# 八个隐藏神经元，每个各有一条直线，由 tanh 弯曲，最后由一个神经元把它们加起来。每训练一段，就画一次决策边界（输出为 ½，即对数几率为 0）。`autograd.compile` 把网络变成一个程序，一次回答整个网格上的点；每次调用时它都重新读取参数。

# %%
model = MLP(2, [8, 1], activation="tanh", seed=2)
answer = autograd.compile(lambda a, b: model([a, b])[0])
a, b = np.meshgrid(np.linspace(-1.6, 2.6, 50), np.linspace(-1.1, 1.6, 50))


def show(axis, title):
    logits = np.reshape(answer.batch(a.ravel(), b.ravel()), a.shape)
    axis.contourf(a, b, logits, [-1e9, 0, 1e9], colors=["#bfdbfe", "#fed7aa"])
    axis.plot(*X[Y == 0].T, ".", color="#2563eb", markersize=4)
    axis.plot(*X[Y == 1].T, ".", color="#d97706", markersize=4)
    axis.set(title=title, xticks=[], yticks=[])


# %%
figure, axes = plt.subplots(1, 5, figsize=(14, 2.8))
optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
curve, done = [], 0
for axis, until in zip(axes, (0, 10, 40, 100, 300)):
    epochs = until - done
    curve += fit(
        model, loss, X, Y, optimizer=optimizer, epochs=epochs, batch_size=20, progress=False
    ).losses
    show(axis, f"{until}: {accuracy(model):.2f}")
    done = until
plt.show()
assert accuracy(neuron) < 0.92 < 0.98 < accuracy(model)

# %% [markdown] lang="en"
# Above each picture: the epoch and the share of points on the right side. The loss on the way:

# %% [markdown] lang="zh"
# 每幅图上方是轮次和分对的比例。一路上的损失：

# %%
lines({"L": list(enumerate(curve))[::6]}, x=say("epoch", "轮次"), y=say("loss", "损失"))

# %% [markdown] lang="en"
# ## 3 · A shallow network, one example
#
# The network of the notes: an input $x$ of shape $(3, 1)$, four hidden tanh neurons, one
# sigmoid output, cross-entropy.
#
# $$z^{[1]} = W^{[1]}x + b^{[1]},\quad a^{[1]} = \tanh z^{[1]},\quad z^{[2]} = W^{[2]}a^{[1]} + b^{[2]},\quad a^{[2]} = \sigma(z^{[2]})$$
#
# $$L = -\bigl(y \log a^{[2]} + (1 - y)\log(1 - a^{[2]})\bigr)$$
#
# Backwards, the slope of the sigmoid cancels against that of the loss, and a difference is all
# that is left:
#
# $$dz^{[2]} = \frac{a - y}{a(1 - a)} \cdot a(1 - a) = a^{[2]} - y, \qquad dW^{[2]} = dz^{[2]}\,a^{[1]\top}, \qquad db^{[2]} = dz^{[2]},$$
#
# $$dz^{[1]} = W^{[2]\top}dz^{[2]} \odot (1 - a^{[1]} \odot a^{[1]}), \qquad dW^{[1]} = dz^{[1]}x^\top, \qquad db^{[1]} = dz^{[1]}.$$

# %% [markdown] lang="zh"
# ## 3 · 浅层网络：单个样本
#
# 讲义里的网络：输入 $x$ 的形状是 $(3, 1)$，四个 tanh 隐藏神经元，一个 sigmoid 输出，损失是交叉熵。
#
# $$z^{[1]} = W^{[1]}x + b^{[1]},\quad a^{[1]} = \tanh z^{[1]},\quad z^{[2]} = W^{[2]}a^{[1]} + b^{[2]},\quad a^{[2]} = \sigma(z^{[2]})$$
#
# $$L = -\bigl(y \log a^{[2]} + (1 - y)\log(1 - a^{[2]})\bigr)$$
#
# 往回走，sigmoid 的导数与损失的导数正好约掉，只剩下一个差：
#
# $$dz^{[2]} = \frac{a - y}{a(1 - a)} \cdot a(1 - a) = a^{[2]} - y, \qquad dW^{[2]} = dz^{[2]}\,a^{[1]\top}, \qquad db^{[2]} = dz^{[2]},$$
#
# $$dz^{[1]} = W^{[2]\top}dz^{[2]} \odot (1 - a^{[1]} \odot a^{[1]}), \qquad dW^{[1]} = dz^{[1]}x^\top, \qquad db^{[1]} = dz^{[1]}.$$


# %%
def forward(x, W1, b1, W2, b2):
    Z1 = W1 @ x + b1
    A1 = np.tanh(Z1)
    Z2 = W2 @ A1 + b2
    return Z1, A1, Z2, 1 / (1 + np.exp(-Z2))


def backward(x, y, W2, A1, A2):
    m = x.shape[1]
    dZ2 = A2 - y
    dZ1 = W2.T @ dZ2 * (1 - A1**2)
    sums = [dZ.sum(axis=1, keepdims=True) for dZ in (dZ1, dZ2)]
    return dZ1 @ x.T / m, sums[0] / m, dZ2 @ A1.T / m, sums[1] / m, dZ1, dZ2


random = np.random.RandomState(7)
shapes = {"W1": (4, 3), "b1": (4, 1), "W2": (1, 4), "b2": (1, 1)}
numbers = {name: random.normal(0, 0.7, shape) for name, shape in shapes.items()}

# %% [markdown] lang="en"
# The same `forward` runs on numbers and on arrays of Values, which record a graph. So the
# formulas and the engine can be held side by side.

# %% [markdown] lang="zh"
# 同一个 `forward`，既能用普通的数来算，也能用 Value 的数组来算，后者会记录计算图。于是公式与引擎可以并排核对。

# %% tags=["row-9"]
x, y = random.normal(0, 1, (3, 1)), np.array([[1.0]])
leaves = {name: values(array, name) for name, array in numbers.items()}
Z1, A1, Z2, A2 = forward(x, **leaves)
L = -(y * np.log(A2) + (1 - y) * np.log(1 - A2))
L[0, 0].backward()

_, A1n, _, A2n = forward(x, **numbers)
dW1, db1, dW2, db2, dz1, dz2 = backward(x, y, numbers["W2"], A1n, A2n)
for name, formula in {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}.items():
    assert formula.shape == shapes[name]
    assert np.allclose(grads(leaves[name]), formula, rtol=1e-10, atol=1e-14)
assert np.allclose(grads(Z2), A2n - y) and np.allclose(grads(Z1), dz1)  # dz = a - y
dz2.round(6), dz1.round(6).ravel()

# %% [markdown] lang="en"
# **Exercise 07.1.** One input $x = 0.8$ with the target $y = 1$; two hidden tanh neurons
# without bias, $z_1 = w_1x$ and $z_2 = w_2x$ with $w_1 = 0.6$, $w_2 = -0.9$; the output
# $z = w_3a_1 + w_4a_2 + b$ with $w_3 = 0.7$, $w_4 = 0.4$, $b = -0.35$; $a = \sigma(z)$,
# cross-entropy. Find $a$, $dL/dz$, $dL/dw_3$ and $dL/dz_1$.

# %% [markdown] lang="zh"
# **练习 07.1.** 一个输入 $x = 0.8$，目标值 $y = 1$；两个没有偏置的 tanh 隐藏神经元，$z_1 = w_1x$、$z_2 = w_2x$，其中 $w_1 = 0.6$、$w_2 = -0.9$；输出 $z = w_3a_1 + w_4a_2 + b$，其中 $w_3 = 0.7$、$w_4 = 0.4$、$b = -0.35$；$a = \sigma(z)$，损失是交叉熵。求 $a$、$dL/dz$、$dL/dw_3$ 和 $dL/dz_1$。

# %%
answers = {"a": "", "dL/dz": "", "dL/dw3": "", "dL/dz1": ""}
check("07.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $a_1 = \tanh 0.48$ = 0.446244, $a_2 = \tanh(-0.72)$ = −0.616909, $z$ = −0.284393 and $a$ =
# 0.429377. $dL/dz = a - 1$, that is -0.570623. $dL/dw_3 = dL/dz \cdot a_1$, that is -0.254637.
# $dL/dz_1 = w_3 \cdot dL/dz \cdot (1 - a_1^2)$, that is -0.319895. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $a_1 = \tanh 0.48$ = 0.446244，$a_2 = \tanh(-0.72)$ = −0.616909，$z$ = −0.284393，$a$ = 0.429377。$dL/dz = a - 1$，即 -0.570623。$dL/dw_3 = dL/dz \cdot a_1$，即 -0.254637。$dL/dz_1 = w_3 \cdot dL/dz \cdot (1 - a_1^2)$，即 -0.319895。
# </details>

# %% [markdown] lang="en"
# ## 4 · m examples at once
#
# With $m$ examples side by side, $x$ of shape $(3, 1)$ becomes $X$ of shape $(3, m)$, and
# the cost is the mean of the losses. The formulas keep their form: $dZ^{[2]} = A^{[2]} - Y$, and
# each sum over examples is inside a matrix product, divided by $m$:
# $dW^{[2]} = \frac1m dZ^{[2]}A^{[1]\top}$, $db^{[2]} = \frac1m \sum dZ^{[2]}$.

# %% [markdown] lang="zh"
# ## 4 · m 个样本一起算
#
# 把 $m$ 个样本并排放在一起，形状为 $(3, 1)$ 的 $x$ 就变成形状为 $(3, m)$ 的 $X$，代价是各样本损失的平均值。公式的样子不变：$dZ^{[2]} = A^{[2]} - Y$；对样本的求和藏在矩阵乘法里，再除以 $m$：$dW^{[2]} = \frac1m dZ^{[2]}A^{[1]\top}$，$db^{[2]} = \frac1m \sum dZ^{[2]}$。

# %% tags=["row-9"]
m = 12
xs, ys = random.normal(0, 1, (3, m)), random.randint(0, 2, (1, m)).astype(float)
leaves = {name: values(array, name) for name, array in numbers.items()}
Z1, A1, Z2, A2 = forward(xs, **leaves)
J = (-(ys * np.log(A2) + (1 - ys) * np.log(1 - A2))).mean()
J.backward()

_, A1n, _, A2n = forward(xs, **numbers)
*formulas, dZ1, dZ2 = backward(xs, ys, numbers["W2"], A1n, A2n)
for name, formula in zip(shapes, formulas):
    assert np.allclose(grads(leaves[name]), formula, rtol=1e-10, atol=1e-14)
assert np.allclose(grads(Z2) * m, A2n - ys) and A1.shape == dZ1.shape == (4, m)

alone = [
    backward(xs[:, [i]], ys[:, [i]], numbers["W2"], A1n[:, [i]], A2n[:, [i]]) for i in range(m)
]
assert np.allclose(formulas[0], np.mean([each[0] for each in alone], axis=0))  # the mean of m
J.data

# %% [markdown] lang="en"
# ## 5 · Four layers: $n = [5, 5, 3, 1]$
#
# The deep network of the notes has $L = 4$ layers with 5, 5, 3 and 1 neurons. With two inputs it
# has $(2 \cdot 5 + 5) + (5 \cdot 5 + 5) + (5 \cdot 3 + 3) + (3 \cdot 1 + 1) = 67$ parameters.
# Neuron by neuron the drawing would be a large one; `fold="layer"` shows each layer as one card,
# here with the gradients of one example's cross-entropy.

# %% [markdown] lang="zh"
# ## 5 · 四层网络：$n = [5, 5, 3, 1]$
#
# 讲义的深层网络有 $L = 4$ 层，每层的神经元个数是 5、5、3、1。输入为两个时，它有 $(2 \cdot 5 + 5) + (5 \cdot 5 + 5) + (5 \cdot 3 + 3) + (3 \cdot 1 + 1) = 67$ 个参数。逐个神经元地画，图会很大；`fold="layer"` 把每一层画成一张卡片，图中的梯度来自一个样本的交叉熵。

# %% tags=["row-10"]
deep = MLP(2, [5, 5, 3, 1], activation="tanh", output_activation="sigmoid", seed=5)
assert len(deep.layers) == 4
assert [len(layer.neurons) for layer in deep.layers] == [5, 5, 3, 1]
assert len(deep.parameters()) == 15 + 30 + 18 + 4 == 67

inputs = [Value(X[0, 0], "x1"), Value(X[0, 1], "x2")]
(a4,) = deep(inputs)
a4.label = "a4"
binary_cross_entropy(a4, float(Y[0])).backward()
draw(a4, fold="layer", lang=LANG)

# %% [markdown] lang="en"
# In general, with $a^{[0]} = x$:
#
# $$z^{[l]} = W^{[l]}a^{[l-1]} + b^{[l]},\qquad a^{[l]} = g(z^{[l]}),$$
# $$dz^{[L]} = a^{[L]} - y,\qquad dz^{[l]} = W^{[l+1]\top}dz^{[l+1]} \odot g'(z^{[l]}),\qquad dW^{[l]} = \tfrac1m\,dZ^{[l]}A^{[l-1]\top}.$$
#
# Written as two loops, it serves one example and a hundred alike.

# %% [markdown] lang="zh"
# 一般地，令 $a^{[0]} = x$：
#
# $$z^{[l]} = W^{[l]}a^{[l-1]} + b^{[l]},\qquad a^{[l]} = g(z^{[l]}),$$
# $$dz^{[L]} = a^{[L]} - y,\qquad dz^{[l]} = W^{[l+1]\top}dz^{[l+1]} \odot g'(z^{[l]}),\qquad dW^{[l]} = \tfrac1m\,dZ^{[l]}A^{[l-1]\top}.$$
#
# 写成两个循环，一个样本和一百个样本都适用。


# %%
def matrices(model):
    weights = [np.array([autograd.data(n.weights) for n in l.neurons]) for l in model.layers]
    return weights, [np.array([[n.bias.data] for n in layer.neurons]) for layer in model.layers]


def by_formula(model, A, Y):
    W, b = matrices(model)
    activations = [A]
    for l in range(len(W)):
        Z = W[l] @ activations[-1] + b[l]
        activations.append(np.tanh(Z) if l < len(W) - 1 else 1 / (1 + np.exp(-Z)))
    dZ, found = activations[-1] - Y, []
    for l in reversed(range(len(W))):
        m = A.shape[1]
        found.insert(0, (dZ @ activations[l].T / m, dZ.sum(axis=1) / m))
        dZ = W[l].T @ dZ * (1 - activations[l] ** 2)
    return found


# %% tags=["row-10"]
def by_engine(model, rows, targets):
    model.zero_grad()
    for row, target in zip(rows.tolist(), targets.tolist()):
        binary_cross_entropy(model(row), target).backward(1 / len(rows))
    return [
        (
            np.array([grads(n.weights) for n in layer.neurons]),
            grads([n.bias for n in layer.neurons]),
        )
        for layer in model.layers
    ]


for count in (1, 100):  # one example, m examples
    pairs = zip(by_formula(deep, X[:count].T, Y[:count]), by_engine(deep, X[:count], Y[:count]))
    for (dW, db), (engine_dW, engine_db) in pairs:
        assert np.allclose(dW, engine_dW, rtol=1e-9, atol=1e-14)
        assert np.allclose(db, engine_db, rtol=1e-9, atol=1e-14)
[dW.shape for dW, _ in by_formula(deep, X.T, Y)]

# %% [markdown] lang="en"
# And it learns the moons, too.

# %% [markdown] lang="zh"
# 它同样能学会区分两个月牙。

# %%
optimizer = SGD(deep.parameters(), lr=0.1, momentum=0.9)
history = fit(
    deep, binary_cross_entropy, X, Y,
    optimizer=optimizer, epochs=300, batch_size=20, progress=False,
)  # fmt: skip
right = [(deep(row)[0].data > 0.5) == (target == 1) for row, target in zip(X.tolist(), Y)]
assert np.mean(right) > 0.97
round(history.losses[0], 4), round(history.losses[-1], 4), float(np.mean(right))

# %% [markdown] lang="en"
# ## 6 · The recursion of δ
#
# Call $\delta^{(l)} = \partial L / \partial z^{(l)}$ the error of layer $l$. Two of the notes
# derive that
#
# $$\delta^{(l)} = \sigma'(z^{(l)}) \odot W^{(l+1)\top}\delta^{(l+1)},\qquad \frac{\partial L}{\partial W^{(l)}} = \delta^{(l)}a^{(l-1)\top},\qquad \frac{\partial L}{\partial b^{(l)}} = \delta^{(l)}.$$
#
# Nothing in it depends on a certain network. So here are twenty random ones, of two to five
# layers with one to six neurons each, and with random activation functions; the engine has the
# gradient of every $z$ in its graph.

# %% [markdown] lang="zh"
# ## 6 · δ 的递推公式
#
# 把 $\delta^{(l)} = \partial L / \partial z^{(l)}$ 叫作第 $l$ 层的误差项。有两份讲义都推导出：
#
# $$\delta^{(l)} = \sigma'(z^{(l)}) \odot W^{(l+1)\top}\delta^{(l+1)},\qquad \frac{\partial L}{\partial W^{(l)}} = \delta^{(l)}a^{(l-1)\top},\qquad \frac{\partial L}{\partial b^{(l)}} = \delta^{(l)}.$$
#
# 公式不依赖于具体的网络。下面随机造二十个网络，二到五层，每层一到六个神经元，激活函数也随机；而引擎的计算图里保存着每个 $z$ 的梯度。

# %%
SLOPES = {  # written by hand, from z
    "sigmoid": lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
    "tanh": lambda z: 1 - np.tanh(z) ** 2,
    "softplus": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: (z > 0).astype(float),
}


def network(random):
    sizes = [int(n) for n in random.randint(1, 7, random.randint(2, 6))]
    kind = str(random.choice(list(SLOPES)))
    model = MLP(3, sizes, activation=kind, output_activation=kind, seed=int(random.randint(1000)))
    return model, random.normal(0, 1, 3), random.normal(0, 1, sizes[-1])


# %% tags=["row-6"]
random = np.random.RandomState(11)
checked = 0
for _ in range(20):
    model, x, target = network(random)
    layers = [[Value(number) for number in x]]
    for layer in model.layers:
        layers.append(layer(layers[-1]))
    nn.half_squared_error(layers[-1], target.tolist()).backward()

    z = [np.array([a.parents[0].data for a in layer]) for layer in layers[1:]]
    W, slope = matrices(model)[0], SLOPES[model.activation]
    delta = (autograd.data(layers[-1]) - target) * slope(z[-1])  # of the output layer
    for l in reversed(range(len(W))):
        assert np.allclose(grads([a.parents[0] for a in layers[l + 1]]), delta, atol=1e-12)
        neurons = model.layers[l].neurons
        before = autograd.data(layers[l])
        assert np.allclose([grads(n.weights) for n in neurons], np.outer(delta, before), atol=1e-12)
        assert np.allclose(grads([n.bias for n in neurons]), delta, atol=1e-12)
        assert np.allclose(np.outer(before, delta).T, np.outer(delta, before))  # as 002 writes it
        checked += delta.size
        if l:
            delta = slope(z[l - 1]) * (W[l].T @ delta)
checked

# %% [markdown] lang="en"
# Why the *transposed* matrix? The ledger of one hidden activation tells: its gradient is the sum
# over the neurons that it feeds, each with the weight that leads there. That is a column of $W$.

# %% [markdown] lang="zh"
# 为什么是**转置**？看一个隐藏层激活值的账本就明白：它的梯度是对它所连接的下一层各神经元求和，每一项乘以通向那里的权重。这些权重是 $W$ 的一列。

# %%
a1, a2 = Value(0.5, "a1"), Value(-0.2, "a2")
W = values([[0.65, -0.35], [0.15, 0.95]], "W")
o1, o2 = W @ np.array([a1, a2])
E = 0.5 * (autograd.sigmoid(o1) - 0.1) ** 2 + 0.5 * (autograd.sigmoid(o2) - 0.9) ** 2
o1.label, o2.label, E.label = "o1", "o2", "E"
E.backward()
assert abs(a1.grad - (0.65 * o1.grad + 0.15 * o2.grad)) < 1e-15  # a column of W
for row in ledger(E, a1):
    print(f"{row.upstream:9.6f} × {row.local:.2f} = {row.contribution:9.6f}")
print(f"{a1.grad:29.6f}")

# %% [markdown] lang="en"
# **Exercise 07.2.** Two hidden and two output neurons, all sigmoid, without biases. The inputs
# are 0.9 and 0.4; $z_1 = 0.3 \cdot 0.9 - 0.5 \cdot 0.4 = 0.07$ and
# $z_2 = 0.8 \cdot 0.9 + 0.2 \cdot 0.4 = 0.8$. The outputs' weights are
# $W = \begin{pmatrix} 0.65 & -0.35 \\ 0.15 & 0.95 \end{pmatrix}$, the targets 0.1 and 0.9,
# $E = \frac12\sum(y - t)^2$. Find $\delta$ of both outputs, $dE/do_1$ and $dE/do_2$, and of
# the first hidden neuron, $dE/dz_1$.

# %% [markdown] lang="zh"
# **练习 07.2.** 两个隐藏神经元，两个输出神经元，都用 sigmoid，没有偏置。输入是 0.9 和 0.4；$z_1 = 0.3 \cdot 0.9 - 0.5 \cdot 0.4 = 0.07$，$z_2 = 0.8 \cdot 0.9 + 0.2 \cdot 0.4 = 0.8$。输出层的权重是 $W = \begin{pmatrix} 0.65 & -0.35 \\ 0.15 & 0.95 \end{pmatrix}$，目标值是 0.1 和 0.9，$E = \frac12\sum(y - t)^2$。求两个输出的误差项 $dE/do_1$、$dE/do_2$，以及第一个隐藏神经元的误差项 $dE/dz_1$。

# %%
answers = {"dE/do1": "", "dE/do2": "", "dE/dz1": ""}
check("07.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $a_1 = \sigma(0.07)$ = 0.517493, $a_2 = \sigma(0.8)$ = 0.689974; $o_1$ = 0.094879, $o_2$ =
# 0.733100; $y_1$ = 0.523702, $y_2$ = 0.675485. $dE/do_1 = (y_1 - 0.1)\,y_1(1 - y_1)$ =
# 0.105687, $dE/do_2 = (y_2 - 0.9)\,y_2(1 - y_2)$, that is -0.049215.
# $dE/dz_1 = (0.65 \cdot 0.105687 - 0.15 \cdot 0.049215)\,a_1(1 - a_1)$ = 0.061315 · 0.249694 =
# 0.015310. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $a_1 = \sigma(0.07)$ = 0.517493，$a_2 = \sigma(0.8)$ = 0.689974；$o_1$ = 0.094879，$o_2$ = 0.733100；$y_1$ = 0.523702，$y_2$ = 0.675485。$dE/do_1 = (y_1 - 0.1)\,y_1(1 - y_1)$ = 0.105687，$dE/do_2 = (y_2 - 0.9)\,y_2(1 - y_2)$，即 -0.049215。$dE/dz_1 = (0.65 \cdot 0.105687 - 0.15 \cdot 0.049215)\,a_1(1 - a_1)$ = 0.061315 · 0.249694 = 0.015310。
# </details>

# %% [markdown] lang="en"
# ## 7 · Losses
#
# For quantities: the **mean squared error**, *half the sum* of squares (its derivative is the
# error itself), and the **absolute error** $L_1 = |\hat y - y|$ of the notes. They differ in
# what a large error weighs.

# %% [markdown] lang="zh"
# ## 7 · 损失函数
#
# 预测数量时：**均方误差**；平方和的**一半**（它的导数恰好是误差本身）；以及讲义的绝对差值度量 $L_1 = |\hat y - y|$。它们的差别在于一个大误差占多大分量。

# %%
errors = [e / 5 for e in range(-12, 13)]
lines(
    {
        "e²": [(e, e * e) for e in errors],
        "½e²": [(e, e * e / 2) for e in errors],
        "|e|": [(e, abs(e)) for e in errors],
    },
    title=say("the loss of an error e", "误差 e 的损失"),
    x="e",
)

# %% tags=["row-12"]
prediction, target = np.array([2.5, -1.0, 0.3]), np.array([2.0, 1.0, 0.3])
e = prediction - target
expected = {  # the loss, and its gradient, by hand
    nn.mean_squared_error: (np.mean(e**2), 2 * e / 3),
    nn.half_squared_error: (np.sum(e**2) / 2, e),
    nn.mean_absolute_error: (np.mean(np.abs(e)), np.sign(e) / 3),
}
for function, (number, slopes) in expected.items():
    p = values(prediction, "p")
    result = function(p, target)
    result.backward()
    assert np.isclose(result.data, number) and np.allclose(grads(p), slopes)
    print(f"{function.__name__:20} {result.data:.6f} {grads(p).round(4)}")

# %% [markdown] lang="en"
# The third error is exactly 0, where $|e|$ has a kink and no derivative. The engine's choice,
# written in `help(autograd.abs)`, is 0: a prediction that is right is not pushed.

# %% [markdown] lang="zh"
# 第三个误差恰好是 0，$|e|$ 在那里有折点，没有导数。引擎的约定写在 `help(autograd.abs)` 里：取 0，预测正确就不推动它。

# %% tags=["row-12"]
slope = grad(autograd.abs)
assert [slope(e) for e in (-0.001, 0.0, 0.001)] == [-1.0, 0.0, 1.0]
h = 1e-6
one_sided = [(abs(h) - 0) / h, (0 - abs(-h)) / h]
assert one_sided == [1.0, -1.0]  # the two sides disagree: there is no derivative
slope(0.0)

# %% [markdown] lang="en"
# **Exercise 07.3.** Predictions 2.7345, −0.4128 and 1.0871 for the targets 1.9163, 0.3672 and
# 1.5. `H` is half the sum of the squared errors, `M` their mean. Find both, and the derivatives
# of both with respect to the first prediction.

# %% [markdown] lang="zh"
# **练习 07.3.** 预测值是 2.7345、−0.4128 和 1.0871，目标值是 1.9163、0.3672 和 1.5。`H` 是误差平方和的一半，`M` 是误差平方的平均值。求 `H`、`M`，以及二者对第一个预测值的导数。

# %%
answers = {"H": "", "M": "", "dH/dp1": "", "dM/dp1": ""}
check("07.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The errors are 0.8182, −0.78 and −0.4129, their squares sum to 1.448338. `H` is half of it,
# 0.724169, and `M` a third, 0.482779. $dH/dp_1$ is the error, 0.8182;
# $dM/dp_1 = 2 \cdot 0.8182 / 3$ = 0.545467. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 误差是 0.8182、−0.78 和 −0.4129，平方和是 1.448338。`H` 是它的一半，0.724169；`M` 是它的三分之一，0.482779。$dH/dp_1$ 就是误差 0.8182；$dM/dp_1 = 2 \cdot 0.8182 / 3$ = 0.545467。
# </details>

# %% [markdown] lang="en"
# ### Why cross-entropy for a probability
#
# With a squared error behind a sigmoid, the slope $\sigma'$ stays in the gradient, and an answer
# that is badly wrong is hardly corrected. With cross-entropy $dz = a - y$: the worse the answer,
# the stronger the push. Here the target is 0:

# %% [markdown] lang="zh"
# ### 输出概率时为什么用交叉熵
#
# sigmoid 后面接平方误差，梯度里会留下 $\sigma'$：错得离谱的答案几乎得不到纠正。用交叉熵则 $dz = a - y$：错得越厉害，推得越用力。下图的目标值是 0：

# %%
zs = [z / 4 for z in range(-24, 33)]
squared = grad(lambda z: 0.5 * (autograd.sigmoid(z) - 0.0) ** 2)
entropy = grad(lambda z: binary_cross_entropy_with_logits(z, 0.0))
lines(
    {
        say("squared error", "平方误差"): [(z, squared(z)) for z in zs],
        say("cross-entropy", "交叉熵"): [(z, entropy(z)) for z in zs],
    },
    title="dL/dz",
    x="z",
)

# %% tags=["row-12"]
for z in (-3.0, 0.4, 8.0):
    for y in (0.0, 1.0):
        a = 1 / (1 + np.exp(-z))
        formula = -(y * np.log(a) + (1 - y) * np.log(1 - a))
        p, logit = Value(a), Value(z)
        on_probability = binary_cross_entropy(p, y)
        on_logit = binary_cross_entropy_with_logits(logit, y)
        on_logit.backward()
        assert np.isclose(on_probability.data, formula) and np.isclose(on_logit.data, formula)
        assert np.isclose(logit.grad, a - y)
assert entropy(8.0) > 0.999 and squared(8.0) < 0.001

# %% [markdown] lang="en"
# ### Stable where the formula is not
#
# $\log(1 - \sigma(800))$ is the logarithm of 0 in floating point, and $e^{1000}$ overflows. The
# library's losses rearrange the formulas, so that very certain answers are as good as any.

# %% [markdown] lang="zh"
# ### 公式算不出，实现要算得出
#
# 用浮点数计算时，$\log(1 - \sigma(800))$ 是 0 的对数，$e^{1000}$ 会溢出。库里的损失函数把公式作了等价变形，对非常肯定的输出照样算得准。

# %% tags=["row-12"]
from math import exp, log

for naive in (lambda: -log(1 - autograd.sigmoid(800.0)), lambda: exp(1000.0)):
    try:
        naive()
    except (ValueError, OverflowError) as error:
        print(type(error).__name__)
    else:
        raise AssertionError("the formula as it stands was expected to fail")

logit = Value(800.0)
certain_but_wrong = binary_cross_entropy_with_logits(logit, 0.0)
certain_but_wrong.backward()
assert (certain_but_wrong.data, logit.grad) == (800.0, 1.0)
assert binary_cross_entropy_with_logits(Value(800.0), 1.0).data == 0.0

logits = values([1000.0, 0.0, -1000.0], "z")
many = nn.cross_entropy(logits, 2)
many.backward()
assert many.data == 2000.0 and grads(logits).tolist() == [1.0, 0.0, -1.0]

# %% [markdown] lang="en"
# With many classes, **softmax** makes probabilities, $p_i = e^{z_i} / \sum_j e^{z_j}$, and the
# loss is $-\log p_k$ of the true class $k$. The derivative has the form that is known by now:
# $p_i$, less 1 at the true class.

# %% [markdown] lang="zh"
# 多个类别时，**softmax** 给出概率 $p_i = e^{z_i} / \sum_j e^{z_j}$，损失是真实类别 $k$ 的 $-\log p_k$。导数还是那个熟悉的样子：$p_i$，在真实类别处再减 1。

# %% tags=["row-12"]
z = np.array([0.2, 1.1, -0.7, 0.5])
p = np.exp(z) / np.exp(z).sum()
for k in range(4):
    logits = values(z, "z")
    loss_k = nn.cross_entropy(logits, k)
    loss_k.backward()
    assert np.isclose(loss_k.data, -np.log(p[k]))
    assert np.allclose(grads(logits), p - np.eye(4)[k])
p.round(4), grads(logits).round(4)

# %% [markdown] lang="en"
# **Exercise 07.4.** Logits 1.25, −0.35 and 0.55; the second class is the true one. Find $p_2$,
# $L = -\log p_2$, $dL/dz_1$ and $dL/dz_2$.

# %% [markdown] lang="zh"
# **练习 07.4.** 三个类别的对数几率（logits）是 1.25、−0.35 和 0.55，真实类别是第二个。求 $p_2$、$L = -\log p_2$、$dL/dz_1$ 和 $dL/dz_2$。

# %%
answers = {"p2": "", "L": "", "dL/dz1": "", "dL/dz2": ""}
check("07.4", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The exponentials are 3.490343, 0.704688 and 1.733253, their sum is 5.928284. $p_2$ = 0.118869,
# $L$ = 2.129735. $dL/dz_1 = p_1$ = 0.588761 and $dL/dz_2 = p_2 - 1$, that is -0.881131.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 三个指数是 3.490343、0.704688 和 1.733253，和是 5.928284。$p_2$ = 0.118869，$L$ = 2.129735。$dL/dz_1 = p_1$ = 0.588761，$dL/dz_2 = p_2 - 1$，即 -0.881131。
# </details>

# %% [markdown] lang="en"
# | what is predicted | output | loss |
# |---|---|---|
# | a quantity | linear | mean squared error, or absolute error where outliers should weigh little |
# | one of two classes | sigmoid, or the logit itself | binary cross-entropy |
# | one of many classes | logits | softmax cross-entropy |

# %% [markdown] lang="zh"
# | 预测什么 | 输出 | 损失函数 |
# |---|---|---|
# | 一个数量 | 线性 | 均方误差；想让离群点少占分量时用绝对误差 |
# | 两类之一 | sigmoid，或直接用对数几率 | 二元交叉熵 |
# | 多类之一 | 对数几率 | softmax 交叉熵 |

# %% [markdown] lang="en"
# ## What to read next
#
# [08 · Vanishing and exploding](08_vanishing_and_exploding.ipynb): what becomes of $\delta$
# over many layers.
#
# **Sources.** The notes on forward and backward propagation (1.1, 1.2), on δ (002 and 004) and on
# losses.
# [Nielsen: Neural Networks and Deep Learning, chapter 2](http://neuralnetworksanddeeplearning.com/chap2.html).
# [Rumelhart, Hinton, Williams: Learning representations by back-propagating errors, 1986](https://doi.org/10.1038/323533a0).
# [Goodfellow, Bengio, Courville: Deep Learning, chapter 6](https://www.deeplearningbook.org/contents/mlp.html).

# %% [markdown] lang="zh"
# ## 接下来读什么
#
# [08 · 梯度消失与梯度爆炸](08_vanishing_and_exploding.ipynb)：层数一多，$\delta$ 会变成什么样。
#
# **参考资料。** 讲义“正反向传播”（1.1、1.2）、δ 的推导（002 与 004）以及损失函数部分。[Nielsen: Neural Networks and Deep Learning, chapter 2](http://neuralnetworksanddeeplearning.com/chap2.html)。[Rumelhart, Hinton, Williams: Learning representations by back-propagating errors, 1986](https://doi.org/10.1038/323533a0)。[Goodfellow, Bengio, Courville: Deep Learning, chapter 6](https://www.deeplearningbook.org/contents/mlp.html)。
