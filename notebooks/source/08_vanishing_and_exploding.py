# %% [markdown] lang="en"
# # 08 · Vanishing and exploding
#
# Afterwards you can measure how large the gradient is in every layer of a network, and say why it shrinks to
# nothing in one network and grows beyond bounds in another. You have tried every usual remedy and seen by a number
# what it does: initialisation, ReLU and its family, batch normalisation, residual connections, clipping, smaller
# and falling learning rates, adaptive optimisers.

# %% [markdown] lang="zh"
# # 08 · 梯度消失与梯度爆炸
#
# 学完本课，你能量出网络每一层的梯度有多大，并说清楚：为什么在一个网络里梯度会缩小到几乎为零，在另一个网络里却会大到失控。
# 常用的补救办法你都会亲手试一遍，并用数字看到效果：初始化、ReLU 一族、批量归一化、残差连接、梯度裁剪、减小或衰减学习率、自适应优化器。

# %%
import math
from random import Random

import nn
from autograd import Value, draw, mean, sigmoid, tanh
from nn.course import LANG, check, lines, say

# %% [markdown] lang="en"
# ## A product of slopes
#
# Backpropagation multiplies one local gradient after the other. A sigmoid's slope is σ′(z) = σ(z)(1 − σ(z)), and
# it is never more than ¼, which it reaches at z = 0. Here is a chain of neurons in which every z is exactly 0, the
# best that can happen to a sigmoid (weights 1, biases −½).

# %% [markdown] lang="zh"
# ## 斜率连乘
#
# 反向传播就是把局部梯度一个接一个地乘起来。sigmoid 的导数是 $\sigma'(z)=\sigma(z)(1-\sigma(z))$，最大只有 0.25，
# 在 $z=0$ 处取到。下面这条神经元链里每个 $z$ 都恰好是 0，这是 sigmoid 能遇到的最好情形（权重为 1，偏置为 −½）。


# %%
def chain(depth, function=sigmoid):
    x = Value(0.5, "x")
    a = x
    for layer in range(1, depth + 1):
        a = function(a - 0.5)
        a.label = f"a{layer}"
    a.backward()
    return x, a


draw(chain(3)[1], lang=LANG)

# %% [markdown] lang="en"
# Read the gradients from right to left: 1, ¼, 1/16, 1/64. After n layers the gradient is 0.25ⁿ, and not one digit
# more.

# %% [markdown] lang="zh"
# 从右往左读梯度：1、¼、1/16、1/64。经过 $n$ 层之后，梯度正好是 $0.25^n$。

# %% tags=["row-19"]
for depth in (1, 2, 5, 10, 20, 40):
    x, a = chain(depth)
    assert x.grad == 0.25**depth
    print(f"{depth:3}   {x.grad:.3e}")

# %% [markdown] lang="en"
# This is the best case. Away from z = 0 the slope is smaller still. tanh has slope 1 at 0, but only 0.42 at z = 1.
# A ReLU that is on passes 1, at any depth.

# %% [markdown] lang="zh"
# 这还是最好的情形：离开 $z=0$，斜率只会更小。tanh 在 0 处斜率为 1，在 $z=1$ 处就只有 0.42。
# 而处于激活状态的 ReLU，不论多深都原样传回 1。

# %%
z = Value(1.0, "z")
slopes = {"σ, z = 0": 0.25, "tanh, z = 1": tanh(z).local_gradients()[0], "ReLU, z = 1": 1.0}
lines(
    {name: [(n, slope**n) for n in range(31)] for name, slope in slopes.items()},
    title=say("slope to the power of the depth", "斜率的深度次方"),
    x=say("layers", "层数"),
    log=True,
)

# %% [markdown] lang="en"
# In the end even the computer has no number small enough: at 538 layers the gradient *underflows*. It is exactly 0.

# %% [markdown] lang="zh"
# 再深下去，连计算机也没有这么小的数可用了：到第 538 层，梯度发生**下溢**，变成精确的 0。

# %%
shallow, deep_end = chain(537)[0].grad, chain(538)[0].grad
assert shallow > 0.0 and deep_end == 0.0
shallow, deep_end

# %% [markdown] lang="en"
# ## Where the notes slip
#
# The notes say that a *saturated* sigmoid (output near 0 or 1) makes the gradient explode, and that a sigmoid tends
# to 1 or −1. Let us look. One neuron a = σ(wx + b) multiplies the gradient on its way back by w·σ′(z). First
# without a bias: as w grows, the unit saturates. Then with a bias that keeps z at 0.

# %% [markdown] lang="zh"
# ## 讲义里的疏忽
#
# 讲义里说，sigmoid **饱和**（输出接近 0 或 1）会让误差被放大、导致梯度爆炸；又说它的输出趋向于 1 或 −1。我们来验证一下。
# 一个神经元 $a=\sigma(wx+b)$ 在反向传播时把梯度乘上 $w\,\sigma'(z)$。先不加偏置：$w$ 越大，神经元越饱和；再加一个偏置，让 $z$ 保持为 0。


# %%
def factor(w, b):
    x = Value(0.9, "x")
    sigmoid(w * x + b).backward()
    return x.grad


