# %% [markdown] lang="en"
# # 14 · From teaching to machine code
#
# Afterwards you can turn any function of `Value`s into machine code, read what the compiler makes
# of it at each stage, and say how fast it is beside others. And you can differentiate
# derivatives: Jacobians, Hessians, Newton's method.

# %% [markdown] lang="zh"
# # 14 · 从教学到机器码
#
# 学完这一课，你能把任何由 `Value` 构成的函数变成机器码，读懂编译器每个阶段的产物，
# 并说出它与别的工具相比有多快。你还能对导数再求导：雅可比矩阵、海森矩阵、牛顿法。

# %%
import itertools
import timeit
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sklearn.datasets import make_moons

import autograd
import nn
from autograd import Value, compile, draw, grad, gradients, hessian, hvp, jacobian, tanh
from nn.course import LANG, bars, check, images, lines, say

# %% [markdown] lang="en"
# ## Why eager is slow, and why that is right
#
# `y = tanh(w*x + b)` builds three nodes every time it runs. That is what one wants for looking at
# it. For the millionth row one wants the arithmetic alone. `compile` runs the function *once*,
# with Values that have no number yet, and keeps the recording.

# %% [markdown] lang="zh"
# ## 即时执行为什么慢，为什么这样是对的
#
# `y = tanh(w*x + b)` 每运行一次就新建三个节点。要观察它，正需要这样。可到了第一百万行数据，
# 我们只想要那几步算术。`compile` 只把函数运行**一次**，用的是还没有数值的 Value，
# 然后把记录留下来。

# %%
w, b = Value(-3.0, "w"), Value(2.0, "b")


@compile(backend="llvm")
def error(x, t):
    y = tanh(w * x + b)
    return (y - t) * (y - t)


by_hand = (np.tanh(-3.0 * 0.5 + 2.0) - 0.8) ** 2
assert abs(error(0.5, 0.8) - by_hand) < 1e-15
error(0.5, 0.8)

# %% [markdown] lang="en"
# `w` and `b` are not baked in. They are the program's *parameters*, read at every call, so that a
# training can move them:

# %% [markdown] lang="zh"
# `w` 和 `b` 没有写死在里面。它们是程序的**参数**，每次调用时读取，所以训练可以改动它们：

# %%
w.data = 1.0
assert abs(error(0.5, 0.8) - (np.tanh(2.5) - 0.8) ** 2) < 1e-15
w.data = -3.0
[parameter.label for parameter in error.parameters]

# %% [markdown] lang="en"
# ## The stages
#
# **First** the recording becomes a *Wengert list*: one assignment a line. With `gradient=True`
# the backward pass is there too. It is the same chain rule: `v9` is an upstream gradient, `v10` a
# local one, `v11` their product, which both derivatives use.

# %% [markdown] lang="zh"
# ## 各个阶段
#
# **第一步**，记录变成 **Wengert 列表**：每行一个赋值（argument 是自变量，parameter 是参数，
# result 是结果）。加上 `gradient=True`，反向传播也在其中。还是那条链式法则：`v9` 是上游梯度，
# `v10` 是局部梯度，`v11` 是它们的乘积，两个导数都用到了它。

# %%
print(error.table(gradient=True))

# %% [markdown] lang="en"
# **Second**, the *normal form*: sums of products are put together (`v5`), what depends on no row
# is told apart from what varies, and the sums over the rows are named. `v10` now uses tanh's
# *result*: 1 − y².

# %% [markdown] lang="zh"
# **第二步**，**范式**：把乘积之和合并（`v5`），把不依赖数据行的和随行变化的分开，
# 并列出对所有行的求和（uniform 是不随行变化，varying 是随行变化，sum 是求和）。
# `v10` 现在用的是 tanh 的**结果**：1 − y²。

# %%
print(error.source("normal"))

# %% [markdown] lang="en"
# **Third**, the *schedule*: what is done when, for blocks of rows, and where each number lies in
# memory.

# %% [markdown] lang="zh"
# **第三步**，**调度**：按数据块安排何时做什么，每个数放在内存的什么位置（Tile 是逐块计算，Call 是调用函数，Accumulation 是累加，place 是内存中的位置）。

# %%
print(error.source("schedule"))

