# %% [markdown] lang="en"
# # 09 · Optimisers and schedules
#
# Afterwards you can write the update of SGD, momentum, AdaGrad, RMSProp and Adam from memory, and say what each of
# them remembers of the past gradients and why. You can read the path each one takes through a long thin valley, and
# choose how the learning rate should fall.

# %% [markdown] lang="zh"
# # 09 · 优化器与学习率调度
#
# 学完本课，你能默写 SGD、动量、AdaGrad、RMSProp 和 Adam 的更新公式，并说清楚它们各自记住了过去梯度的什么、为什么要记。
# 你还能看懂它们在一条狭长山谷里走出的路径，并为学习率选择合适的衰减方式。

# %%
import math
from random import Random

import nn
from autograd import Value, draw
from nn.course import LANG, check, lines, say

# %% [markdown] lang="en"
# ## A long thin valley
#
# The loss L = ½(x² + 25y²) is a valley: 25 times as steep across as along. Lesson 05 met such contours with features
# that were not scaled. Its gradient is (x, 25y); the engine finds the same.

# %% [markdown] lang="zh"
# ## 一条狭长的山谷
#
# 损失 $L=\tfrac12(x^2+25y^2)$ 是一条山谷：横向的陡峭程度是纵向的 25 倍。第 05 课里，没有缩放的特征就给出这样的等高线。
# 它的梯度是 $(x,\,25y)$，引擎算出的也一样。


# %%
def valley(x, y):
    return 0.5 * (x * x + 25.0 * y * y)


x, y = Value(-4.0, "x"), Value(1.5, "y")
valley(x, y).backward()
assert (x.grad, y.grad) == (-4.0, 37.5)


def path(make, steps=40, factor=1.0, schedule=None):
    x, y = Value(-4.0, "x"), Value(1.5, "y")
    optimizer = make([x, y])
    falling = schedule(optimizer) if schedule else None
    points = [(x.data, y.data)]
    for _ in range(steps):
        optimizer.zero_grad()
        (factor * valley(x, y)).backward()
        optimizer.step()
        if falling:
            falling.step()
        points.append((x.data, y.data))
    return points


# %% [markdown] lang="en"
# For pictures we need the contours, which are ellipses, and for figures the number of steps until the loss stays
# below 0.001.

# %% [markdown] lang="zh"
# 画图需要等高线，它们是椭圆；比较时用一个数：损失从第几步起一直低于 0.001。


# %%
def ellipse(height):
    a, b = math.sqrt(2 * height), math.sqrt(2 * height / 25)
    turns = [2 * math.pi * k / 48 for k in range(49)]
    return [(a * math.cos(turn), b * math.sin(turn)) for turn in turns]


contours = [point for height in (0.5, 2, 8, 18, 32) for point in ellipse(height)]


def plot(paths, title):
    curves = {say("contours", "等高线"): contours, **paths}
    return lines(curves, title=title, x="x", y="y", grey=1)


def steps_needed(make, schedule=None):
    losses = [valley(*point) for point in path(make, 300, schedule=schedule)]
    above = [step for step, loss in enumerate(losses) if loss >= 1e-3]
    return above[-1] + 1 if above[-1] < 300 else None


# %% [markdown] lang="en"
# ## SGD: the plain step
#
# $$w \leftarrow w - \alpha\, g$$
#
# Across the valley each step multiplies y by 1 − 25α. At α = 0.02 that is ½, a calm descent that crawls along; at
# 0.07 it is −¾, and the path leaps from side to side; above 2/25 = 0.08 it diverges.

# %% [markdown] lang="zh"
# ## SGD：最朴素的一步
#
# $$w \leftarrow w - \alpha\, g$$
#
# 横向上，每一步把 $y$ 乘以 $1-25\alpha$。$\alpha=0.02$ 时因子是 ½，下降平稳，但纵向慢得像爬；$\alpha=0.07$ 时因子是 −¾，
# 路径左右震荡；$\alpha>2/25=0.08$ 就发散。


# %%
def sgd(rate):
    return lambda parameters: nn.SGD(parameters, lr=rate)