print(say("   w   saturated    z = 0", "   w   饱和         z = 0"))
for w in (1.0, 4.0, 16.0, 64.0):
    print(f"{w:4.0f}   {factor(w, 0.0):.2e}   {factor(w, -0.9 * w):7.2f}")
assert factor(64.0, 0.0) < 1e-20 and factor(64.0, -0.9 * 64.0) == 16.0

# %% [markdown] lang="en"
# A saturated unit makes the gradient *vanish*: the weight grows in proportion, the slope falls exponentially. What
# explodes is a large weight on a unit that is *not* saturated: w/4 for a sigmoid, w for a ReLU. And it is tanh that
# tends to −1 and 1; the sigmoid tends to 0 and 1.

# %% [markdown] lang="zh"
# 可见饱和带来的是梯度**消失**：权重只按比例增大，斜率却按指数减小。真正会爆炸的是大权重加上**没有饱和**的神经元：
# sigmoid 的因子是 $w/4$，ReLU 的因子是 $w$。另外，趋向 −1 和 1 的是 tanh；sigmoid 趋向 0 和 1。

# %%
assert 0.0 < sigmoid(-20.0) < 1e-8 and abs(tanh(-20.0) + 1.0) < 1e-12
print(f"σ(-20) = {sigmoid(-20.0):.1e}   tanh(-20) = {tanh(-20.0):.6f}")

# %% [markdown] lang="en"
# ## A deep network, measured
#
# Now a real network: eight hidden layers of six units, eight examples. The figure to look at is the norm √Σg² of
# the gradient of each layer's weights and biases.

# %% [markdown] lang="zh"
# ## 量一量深层网络
#
# 换成真正的网络：8 个隐藏层，每层 6 个神经元，8 个样本。要看的量是每一层权重与偏置的梯度范数 $\sqrt{\sum g^2}$。

# %%
random = Random(1)
X = [[random.uniform(-1, 1) for _ in range(4)] for _ in range(8)]
Y = [math.sin(3 * x[0]) * x[1] for x in X]


def loss(prediction, target):
    return nn.mean_squared_error(prediction[0], target)


def gradient_norms(model):
    model.zero_grad()
    mean([loss(p, y) for p, y in zip(model.rows(X), Y)]).backward()
    layers = [layer for layer in model.layers if isinstance(layer, (nn.Layer, nn.Residual))]
    return [math.hypot(*(p.grad for p in layer.parameters())) for layer in layers]


# %% tags=["row-19"]
def deep(activation, init=None, scale=1.0):
    model = nn.MLP(4, [6] * 8 + [1], activation, init=init, seed=3)
    for parameter in model.parameters():
        parameter.data *= scale
    return model


found = {"sigmoid": gradient_norms(deep("sigmoid"))}
print([f"{norm:.0e}" for norm in found["sigmoid"]])
assert found["sigmoid"][0] < 1e-5 * found["sigmoid"][-1]

# %% [markdown] lang="en"
# The first layer's gradient is less than a hundred-thousandth of the last one's. With any rate that suits the last
# layer, the first one stands still. The loss of such a network soon stops falling:

# %% [markdown] lang="zh"
# 第一层的梯度不到最后一层的十万分之一。学习率若适合最后一层，第一层就几乎不动。这样的网络，损失很快就不再下降：


# %%
def train(model, optimizer, epochs=25, **options):
    return nn.fit(
        model,
        loss,
        X,
        Y,
        optimizer=optimizer,
        epochs=epochs,
        compiled=False,
        progress=False,
        **options,
    )


model = deep("sigmoid")
before = [p.data for p in model.layers[0].parameters()]
stuck = train(model, nn.SGD(model.parameters(), lr=0.1))
moved = max(abs(p.data - b) for p, b in zip(model.layers[0].parameters(), before))
variance = mean([(y - mean(Y)) ** 2 for y in Y])
assert moved < 1e-5 and abs(stuck.losses[-1] - variance) < 1e-3
print(f"{stuck.losses[0]:.4f} → {stuck.losses[-1]:.4f}   {variance:.4f}   {moved:.1e}")

# %% [markdown] lang="en"
# In 25 epochs no weight of the first layer has moved by a hundred-thousandth. The loss that is left is the
# variance of the targets (the third number): the network has learned their mean and nothing else.

# %% [markdown] lang="zh"
# 25 轮之后，第一层没有一个权重的移动超过十万分之一。剩下的损失就是目标值的方差（第三个数）：网络只学到了平均值，别的什么也没学到。

# %% [markdown] lang="en"
# ## Remedy 1: initialisation
#
# **All zeros** is the worst start. All hidden units of a layer compute the same, get the same gradient, and stay
# the same for ever: three units are worth one. This is the *symmetry* that a start must break.

# %% [markdown] lang="zh"
# ## 办法一：初始化
#
# **全零**是最糟的起点：同一层的隐藏神经元算出同样的值，得到同样的梯度，于是永远相同，三个神经元只抵一个。
# 初始化要打破的正是这种**对称性**。