# %% [markdown] lang="en"
# **Last**, LLVM's language, which depends on your processor: eight doubles at once where it has
# such registers. A few lines of it:

# %% [markdown] lang="zh"
# **最后**，LLVM 的语言，它取决于你的处理器：有宽寄存器的就一次算八个双精度数。看其中几行：

# %% tags=["volatile"]
code = error.source("llvm").splitlines()
print(len(code), say("lines, such as", "行，例如"))
shown = [line for line in code if " fmul " in line or "call void @stepgrad.tanh" in line]
print("\n".join(shown[:4]))

# %% [markdown] lang="en"
# The same list can be written in Python, which is the back end where no machine code is
# (`backend="python"`), and in C, which lesson 10 compiled:

# %% [markdown] lang="zh"
# 同一张列表也能写成 Python（没有机器码的地方就用它作后端，`backend="python"`），
# 还能写成 C（第 10 课编译过）：

# %%
written = error.source("python")
print(written[written.index("def run") :].strip())

# %% [markdown] lang="en"
# ## One row, many rows, gradients
#
# `program(x, t)` takes one row, `batch` many; `backward` adds the gradient of the mean to the
# parameters' `grad`. All back ends agree with the eager engine:

# %% [markdown] lang="zh"
# ## 一行、多行、梯度
#
# `program(x, t)` 处理一行，`batch` 处理多行；`backward` 把平均值的梯度加到参数的 `grad` 上。
# 所有后端都与即时执行一致：

# %%
xs, ts = np.linspace(-1, 1, 5), np.linspace(0, 0.8, 5)
rows = error.batch(xs, ts)
mean = error.backward(xs, ts)
compiled = w.grad, b.grad
w.grad = b.grad = 0.0
for x, t in zip(xs, ts, strict=True):
    ((tanh(w * x + b) - t) ** 2 / 5).backward()
assert np.allclose(rows, (np.tanh(-3 * xs + 2) - ts) ** 2, atol=1e-14)
assert np.allclose(compiled, (w.grad, b.grad), atol=1e-14)
print(rows.round(6), round(mean, 6), [round(g, 6) for g in compiled])

# %% [markdown] lang="en"
# ## A race
#
# One piece of work for all: steps of gradient descent for a 2-16-1 network on 200 points; all 65
# weights move in each. First by hand in NumPy, as lesson 03 has it in matrices:

# %% [markdown] lang="zh"
# ## 赛一场
#
# 大家做同一件事：一个 2-16-1 网络在 200 个点上做梯度下降，每一步移动全部 65 个权重。
# 先用 NumPy 手写，就是第 03 课的矩阵形式：

# %%
X, labels = make_moons(200, noise=0.1, random_state=0)
T = 2.0 * labels - 1.0
model = nn.MLP(2, [16, 1], activation="tanh", seed=1)
start = model.state_dict()
first, last = (
    np.array(list(start.values())[:48]).reshape(16, 3),
    np.array(list(start.values())[48:]),
)


def numpy_by_hand(steps):
    A, v = first.copy(), last.copy()
    for _ in range(steps):
        H = np.tanh(X @ A[:, :2].T + A[:, 2])
        delta = 2 * (H @ v[:16] + v[16] - T) / len(X)
        back = np.outer(delta, v[:16]) * (1 - H * H)
        A -= 0.1 * np.column_stack([back.T @ X, back.sum(axis=0)])
        v -= 0.1 * np.append(delta @ H, delta.sum())
    return np.concatenate([A.ravel(), v])


numpy_by_hand(3)[-3:].round(6)

# %% [markdown] lang="en"
# Then the engine: eager, as a Python program, as machine code. For the programs the steps are
# `train`, so the whole loop is compiled.

# %% [markdown] lang="zh"
# 然后是引擎：即时执行、Python 程序、机器码。后两者用 `train`，所以整个循环都被编译。


# %%
def loss(x, t):
    return nn.mean_squared_error(model(x), t)


def numbers():
    return np.array([p.data for p in model.parameters()])


def eager(steps):
    model.load_state_dict(start)
    optimizer = nn.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        mean = sum(loss(x, t) for x, t in zip(X, T, strict=True)) / len(X)
        mean.backward()
        optimizer.step()
    return numbers()


def of(program):
    def run(steps):
        model.load_state_dict(start)
        program.train(X, T, optimizer=nn.SGD(model.parameters(), lr=0.1), epochs=steps)
        return numbers()

    return run