for rate in (0.02, 0.07, 0.081):
    walked = path(sgd(rate))
    assert math.isclose(walked[5][1], 1.5 * (1 - 25 * rate) ** 5)
    print(f"{rate:<5}   {1 - 25 * rate:6.3f}   {valley(*walked[-1]):9.4f}")
plot({"α = 0.02": path(sgd(0.02)), "α = 0.07": path(sgd(0.07))}, "SGD")

# %% [markdown] lang="en"
# ## Momentum: remember the direction
#
# $$v \leftarrow \mu v + g, \qquad w \leftarrow w - \alpha v$$
#
# Across the valley the gradients alternate and cancel in v; along it they agree and add up, to 1/(1 − μ) times one
# gradient. With μ = 0.7 that is more than three times.

# %% [markdown] lang="zh"
# ## 动量：记住方向
#
# $$v \leftarrow \mu v + g, \qquad w \leftarrow w - \alpha v$$
#
# 横向的梯度正负交替，在 $v$ 里互相抵消；纵向的梯度方向一致，不断累积，最多达到单个梯度的 $1/(1-\mu)$ 倍。$\mu=0.7$ 时超过三倍。


# %%
def momentum(parameters):
    return nn.SGD(parameters, lr=0.03, momentum=0.7)


w = Value(0.0, "w")
optimizer = nn.SGD([w], lr=1.0, momentum=0.7)
for _ in range(40):
    before, w.grad = w.data, 1.0
    optimizer.step()
assert abs((before - w.data) - 1 / (1 - 0.7)) < 1e-5
print(f"{before - w.data:.4f}")
plot({"SGD": path(sgd(0.07)), say("momentum", "动量"): path(momentum)}, say("momentum", "动量"))

# %% [markdown] lang="en"
# Is it the published rule? Sutskever and others (2013, equations 1 and 2) write v ← μv − αg, w ← w + v. Here it is
# in plain Python, with the gradient (x, 25y) by hand, for ten steps:

# %% [markdown] lang="zh"
# 这就是论文里的规则吗？Sutskever 等人（2013，式 1 和式 2）写成 $v\leftarrow\mu v-\alpha g$，$w\leftarrow w+v$。
# 下面用纯 Python 写出来，梯度 $(x,\,25y)$ 也手写，走十步：


# %% tags=["row-21"]
def by_hand(rule, steps=10):
    """Ten steps of a rule(w, g, memory, t) -> w for each coordinate by itself."""
    w, memory = [-4.0, 1.5], [{}, {}]
    walked = [tuple(w)]
    for t in range(1, steps + 1):
        gradient = w[0], 25.0 * w[1]
        w = [rule(w[i], gradient[i], memory[i], t) for i in (0, 1)]
        walked.append(tuple(w))
    return walked


def same(make, rule):
    pairs = list(zip(path(make, 10), by_hand(rule)))
    return max(abs(a - b) for one, other in pairs for a, b in zip(one, other))


def published_momentum(w, g, memory, t):
    memory["v"] = 0.7 * memory.get("v", 0.0) - 0.03 * g
    return w + memory["v"]


assert same(sgd(0.07), lambda w, g, memory, t: w - 0.07 * g) < 1e-12
assert same(momentum, published_momentum) < 1e-12
print(f"{path(momentum, 10)[-1][0]:.9f}   {by_hand(published_momentum)[-1][0]:.9f}")

# %% [markdown] lang="en"
# Nesterov's variant takes the gradient where the momentum is about to carry it. In the form of PyTorch, and ours,
# the parameter that is kept *is* that place, so that one adds the velocity once more: w ← w − α(g + μv).

# %% [markdown] lang="zh"
# Nesterov 的变体在动量即将到达的位置求梯度。PyTorch（以及本库）保存的参数本身**就是**那个位置，于是多加一次速度：
# $w\leftarrow w-\alpha(g+\mu v)$。


# %% tags=["row-21"]
def nesterov(parameters):
    return nn.SGD(parameters, lr=0.03, momentum=0.8, nesterov=True)


