# %% [markdown] lang="en"
# # 05 · Gradient descent
#
# Afterwards you can let a slope carry one, two or many parameters to the bottom of a cost, choose
# a learning rate that arrives, and say why features are scaled. You will also know the way
# without steps, the normal equation, where it fails, and what batches and epochs are.

# %% [markdown] lang="zh"
# # 05 · 梯度下降
#
# 学完本课，你能让一个、两个或许多个参数顺着斜率走到代价函数的谷底，会选一个能走到的学习率，也说得出为什么要做特征缩放。你还会知道不用迭代的正规方程法、它在什么时候失效，以及批量和轮次到底怎么数。

# %%
import matplotlib.pyplot as plt
import numpy as np

from autograd import Value, grad, grads, hessian, mean, values, walkthrough
from nn import SGD, Layer, fit, mean_squared_error
from nn.course import LANG, check, lines, say

plt.rcParams["figure.dpi"] = 60

# %% [markdown] lang="en"
# ## 1 · One parameter
#
# Five houses: $x$ is the area in 100 m², $y$ the price in million yuan. The model is a line
# through the origin, $h_\theta(x) = \theta_1 x$. How well it fits is measured by the **cost**,
# the mean of the squared errors:
#
# $$J(\theta_1) = \frac1n \sum_{i=1}^n \bigl(h_\theta(x_i) - y_i\bigr)^2$$
#
# On the left, the vertical lines are the errors; on the right is the cost of every line, and the
# dot is the one on the left.

# %% [markdown] lang="zh"
# ## 1 · 一个参数
#
# 五套房子：$x$ 是面积（单位 100 平方米），$y$ 是价格（单位百万元）。模型是一条过原点的直线 $h_\theta(x) = \theta_1 x$。拟合得好不好，用**代价函数**来衡量，也就是误差平方的平均值：
#
# $$J(\theta_1) = \frac1n \sum_{i=1}^n \bigl(h_\theta(x_i) - y_i\bigr)^2$$
#
# 左图中的竖线就是误差；右图是每一条直线的代价，圆点对应左图的那条直线。

# %%
x = [0.5, 0.8, 1.0, 1.3, 1.6]
y = [1.2, 1.5, 2.1, 2.5, 3.2]


def J(theta):
    return mean([(theta * a - b) ** 2 for a, b in zip(x, y)])


[(theta, round(J(theta), 4)) for theta in (0.0, 1.2, 2.0, 3.0)]

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
left.plot([0, 1.7], [0, 1.2 * 1.7], label=r"$h_\theta(x) = 1.2\,x$")
left.vlines(x, [1.2 * each for each in x], y, color="tab:blue", alpha=0.5)
left.plot(x, y, "o", color="tab:orange", label="$y$")
left.set_xlabel("$x$")
left.legend()
thetas = np.linspace(0, 4, 50)
right.plot(thetas, [J(theta) for theta in thetas], color="gray", label=r"$J(\theta_1)$")
right.plot(1.2, J(1.2), "o", color="tab:blue")
right.set_xlabel(r"$\theta_1$")
right.legend()
plt.show()

# %% [markdown] lang="en"
# The better the line fits, the smaller $J$. As a function of $\theta_1$ the cost is a bowl.
# Mathematicians call this shape *convex*; many Chinese textbooks, and the notes, say 凹 (hollow)
# of the same bowl.

# %% [markdown] lang="zh"
# 直线拟合得越好，$J$ 越小。把 $J$ 看作 $\theta_1$ 的函数，它像一只碗。讲义说“都是凹函数”，沿用的是部分教材的叫法；优化领域的文献把这种碗形函数叫作**凸函数**（convex）。叫法不同，说的是同一只碗。

# %% [markdown] lang="en"
# The engine knows the slope. Here is the graph of the cost for the first two houses. Step through
# it: the gradient of $\theta_1$ is the sum of what comes back from both houses.

# %% [markdown] lang="zh"
# 斜率由引擎来算。下面是只取前两套房子时代价函数的计算图。一步步走一遍：$\theta_1$ 的梯度是两套房子各自传回来的贡献之和。

# %%
theta = Value(1.2, "θ1")
J2 = ((theta * 0.5 - 1.2) ** 2 + (theta * 0.8 - 1.5) ** 2) / 2
J2.label = "J"
J2.backward()
walkthrough(J2, lang=LANG)

# %% [markdown] lang="en"
# By hand, $\dfrac{dJ}{d\theta_1} = \dfrac1n \sum 2\,(\theta_1 x_i - y_i)\,x_i$. Formula and
# engine agree, for all five houses and any $\theta_1$.

# %% [markdown] lang="zh"
# 手算的公式是 $\dfrac{dJ}{d\theta_1} = \dfrac1n \sum 2\,(\theta_1 x_i - y_i)\,x_i$。对全部五套房子、任意的 $\theta_1$，公式与引擎一致。

# %% tags=["row-13"]
slope = grad(J)


def by_hand(theta):
    return sum(2 * (theta * a - b) * a for a, b in zip(x, y)) / len(x)


for theta in (-1.0, 0.0, 1.2, 2.0, 3.7):
    assert abs(slope(theta) - by_hand(theta)) < 1e-12
round(slope(1.2), 6), round(slope(3.0), 6)

# %% [markdown] lang="en"
# ## 2 · The step
#
# $$\theta_1 := \theta_1 - \alpha\,\frac{dJ}{d\theta_1}$$
#
# At 1.2 the slope is negative, so subtracting it moves $\theta_1$ to the right; at 3.0 it is
# positive, and $\theta_1$ moves to the left. Both are towards the minimum. (The slope meant here
# is that of $J$. The notes once write "the slope of $h_\theta(x)$" at this place; the slope of
# the line $h$ is $\theta_1$ itself, which is positive at both points and would move both to the
# left.)