# %% tags=["row-20"]
def hidden_units(init):
    model = nn.MLP(4, [3, 1], "sigmoid", init=init, seed=5)
    train(model, nn.SGD(model.parameters(), lr=0.5), epochs=60)
    return [tuple(p.data for p in neuron.parameters()) for neuron in model.layers[0].neurons]


for init in ("zeros", "small_normal"):
    units = hidden_units(init)
    print(f"{init:13} {len(set(units))}   {[f'{unit[0]:.4f}' for unit in units]}")
assert len(set(hidden_units("zeros"))) == 1
assert len(set(hidden_units("small_normal"))) == 3

# %% [markdown] lang="en"
# After 60 epochs the three units that began at zero have moved, but together. The three that began at *small random*
# numbers are three.
#
# | name | draws | variance |
# |---|---|---|
# | small random | normal, σ = 0.01 | 0.0001 |
# | Xavier (Glorot) | uniform in [−a, a], a = √(6/(n_in + n_out)) | a²/3 = 2/(n_in + n_out) |
# | He | normal, σ = √(2/n_in) | 2/n_in |
#
# Do the initialisers of `nn` do what the table says? We draw 20,000 weights of a layer with 40 inputs and 60 units.

# %% [markdown] lang="zh"
# 60 轮之后，从零开始的三个神经元确实动了，但始终步调一致；从**小随机数**开始的三个神经元则各不相同。
#
# | 名称 | 分布 | 方差 |
# |---|---|---|
# | 小随机数 ×0.01 | 正态分布，$\sigma=0.01$ | 0.0001 |
# | Xavier（Glorot）| $[-a,a]$ 上的均匀分布，$a=\sqrt{6/(n_{in}+n_{out})}$ | $a^2/3=2/(n_{in}+n_{out})$ |
# | He | 正态分布，$\sigma=\sqrt{2/n_{in}}$ | $2/n_{in}$ |
#
# `nn` 的初始化器真的照表行事吗？对一个有 40 个输入、60 个神经元的层抽取 20000 个权重看看。

# %% tags=["row-20"]
from nn.init import INITIALIZERS

n_in, n_out = 40, 60
expected = {
    "small_normal": 0.01**2,
    "xavier_uniform": 2 / (n_in + n_out),
    "he_normal": 2 / n_in,
}
for name, variance in expected.items():
    generator = Random(0)
    drawn = [INITIALIZERS[name](generator, n_in, n_out) for _ in range(20_000)]
    measured = math.fsum(w * w for w in drawn) / len(drawn)
    print(f"{name:15} {variance:.6f}   {measured:.6f}   {max(map(abs, drawn)):.4f}")
    assert abs(measured / variance - 1) < 0.04  # four standard errors
    if name == "xavier_uniform":
        assert max(map(abs, drawn)) <= math.sqrt(6 / (n_in + n_out))

# %% [markdown] lang="en"
# Why these variances? A unit adds n_in products, so Var(z) = n_in · Var(w) · E(a²). With Xavier this keeps the size
# of the signal for tanh, which is the identity near 0. A ReLU cuts off half of the square, E(a²) = ½ Var(z), and
# He's 2 makes up for it. With 0.01 the signal is gone after a few layers: that advice is for shallow networks.

# %% [markdown] lang="zh"
# 为什么是这些方差？一个神经元把 $n_{in}$ 个乘积相加，所以 $\mathrm{Var}(z)=n_{in}\,\mathrm{Var}(w)\,E(a^2)$。
# tanh 在 0 附近近似恒等，Xavier 正好保持信号的大小；ReLU 砍掉平方的一半，$E(a^2)=\tfrac12\mathrm{Var}(z)$，He 的系数 2 就是用来补回这一半的。
# 若统一乘 0.01，信号几层之后就没有了：那条建议只适合浅层网络。

# %%
rows = [[random.gauss(0, 1) for _ in range(32)] for _ in range(8)]


def sizes(activation, init):
    signal, out = rows, []
    for layer in nn.MLP(32, [32] * 8, activation, activation, init=init, seed=1).layers:
        signal = [[a.data for a in layer(row)] for row in signal]
        out.append(math.sqrt(math.fsum(a * a for row in signal for a in row) / 256))
    return list(enumerate(out, 1))


# %%
signals = {
    "tanh, small_normal": sizes("tanh", "small_normal"),
    "tanh, xavier_uniform": sizes("tanh", "xavier_uniform"),
    "relu, xavier_uniform": sizes("relu", "xavier_uniform"),
    "relu, he_normal": sizes("relu", "he_normal"),
}
assert signals["tanh, small_normal"][-1][1] < 1e-8
assert 0.3 < signals["relu, he_normal"][-1][1] < 3.0
lines(
    signals,
    title=say("size of the outputs, layer by layer", "逐层输出的大小（均方根）"),
    x=say("layer", "层"),
    log=True,
)

# %% [markdown] lang="en"
# ## Remedy 2: ReLU and its family
#
# The same network with other activations, each with the initialisation that suits it. The vertical axis is
# logarithmic: the sigmoid falls by five powers of ten, the others stay within two.