def looking_ahead(steps=10):
    """Sutskever's equations 3 and 4, with the gradient taken at w + μv."""
    w, v, places = [-4.0, 1.5], [0.0, 0.0], [(-4.0, 1.5)]
    for _ in range(steps):
        ahead = [w[i] + 0.8 * v[i] for i in (0, 1)]
        v = [0.8 * v[0] - 0.03 * ahead[0], 0.8 * v[1] - 0.03 * 25.0 * ahead[1]]
        w = [w[i] + v[i] for i in (0, 1)]
        places.append((w[0] + 0.8 * v[0], w[1] + 0.8 * v[1]))
    return places


pairs = zip(path(nesterov, 10), looking_ahead())
assert all(math.dist(ours, theirs) < 1e-12 for ours, theirs in pairs)
print(f"{path(nesterov, 10)[-1][0]:.9f}   {looking_ahead()[-1][0]:.9f}")

# %% [markdown] lang="en"
# ## AdaGrad: a rate for each parameter
#
# $$s \leftarrow s + g^2, \qquad w \leftarrow w - \frac{\alpha}{\sqrt{s} + \varepsilon}\, g$$
#
# Each parameter divides by the size of its own past gradients. So steepness cancels: the path across and the path
# along fall in the same way, as if the valley were round.

# %% [markdown] lang="zh"
# ## AdaGrad：每个参数有自己的学习率
#
# $$s \leftarrow s + g^2, \qquad w \leftarrow w - \frac{\alpha}{\sqrt{s} + \varepsilon}\, g$$
#
# 每个参数除以自己过去梯度的大小，陡峭程度就抵消了：横向和纵向以同样的方式下降，好像山谷是圆的。


# %% tags=["row-21"]
def adagrad(parameters):
    return nn.AdaGrad(parameters, lr=1.0)


def published_adagrad(w, g, memory, t):
    memory["s"] = memory.get("s", 0.0) + g * g
    return w - 1.0 * g / (math.sqrt(memory["s"]) + 1e-10)


assert same(adagrad, published_adagrad) < 1e-12
first, second = path(adagrad, 1)
assert all(math.isclose(abs(a - b), 1.0, rel_tol=1e-9) for a, b in zip(first, second))
print(f"({second[0]:.6f}, {second[1]:.6f})")

# %% [markdown] lang="en"
# The first step is exactly α long in every coordinate, whatever the gradient. But s only ever grows, so that the
# steps shrink like α/√t even where the gradient does not.

# %% [markdown] lang="zh"
# 第一步在每个坐标上都恰好走 α，与梯度大小无关。但 $s$ 只增不减，所以即使梯度不变，步长也会像 $\alpha/\sqrt t$ 那样不断缩小。

# %% [markdown] lang="en"
# ## RMSProp: forget the distant past
#
# $$s \leftarrow \rho s + (1 - \rho) g^2, \qquad w \leftarrow w - \frac{\alpha}{\sqrt{s} + \varepsilon}\, g$$
#
# A running mean instead of the sum. Under a constant gradient of 1, watch the length of the steps:

# %% [markdown] lang="zh"
# ## RMSProp：忘掉久远的过去
#
# $$s \leftarrow \rho s + (1 - \rho) g^2, \qquad w \leftarrow w - \frac{\alpha}{\sqrt{s} + \varepsilon}\, g$$
#
# 把累加换成滑动平均。让梯度恒为 1，看看步长怎样变化：


# %% tags=["row-21"]
def rmsprop(parameters):
    return nn.RMSProp(parameters, lr=0.1, alpha=0.9)


def published_rmsprop(w, g, memory, t):
    memory["s"] = 0.9 * memory.get("s", 0.0) + 0.1 * g * g
    return w - 0.1 * g / (math.sqrt(memory["s"]) + 1e-8)


def lengths(make, steps=60):
    w, found = Value(0.0, "w"), []
    optimizer = make([w])
    for step in range(1, steps + 1):
        before, w.grad = w.data, 1.0
        optimizer.step()
        found.append((step, before - w.data))
    return found


assert same(rmsprop, published_rmsprop) < 1e-12
assert math.isclose(lengths(adagrad)[24][1], 1 / 5)  # after 25 steps
assert math.isclose(lengths(rmsprop)[-1][1], 0.1, rel_tol=1e-2)

# %%
lines(
    {"AdaGrad, α = 1": lengths(adagrad), "RMSProp, α = 0.1": lengths(rmsprop)},
    title=say("length of the steps under a constant gradient", "梯度恒定时的步长"),
    x=say("step", "步"),
)