# %%
python, machine = compile(loss, backend="python"), compile(loss, backend="llvm")
runners = {
    "NumPy": (numpy_by_hand, 200),
    "Value": (eager, 1),
    "compile, Python": (of(python), 5),
    "compile, LLVM": (of(machine), 2_000),
}
for run, _ in runners.values():
    assert np.allclose(run(3), numpy_by_hand(3), atol=1e-12)

# %% [markdown] lang="en"
# Other libraries join in where they are installed, such as PyTorch, with a tensor for each
# matrix. All who take part must arrive at the same weights.

# %% [markdown] lang="zh"
# 装了别的库，它们也来参加，比如 PyTorch，每个矩阵一个张量。参赛者必须到达同样的权重。

# %% tags=["volatile"]
if find_spec("torch"):
    import torch

    torch.set_num_threads(1)
    points, targets = torch.tensor(X), torch.tensor(T)

    def pytorch(steps):
        A, v = torch.tensor(first, requires_grad=True), torch.tensor(last, requires_grad=True)
        optimizer = torch.optim.SGD([A, v], lr=0.1)
        for _ in range(steps):
            optimizer.zero_grad()
            H = torch.tanh(points @ A[:, :2].T + A[:, 2])
            ((H @ v[:16] + v[16] - targets) ** 2).mean().backward()
            optimizer.step()
        return torch.cat([A.ravel(), v]).detach().numpy()

    assert np.allclose(pytorch(3), numpy_by_hand(3), atol=1e-12)
    runners["PyTorch"] = pytorch, 50
print(", ".join(runners))

# %% tags=["volatile"]
times = {name: [] for name in runners}
for _ in range(5):
    for name, (run, steps) in runners.items():
        times[name].append(timeit.timeit(lambda run=run, n=steps: run(n), number=1) / steps)
least = {name: 1e6 * min(times[name]) for name in runners}
for name, each in least.items():
    print(f"{name:16} {each:10.1f} µs  {each / least['NumPy']:8.2f} × NumPy")
bars(
    {say("µs for a step", "每步的微秒数"): least.values()},
    list(least),
    say("the same steps", "同样的训练步骤"),
    log=True,
)

# %% [markdown] lang="en"
# On large matrices NumPy and PyTorch win: there a product of matrices is all the work, and theirs
# has been polished for decades. Here, with small layers and many rows, calls cost more than
# arithmetic, and one compiled loop has no calls. The project's page of measurements
# (`tests/benchmarks/`) says where it is behind, too.
#
# ## The whole training in machine code
#
# Even the optimiser's rule is recorded and compiled. `train` goes through the rows; the
# parameters have moved afterwards.

# %% [markdown] lang="zh"
# 矩阵很大时，NumPy 和 PyTorch 会赢：那里全部工作就是矩阵乘法，而它们的乘法打磨了几十年。
# 这里层很小、行很多，函数调用比算术更费时，而一个编译好的循环没有调用。
# 本项目的测量结果（`tests/benchmarks/`）也写明了它在哪些地方落后。
#
# ## 整个训练都在机器码里
#
# 连优化器的更新规则也被记录和编译。`train` 逐批走过各行；之后参数就已经移动了。

# %%
model.load_state_dict(start)
program = machine
history = program.train(
    X, T, optimizer=nn.Adam(model.parameters(), lr=0.01), epochs=200, batch_size=50
)
assert history[-1].loss < 0.1 * history[0].loss
lines(
    {say("mean loss", "平均损失"): [(epoch.number, epoch.loss) for epoch in history][::4]},
    say("200 epochs, four updates each", "200 个轮次，每轮更新四次"),
    say("epoch", "轮次"),
)

# %% [markdown] lang="en"
# ## Saved and loaded
#
# A program can be saved as JSON, as data, not as code; whoever loads it needs neither the
# function nor the model.

# %% [markdown] lang="zh"
# ## 保存与加载
#
# 程序可以存成 JSON：是数据，不是代码。加载它的人既不需要原来的函数，也不需要模型。

# %%
with TemporaryDirectory() as folder:
    program.save(Path(folder) / "moons.json")
    again = autograd.load_program(Path(folder) / "moons.json")