# %% [markdown] lang="zh"
# ## 办法二：ReLU 一族
#
# 同一个网络换上别的激活函数，各自配上合适的初始化。纵轴是对数刻度：sigmoid 跌了五个数量级，其余的都在两个数量级之内。

# %% tags=["row-19"]
for name in ("tanh", "relu", "leaky_relu", "elu", "gelu"):
    found[name] = gradient_norms(deep(name))


def plot(norms, title):
    curves = {name: enumerate(row, 1) for name, row in norms.items()}
    return lines(curves, title=title, x=say("layer", "层"), y="√Σg²", log=True)


assert all(
    found[name][0] > 1e-2 * found[name][-1] for name in found if name not in ("sigmoid", "gelu")
)
plot(found, say("gradient norm by layer", "各层的梯度范数"))

# %% [markdown] lang="en"
# tanh does well here too, because with Xavier's start its units work near 0, where the slope is 1. A ReLU may die
# instead (lesson 06); leaky ReLU, ELU and GELU leave a way back.

# %% [markdown] lang="zh"
# 这里 tanh 表现也不错：用 Xavier 初始化时它工作在 0 附近，那里斜率为 1。ReLU 的代价是可能“死亡”（见第 06 课）；
# Leaky ReLU、ELU 和 GELU 都留了退路。

# %% [markdown] lang="en"
# ## Remedy 3: batch normalisation
#
# If units saturate because their z is too large, bring z back to mean 0 and variance 1, over the rows of the batch:
#
# $$\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad y_i = \gamma \hat x_i + \beta$$
#
# γ (`weight`) and β (`bias`) are learned. Forward, by hand:

# %% [markdown] lang="zh"
# ## 办法三：批量归一化
#
# 既然神经元因为 $z$ 过大而饱和，那就在一个批量内把 $z$ 拉回到均值 0、方差 1：
#
# $$\hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad y_i = \gamma \hat x_i + \beta$$
#
# $\gamma$（`weight`）和 $\beta$（`bias`）是要学习的参数。先手算前向传播：

# %% tags=["row-22"]
numbers = [1.0, 2.0, 4.0, 7.0]
x = [Value(number, f"x{i}") for i, number in enumerate(numbers, 1)]
norm = nn.BatchNorm(1)
y = [row[0] for row in norm([[value] for value in x])]

mu = sum(numbers) / 4
variance = sum((number - mu) ** 2 for number in numbers) / 4
hat = [(number - mu) / math.sqrt(variance + norm.eps) for number in numbers]
assert all(abs(a.data - b) < 1e-12 for a, b in zip(y, hat))
print(mu, variance, [f"{number:.4f}" for number in hat])

# %% [markdown] lang="en"
# Backward needs care: each xᵢ reaches each yⱼ in three ways: directly, through μ and through σ². Added up, with
# upstream gradients gᵢ, they give
#
# $$\frac{\partial L}{\partial x_i} = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}}
# \left(g_i - \overline{g} - \hat x_i\, \overline{g \hat x}\right), \qquad
# \frac{\partial L}{\partial \gamma} = \sum_i g_i \hat x_i, \qquad \frac{\partial L}{\partial \beta} = \sum_i g_i$$
#
# where the bar is the mean over the batch. The engine knows nothing of this formula; it follows the graph.

# %% [markdown] lang="zh"
# 反向传播要小心：每个 $x_i$ 通过三条路径影响每个 $y_j$：直接、经过 $\mu$、经过 $\sigma^2$。设上游梯度为 $g_i$，三条路径加起来得到
#
# $$\frac{\partial L}{\partial x_i} = \frac{\gamma}{\sqrt{\sigma^2 + \varepsilon}}
# \left(g_i - \overline{g} - \hat x_i\, \overline{g \hat x}\right), \qquad
# \frac{\partial L}{\partial \gamma} = \sum_i g_i \hat x_i, \qquad \frac{\partial L}{\partial \beta} = \sum_i g_i$$
#
# 其中上划线表示对批量取平均。引擎并不知道这个公式，它只是沿着计算图走。

# %% tags=["row-22"]
g = [0.3, -0.2, 0.5, 0.1]
sum(gi * yi for gi, yi in zip(g, y)).backward()

g_mean = sum(g) / 4
gx_mean = sum(gi * hi for gi, hi in zip(g, hat)) / 4
root = math.sqrt(variance + norm.eps)
by_hand = [(gi - g_mean - hi * gx_mean) / root for gi, hi in zip(g, hat)]
assert all(abs(value.grad - number) < 1e-12 for value, number in zip(x, by_hand))
assert abs(norm.weight[0].grad - 4 * gx_mean) < 1e-12 and abs(norm.bias[0].grad - sum(g)) < 1e-12
print([f"{number:.6f}" for number in by_hand], f"{sum(by_hand):.1e}")

# %% [markdown] lang="en"
# The gradients sum to 0: moving all xᵢ together changes nothing, and the gradient says so.
#
# While training, the layer also keeps *running statistics*, r ← 0.9·r + 0.1·batch, with the unbiased variance
# (m − 1). In `eval()` mode they take the batch's place, so that one row alone can be predicted.