# %% [markdown] lang="en"
# ## Adam: both memories, corrected for their start
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
# \hat m = \frac{m}{1 - \beta_1^t}, \quad \hat v = \frac{v}{1 - \beta_2^t}, \quad
# w \leftarrow w - \alpha \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# m is the momentum, v the recent size. Both start at 0 and are at first too small, by the factors 1 − βᵗ that the
# hats take out. Without them the first step would be (1 − β₁)/√(1 − β₂) = 3.16 times as long.

# %% [markdown] lang="zh"
# ## Adam：两种记忆，再修正起点
#
# $$m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad
# \hat m = \frac{m}{1 - \beta_1^t}, \quad \hat v = \frac{v}{1 - \beta_2^t}, \quad
# w \leftarrow w - \alpha \frac{\hat m}{\sqrt{\hat v} + \varepsilon}$$
#
# $m$ 是动量，$v$ 是近期梯度的大小。两者都从 0 起步，开始时偏小，差的正是因子 $1-\beta^t$，戴上“帽子”就是为了除掉它。
# 若不修正，第一步会长 $(1-\beta_1)/\sqrt{1-\beta_2}=3.16$ 倍。


# %% tags=["row-21"]
def adam(parameters):
    return nn.Adam(parameters, lr=0.3)


def published_adam(w, g, memory, t, corrected=True):
    memory["m"] = 0.9 * memory.get("m", 0.0) + 0.1 * g
    memory["v"] = 0.999 * memory.get("v", 0.0) + 0.001 * g * g
    m = memory["m"] / (1 - 0.9**t) if corrected else memory["m"]
    v = memory["v"] / (1 - 0.999**t) if corrected else memory["v"]
    return w - 0.3 * m / (math.sqrt(v) + 1e-8)


assert same(adam, published_adam) < 1e-12
right = published_adam(-4.0, -4.0, {}, 1) + 4.0
without = published_adam(-4.0, -4.0, {}, 1, corrected=False) + 4.0
print(f"{right:.4f}   {without:.4f}   {without / right:.4f}")

# %% [markdown] lang="en"
# `AdamW` differs in one point: weight decay is taken from the weight itself and does not pass through m and v
# (Loshchilov and Hutter, 2019, algorithm 2).

# %% [markdown] lang="zh"
# `AdamW` 只有一点不同：权重衰减直接从权重上减去，不经过 $m$ 和 $v$（Loshchilov 与 Hutter，2019，算法 2）。


# %% tags=["row-21"]
def published_adamw(w, g, memory, t):
    return published_adam(w, g, memory, t) - 0.3 * 0.01 * w


assert same(lambda p: nn.AdamW(p, lr=0.3, weight_decay=0.01), published_adamw) < 1e-12
print(f"{by_hand(published_adamw)[-1][0]:.9f}   {by_hand(published_adam)[-1][0]:.9f}")

# %% [markdown] lang="en"
# ## Side by side
#
# The five paths, and how many steps each needs until the loss stays below 0.001. The rates suit this valley, so the
# figures are no ranking; on another loss the order is another.

# %% [markdown] lang="zh"
# ## 并排比较
#
# 五条路径，以及各自要多少步，损失才一直低于 0.001。这里的学习率是为这条山谷挑的，所以这些数不是排名；换一个损失函数，名次就会变。

# %%
makers = {
    "SGD": sgd(0.07),
    say("momentum", "动量"): momentum,
    "AdaGrad": adagrad,
    "RMSProp": rmsprop,
    "Adam": adam,
}
needed = [steps_needed(make) for make in makers.values()]
assert needed[1] < needed[0]
print(needed)
plot({name: path(make) for name, make in makers.items()}, say("five ways down", "五条下山的路"))

# %% [markdown] lang="en"
# The adaptive ones walk straight towards the middle and ignore the shape of the valley. Adam's path overshoots: its
# momentum carries it past the minimum and back. RMSProp never settles (`None`): it divides even a tiny gradient by
# its own size, so that its steps stay about α long. It needs a rate that falls:

# %% [markdown] lang="zh"
# 自适应方法不理会山谷的形状，几乎直奔中心。Adam 会冲过头：动量把它带过最低点，再折回来。
# RMSProp 一直停不下来（`None`）：再小的梯度也被自己的大小除过，步长始终约为 $\alpha$。它需要会衰减的学习率：

# %%
settled = steps_needed(rmsprop, lambda o: nn.ExponentialDecay(o, gamma=0.98))
assert needed[3] is None and settled is not None
settled

# %% [markdown] lang="en"
# Make the valley ten times steeper and the same SGD diverges, while AdaGrad takes exactly the same path: its step
# does not depend on the scale of the loss.

# %% [markdown] lang="zh"
# 把山谷变陡十倍，同样的 SGD 就发散了，AdaGrad 走的路径却一模一样：它的步子与损失的尺度无关。

# %%
for make in (sgd(0.07), adagrad):
    print([f"{path(make, 10, factor)[-1][1]:.4g}" for factor in (1.0, 10.0)])
assert math.dist(path(adagrad, 10, 1.0)[-1], path(adagrad, 10, 10.0)[-1]) < 1e-8

# %% [markdown] lang="en"
# ## An update is arithmetic too
#
# Nothing stops us from recording the update itself as a graph. Then even the learning rate has a gradient: it says
# whether the loss after two steps would fall if the rate were larger.

# %% [markdown] lang="zh"
# ## 更新本身也是算式
#
# 更新这一步也可以记录成计算图。这样一来，连学习率都有梯度：它告诉我们，学习率再大一点，两步之后的损失会不会更低。


# %%
def after_two_steps(rate):
    w0 = Value(2.0, "w0")
    w1 = w0 - rate * w0  # the gradient of ½w² is w
    w1.label = "w1"
    w2 = w1 - rate * (0.7 * w0 + w1)
    w2.label = "w2"
    return 0.5 * w2 * w2


rate = Value(0.1, "α")
loss = after_two_steps(rate)
loss.label = "L"
loss.backward()
h = 1e-6
numerical = (after_two_steps(0.1 + h) - after_two_steps(0.1 - h)).data / (2 * h)
assert abs(rate.grad - numerical) < 1e-6
print(f"{rate.grad:.6f}")
draw(loss, lang=LANG)

# %% [markdown] lang="en"
# ## Schedules
#
# A large rate gets there fast, a small one settles. A schedule does one after the other: after every step (or
# epoch) it writes a new rate into `optimizer.lr`.
#
# | schedule | rate after t steps |
# |---|---|
# | `StepDecay` | α₀ · γ^⌊t/k⌋ |
# | `ExponentialDecay` | α₀ · γᵗ |
# | `InverseTimeDecay` | α₀ / (1 + r·t) |
# | `CosineDecay` | ½α₀ · (1 + cos(πt/T)) |
# | `WarmUp` | rises along a line to α₀ first, then another |

# %% [markdown] lang="zh"
# ## 学习率调度
#
# 学习率大，走得快；学习率小，停得稳。调度就是先大后小：每走一步（或每一轮）之后，把新的学习率写进 `optimizer.lr`。
#
# | 调度 | $t$ 步之后的学习率 |
# |---|---|
# | `StepDecay` 阶梯衰减 | $\alpha_0\gamma^{\lfloor t/k\rfloor}$ |
# | `ExponentialDecay` 指数衰减 | $\alpha_0\gamma^t$ |
# | `InverseTimeDecay` 反比衰减 | $\alpha_0/(1+rt)$ |
# | `CosineDecay` 余弦衰减 | $\tfrac12\alpha_0(1+\cos(\pi t/T))$ |
# | `WarmUp` 预热 | 先沿直线升到 $\alpha_0$，再接另一种 |


# %%
def rates(make, steps=60):
    optimizer = nn.SGD([Value(0.0, "w")], lr=0.8)
    schedule = make(optimizer)
    found = [optimizer.lr]
    for _ in range(steps):
        schedule.step()
        found.append(optimizer.lr)
    return found