# %% [markdown] lang="zh"
# ## 2 · 走一步
#
# $$\theta_1 := \theta_1 - \alpha\,\frac{dJ}{d\theta_1}$$
#
# 在 1.2 处斜率为负，减去它，$\theta_1$ 往右走；在 3.0 处斜率为正，$\theta_1$ 往左走。两边都朝着最小值。（这里的斜率是 $J$ 的斜率。讲义此处写成了“$h_\theta(x)$ 的斜率”，是个小笔误：直线 $h$ 的斜率就是 $\theta_1$ 本身，在这两点都是正数，那样两边都会往左走。）


# %%
def descend(slope, theta, rate, steps):
    path = [theta]
    for _ in range(steps):
        theta = theta - rate * slope(theta)
        path.append(theta)
    return path


left, right = descend(slope, 1.2, 0.1, 20), descend(slope, 3.0, 0.1, 20)
print([round(t, 4) for t in left[:4]], "…", round(left[-1], 4))
print([round(t, 4) for t in right[:4]], "…", round(right[-1], 4))
assert left[1] > left[0] and right[1] < right[0]

# %% [markdown] lang="en"
# **Exercise 05.1.** Two houses, $x = 1.23,\ y = 2.61$ and $x = 0.72,\ y = 1.34$, and
# $\theta_1 = 1.5$. What are $J$, $dJ/d\theta_1$ and, with $\alpha = 0.3$, $\theta_1$ after
# one step (`θ1+`)? Give six digits.

# %% [markdown] lang="zh"
# **练习 05.1.** 两套房子：$x = 1.23,\ y = 2.61$ 和 $x = 0.72,\ y = 1.34$，$\theta_1 = 1.5$。求 $J$、$dJ/d\theta_1$，以及取 $\alpha = 0.3$ 走一步之后的 $\theta_1$（即 `θ1+`）。请给出六位数字。