# %% [markdown] lang="zh"
# 这些梯度之和为 0：把所有 $x_i$ 一起平移，结果不变，梯度也如实反映了这一点。
#
# 训练时这一层还维护**滑动统计量** $r \leftarrow 0.9\,r + 0.1\,\text{批量统计}$（方差用无偏的，分母为 $m-1$）。
# `eval()` 模式下用它们代替批量统计，这样单独一行数据也能预测。

# %% tags=["row-22"]
norm, running_mean, running_var = nn.BatchNorm(1), 0.0, 1.0
for batch in ([1.0, 2.0, 4.0, 7.0], [3.0, 3.5, 5.5], [0.0, 6.0, 2.0]):
    norm([[number] for number in batch])
    mu = sum(batch) / len(batch)
    unbiased = sum((number - mu) ** 2 for number in batch) / (len(batch) - 1)
    running_mean = 0.9 * running_mean + 0.1 * mu
    running_var = 0.9 * running_var + 0.1 * unbiased
assert abs(norm.running_mean[0] - running_mean) + abs(norm.running_var[0] - running_var) < 1e-12

norm.eval()
alone = norm([[5.0]])[0][0].data
assert abs(alone - (5.0 - running_mean) / math.sqrt(running_var + norm.eps)) < 1e-12
print(f"{running_mean:.4f}   {running_var:.4f}   {alone:.4f}")

# %% [markdown] lang="en"
# Now between each layer and its sigmoid. The layers are linear, then comes `BatchNorm`, then σ.

# %% [markdown] lang="zh"
# 把它放进网络：线性层之后接 `BatchNorm`，再接 $\sigma$。


# %% tags=["row-22"]
class Sigmoid(nn.Module):
    def __call__(self, row):
        return [sigmoid(z) for z in row]


def with_batch_norm():
    seed, parts, n = Random(3), [], 4
    for _ in range(8):
        parts += [nn.Layer(n, 6, "linear", seed=seed), nn.BatchNorm(6), Sigmoid()]
        n = 6
    return nn.Sequential(*parts, nn.Layer(6, 1, "linear", seed=seed))


normalised = gradient_norms(with_batch_norm())
print([f"{norm:.0e}" for norm in normalised])
assert normalised[0] > 0.1 * normalised[-1]

# %% [markdown] lang="en"
# ## Remedy 4: residual connections
#
# Let a block compute only what is to be *added*: y = x + F(x). The local gradient is 1 + F′(x), and the 1 does not
# shrink, however deep the network.

# %% [markdown] lang="zh"
# ## 办法四：残差连接
#
# 让一个模块只计算要**加上去**的部分：$y = x + F(x)$（跳跃连接，ResNet）。导数是 $1 + F'(x)$，其中的 1 不论网络多深都不会缩小。

# %% tags=["row-23"]
x, w = Value(0.6, "x"), Value(0.8, "w")
f = sigmoid(w * x)
f.label = "F"
y = x + f
y.label = "y"
y.backward()
s = 1 / (1 + math.exp(-0.48))
assert abs(x.grad - (1 + 0.8 * s * (1 - s))) < 1e-12
draw(y, lang=LANG)

# %% [markdown] lang="en"
# Two links lead back to x: one brings w·F′, the other 1. A chain of n plain blocks multiplies (w·F′)ⁿ, a chain of n
# residual ones multiplies (1 + w·F′)ⁿ. That never vanishes, but look at the second column: it may grow.

# %% [markdown] lang="zh"
# 有两条连线回到 $x$：一条带回 $wF'$，另一条带回 1。$n$ 个普通模块相乘得 $(wF')^n$，$n$ 个残差模块相乘得 $(1+wF')^n$。
# 后者不会消失，但请看第二列：它可能增长。


# %% tags=["row-23"]
def through(depth, skip):
    x = Value(0.6, "x")
    a = x
    for _ in range(depth):
        a = a + sigmoid(0.8 * a) if skip else sigmoid(0.8 * a)
    a.backward()
    return x.grad


for depth in (1, 5, 10, 20, 40):
    plain, skipped = through(depth, False), through(depth, True)
    print(f"{depth:3}   {plain:.3e}   {skipped:.3f}")
    assert skipped > 1.0 > plain

# %% [markdown] lang="en"
# It grows only a little, because the sigmoids saturate as a grows, and then their part is 0 and the skip's is 1.
# `nn.Residual` does the same with a whole layer:

# %% [markdown] lang="zh"
# 它只增长了一点点：$a$ 变大后 sigmoid 饱和，它那一份趋于 0，跳跃连接的那一份始终是 1。`nn.Residual` 对一整层做同样的事：


# %% tags=["row-23"]
def with_residual():
    seed = Random(3)
    blocks = [nn.Residual(nn.Layer(6, 6, "sigmoid", seed=seed)) for _ in range(8)]
    return nn.Sequential(
        nn.Layer(4, 6, "linear", seed=seed), *blocks, nn.Layer(6, 1, "linear", seed=seed)
    )