# %% tags=["row-21"]
schedules = {
    "StepDecay": lambda o: nn.StepDecay(o, step_size=15, gamma=0.5),
    "ExponentialDecay": lambda o: nn.ExponentialDecay(o, gamma=0.95),
    "InverseTimeDecay": lambda o: nn.InverseTimeDecay(o, rate=0.1),
    "CosineDecay": lambda o: nn.CosineDecay(o, steps=60),
    "WarmUp": lambda o: nn.WarmUp(o, 10, start_factor=0.0, then=nn.CosineDecay(o, steps=50)),
}
formulas = {
    "StepDecay": lambda t: 0.8 * 0.5 ** (t // 15),
    "ExponentialDecay": lambda t: 0.8 * 0.95**t,
    "InverseTimeDecay": lambda t: 0.8 / (1 + 0.1 * t),
    "CosineDecay": lambda t: 0.4 * (1 + math.cos(math.pi * t / 60)),
    "WarmUp": lambda t: 0.08 * t if t < 10 else 0.4 * (1 + math.cos(math.pi * (t - 10) / 50)),
}
for name, make in schedules.items():
    assert all(abs(rate - formulas[name](t)) < 1e-12 for t, rate in enumerate(rates(make)))
lines(
    {name: enumerate(rates(make)) for name, make in schedules.items()},
    title=say("five schedules", "五种调度"),
    x=say("step", "步"),
    y="α",
)

# %% [markdown] lang="en"
# Does a falling rate help? Here is stochastic descent on the simplest problem, the mean of some numbers: the loss is
# the mean of ½(w − d)², and each step sees one d. With a constant rate w follows the last few numbers and never
# rests. With 1/t it becomes their mean.

# %% [markdown] lang="zh"
# 衰减真的有用吗？用最简单的问题试试：求一组数的平均。损失是 $\tfrac12(w-d)^2$ 的平均，每一步只看一个 $d$。
# 学习率不变时，$w$ 总跟着最近几个数跑，停不下来；按 $1/t$ 衰减时，它就收敛到平均值。

# %%
random = Random(4)
numbers = [random.gauss(3.0, 1.0) for _ in range(300)]


def follow(make_schedule=None):
    w = Value(0.0, "w")
    optimizer = nn.SGD([w], lr=0.5)
    schedule = make_schedule(optimizer) if make_schedule else None
    found = []
    for d in numbers:
        optimizer.zero_grad()
        (0.5 * (w - d) ** 2).backward()
        optimizer.step()
        if schedule:
            schedule.step()
        found.append(w.data)
    return found


# %%
constant, falling = follow(), follow(lambda o: nn.InverseTimeDecay(o, rate=0.5))
goal = sum(numbers) / 300


def spread(found):
    return math.sqrt(sum((w - goal) ** 2 for w in found[-100:]) / 100)


assert spread(falling) < 0.2 * spread(constant)
print(
    f"{goal:.4f}   {constant[-1]:.4f} ± {spread(constant):.4f}   {falling[-1]:.4f} ± {spread(falling):.4f}"
)
lines(
    {say("constant", "不变"): enumerate(constant), "1/t": enumerate(falling)},
    title=say("stochastic descent to a mean", "随机梯度下降求平均"),
    x=say("step", "步"),
    y="w",
)

# %% [markdown] lang="en"
# If you do not know in advance when to lower the rate, let the loss decide: `ReduceOnPlateau` waits until it has not
# improved for `patience` steps.

# %% [markdown] lang="zh"
# 如果事先不知道什么时候该降，就让损失来决定：`ReduceOnPlateau` 在损失连续 `patience` 步没有改善之后才降低学习率。

# %%
optimizer = nn.SGD([Value(0.0, "w")], lr=0.8)
plateau = nn.ReduceOnPlateau(optimizer, factor=0.5, patience=1)
seen = []
for loss in (1.0, 0.5, 0.5, 0.5, 0.4, 0.4, 0.4):
    plateau.step(loss)
    seen.append(optimizer.lr)
assert seen == [0.8, 0.8, 0.8, 0.4, 0.4, 0.4, 0.2]
seen

# %% [markdown] lang="en"
# ## On a network
#
# XOR, four examples, a network with four hidden units, one seed, 150 epochs for each optimiser.

# %% [markdown] lang="zh"
# ## 用在网络上
#
# 异或（XOR）：4 个样本，4 个隐藏神经元，同一个随机种子，每种优化器训练 150 轮。

# %%
X, Y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]