assert again.batch(X, T).tolist() == program.batch(X, T).tolist()
print(len(again.parameters), round(again(X[0], T[0]), 6))

# %% [markdown] lang="en"
# ## Derivatives of derivatives
#
# `gradients` gives Values, so its result can be differentiated again, and drawn. Here is the
# graph of the *slope* of tanh:

# %% [markdown] lang="zh"
# ## 导数的导数
#
# `gradients` 给出的是 Value，所以结果可以再求导，也可以画出来。下面是 tanh 的**斜率**的计算图：

# %%
x = Value(0.47, "x")
z = 1.34 * x
y = tanh(z)
(slope,) = gradients(y, [x])
z.label, slope.label = "z", "slope"
slope.backward()
h = 1e-5
difference = (
    np.tanh(1.34 * (0.47 + h)) - 2 * np.tanh(1.34 * 0.47) + np.tanh(1.34 * (0.47 - h))
) / h**2
assert abs(x.grad - difference) < 1e-4
print(round(slope.data, 6), round(x.grad, 6))
draw(slope, lang=LANG)

# %%
slope_of = grad(tanh)
curvature_of = grad(slope_of)
places = [x / 10 for x in range(-30, 31)]
lines(
    {
        "tanh": [(x, tanh(x)) for x in places],
        "tanh′": [(x, slope_of(x)) for x in places],
        "tanh″": [(x, curvature_of(x)) for x in places],
    },
    say("a function, its slope, its curvature", "函数、斜率、曲率"),
    "x",
)

# %% [markdown] lang="en"
# **Exercise 14.1.** $y=\tanh(wx)$ with $w=1.34$, $x=0.47$. The graph is that of `slope`
# $=\partial y/\partial x$. Find it, and its derivatives with respect to $x$ and $w$ (the last by
# the product rule).

# %% [markdown] lang="zh"
# **练习 14.1.** $y=\tanh(wx)$，其中 $w=1.34$，$x=0.47$。
# 计算图是 `slope` $=\partial y/\partial x$ 的图。求它的值，
# 以及它对 $x$ 和对 $w$ 的导数（后者要用乘积法则）。