layer = nn.Layer(6, 6, "sigmoid", seed=3)
row = [0.1, -0.4, 0.9, 0.0, 0.3, -1.2]
out, inside = nn.Residual(layer)(row), layer(row)
assert all(o.data == r + i.data for o, r, i in zip(out, row, inside))

skipping = gradient_norms(with_residual())
print([f"{norm:.0e}" for norm in skipping])
assert skipping[0] > 0.1 * skipping[-1]

# %% [markdown] lang="en"
# ## All beside each other
#
# Eight hidden layers, one question: how much of the gradient arrives at the first?

# %% [markdown] lang="zh"
# ## 放在一起比较
#
# 8 个隐藏层，一个问题：到第一层时，梯度还剩多少？

# %% tags=["row-19"]
beside = {
    "σ": found["sigmoid"],
    "σ, ×0.01": gradient_norms(deep("sigmoid", "small_normal")),
    "tanh + Xavier": found["tanh"],
    "ReLU + He": found["relu"],
    say("σ + batch norm", "σ + 批量归一化"): normalised,
    say("σ + residual", "σ + 残差连接"): skipping,
}
shares = [norms[0] / norms[-1] for norms in beside.values()]
assert max(shares[:2]) < 1e-5 and min(shares[2:]) > 1e-2
plot(beside, say("gradient norm by layer, remedy by remedy", "各种办法下各层的梯度范数"))

# %% [markdown] lang="en"
# And does it help learning? 25 epochs of Adam for each:

# %% [markdown] lang="zh"
# 这对学习有用吗？各用 Adam 训练 25 轮：

# %%
models = {
    "σ": deep("sigmoid"),
    "tanh + Xavier": deep("tanh"),
    "ReLU + He": deep("relu"),
    say("σ + batch norm", "σ + 批量归一化"): with_batch_norm(),
}
runs = {name: train(m, nn.Adam(m.parameters(), lr=0.02)).losses for name, m in models.items()}
lasts = [losses[-1] for losses in runs.values()]
assert all(last < 0.5 * lasts[0] for last in lasts[1:])
lines(
    {name: enumerate(losses, 1) for name, losses in runs.items()},
    title=say("loss", "损失"),
    x=say("epoch", "轮次"),
)

# %% [markdown] lang="en"
# ## Exploding
#
# The other side of the same product. We double all weights of the leaky ReLU network. Every layer multiplies by
# about twice as much as before, and nine layers make 2⁹ = 512.

# %% [markdown] lang="zh"
# ## 梯度爆炸
#
# 同一个连乘积的另一面。把 Leaky ReLU 网络的所有权重加倍：每一层的因子大约变成原来的两倍，九层就是 $2^9=512$ 倍。

# %% tags=["row-18"]
small, large = deep("leaky_relu"), deep("leaky_relu", scale=2.0)
outputs = [model.rows(X)[0][0].data for model in (small, large)]
assert math.isclose(outputs[1], 512 * outputs[0])
exploding = gradient_norms(large)
assert min(exploding) > 50 * max(gradient_norms(small))
plot(
    {"×1": gradient_norms(small), "×2": exploding},
    say("gradient norm by layer, weights doubled", "各层的梯度范数：权重加倍"),
)

# %% [markdown] lang="en"
# One step along such a gradient throws the weights far away, where the next gradient is larger still. `fit` stops
# and says where it happened.

# %% [markdown] lang="zh"
# 沿着这样的梯度走一步，权重就被甩到很远的地方，那里的梯度更大。`fit` 会停下来，并指出是在哪里出的事。


# %% tags=["row-18"]
from nn.training.errors import DivergenceError


def explode(rate=0.006, optimizer=nn.SGD, **options):
    model = deep("leaky_relu", scale=2.0)
    return train(model, optimizer(model.parameters(), lr=rate), epochs=30, **options).losses


try:
    explode()
    raise AssertionError("it should have diverged")
except DivergenceError as error:
    print(str(error).split(":")[0])

# %% [markdown] lang="en"
# **Clipping by a threshold.** If the norm of the whole gradient is above a threshold c, scale it by c/norm. The step
# keeps its direction (`clip_grad_norm`). Clipping each number by itself (`clip_grad_value`) turns it.

# %% [markdown] lang="zh"
# **按阈值裁剪梯度**。整个梯度的范数超过阈值 $c$ 时，就整体乘以 $c/\text{范数}$，方向不变（`clip_grad_norm`）。
# 若对每个分量单独裁剪（`clip_grad_value`），方向会改变。

# %% tags=["row-18"]
a, b = Value(0.0, "a"), Value(0.0, "b")


def clipped(clip):
    a.grad, b.grad = 30.0, 40.0
    clip([a, b], 5.0)
    return round(a.grad, 4), round(b.grad, 4)


print(clipped(nn.clip_grad_norm), clipped(nn.clip_grad_value))
assert clipped(nn.clip_grad_norm) == (3.0, 4.0) and clipped(nn.clip_grad_value) == (5.0, 5.0)

# %% [markdown] lang="en"
# The same start, the same 30 epochs, one remedy at a time:

# %% [markdown] lang="zh"
# 同样的起点，同样 30 轮，每次只用一种办法：