def loss_of(prediction, target):
    return nn.binary_cross_entropy_with_logits(prediction[0], target)


def learn(make):
    model = nn.MLP(2, [4, 1], "tanh", seed=0)
    run = nn.fit(
        model, loss_of, X, Y,
        optimizer=make(model.parameters()), epochs=150, compiled=False, progress=False,
    )  # fmt: skip
    return run.losses


learned = {
    "SGD": learn(sgd(0.3)),
    say("momentum", "动量"): learn(lambda p: nn.SGD(p, lr=0.3, momentum=0.9)),
    "AdaGrad": learn(lambda p: nn.AdaGrad(p, lr=0.3)),
    "RMSProp": learn(lambda p: nn.RMSProp(p, lr=0.03, alpha=0.9)),
    "Adam": learn(lambda p: nn.Adam(p, lr=0.1)),
}
print([f"{losses[-1]:.4f}" for losses in learned.values()])

# %%
assert max(losses[-1] for losses in list(learned.values())[1:]) < learned["SGD"][-1]
lines(
    {name: enumerate(losses, 1) for name, losses in learned.items()},
    title=say("loss on XOR", "异或问题的损失"),
    x=say("epoch", "轮次"),
    log=True,
)

# %% [markdown] lang="en"
# Where to start in practice: Adam with 0.001 to 0.01, or SGD with momentum 0.9 and a falling rate. Try rates in
# steps of three (0.001, 0.003, 0.01, …) before anything else.

# %% [markdown] lang="zh"
# 实践中的起点：Adam 取 0.001 到 0.01；或者 SGD 加 0.9 的动量，再让学习率衰减。先按三倍一档（0.001、0.003、0.01……）试学习率，再调别的。

# %% [markdown] lang="en"
# ## Exercises
#
# Give six significant digits.
#
# **Exercise 09.1.** E = ½a(w − t)² with w = 1.317, a = 3.71, t = −0.452. Plain gradient descent with rate 0.12: what
# are dE/dw, w after one step (`w+`) and w after two (`w@2`)?

# %% [markdown] lang="zh"
# ## 练习
#
# 请写六位有效数字。
#
# **练习 09.1.** $E=\tfrac12a(w-t)^2$，$w=1.317$，$a=3.71$，$t=-0.452$。用学习率 0.12 的普通梯度下降：求 dE/dw、走一步之后的 $w$（`w+`）和走两步之后的 $w$（`w@2`）。