# %%
answers = {"slope": "", "dslope/dx": "", "dslope/dw": ""}
check("14.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $z=0.6298$, $y=0.557915$, $1-y^2=0.688731$. slope $=w(1-y^2)=$ 0.922900.
# $\partial\,\text{slope}/\partial x=w\cdot(-2y(1-y^2))\cdot w=$ -1.379930. For $w$ there are two
# paths: $(1-y^2)+w\cdot(-2y(1-y^2))\cdot x=0.688731-0.484005=$ 0.204726.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $z=0.6298$，$y=0.557915$，$1-y^2=0.688731$。slope $=w(1-y^2)=$ 0.922900。
# $\partial\,\text{slope}/\partial x=w\cdot(-2y(1-y^2))\cdot w=$ -1.379930。对 $w$ 有两条路径：
# $(1-y^2)+w\cdot(-2y(1-y^2))\cdot x=0.688731-0.484005=$ 0.204726。
# </details>

# %% [markdown] lang="en"
# ## Jacobian, Hessian
#
# The *Jacobian* has all first derivatives of several outputs. Polar coordinates:
# $(r,\varphi)\mapsto(r\cos\varphi,r\sin\varphi)$; its determinant is $r$, the factor of every
# integral in the plane.

# %% [markdown] lang="zh"
# ## 雅可比矩阵与海森矩阵
#
# **雅可比矩阵**包含多个输出的全部一阶导数。极坐标：
# $(r,\varphi)\mapsto(r\cos\varphi,r\sin\varphi)$，它的行列式是 $r$，也就是平面积分里的那个因子。


# %%
def plane(polar):
    r, angle = polar
    return [r * autograd.cos(angle), r * autograd.sin(angle)]


J = np.array(jacobian(plane)([2.0, 0.7]))
assert np.allclose(J, [[np.cos(0.7), -2 * np.sin(0.7)], [np.sin(0.7), 2 * np.cos(0.7)]], atol=1e-15)
assert abs(np.linalg.det(J) - 2.0) < 1e-12
J.round(6)

# %% [markdown] lang="en"
# The *Hessian* has all second derivatives of one output. Rosenbrock's valley,
# $(1-a)^2+100(b-a^2)^2$, by the formula and by the engine:

# %% [markdown] lang="zh"
# **海森矩阵**包含一个输出的全部二阶导数。Rosenbrock 山谷 $(1-a)^2+100(b-a^2)^2$，
# 分别由公式和由引擎得出：


# %%
def valley(x):
    return sum((1 - a) ** 2 + 100 * (b - a * a) ** 2 for a, b in itertools.pairwise(x))


a, b = -1.2, 1.0
H = np.array(hessian(valley)([a, b]))
assert np.allclose(H, [[2 - 400 * (b - 3 * a * a), -400 * a], [-400 * a, 200]], rtol=1e-12)
H

# %% [markdown] lang="en"
# **Exercise 14.2.** $E=\tfrac12(w_1w_2x-t)^2$ with $w_1=0.83$, $w_2=-1.27$, $x=1.46$, $t=0.59$.
# The graph is that of $g_1=\partial E/\partial w_1$. Find it and the first row of the Hessian:
# $\partial g_1/\partial w_1$, $\partial g_1/\partial w_2$.

# %% [markdown] lang="zh"
# **练习 14.2.** $E=\tfrac12(w_1w_2x-t)^2$，其中 $w_1=0.83$，$w_2=-1.27$，$x=1.46$，$t=0.59$。
# 计算图是 $g_1=\partial E/\partial w_1$ 的图。求它的值和海森矩阵的第一行：
# $\partial g_1/\partial w_1$、$\partial g_1/\partial w_2$。

# %%
answers = {"g1": "", "dg1/dw1": "", "dg1/dw2": ""}
check("14.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $e=w_1w_2x-t=-2.128986$; $g_1=e\,w_2x=$ 3.947566; $\partial g_1/\partial w_1=(w_2x)^2=$
# 3.438058; $\partial g_1/\partial w_2=(w_1x)(w_2x)+ex=-2.246919-3.108320=$ -5.355239.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $e=w_1w_2x-t=-2.128986$；$g_1=e\,w_2x=$ 3.947566；
# $\partial g_1/\partial w_1=(w_2x)^2=$ 3.438058；
# $\partial g_1/\partial w_2=(w_1x)(w_2x)+ex=-2.246919-3.108320=$ -5.355239。
# </details>

# %% [markdown] lang="en"
# ## Newton's method
#
# Gradient descent knows the slope. Newton's method knows the curvature too and solves
# $H\,\Delta=-\nabla f$. In the valley:

# %% [markdown] lang="zh"
# ## 牛顿法
#
# 梯度下降只知道斜率。牛顿法还知道曲率，它解 $H\,\Delta=-\nabla f$。在那个山谷里：

# %%
fast = [np.array([-1.2, 1.0])]
while valley(fast[-1]) > 1e-12 and len(fast) < 50:
    H, g = np.array(hessian(valley)(fast[-1].tolist())), np.array(grad(valley)(fast[-1].tolist()))
    fast.append(fast[-1] - np.linalg.solve(H, g))
slow = [np.array([-1.2, 1.0])]
downhill = compile(grad(valley))
while valley(slow[-1]) > 1e-12 and len(slow) < 50_000:
    slow.append(slow[-1] - 0.001 * np.array(downhill(slow[-1].tolist())))
assert len(fast) < 10
assert len(slow) > 1_000
print(
    say("Newton's steps", "牛顿法步数"),
    len(fast) - 1,
    say("gradient descent's", "梯度下降步数"),
    len(slow) - 1,
)

# %%
lines(
    {
        say("gradient descent", "梯度下降"): [tuple(point) for point in slow[::100]],
        say("Newton", "牛顿法"): [tuple(point) for point in fast],
    },
    say("two ways through the valley, to (1, 1)", "穿过山谷到 (1, 1) 的两条路"),
    "a",
    "b",
)

# %% [markdown] lang="en"
# **Exercise 14.3.** One number: solve $f(x)=x^3-2x-5=0$ from $x=2.37$. Find $f$, `slope` $=f'$,
# the next point `x1` $=x-f/f'$, and $\partial x_1/\partial x$ (at the root it is 0: that is why
# Newton's method is fast).

# %% [markdown] lang="zh"
# **练习 14.3.** 一元的情形：从 $x=2.37$ 出发解 $f(x)=x^3-2x-5=0$。求 $f$、`slope` $=f'$、
# 下一个点 `x1` $=x-f/f'$，以及 $\partial x_1/\partial x$（在根处它等于 0，这正是牛顿法快的原因）。

# %%
answers = {"f": "", "slope": "", "x1": "", "dx1/dx": ""}
check("14.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $f=$ 3.572053, $f'=3x^2-2=$ 14.8507, $x_1=2.37-0.240531=$ 2.129469,
# $\partial x_1/\partial x=ff''/f'^2=3.572053\cdot14.22/220.543=$ 0.230316.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $f=$ 3.572053，$f'=3x^2-2=$ 14.8507，$x_1=2.37-0.240531=$ 2.129469，
# $\partial x_1/\partial x=ff''/f'^2=3.572053\cdot14.22/220.543=$ 0.230316。
# </details>

# %% [markdown] lang="en"
# ## Without the matrix, or with its few entries
#
# A network of a million weights has a Hessian of $10^{12}$ entries. Two ways out. `hvp` gives
# $Hv$ for one direction, at the price of about two gradients. And where most entries *must* be 0,
# `sparse_hessian` finds out which and computes the others in a few sweeps: here 3, for any
# length.

# %% [markdown] lang="zh"
# ## 不要矩阵，或只要其中少数几项
#
# 一百万个权重的网络，海森矩阵有 $10^{12}$ 项。有两条出路。`hvp` 给出一个方向上的 $Hv$，
# 代价大约是两次梯度。而在大多数项**必然**为 0 的地方，`sparse_hessian` 会找出是哪些，
# 其余的只需几遍扫描：这里是 3 遍，不论多长。

# %%
point, direction = np.linspace(-1, 1, 12).tolist(), np.cos(np.arange(12.0)).tolist()
full = np.array(hessian(valley)(point))
assert np.allclose(hvp(valley, (point,), (direction,)), full @ direction, rtol=1e-10)

sparse = autograd.sparse_hessian(lambda x: valley(list(x)))
entries = sparse(np.array(point))
assert np.allclose(entries.toarray(), full, rtol=1e-12)
assert entries.nnz == 12 + 2 * 11
print(
    sparse.sweeps, say("sweeps for", "遍扫描，非零项"), entries.nnz, say("entries of", "/"), 12 * 12
)
images({"H ≠ 0": (full != 0).tolist()}, say("where the Hessian has entries", "海森矩阵的非零项"))

# %% [markdown] lang="en"
# ## What to read next
#
# You have seen everything. Read the engine itself now: `autograd/functions.py` has every
# derivative once, `autograd/backward.py` is the chain rule in one loop; you know what they do.
# `help(autograd)` and `help(nn)` list the rest. Back to
# [01](01_a_derivative_you_can_touch.ipynb).
#
# **Sources.** R. E. Wengert, *A simple automatic derivative evaluation program*, CACM 7, 1964 ·
# A. Griewank and A. Walther, *Evaluating Derivatives*, SIAM, 2008 · B. A. Pearlmutter, *Fast
# exact multiplication by the Hessian*, Neural Computation 6, 1994 · A. R. Curtis, M. J. D. Powell
# and J. K. Reid, *On the estimation of sparse Jacobian matrices*, 1974 · LLVM
# (<https://llvm.org/docs/LangRef.html>).

# %% [markdown] lang="zh"
# ## 接下来读什么
#
# 全部内容你都看过了。现在去读引擎本身：`autograd/functions.py` 里每个导数只写一次，
# `autograd/backward.py` 用一个循环写出链式法则；它们在做什么，你已经知道。
# 其余的见 `help(autograd)` 和 `help(nn)`。回到[第 01 课](01_a_derivative_you_can_touch.ipynb)。
#
# **参考资料。** R. E. Wengert, *A simple automatic derivative evaluation program*, CACM 7, 1964 ·
# A. Griewank and A. Walther, *Evaluating Derivatives*, SIAM, 2008 · B. A. Pearlmutter, *Fast
# exact multiplication by the Hessian*, Neural Computation 6, 1994 · A. R. Curtis, M. J. D. Powell
# and J. K. Reid, *On the estimation of sparse Jacobian matrices*, 1974 · LLVM
# (<https://llvm.org/docs/LangRef.html>).