# %% tags=["row-18"]
def falling():
    model = deep("leaky_relu", scale=2.0)
    optimizer = nn.SGD(model.parameters(), lr=0.006)
    schedule = nn.ExponentialDecay(optimizer, gamma=0.8)
    return train(model, optimizer, epochs=30, schedule=schedule).losses


cured = {
    say("clipped at 1", "裁剪阈值 1"): explode(clip=1.0),
    say("smaller rate, 0.0005", "更小的学习率 0.0005"): explode(0.0005),
    say("falling rate, ×0.8", "衰减的学习率 ×0.8"): falling(),
    "AdaGrad": explode(0.1, nn.AdaGrad),
    "Adam": explode(optimizer=nn.Adam),
}
for losses in cured.values():
    print(f"{losses[0]:.2f} → {losses[-1]:.2f}")
    assert losses[-1] < 0.2 * losses[0]

# %%
lines(
    {name: enumerate(losses, 1) for name, losses in cured.items()},
    title=say("loss after each remedy (alone)", "各种办法单独使用时的损失"),
    x=say("epoch", "轮次"),
    log=True,
)

# %% [markdown] lang="en"
# They are not equally good. A step of plain descent that survives has still thrown the network about, as the peaks
# show; clipping and adaptive rates limit the step itself. And the best cure is not to start there: an initialisation
# of the right size, or an activation with bounded outputs, or normalised z.

# %% [markdown] lang="zh"
# 它们并不一样好。普通梯度下降即使挺了过来，网络也被甩得东倒西歪（看那些尖峰）；裁剪和自适应优化器则直接限制了步长。
# 最好的办法是一开始就别落到那里：大小合适的初始化、输出有界的激活函数，或归一化的 $z$。

# %% tags=["row-18"]
doubled = with_batch_norm()
for parameter in doubled.parameters():
    parameter.data *= 2.0
starts = {
    say("He's start", "He 初始化"): deep("leaky_relu"),
    "tanh": deep("tanh", scale=2.0),
    say("batch norm", "批量归一化"): doubled,
}
for name, model in starts.items():
    losses = train(model, nn.SGD(model.parameters(), lr=0.006), epochs=30).losses
    print(f"{losses[0]:.2f} → {losses[-1]:.2f}   {max(gradient_norms(model)):.2f}   {name}")
    assert losses[-1] < losses[0] and max(gradient_norms(model)) < 10.0

# %% [markdown] lang="en"
# ## Exercises
#
# Give six significant digits.
#
# **Exercise 08.1.** Three sigmoid neurons stand one behind the other: z₁ = w₁x, a₁ = σ(z₁), z₂ = w₂a₁, a₂ = σ(z₂),
# z₃ = w₃a₂, a₃ = σ(z₃), E = ½(a₃ − t)². Given x = 1.2, w₁ = 0.7, w₂ = −1.3, w₃ = 0.9, t = 0.25, what are the
# gradients of the three weights?

# %% [markdown] lang="zh"
# ## 练习
#
# 请写六位有效数字。
#
# **练习 08.1.** 三个 sigmoid 神经元首尾相接：$z_1=w_1x$，$a_1=\sigma(z_1)$，$z_2=w_2a_1$，$a_2=\sigma(z_2)$，
# $z_3=w_3a_2$，$a_3=\sigma(z_3)$，$E=\tfrac12(a_3-t)^2$。已知 $x=1.2$，$w_1=0.7$，$w_2=-1.3$，$w_3=0.9$，$t=0.25$，求三个权重的梯度。