# %%
answers = {"J": "", "dJ/dθ1": "", "θ1+": ""}
check("05.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The errors are $1.5 \cdot 1.23 - 2.61 = -0.765$ and $1.5 \cdot 0.72 - 1.34 = -0.26$.
# $J = (0.585225 + 0.0676)/2 = 0.326412$ (0.3264125).
# $dJ/d\theta_1 = \frac12\,(2 \cdot (-0.765) \cdot 1.23 + 2 \cdot (-0.26) \cdot 0.72)$ =
# -1.12815. $\theta_1 = 1.5 + 0.3 \cdot 1.12815$ = 1.838445. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 两个误差是 $1.5 \cdot 1.23 - 2.61 = -0.765$ 和 $1.5 \cdot 0.72 - 1.34 = -0.26$。$J = (0.585225 + 0.0676)/2 = 0.326412$（精确值 0.3264125）。$dJ/d\theta_1 = \frac12\,(2 \cdot (-0.765) \cdot 1.23 + 2 \cdot (-0.26) \cdot 0.72)$，即 -1.12815。走一步之后 $\theta_1 = 1.5 + 0.3 \cdot 1.12815$，即 1.838445。
# </details>

# %% [markdown] lang="en"
# ## 3 · The learning rate
#
# Four rates, ten steps each, from the same start. Too small crawls. A good one arrives. A larger
# one leaps across to the other side at each step and comes nearer all the same. Still larger, and
# each leap ends higher than it began: it **diverges**.

# %% [markdown] lang="zh"
# ## 3 · 学习率
#
# 四种学习率，同一个起点，各走十步。太小，一步步挪，很慢；合适，很快就到；再大一点，每一步都跳到对面，但仍然越来越近；再大，每一跳都落得比原来更高，这就是**发散**。

# %%
RATES = (0.01, 0.3, 0.7, 0.85)
curve = np.linspace(-1.5, 5.5, 100)
figure, axes = plt.subplots(1, 4, figsize=(10, 2.6), sharey=True)
for axis, rate in zip(axes, RATES):
    path = descend(slope, 0.5, rate, 10)
    axis.plot(curve, [J(t) for t in curve], color="silver")
    axis.plot(path, [J(t) for t in path], "o-", markersize=3)
    axis.set(title=rf"$\alpha$ = {rate}", xlabel=r"$\theta_1$", ylim=(-0.5, 13))
axes[0].set_ylabel(r"$J(\theta_1)$")
plt.show()

# %% [markdown] lang="en"
# One can say exactly where the border lies. The distance to the minimum $\theta^*$ is multiplied
# by the same number at each step,
#
# $$\theta^{\text{new}} - \theta^* = (1 - 2\alpha\,\overline{x^2})\,(\theta - \theta^*), \qquad \overline{x^2} = \frac1n\sum x_i^2 = 1.228,$$
#
# and it shrinks as long as that number lies between −1 and 1: $\alpha < 1/1.228 \approx 0.814$.

# %% [markdown] lang="zh"
# 分界线在哪里可以精确算出。每走一步，到最小值点 $\theta^*$ 的距离都乘上同一个数：
#
# $$\theta^{\text{new}} - \theta^* = (1 - 2\alpha\,\overline{x^2})\,(\theta - \theta^*), \qquad \overline{x^2} = \frac1n\sum x_i^2 = 1.228,$$
#
# 只要这个数在 −1 与 1 之间，距离就会缩小，也就是 $\alpha < 1/1.228 \approx 0.814$。

# %% tags=["row-14"]
best = sum(a * b for a, b in zip(x, y)) / sum(a * a for a in x)
square = sum(a * a for a in x) / len(x)
for rate in RATES:
    path = descend(slope, 0.5, rate, 10)
    factor = 1 - 2 * rate * square
    assert abs((path[-1] - best) - factor**10 * (0.5 - best)) < 1e-9
    print(f"{rate:5}  {factor:8.4f}  {path[-1] - best:10.5f}")
assert abs(1 - 2 * 0.85 * square) > 1 > abs(1 - 2 * 0.7 * square)

# %% [markdown] lang="en"
# Try it yourself. Go back to the player in section 1, open *descent*, set a learning rate and
# take steps, and see where $J$ goes. For these two houses the border is at
# $1/0.445 \approx 2.25$.

# %% [markdown] lang="zh"
# 自己动手试试。回到第 1 节的播放器，打开“下降”，设一个学习率，一步步走，看 $J$ 到哪里去。对这两套房子，分界线在 $1/0.445 \approx 2.25$。

# %% tags=["row-14"]
border = 1 / ((0.5**2 + 0.8**2) / 2)
slope_2 = grad(lambda t: ((t * 0.5 - 1.2) ** 2 + (t * 0.8 - 1.5) ** 2) / 2)
ends = [abs(descend(slope_2, 1.2, rate * border, 100)[-1]) for rate in (0.98, 1.02)]
assert ends[0] < 3 and ends[1] > 10
round(border, 4)

# %% [markdown] lang="en"
# ## 4 · Different starts, different minima
#
# A cost that is no simple bowl can have more than one minimum.
# $f(\theta) = \theta^4 - 4\theta^2 + \theta$ has two; which one is reached depends on the start.
# At both, the slope is 0 and the curvature (the second derivative) positive.

# %% [markdown] lang="zh"
# ## 4 · 起点不同，到达的极小值也不同
#
# 代价函数若不是一只简单的碗，极小值可以不止一个。$f(\theta) = \theta^4 - 4\theta^2 + \theta$ 有两个极小值，到达哪一个取决于起点。在两处，斜率都是 0，曲率（二阶导数）都为正。


# %% tags=["row-14"]
def f(t):
    return t**4 - 4 * t**2 + t


ends = [descend(grad(f), start, 0.02, 200)[-1] for start in (-2.2, 2.2)]
for end in ends:
    assert abs(grad(f)(end)) < 1e-9 and grad(grad(f))(end) > 0
    print(f"θ = {end:.6f}   f = {f(end):.6f}")
assert f(ends[0]) < f(ends[1]) - 2

# %%
figure = {"f(θ)": [(t / 20, f(t / 20)) for t in range(-46, 47, 2)]}
for start in (-2.2, 2.2):
    path = descend(grad(f), start, 0.02, 40)
    figure[say(f"from {start}", f"起点 {start}")] = [(t, f(t)) for t in path]
lines(figure, title=say("two starts, two minima", "两个起点，两个极小值"), x="θ", y="f")

# %% [markdown] lang="en"
# The lower one is the *global* minimum, the other a *local* one. Nothing in the slope at
# $\theta = 1.35$ tells that there is a deeper valley elsewhere.

# %% [markdown] lang="zh"
# 较低的那个是**全局最优**，另一个是**局部最优**。站在 $\theta = 1.35$ 处，单看斜率，看不出别处还有更深的谷。

# %% [markdown] lang="en"
# ## 5 · Two parameters, updated together
#
# $h_\theta(x) = \theta_0 + \theta_1 x$. The notes warn: *you have only one pair of legs*, both
# parameters step at once, from the same place. Whoever updates $\theta_0$ first and computes the
# second slope with the new $\theta_0$ walks another path.

# %% [markdown] lang="zh"
# ## 5 · 两个参数：同步更新
#
# $h_\theta(x) = \theta_0 + \theta_1 x$。讲义提醒：“参数是同步更新的，你的腿只能走一步”。两个偏导数都要在同一个位置上求。如果先更新 $\theta_0$，再用新的 $\theta_0$ 去求第二个偏导数，走的就是另一条路了。


# %%
def cost(theta):
    return mean([(theta[0] + theta[1] * a - b) ** 2 for a, b in zip(x, y)])


def path_of(cost, theta, rate, steps):
    path = [theta]
    for _ in range(steps):
        slopes = grad(cost)(path[-1])
        path.append([t - rate * s for t, s in zip(path[-1], slopes)])
    return path


path = path_of(cost, [0.0, 0.0], 0.3, 200)
path[1], path[-1]

# %% tags=["row-13"]
s0 = sum(2 * (0 + 0 * a - b) for a, b in zip(x, y)) / 5  # both slopes at (0, 0)
s1 = sum(2 * (0 + 0 * a - b) * a for a, b in zip(x, y)) / 5
assert np.allclose(path[1], [-0.3 * s0, -0.3 * s1], rtol=1e-12)

t0 = -0.3 * s0  # one after the other: the second slope is taken at (t0, 0)
t1 = -0.3 * sum(2 * (t0 + 0 * a - b) * a for a, b in zip(x, y)) / 5
print(f"{path[1][0]:.4f} {path[1][1]:.4f}  |  {t0:.4f} {t1:.4f}")
assert abs(t1 - path[1][1]) > 0.5

# %% [markdown] lang="en"
# Seen from above, the bowl is drawn by its **contours**, lines of equal cost. The bottom is in
# the middle, and each step is at right angles to the contour that it leaves.

# %% [markdown] lang="zh"
# 从上往下看，这只碗可以用**等高线**来画，同一条线上代价相等。碗底在正中央，每一步都与它出发处的等高线垂直。


# %% tags=["row-14"]
def contours(axis, cost, horizontal, vertical, path):
    a, b = np.meshgrid(np.linspace(*horizontal, 60), np.linspace(*vertical, 60))
    heights = np.vectorize(lambda s, t: cost([s, t]))(a, b)
    low = heights.min()
    levels = low + (heights.max() - low) * np.linspace(0.1, 1, 8) ** 2
    axis.contour(a, b, heights, levels, colors="darkgray", linewidths=1, antialiased=False)
    axis.plot(*np.transpose(path), "o-", color="tab:red", markersize=3, linewidth=1)
    axis.set(xlabel=r"$\theta_0$", ylabel=r"$\theta_1$", aspect="equal")


figure, axes = plt.subplots(1, 3, figsize=(10, 3.4))
for axis, rate in zip(axes, (0.02, 0.3, 0.45)):
    path = path_of(cost, [-0.5, 0.0], rate, 40)
    contours(axis, cost, (-1.5, 2.5), (-1, 3.5), path)
    axis.set(title=rf"$\alpha$ = {rate}", xlim=(-1.5, 2.5), ylim=(-1, 3.5))
plt.show()
steepest = max(np.linalg.eigvalsh(hessian(cost)([0.0, 0.0])))
assert 0.45 < 2 / steepest < 0.47  # above that, it would diverge

# %% [markdown] lang="en"
# With a hilly cost of two parameters, two starts close to each other can end in two valleys. That
# is the picture of the mountain in the notes: you stand on the top and look for a way down.

# %% [markdown] lang="zh"
# 如果两个参数的代价函数有山有谷，两个靠得很近的起点也会走进不同的山谷。讲义的比喻正是这样：你站在山顶，要找一条下山的路。


# %%
def hills(t):
    return (t[0] ** 2 - 1) ** 2 + 0.3 * t[0] + 0.5 * (t[1] - 0.1 * t[0]) ** 2


paths = [path_of(hills, [start, 1.5], 0.05, 200) for start in (-0.1, 0.1)]
figure, axis = plt.subplots(figsize=(5, 3.4))
contours(axis, hills, (-1.7, 1.7), (-1, 2), paths[0])
axis.plot(*np.transpose(paths[1]), "o-", color="tab:blue", markersize=3, linewidth=1)
plt.show()
assert paths[0][-1][0] < -0.9 and paths[1][-1][0] > 0.9

# %% [markdown] lang="en"
# **Exercise 05.2.** Houses $x = 1.31,\ y = 2.86$ and $x = 0.87,\ y = 1.73$; $\theta_0 = 0.43$,
# $\theta_1 = 1.17$; $J$ is the mean of both squared errors and $\alpha = 0.2$. Find both
# slopes and both parameters after one step, updated together.

# %% [markdown] lang="zh"
# **练习 05.2.** 两套房子：$x = 1.31,\ y = 2.86$ 和 $x = 0.87,\ y = 1.73$；$\theta_0 = 0.43$，$\theta_1 = 1.17$；$J$ 是两个误差平方的平均值，$\alpha = 0.2$。求两个偏导数，以及同步更新一步之后的两个参数。

# %%
answers = {"dJ/dθ0": "", "dJ/dθ1": "", "θ0+": "", "θ1+": ""}
check("05.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The errors are $0.43 + 1.17 \cdot 1.31 - 2.86 = -0.8973$ and
# $0.43 + 1.17 \cdot 0.87 - 1.73 = -0.2821$. The slopes: $dJ/d\theta_0$ = −0.8973 − 0.2821, that
# is -1.1794; $dJ/d\theta_1$ = −0.8973 · 1.31 − 0.2821 · 0.87, that is -1.42089. The step:
# $\theta_0 = 0.43 + 0.2 \cdot 1.1794$ = 0.66588 and $\theta_1 = 1.17 + 0.2 \cdot 1.42089$ =
# 1.454178. Whoever got 1.351334 has used the new $\theta_0$ for the second slope. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 误差是 $0.43 + 1.17 \cdot 1.31 - 2.86 = -0.8973$ 和 $0.43 + 1.17 \cdot 0.87 - 1.73 = -0.2821$。偏导数：$dJ/d\theta_0$ 等于 −0.8973 − 0.2821，即 -1.1794；$dJ/d\theta_1$ 等于 −0.8973 · 1.31 − 0.2821 · 0.87，即 -1.42089。走一步：$\theta_0 = 0.43 + 0.2 \cdot 1.1794$，即 0.66588；$\theta_1 = 1.17 + 0.2 \cdot 1.42089$，即 1.454178。如果得到 1.351334，就是求第二个偏导数时用了更新后的 $\theta_0$。
# </details>

# %% [markdown] lang="en"
# ## 6 · Many parameters
#
# With a column of ones for $\theta_0$, all houses make a matrix $X$, and all slopes one vector:
# $\nabla J = \frac2m X^\top (X\theta - y)$. Here are sixty houses with area (in 10 m²), rooms
# and age.

# %% [markdown] lang="zh"
# ## 6 · 许多个参数
#
# 为 $\theta_0$ 添一列 1，所有房子合成一个矩阵 $X$，所有偏导数合成一个向量：$\nabla J = \frac2m X^\top (X\theta - y)$。下面有六十套房子，特征是面积（单位 10 平方米）、房间数和房龄。

# %%
random = np.random.RandomState(5)
m = 60
area, rooms, age = random.uniform(4, 20, m), random.uniform(1, 5, m), random.uniform(0, 30, m)
features = np.column_stack([area, rooms, age])
price = 0.4 + 0.17 * area + 0.21 * rooms - 0.03 * age + random.normal(0, 0.15, m)
X = np.column_stack([np.ones(m), features])
X[:2].round(2), price[:2].round(3)

# %% tags=["row-13"]
theta = values([0.3, -0.2, 0.5, 0.1], "θ")
((X @ theta - price) ** 2).mean().backward()  # the engine, through 60 houses

formula = 2 / m * X.T @ (X @ np.array([0.3, -0.2, 0.5, 0.1]) - price)
assert np.allclose(grads(theta), formula, rtol=1e-10)
formula.round(4)

# %% [markdown] lang="en"
# `nn` has the same in three lines: a layer of one linear neuron, an optimiser, `fit`. That it
# learns so slowly here has a reason, and it is next.

# %% [markdown] lang="zh"
# 用 `nn` 只要三行：一个线性神经元构成的层、一个优化器、`fit`。它在这里学得这么慢是有原因的，下一节就讲。

# %%
house = Layer(3, 1, "linear", init="zeros")
descent = SGD(house.parameters(), lr=0.002)
history = fit(
    house, mean_squared_error, features, price, optimizer=descent, epochs=1000, progress=False
)
[round(history.losses[epoch], 4) for epoch in (0, 9, 99, 999)]

# %% [markdown] lang="en"
# ## 7 · Feature scaling
#
# Area and rooms alone, without $\theta_0$. The areas are larger numbers, so $J$ is steep in the
# direction of their parameter and flat in the other: the contours are long and thin. A rate that
# the steep direction bears is far too small for the flat one, and the path zigzags. On the right
# the features are **standardised**: $(x - \mu)/\sigma$, mean 0 and standard deviation 1.

# %% [markdown] lang="zh"
# ## 7 · 特征缩放：数据标准化
#
# 只取面积和房间数，不要 $\theta_0$。面积的数值大，所以 $J$ 沿它的参数方向很陡，沿另一个方向很平：等高线又窄又长。陡的方向只经得起很小的学习率，这对平的方向来说又太小，于是路径来回震荡。右图是**标准化**之后的特征：$(x - \mu)/\sigma$，均值为 0，标准差为 1。


# %%
def standardised(A):
    return (A - A.mean(axis=0)) / A.std(axis=0)


def numpy_path(A, b, rate, steps, start):
    path = [np.array(start)]
    for _ in range(steps):
        path.append(path[-1] - rate * 2 / len(A) * A.T @ (A @ path[-1] - b))
    return path


raw, scaled = features[:, :2], standardised(features[:, :2])
centred = price - price.mean()

# %%
figure, axes = plt.subplots(1, 2, figsize=(10, 3.6))
for axis, A, b in zip(axes, (raw, scaled), (price, centred)):
    steepest = np.linalg.eigvalsh(2 / m * A.T @ A)[-1]
    bottom = np.linalg.lstsq(A, b)[0]
    path = numpy_path(A, b, 1.85 / steepest if A is raw else 0.6 / steepest, 25, bottom + 1.2)
    spread = [(value - 1.8, value + 1.8) for value in bottom]
    contours(axis, lambda t, A=A, b=b: np.mean((A @ t - b) ** 2), *spread, path)
    axis.set(xlabel=r"$\theta_1$", ylabel=r"$\theta_2$")
plt.show()

# %% [markdown] lang="en"
# Count the steps until the cost is within 1 % of its minimum, each time with the best rate there
# is, $2/(\lambda_{\max} + \lambda_{\min})$. How many are needed depends above all on the ratio
# of the steepest to the flattest curvature, the *condition number* $\kappa$.

# %% [markdown] lang="zh"
# 数一数走多少步，代价才降到离最小值不超过 1 %。每种情况都用可能的最佳学习率 $2/(\lambda_{\max} + \lambda_{\min})$。需要多少步，主要取决于最陡与最平的曲率之比，即**条件数** $\kappa$。


# %% tags=["row-15"]
def steps_needed(A, b):
    curvature = np.linalg.eigvalsh(2 / len(A) * A.T @ A)
    rate = 2 / (curvature[0] + curvature[-1])
    bottom = np.linalg.lstsq(A, b)[0]
    goal, theta, steps = 1.01 * np.mean((A @ bottom - b) ** 2), np.zeros(A.shape[1]), 0
    while np.mean((A @ theta - b) ** 2) > goal:
        theta, steps = theta - rate * 2 / len(A) * A.T @ (A @ theta - b), steps + 1
    return curvature[-1] / curvature[0], steps


before, after = steps_needed(raw, price), steps_needed(scaled, centred)
in_square_metres = steps_needed(raw * [10, 1], price)
for kappa, steps in (before, in_square_metres, after):
    print(f"κ = {kappa:6.1f} {steps:8}", say("steps", "步"))
assert after[1] < before[1] / 10 < in_square_metres[1] / 100

# %% [markdown] lang="en"
# That was: area in 10 m², area in m², standardised. Another unit for one feature made descent
# almost 90 times as slow. Scaled features do not depend on units.
#
# The notes name two pairs of ranges, $[0, 1000]$ with $[0, 5]$ and $[-0.00004, 0.00002]$ with
# $[10, 30]$. Their condition numbers, before and after:

# %% [markdown] lang="zh"
# 三行依次是：面积以 10 平方米为单位、以平方米为单位、标准化之后。只是给一个特征换了单位，就慢了将近九十倍；而标准化之后，结果与单位无关。
#
# 讲义举了两组范围：【0~1000，0~5】和【-0.00004~0.00002，10~30】。它们的条件数，标准化之前与之后：

# %% tags=["row-15"]
for first, second in (((0, 1000), (0, 5)), ((-0.00004, 0.00002), (10, 30))):
    A = np.column_stack([random.uniform(*first, 500), random.uniform(*second, 500)])
    kappa, kappa_scaled = (
        np.linalg.cond(A.T @ A),
        np.linalg.cond(standardised(A).T @ standardised(A)),
    )
    print(f"{kappa:.1e}   {kappa_scaled:.2f}")
    assert kappa > 1e4 and kappa_scaled < 1.3

# %% [markdown] lang="en"
# ## 8 · The normal equation
#
# For a line there is a way without steps. At the bottom all slopes are 0,
# $\frac2m X^\top(X\theta - y) = 0$, and so
#
# $$\theta = (X^\top X)^{-1} X^\top y.$$
#
# Gradient descent ends at the same place.

# %% [markdown] lang="zh"
# ## 8 · 正规方程
#
# 对线性回归，有一种不用迭代的办法。在谷底，所有偏导数都为 0，即 $\frac2m X^\top(X\theta - y) = 0$，所以
#
# $$\theta = (X^\top X)^{-1} X^\top y.$$
#
# 梯度下降最终也走到同一个地方。

# %% tags=["row-16"]
normal = np.linalg.solve(X.T @ X, X.T @ price)  # better than to form the inverse

S = np.column_stack([np.ones(m), standardised(features)])
limit = numpy_path(S, price, 0.4, 400, np.zeros(4))[-1]  # descent, on scaled features
slopes = limit[1:] / features.std(axis=0)  # and back to the first units
limit = [limit[0] - slopes @ features.mean(axis=0), *slopes]
assert np.allclose(normal, limit, rtol=1e-9)
normal.round(4)

# %% [markdown] lang="en"
# Now a slip of the notes, at the end of their section 1.1: *the normal equation sets the cost
# itself to 0*. (Their section on the normal equation says it rightly: its derivatives.) The cost
# at the solution is not 0, since no line goes through all houses; its slopes are.

# %% [markdown] lang="zh"
# 这里有讲义的一个小疏漏。1.1 节末尾说“正规方程解法就是直接令代价函数为0”；而后面讲正规解法的那一节说得对：令为 0 的是**偏导数**。在解处，代价并不是 0，因为没有一条直线能穿过所有房子；为 0 的是斜率。

# %% tags=["row-16"]
theta = values(normal, "θ")
least = ((X @ theta - price) ** 2).mean()
least.backward()
print(f"J = {least.data:.5f}")
assert least.data > 0.01 and np.abs(grads(theta)).max() < 1e-9

# %% [markdown] lang="en"
# **Exercise 05.3.** One parameter, three houses: $x = 0.64, 0.93, 1.17$ and
# $y = 1.31, 1.72, 2.45$. Then $X^\top X$ is the number `xx` $= \sum x_i^2$ and $X^\top y$
# the number `xy` $= \sum x_i y_i$. Find both, and $\theta$.

# %% [markdown] lang="zh"
# **练习 05.3.** 一个参数，三套房子：$x = 0.64, 0.93, 1.17$，$y = 1.31, 1.72, 2.45$。这时 $X^\top X$ 就是一个数 `xx` $= \sum x_i^2$，$X^\top y$ 就是一个数 `xy` $= \sum x_i y_i$。求这两个数和 $\theta$。

# %%
answers = {"xx": "", "xy": "", "θ": ""}
check("05.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# `xx` $= 0.4096 + 0.8649 + 1.3689$ = 2.6434, `xy` $= 0.8384 + 1.5996 + 2.8665$ = 5.3045, and
# $\theta$ = 5.3045 / 2.6434 = 2.006696. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# `xx` $= 0.4096 + 0.8649 + 1.3689$，即 2.6434；`xy` $= 0.8384 + 1.5996 + 2.8665$，即 5.3045；$\theta$ = 5.3045 / 2.6434 = 2.006696。
# </details>

# %% [markdown] lang="en"
# ### Where there is no inverse
#
# First case: a feature that says nothing new, such as the area once more, in another unit. The
# columns are dependent, $X^\top X$ is **singular**, and infinitely many $\theta$ are equally
# good. The *pseudo-inverse* takes the shortest of them; leaving the feature out, or a little
# regularisation ($\lambda$ added on the diagonal), helps as well.

# %% [markdown] lang="zh"
# ### 不可逆的情形
#
# 第一种：多出来的特征没有新信息，例如把面积换个单位再写一遍。这时各列线性相关，$X^\top X$ 是**奇异矩阵**，有无穷多个 $\theta$ 同样好。**伪逆**取其中最短的一个；去掉多余的特征，或者加一点正则化（在对角线上加 $\lambda$），也都可行。

# %% tags=["row-16"]
D = np.column_stack([X, 2 * area])  # the area twice
assert np.linalg.matrix_rank(D.T @ D) == 4 < D.shape[1] == 5

shortest = np.linalg.pinv(D) @ price
ridge = np.linalg.solve(D.T @ D + 1e-6 * np.eye(5), D.T @ price)
assert np.allclose(D @ shortest, X @ normal)  # the same prices as without the feature
assert np.allclose(ridge, shortest, atol=1e-6)
normal.round(4), shortest.round(4)

# %% [markdown] lang="en"
# The weight of the area, 0.17, has been shared out: $0.034 \cdot 1 + 0.068 \cdot 2$.
#
# Second case: as many features as examples, or more ($n \ge m$). The notes take 10 examples with
# 100 features: $\theta$ has 101 entries, and $X^\top X$, a matrix of 101 by 101, has the rank
# 10. The training examples are fitted perfectly, and new ones are missed. Regularisation makes
# the equation solvable again; here it is fewer features that make the answer good.

# %% [markdown] lang="zh"
# 面积的权重 0.17 被分摊成了两份：$0.034 \cdot 1 + 0.068 \cdot 2$。
#
# 第二种：特征数 $n$ 大于等于样本数 $m$。讲义的例子是 10 个数据、每个 100 个特征：$\theta$ 是 101 维向量，$X^\top X$ 是 101×101 的矩阵，秩却只有 10。训练样本拟合得天衣无缝，新样本却偏离很远。正则化让方程重新可解；而在这个例子里，真正让预测变好的是减少特征。


# %% tags=["row-16"]
def houses(number):
    A = np.column_stack([np.ones(number), random.normal(0, 1, (number, 100))])
    return A, A[:, 1] + random.normal(0, 0.1, number)  # only the first feature counts


(A, b), (A_new, b_new) = houses(10), houses(1000)
assert A.shape[1] == 101 and np.linalg.matrix_rank(A.T @ A) == 10

wild = np.linalg.pinv(A) @ b
few = np.linalg.lstsq(A[:, :2], b)[0]  # two columns only
ridge = np.linalg.solve(A.T @ A + 1e-6 * np.eye(101), A.T @ b)
assert np.allclose(ridge, wild, atol=1e-5)  # solvable, and close to the pseudo-inverse's answer
errors = [np.mean((A @ wild - b) ** 2), np.mean((A_new @ wild - b_new) ** 2)]
errors += [np.mean((A_new[:, :2] @ few - b_new) ** 2)]
assert errors[0] < 1e-20 and errors[1] > 20 * errors[2]
print(f"{errors[1]:.3f}  {errors[2]:.3f}")

# %% [markdown] lang="en"
# ### What the inverse costs
#
# Eliminating an $n \times n$ matrix takes about $n^3/3$ multiplications: twice as many
# features, eight times the work. Ng's rule of thumb in the notes is descent above $N = 10\,000$;
# there it is a third of a million millions.

# %% [markdown] lang="zh"
# ### 求逆的代价
#
# 对 $n \times n$ 矩阵做消元，大约需要 $n^3/3$ 次乘法：特征多一倍，工作量变成八倍，这就是 $O(n^3)$。讲义引用吴恩达的经验：$N > 10000$ 时用梯度下降。此时约需三千三百亿次乘法。


# %% tags=["row-16"]
def multiplications(n):
    return sum((n - k) * (n - k + 1) for k in range(1, n))  # column by column of an elimination


for n in (10, 100, 1000, 10_000):
    print(f"{n:6}  {multiplications(n):16,}")
    assert abs(multiplications(n) / (n**3 / 3) - 1) < 0.02
assert abs(multiplications(2000) / multiplications(1000) - 8) < 0.01

# %% [markdown] lang="en"
# ## 9 · Batch, stochastic, mini-batch
#
# For one step, all examples (**batch** descent), one (**stochastic**, SGD) or a few
# (**mini-batch**) may be looked at. The gradient of a part points, *on average*, where the
# gradient of all points, and it varies the less, the more examples there are in it: the variance
# falls as 1/size.

# %% [markdown] lang="zh"
# ## 9 · 批量、随机与小批量
#
# 走一步之前，可以看全部样本（**批量**梯度下降，BGD），只看一个（**随机**梯度下降，SGD），或者看几个（**小批量**梯度下降，mini-batch）。一部分样本的梯度，**平均来说**与全部样本的梯度方向相同；样本越多，波动越小：方差与批量大小成反比。

# %% tags=["row-17"]
theta = np.array([2.0, 0.5, 0.5, 0.5])
each = 2 * (S @ theta - price)[:, None] * S  # the gradient of every example alone
whole = 2 / m * S.T @ (S @ theta - price)
assert np.allclose(each.mean(axis=0), whole)

spread = {}
for size in (1, 5, 20):
    parts = np.array([each[random.randint(0, m, size)].mean(axis=0) for _ in range(20_000)])
    spread[size] = parts.var(axis=0).sum()
assert all(abs(spread[size] * size / spread[1] - 1) < 0.05 for size in (5, 20))
{size: round(float(variance), 3) for size, variance in spread.items()}

# %% [markdown] lang="en"
# All three from the same start, ten epochs each. Batch descent takes 10 smooth steps,
# mini-batches of 10 take 60, and stochastic descent 600, which jitter around the bottom.

# %% [markdown] lang="zh"
# 三种方法从同一起点出发，各训练十个轮次。批量法走 10 步，平稳；批量大小为 10 的小批量法走 60 步；随机法走 600 步，在谷底附近来回抖动。

# %% tags=["row-17"]
P, q = S[:, 1:3], centred


def epochs_of(size, rate, epochs=10):
    path, shuffled = [np.array([-1.0, 1.5])], np.random.RandomState(1)
    for _ in range(epochs):
        order = shuffled.permutation(m)
        for part in (order[i : i + size] for i in range(0, m, size)):
            step = 2 / len(part) * P[part].T @ (P[part] @ path[-1] - q[part])
            path.append(path[-1] - rate * step)
    return path


paths = {size: epochs_of(size, 0.05) for size in (m, 10, 1)}
assert [len(path) - 1 for path in paths.values()] == [10, 60, 600]


# %% tags=["row-17"]
def cost_of(t):
    return np.mean((P @ t - q) ** 2)


figure, axes = plt.subplots(1, 3, figsize=(10, 3.4), sharey=True)
for axis, (size, path) in zip(axes, paths.items()):
    contours(axis, cost_of, (-1.2, 1.8), (-0.8, 1.7), path)
    axis.set(title=f"{size}", xlabel=r"$\theta_1$", ylabel=r"$\theta_2$")
plt.show()
ends = {size: cost_of(path[-1]) for size, path in paths.items()}
assert ends[10] < ends[m] and ends[1] < ends[m]  # the same work, more steps
{size: round(float(end), 4) for size, end in ends.items()}

# %% [markdown] lang="en"
# The number above each picture is the batch size. After the same ten epochs, that is the same
# number of gradients of single examples, the parts are further down. At the very bottom, SGD
# jitters on with a constant rate, and a mini-batch less. `fit` does all three by `batch_size`:

# %% [markdown] lang="zh"
# 每幅图上方的数字是批量大小。同样十个轮次，也就是求了同样多次单个样本的梯度，分批的方法走得更低。到了谷底，学习率不变的 SGD 会一直抖动，小批量法抖得轻一些。在 `fit` 里，三种方法由 `batch_size` 决定：

# %% tags=["row-17"]
curves = {}
for size in (None, 10, 1):
    model = Layer(3, 1, "linear", init="zeros")
    descent = SGD(model.parameters(), lr=0.02)
    history = fit(
        model, mean_squared_error, S[:, 1:], price,
        optimizer=descent, epochs=20, batch_size=size, progress=False,
    )  # fmt: skip
    curves[f"batch_size={size}"] = [(e, np.log10(loss)) for e, loss in enumerate(history.losses)]
assert (
    curves["batch_size=1"][4][1] < curves["batch_size=10"][4][1] < curves["batch_size=None"][4][1]
)
lines(curves, say("loss by epoch", "每个轮次的损失"), say("epoch", "轮次"), "log10 J")

# %% [markdown] lang="en"
# ## 10 · Counting
#
# One **epoch**: every training example has been used once. The batch size is the number of
# examples divided by the number of batches. The notes' figures: 50,000 examples, 10 epochs, 50
# batches in each: the batch size is 1,000, and the parameters are updated 500 times.

# %% [markdown] lang="zh"
# ## 10 · 数一数
#
# 一个**轮次**（epoch，讲义译作“纪元”）：每个训练样本都用过一次。**批量大小**（讲义的“批次容量”）等于样本总数除以批次数目。讲义的数字：50000 条样本，训练 10 个轮次，每个轮次分 50 批。于是批量大小是 1000，参数一共更新 500 次。

# %% tags=["row-17"]
samples, epochs, batches = 50_000, 10, 50
batch_size = samples // batches
counted = [len(range(samples)[i : i + batch_size]) for i in range(0, samples, batch_size)]
assert batch_size == 1000 and counted == [1000] * 50
assert epochs * len(counted) == 500
print(batch_size, len(counted), epochs * len(counted))

counted = [len(range(samples)[i : i + 128]) for i in range(0, samples, 128)]
assert len(counted) == -(-samples // 128) == 391 and counted[-1] == 80  # the last one is smaller

# %% [markdown] lang="en"
# **Exercise 05.4.** 1,234,560 examples, `batch_size` 32, 25 epochs. How many batches are there
# in an epoch, and how many updates in the whole training?

# %% [markdown] lang="zh"
# **练习 05.4.** 1234560 条样本，`batch_size` 为 32，训练 25 个轮次。一个轮次有多少批（`batches`）？整个训练更新多少次（`updates`）？

# %%
answers = {"batches": "", "updates": ""}
check("05.4", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# 1234560 / 32 = 38580 batches, and 25 · 38580 = 964500 updates. </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 1234560 / 32 = 38580 批，25 · 38580 = 964500 次更新。
# </details>

# %% [markdown] lang="en"
# ## What to read next
#
# [06 · Activations](06_activations.ipynb): what stands between the layers, and what its slope
# does to all this.
#
# **Sources.** The notes on gradient descent (sections 1.1 to 2.2).
# [Goodfellow, Bengio, Courville: Deep Learning, chapters 4 and 8](https://www.deeplearningbook.org/).
# [Boyd, Vandenberghe: Convex Optimization, section 9.3](https://web.stanford.edu/~boyd/cvxbook/),
# on descent and the condition number.
# [Bottou, Curtis, Nocedal: Optimization Methods for Large-Scale Machine Learning](https://arxiv.org/abs/1606.04838),
# on batches.

# %% [markdown] lang="zh"
# ## 接下来读什么
#
# [06 · 激活函数](06_activations.ipynb)：层与层之间放的是什么，它的斜率对这一切有什么影响。
#
# **参考资料。** 讲义“梯度下降算法”（1.1 至 2.2 节）。[Goodfellow, Bengio, Courville: Deep Learning, chapters 4 and 8](https://www.deeplearningbook.org/)。[Boyd, Vandenberghe: Convex Optimization, section 9.3](https://web.stanford.edu/~boyd/cvxbook/)，讲下降法与条件数。[Bottou, Curtis, Nocedal: Optimization Methods for Large-Scale Machine Learning](https://arxiv.org/abs/1606.04838)，讲批量。