# %%
answers = {"dE/dw": "", "w+": "", "w@2": ""}  # type your figures between the quotes
check("09.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# dE/dw = a(w − t) = 3.71 · 1.769 = 6.56299. Then w+ = 1.317 − 0.12 · 6.56299 = 0.529441. The slope there is 3.64115,
# and w@2 = 0.529441 − 0.12 · 3.64115 = 0.0925036. Each step multiplies w − t by 1 − 0.12 · 3.71 = 0.5548.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# dE/dw = $a(w-t)=3.71\times1.769$ = 6.56299。于是 w+ = $1.317-0.12\times6.56299$ = 0.529441。
# 该处斜率是 3.64115，w@2 = $0.529441-0.12\times3.64115$ = 0.0925036。每一步都把 $w-t$ 乘以 $1-0.12\times3.71=0.5548$。
# </details>

# %% [markdown] lang="en"
# **Exercise 09.2.** Momentum on E = ½aw², so that g = aw: w₀ = 1.3, a = 3.7, α = 0.06, μ = 0.85, and the velocity
# starts at 0. What are w₁, v₂ and w₂?

# %% [markdown] lang="zh"
# **练习 09.2.** 在 $E=\tfrac12aw^2$ 上用动量法，此时 $g=aw$：$w_0=1.3$，$a=3.7$，$\alpha=0.06$，$\mu=0.85$，速度从 0 开始。求 $w_1$、$v_2$ 和 $w_2$。

# %%
answers = {"w1": "", "v2": "", "w2": ""}
check("09.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# v₁ = g₁ = 4.81, w1 = 1.3 − 0.06 · 4.81 = 1.01140. g₂ = 3.74218, v2 = 0.85 · 4.81 + 3.74218 = 7.83068, and
# w2 = 1.0114 − 0.06 · 7.83068 = 0.541559.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $v_1=g_1=4.81$，w1 = $1.3-0.06\times4.81$ = 1.01140。$g_2=3.74218$，v2 = $0.85\times4.81+3.74218$ = 7.83068，
# w2 = $1.0114-0.06\times7.83068$ = 0.541559。
# </details>

# %% [markdown] lang="en"
# **Exercise 09.3.** Adam has seen two gradients, g₁ = 0.83 and g₂ = −0.37. With β₁ = 0.9, β₂ = 0.999, α = 0.05 and
# ε = 0, what are m̂, v̂ and the length `step` = α·m̂/√v̂ of the second step?

# %% [markdown] lang="zh"
# **练习 09.3.** Adam 见过两个梯度：$g_1=0.83$，$g_2=-0.37$。取 $\beta_1=0.9$，$\beta_2=0.999$，$\alpha=0.05$，$\varepsilon=0$，求第二步的 $\hat m$、$\hat v$ 和步长 `step` $=\alpha\,\hat m/\sqrt{\hat v}$。

# %%
answers = {"mhat": "", "vhat": "", "step": ""}
check("09.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# m₁ = 0.083, m₂ = 0.9 · 0.083 − 0.1 · 0.37 = 0.0377, mhat = 0.0377/(1 − 0.81) = 0.198421.
# v₁ = 0.0006889, v₂ = 0.999 · 0.0006889 + 0.001 · 0.1369 = 0.000825111, vhat = v₂/(1 − 0.998001) = 0.412762.
# step = 0.05 · 0.198421/√0.412762 = 0.0154422: the sign is still that of the first gradient.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $m_1=0.083$，$m_2=0.9\times0.083-0.1\times0.37=0.0377$，mhat = $0.0377/(1-0.81)$ = 0.198421。
# $v_1=0.0006889$，$v_2=0.999\times0.0006889+0.001\times0.1369=0.000825111$，vhat = $v_2/(1-0.998001)$ = 0.412762。
# step = $0.05\times0.198421/\sqrt{0.412762}$ = 0.0154422：符号仍与第一个梯度相同。
# </details>

# %% [markdown] lang="en"
# ## What to read next
#
# [10 · The whole procedure](10_the_whole_procedure.ipynb) puts an optimiser to work on a real table.
#
# Sources: I. Sutskever and others, [*On the importance of initialization and momentum in deep
# learning*](https://proceedings.mlr.press/v28/sutskever13.html), 2013 · J. Duchi, E. Hazan and Y. Singer, [*Adaptive
# subgradient methods*](https://jmlr.org/papers/v12/duchi11a.html), 2011 · T. Tieleman and G. Hinton, [*lecture
# 6.5*](https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf), 2012 · D. Kingma and J. Ba,
# [*Adam*](https://arxiv.org/abs/1412.6980), 2015 · I. Loshchilov and F. Hutter, [*Decoupled weight decay
# regularization*](https://arxiv.org/abs/1711.05101), 2019 and [*SGDR*](https://arxiv.org/abs/1608.03983), 2017.

# %% [markdown] lang="zh"
# ## 接下来读什么
#
# [10 · 完整的训练流程](10_the_whole_procedure.ipynb) 让优化器在一张真实的数据表上工作。
#
# 参考资料：I. Sutskever 等，[*On the importance of initialization and momentum in deep
# learning*](https://proceedings.mlr.press/v28/sutskever13.html)，2013 · J. Duchi、E. Hazan 与 Y. Singer，[*Adaptive
# subgradient methods*](https://jmlr.org/papers/v12/duchi11a.html)，2011 · T. Tieleman 与 G. Hinton，[*lecture
# 6.5*](https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf)，2012 · D. Kingma 与 J. Ba，
# [*Adam*](https://arxiv.org/abs/1412.6980)，2015 · I. Loshchilov 与 F. Hutter，[*Decoupled weight decay
# regularization*](https://arxiv.org/abs/1711.05101)，2019；[*SGDR*](https://arxiv.org/abs/1608.03983)，2017。