# %%
answers = {"dE/dw3": "", "dE/dw2": "", "dE/dw1": ""}  # type your figures between the quotes
check("08.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Forwards: a₁ = 0.698465, a₂ = 0.287414, a₃ = 0.564309. With δ₃ = (a₃ − t)·a₃(1 − a₃) = 0.0772758:
#
# - dE/dw3 = δ₃a₂ = 0.0222101
# - δ₂ = δ₃w₃·a₂(1 − a₂), dE/dw2 = δ₂a₁ = 0.00994900
# - δ₁ = δ₂w₂·a₁(1 − a₁), dE/dw1 = δ₁x = -0.00467995
#
# Each is less than half of the one before, in only three layers.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 前向传播：$a_1=0.698465$，$a_2=0.287414$，$a_3=0.564309$。令 $\delta_3=(a_3-t)\,a_3(1-a_3)=0.0772758$：
#
# - dE/dw3 = $\delta_3a_2$ = 0.0222101
# - $\delta_2=\delta_3w_3\,a_2(1-a_2)$，dE/dw2 = $\delta_2a_1$ = 0.00994900
# - $\delta_1=\delta_2w_2\,a_1(1-a_1)$，dE/dw1 = $\delta_1x$ = -0.00467995
#
# 才三层，每一个就都不到后一个的一半。
# </details>

# %% [markdown] lang="en"
# **Exercise 08.2.** A layer has n_in = 37 inputs and n_out = 19 units. What is the bound `a` of Xavier's interval, and
# what is He's standard deviation `sigma`?

# %% [markdown] lang="zh"
# **练习 08.2.** 一个层有 $n_{in}=37$ 个输入、$n_{out}=19$ 个神经元。Xavier 区间的边界 `a` 是多少？He 初始化的标准差 `sigma` 是多少？

# %%
answers = {"a": "", "sigma": ""}
check("08.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# a = √(6/(37 + 19)) = 0.327327 and sigma = √(2/37) = 0.232495. They are not of one kind: a is a bound, and the
# standard deviation of that uniform distribution is a/√3 = 0.188982.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $a=\sqrt{6/(37+19)}$ = 0.327327，$\sigma=\sqrt{2/37}$ = 0.232495。两者不是同一种量：$a$ 是边界，
# 这个均匀分布的标准差是 $a/\sqrt3=0.188982$。
# </details>

# %% [markdown] lang="en"
# **Exercise 08.3.** A residual block with one weight: z = wx, F = tanh(z), y = x + F, E = ½(y − t)². Given x = 0.6,
# w = −1.7, t = 1.1, what are dE/dx and dE/dw?

# %% [markdown] lang="zh"
# **练习 08.3.** 只有一个权重的残差模块：$z=wx$，$F=\tanh(z)$，$y=x+F$，$E=\tfrac12(y-t)^2$。已知 $x=0.6$，$w=-1.7$，$t=1.1$，求 dE/dx 和 dE/dw。

# %%
answers = {"dE/dx": "", "dE/dw": ""}
check("08.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# y − t = −1.26987 goes back along two ways. F′ = 1 − F² = 0.407305.
#
# - dE/dx = (y − t)(1 + w·F′) = -0.390586
# - dE/dw = (y − t)·F′·x = -0.310334
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $y-t=-1.26987$ 沿两条路径传回；$F'=1-F^2=0.407305$。
#
# - dE/dx = $(y-t)(1+wF')$ = -0.390586
# - dE/dw = $(y-t)\,F'\,x$ = -0.310334
# </details>

# %% [markdown] lang="en"
# **Exercise 08.4.** The gradients of two weights are g1 = 7.3 and g2 = −4.6, and the threshold is c = 2.5. What is
# their `norm`, and what are the clipped gradients `g1c` and `g2c`?

# %% [markdown] lang="zh"
# **练习 08.4.** 两个权重的梯度是 g1 = 7.3 和 g2 = −4.6，阈值是 c = 2.5。它们的范数 `norm` 是多少？裁剪之后的梯度 `g1c` 和 `g2c` 各是多少？

# %%
answers = {"norm": "", "g1c": "", "g2c": ""}
check("08.4", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# norm = √(7.3² + 4.6²) = 8.62844. Both are multiplied by 2.5/8.62844 = 0.289740: g1c = 2.11510 and g2c = -1.33280.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# norm = $\sqrt{7.3^2+4.6^2}$ = 8.62844。两个梯度都乘以 $2.5/8.62844=0.289740$：g1c = 2.11510，g2c = -1.33280。
# </details>

# %% [markdown] lang="en"
# ## What to read next
#
# [09 · Optimisers and schedules](09_optimisers_and_schedules.ipynb) takes the last two remedies apart: how each
# optimiser steps, and how a rate falls. [12 · Memory](12_memory.ipynb) meets vanishing gradients again, in time.
#
# Sources: X. Glorot and Y. Bengio, [*Understanding the difficulty of training deep feedforward neural
# networks*](https://proceedings.mlr.press/v9/glorot10a.html), 2010 · K. He and others, [*Delving deep into
# rectifiers*](https://arxiv.org/abs/1502.01852), 2015 · S. Ioffe and C. Szegedy, [*Batch
# normalization*](https://arxiv.org/abs/1502.03167), 2015 · K. He and others, [*Deep residual
# learning*](https://arxiv.org/abs/1512.03385), 2015 · R. Pascanu, T. Mikolov and Y. Bengio, [*On the difficulty of
# training recurrent neural networks*](https://arxiv.org/abs/1211.5063), 2013.

# %% [markdown] lang="zh"
# ## 接下来读什么
#
# [09 · 优化器与学习率调度](09_optimisers_and_schedules.ipynb) 细讲最后两种办法：各种优化器怎样走一步，学习率怎样衰减。
# [12 · 记忆](12_memory.ipynb) 会再次遇到梯度消失，这一次是在时间上。
#
# 参考资料：X. Glorot 与 Y. Bengio，[*Understanding the difficulty of training deep feedforward neural
# networks*](https://proceedings.mlr.press/v9/glorot10a.html)，2010 · 何恺明等，[*Delving deep into
# rectifiers*](https://arxiv.org/abs/1502.01852)，2015 · S. Ioffe 与 C. Szegedy，[*Batch
# normalization*](https://arxiv.org/abs/1502.03167)，2015 · 何恺明等，[*Deep residual
# learning*](https://arxiv.org/abs/1512.03385)，2015 · R. Pascanu、T. Mikolov 与 Y. Bengio，[*On the difficulty of
# training recurrent neural networks*](https://arxiv.org/abs/1211.5063)，2013。
