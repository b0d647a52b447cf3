# %% [markdown] lang="en"
# # 01 · A derivative you can touch
#
# After this notebook you can say what a derivative is, with numbers, and find the gradient of any graph by the chain rule. You can also check each result in a second way that knows nothing of the first.
#
# Nearly every cell ends in a number or a picture. Change the numbers and run it again. In JupyterLab begin with *Run → Run All Cells*: until its cell has run, a player is only a still picture.

# %% [markdown] lang="zh"
# # 01 · 摸得着的导数
#
# 读完这一课，你能用具体的数说清什么是导数，能用链式法则求出任意计算图的梯度，还能用另一种与之无关的方法检验每个结果。
#
# 几乎每个单元格都以一个数或一张图收尾。改一改里面的数，再运行一遍。在 JupyterLab 中请先点菜单 *Run → Run All Cells*：单元格运行之前，播放器只是一张静止的图。

# %%
import math

from autograd import Value, check_gradients, derivation, draw, exp, tanh
from nn.course import LANG, check, lines, say

# %% [markdown] lang="en"
# ## A derivative is a limit
#
# How fast does $f$ change at $x$? Take a step $\Delta x$, see how far $f$ goes, and divide:
#
# $$f'(x) = \lim_{\Delta x \to 0} \frac{\Delta y}{\Delta x}$$
#
# For $f(x) = e^{-x}$ at $x = 0.7$ the quotient settles as the step shrinks.

# %% [markdown] lang="zh"
# ## 导数是极限
#
# 函数 $f$ 在 $x$ 处变化得有多快？走一小步 $\Delta x$，看 $f$ 变了多少，再相除：
#
# $$f'(x) = \lim_{\Delta x \to 0} \frac{\Delta y}{\Delta x}$$
#
# 取 $f(x) = e^{-x}$，$x = 0.7$。步长越小，商越稳定。


# %%
def f(x):
    return exp(-x)


def quotient(f, x, step):
    return (f(x + step) - f(x)) / step


for step in (1.0, 0.1, 0.01, 0.001, 0.0001):
    print(f"{step:8g}   {quotient(f, 0.7, step):.8f}")
print(f"{say('limit', '极限'):>8}   {-f(0.7):.8f}")

# %% [markdown] lang="en"
# The quotient is the slope of a secant, a line through two points of the curve. The limit is the slope of the tangent.

# %% [markdown] lang="zh"
# 这个商是割线的斜率，割线穿过曲线上的两点。它的极限就是切线的斜率。

# %%
xs = [i / 20 for i in range(49)]


def line(slope):
    return [(x, f(0.7) + slope * (x - 0.7)) for x in xs]


lines(
    {
        "e⁻ˣ": [(x, f(x)) for x in xs],
        say("secant, step 1", "割线，步长 1"): line(quotient(f, 0.7, 1.0)),
        say("tangent at 0.7", "0.7 处的切线"): line(-f(0.7)),
    },
    title=say("The secant turns into the tangent", "割线逐渐变成切线"),
    x="x",
)

# %% [markdown] lang="en"
# ### Is a smaller step always better?
#
# On paper, yes. A computer keeps about 16 digits, and the difference of two nearly equal numbers loses most of them. A *centred* quotient steps to both sides. Its error falls faster, but it too has a best step.

# %% [markdown] lang="zh"
# ### 步长越小越好吗？
#
# 理论上是这样。但计算机只保留大约 16 位数字，两个几乎相等的数相减，大部分数字就丢了。向两边各走一步的**中心差商**误差下降得更快，不过它同样有一个最佳步长。


# %%
def centred(f, x, step):
    return (f(x + step) - f(x - step)) / (2 * step)


def errors(way):
    powers = [-k / 2 for k in range(2, 31)]
    return [(k, abs(way(f, 0.7, 10**k) + f(0.7)) + 1e-17) for k in powers]


lines(
    {say("one-sided", "单侧"): errors(quotient), say("centred", "中心"): errors(centred)},
    title=say("Error of the quotient", "差商的误差"),
    x=say("step, as a power of ten", "步长（10 的幂）"),
    log=True,
)

# %% [markdown] lang="en"
# ### The engine against the limit
#
# We shall call such quotients **finite differences**. They know no rule of calculus, so they are a good judge of those who do.

# %% [markdown] lang="zh"
# ### 引擎与极限
#
# 这样的商叫**有限差分**。它不懂任何求导法则，正好给懂法则的方法当裁判。

# %% tags=["row-8"]
for at in (-1.0, 0.0, 0.7, 3.0):
    x = Value(at, "x")
    f(x).backward()  # the engine, by rules
    by_limit = centred(f, at, 1e-5)
    print(f"x = {at:4}   {x.grad:.10f}   {by_limit:.10f}")
    assert abs(x.grad - by_limit) < 1e-9
    assert abs(x.grad - -f(at)) < 1e-15

# %% [markdown] lang="en"
# ## Partial derivatives
#
# $f(x, y) = xy$ has two inputs. Hold one still and move the other: $\partial f/\partial x = y$ and $\partial f/\partial y = x$.

# %% [markdown] lang="zh"
# ## 偏导数
#
# $f(x, y) = xy$ 有两个输入。固定一个，只动另一个：$\partial f/\partial x = y$，$\partial f/\partial y = x$。

# %% tags=["row-8"]
x, y = Value(3.0, "x"), Value(-2.0, "y")
product = x * y
product.backward()
print(x.grad, y.grad)

assert (x.grad, y.grad) == (y.data, x.data)
assert abs(x.grad - centred(lambda x: x * -2.0, 3.0, 1e-5)) < 1e-9
assert abs(y.grad - centred(lambda y: 3.0 * y, -2.0, 1e-5)) < 1e-9

# %% [markdown] lang="en"
# The two together, $(\partial f/\partial x, \partial f/\partial y) = (-2, 3)$, are the **gradient**. It points where $f$ rises fastest. Test that: leave the point $(3, -2)$ in every direction in turn and measure the slope.

# %% [markdown] lang="zh"
# 两个偏导数合在一起，$(\partial f/\partial x, \partial f/\partial y) = (-2, 3)$，就是**梯度**。它指向 $f$ 上升最快的方向。来验证：从点 $(3, -2)$ 出发，依次朝各个方向走，测量斜率。


# %%
def slope_towards(angle):
    dx, dy = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return centred(lambda s: (3.0 + s * dx) * (-2.0 + s * dy), 0.0, 1e-4)


lines(
    {"xy": [(angle, slope_towards(angle)) for angle in range(0, 361, 3)]},
    title=say("Slope in each direction", "各个方向上的斜率"),
    x=say("direction in degrees", "方向（度）"),
)

# %%
steepest = max(range(360), key=slope_towards)
print(f"{steepest}°", f"{math.degrees(math.atan2(y.grad, x.grad)):.2f}°")
print(f"{slope_towards(steepest):.4f}", f"{math.hypot(x.grad, y.grad):.4f}")

# %% [markdown] lang="en"
# The steepest direction is that of the gradient, and the slope there is the gradient's length. Gradient descent (lesson 05) walks the other way.

# %% [markdown] lang="zh"
# 最陡的方向正是梯度的方向，那里的斜率就是梯度的长度。梯度下降（第 05 课）朝相反方向走。

# %% [markdown] lang="en"
# ## A number that remembers
#
# A `Value` is a number that knows where it came from: its **parents**, the **operation** that made it, and the **local gradients**, which say how fast it changes with each parent while the others stand still.

# %% [markdown] lang="zh"
# ## 会记事的数
#
# `Value` 是一个知道自己来历的数：它的**父节点**、得到它的**运算**，以及**局部梯度**，也就是其余父节点不动时，它随每个父节点变化的快慢。

# %%
x, w = Value(3.0, "x"), Value(-2.0, "w")
y = w * x
print(y.data, y.operation, [parent.label for parent in y.parents])
print(y.local_gradients())

# %% [markdown] lang="en"
# Computing on, Values build a **computation graph**. Here is $e^{-x}$ again: first $u = -x$, then $y = e^u$. Each card is one Value.

# %% [markdown] lang="zh"
# 继续算下去，Value 就连成一张**计算图**。再看 $e^{-x}$：先有 $u = -x$，再有 $y = e^u$。每张卡片是一个 Value。

# %%
x = Value(0.7, "x")
u = -x
y = exp(u)
u.label, y.label = "u", "y"
draw(y, lang=LANG)

# %% [markdown] lang="en"
# ## The chain rule
#
# If $y$ changes $e^u$ times as fast as $u$, and $u$ changes $-1$ times as fast as $x$, then $y$ changes $e^u \cdot (-1)$ times as fast as $x$:
#
# $$\frac{\mathrm{d} e^{-x}}{\mathrm{d} x} = \frac{\mathrm{d} e^{u}}{\mathrm{d} u} \cdot \frac{\mathrm{d} u}{\mathrm{d} x} = e^{-x} \cdot (-1) = -e^{-x}$$
#
# `derivation` writes this out for any graph, with symbols and then with numbers.

# %% [markdown] lang="zh"
# ## 链式法则
#
# $y$ 随 $u$ 变化的快慢是 $e^u$，$u$ 随 $x$ 变化的快慢是 $-1$，那么 $y$ 随 $x$ 变化的快慢就是 $e^u \cdot (-1)$：
#
# $$\frac{\mathrm{d} e^{-x}}{\mathrm{d} x} = \frac{\mathrm{d} e^{u}}{\mathrm{d} u} \cdot \frac{\mathrm{d} u}{\mathrm{d} x} = e^{-x} \cdot (-1) = -e^{-x}$$
#
# `derivation` 能为任何计算图写出这个过程，先写符号，再代入数。

# %%
derivation(y, x, lang=LANG)

# %% [markdown] lang="en"
# `backward` does the same for all nodes at once. It starts at the output with 1 and goes back. At each node it takes what has arrived (the **upstream gradient**), multiplies it by the **local gradient**, and adds the product to the parent. Press *step* in the player: first the numbers flow forwards, then the gradients flow back.

# %% [markdown] lang="zh"
# `backward` 一次为所有节点做同样的事。它从输出处的 1 开始往回走：在每个节点，把已经到达的**上游梯度**乘以**局部梯度**，再把乘积累加到父节点上。在播放器里点“前进”（刚打开笔记本时这里可能只是一张静态图，运行下面的单元格，它就变成播放器）：先是数值向前流，然后梯度向后流。

# %%
from autograd import walkthrough

x, w, b = Value(0.5, "x"), Value(-3.0, "w"), Value(2.0, "b")
z = w * x + b
y = tanh(z)
z.label, y.label = "z", "y"
walkthrough(y, lang=LANG)

# %% [markdown] lang="en"
# By hand: $\tanh'(z) = 1 - \tanh^2 z$, and $\partial z/\partial w = x$.

# %% [markdown] lang="zh"
# 手算：$\tanh'(z) = 1 - \tanh^2 z$，$\partial z/\partial w = x$。

# %%
y.backward()
print(w.grad, (1 - y.data**2) * x.data)
assert w.grad == (1 - y.data**2) * x.data

# %% [markdown] lang="en"
# **Exercise 01.1.** Let $p = kx$, $u = -p$ and $y = e^u$ with $k = 1.7$ and $x = 0.6$. Find $y$ and both derivatives, with four digits or more.

# %% [markdown] lang="zh"
# **练习 01.1.** 设 $p = kx$，$u = -p$，$y = e^u$，其中 $k = 1.7$，$x = 0.6$。求 $y$ 和两个导数，至少四位有效数字。

# %%
answers = {"y": "", "dy/dx": "", "dy/dk": ""}  # type your figures between the quotes
check("01.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $y = e^{-1.02} = 0.360595$. The factors are $\partial y/\partial u = y$, $\partial u/\partial p = -1$, and $\partial p/\partial x = k$ or $\partial p/\partial k = x$. So $\partial y/\partial x = -1.7 \cdot 0.360595 =$ -0.613011 and $\partial y/\partial k = -0.6 \cdot 0.360595 =$ -0.216357.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $y = e^{-1.02} = 0.360595$。各个因子：$\partial y/\partial u = y$，$\partial u/\partial p = -1$，以及 $\partial p/\partial x = k$ 或 $\partial p/\partial k = x$。所以 $\partial y/\partial x = -1.7 \cdot 0.360595 =$ -0.613011，$\partial y/\partial k = -0.6 \cdot 0.360595 =$ -0.216357。
# </details>

# %% [markdown] lang="en"
# ## Contributions add up
#
# In $a \cdot a$ the same number is both arguments. Through each argument alone the local gradient is the other factor, 3. Both ways count, so the gradient is $3 + 3 = 6$. The **ledger** lists who sent what.

# %% [markdown] lang="zh"
# ## 贡献要相加
#
# 在 $a \cdot a$ 中，两个自变量是同一个数。只看其中一个，局部梯度就是另一个因子 3。两条路都要算，所以梯度是 $3 + 3 = 6$。**账本**（`ledger`）列出谁传来了多少。

# %%
from autograd import ledger

a = Value(3.0, "a")
square = a * a
square.label = "s"
square.backward()
print(ledger(square, a, lang=LANG))
draw(square, lang=LANG)

# %% [markdown] lang="en"
# The same holds across a whole graph. In $c = ab + a$ two ways lead from $a$ to $c$. Multiply along each way, and add the ways.

# %% [markdown] lang="zh"
# 整张图也是如此。在 $c = ab + a$ 中，从 $a$ 到 $c$ 有两条路径。沿每条路径相乘，再把各条路径相加。

# %%
a, b = Value(3.0, "a"), Value(4.0, "b")
c = a * b + a
c.label = "c"
derivation(c, a, lang=LANG)

# %% [markdown] lang="en"
# ## Forwards in the order of the graph, backwards in reverse
#
# A node can pass its gradient on only when all contributions to it have arrived. So `backward` needs an order in which every node stands after its parents, and goes through it in reverse. That is all of backpropagation, and it fits into a few lines.

# %% [markdown] lang="zh"
# ## 前向按图的顺序，反向倒着来
#
# 一个节点必须等所有贡献都到齐，才能把自己的梯度传下去。所以先要排出一个顺序，让每个节点都排在父节点之后，再倒着走一遍。反向传播的全部内容就是这些，几行代码就够了。


# %%
def in_order(node, order=None):
    order = {} if order is None else order
    if node not in order:
        for parent in node.parents:
            in_order(parent, order)
        order[node] = len(order)
    return order


def our_backward(output):
    order = list(in_order(output))
    gradient = dict.fromkeys(order, 0.0)
    gradient[output] = 1.0
    for node in reversed(order):
        for parent, local in zip(node.parents, node.local_gradients(), strict=True):
            gradient[parent] += gradient[node] * local
    return gradient


ours = our_backward(c)
print({node.label: ours[node] for node in (a, b, c)})

# %% [markdown] lang="en"
# Does it hold for *any* graph? Here are 100 random ones, in which each node takes its parents from all that came before. Three ways must agree: our few lines, the engine, and finite differences, which `check_gradients` takes.

# %% [markdown] lang="zh"
# 它对**任意**计算图都成立吗？下面随机生成 100 张图，每个节点的父节点从前面所有节点里随便挑。三种方法必须一致：我们的几行代码、引擎，以及 `check_gradients` 所用的有限差分。

# %% tags=["row-3"]
from random import Random

random = Random(1)
for _ in range(100):
    nodes = [Value(random.uniform(-1.0, 1.0)) for _ in range(4)]
    for _ in range(20):
        p, q = random.choice(nodes), random.choice(nodes)
        nodes.append(random.choice((p + q, p - q, p * q, tanh(p))))
    output = nodes[-1]
    ours = our_backward(output)
    output.backward()
    assert all(abs(node.grad - gradient) < 1e-12 for node, gradient in ours.items())
    assert all(row.relative_error < 1e-6 for row in check_gradients(output).rows)
print(say("100 graphs agree", "100 张图全部一致"))

# %% [markdown] lang="en"
# ### The gradient of what lies between
#
# The gradients of intermediate nodes are needed only on the way: those of the leaves are what training wants. `Value` keeps both so that you can look, but treats them differently. A second `backward` *adds* to the leaves and computes everything else afresh.

# %% [markdown] lang="zh"
# ### 中间节点的梯度
#
# 中间节点的梯度只在途中用得着，训练真正要的是叶子节点的梯度。`Value` 两者都保留，方便你查看，但对待它们的方式不同：再调用一次 `backward`，叶子节点的梯度会**累加**，其余的则重新计算。

# %% tags=["row-3"]
x, w = Value(0.5, "x"), Value(-3.0, "w")
z = w * x
y = tanh(z)
y.backward()
once = w.grad, z.grad
y.backward()
print(once, (w.grad, z.grad))
assert w.grad == 2 * once[0]
assert z.grad == once[1]

# %% [markdown] lang="en"
# **Exercise 01.2.** Let $p = xy$, $q = \tanh x$ and $f = p + q$ with $x = 0.85$ and $y = -1.35$. Find $f$ and both partial derivatives.

# %% [markdown] lang="zh"
# **练习 01.2.** 设 $p = xy$，$q = \tanh x$，$f = p + q$，其中 $x = 0.85$，$y = -1.35$。求 $f$ 和两个偏导数。

# %%
answers = {"f": "", "df/dx": "", "df/dy": ""}
check("01.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $q = \tanh 0.85 = 0.691069$ and $p = -1.1475$, so $f =$ -0.456431. Two ways lead from $x$: through $p$ the contribution is $y = -1.35$, through $q$ it is $1 - q^2 = 0.522423$. Their sum is $\partial f/\partial x =$ -0.827577. Only $p$ leads to $y$: $\partial f/\partial y = x =$ 0.8500.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $q = \tanh 0.85 = 0.691069$，$p = -1.1475$，所以 $f =$ -0.456431。从 $x$ 出发有两条路径：经过 $p$ 的贡献是 $y = -1.35$，经过 $q$ 的贡献是 $1 - q^2 = 0.522423$，相加得 $\partial f/\partial x =$ -0.827577。到 $y$ 只有经过 $p$ 的一条：$\partial f/\partial y = x =$ 0.8500。
# </details>

# %% [markdown] lang="en"
# **Exercise 01.3.** Let $u = x \cdot x$ and $y = u \cdot x$ with $x = 1.37$. A bar and a number mark a *local* gradient: $\partial u/\partial x|_1$ goes through the first argument of $u$ alone. Without the bar it is the total derivative, along all ways.

# %% [markdown] lang="zh"
# **练习 01.3.** 设 $u = x \cdot x$，$y = u \cdot x$，其中 $x = 1.37$。竖线加数字表示**局部**梯度：$\partial u/\partial x|_1$ 只经过 $u$ 的第一个自变量。没有竖线就是总导数，沿所有路径。

# %%
answers = {"du/dx|1": "", "du/dx": "", "dy/dx|2": "", "dy/dx": ""}
check("01.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $\partial u/\partial x|_1$ is the other factor, $x =$ 1.370. Both arguments together give $\partial u/\partial x = 2x =$ 2.740. In $y = u \cdot x$ the second argument is $x$, so $\partial y/\partial x|_2 = u =$ 1.8769. The total derivative adds the way through $u$: $u + x \cdot 2x = 3x^2 =$ 5.6307.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $\partial u/\partial x|_1$ 是另一个因子，$x =$ 1.370。两个自变量合起来，$\partial u/\partial x = 2x =$ 2.740。在 $y = u \cdot x$ 中第二个自变量是 $x$，所以 $\partial y/\partial x|_2 = u =$ 1.8769。总导数还要加上经过 $u$ 的那条路径：$u + x \cdot 2x = 3x^2 =$ 5.6307。
# </details>

# %% [markdown] lang="en"
# ## Two products of matrices
#
# Networks are written with matrices. There are two products, and the notes show both on the same pair:
#
# $$A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \qquad B = \begin{pmatrix} -1 & -2 \\ -3 & -4 \end{pmatrix}$$
#
# In the **matrix product** $AB$ an entry is a row of $A$ times a column of $B$. In the **elementwise product** $A \odot B$ an entry meets the entry in the same place.

# %% [markdown] lang="zh"
# ## 矩阵的两种乘法
#
# 神经网络用矩阵来写。乘法有两种，讲义用同一对矩阵演示：
#
# $$A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \qquad B = \begin{pmatrix} -1 & -2 \\ -3 & -4 \end{pmatrix}$$
#
# **矩阵乘法** $AB$ 的每个元素，是 $A$ 的一行乘 $B$ 的一列。**逐元素乘法** $A \odot B$ 则是相同位置的元素相乘。

# %% tags=["row-7"]
from autograd import linalg, total

A = [[1.0, 2.0], [3.0, 4.0]]
B = [[-1.0, -2.0], [-3.0, -4.0]]


def dot_product(row, column):
    return sum(a * b for a, b in zip(row, column, strict=True))


def matrix_product(A, B):
    columns = list(zip(*B, strict=True))
    return [[dot_product(row, column) for column in columns] for row in A]


def elementwise(A, B):
    return [[a * b for a, b in zip(*rows, strict=True)] for rows in zip(A, B, strict=True)]


print("AB    =", matrix_product(A, B))
print("A ⊙ B =", elementwise(A, B))
assert matrix_product(A, B) == linalg.matmul(A, B) == [[-7, -10], [-15, -22]]
assert elementwise(A, B) == [[-1, -4], [-9, -16]]

# %% [markdown] lang="en"
# (The notes call $AB$ the dot product. Strictly, each *entry* of $AB$ is a dot product, of a row and a column.)
#
# A matrix of Values works in the same way, and has gradients. What is the gradient of the sum of all entries of $AB$? $A_{ij}$ meets every entry of row $j$ of $B$, once: that row's sum.

# %% [markdown] lang="zh"
# （讲义把 $AB$ 叫作“点积”。严格地说，$AB$ 的每个**元素**才是点积，是一行与一列的点积。）
#
# 换成 Value 的矩阵，算法不变，还有了梯度。$AB$ 所有元素之和对 $A_{ij}$ 的梯度是多少？$A_{ij}$ 与 $B$ 第 $j$ 行的每个元素各相乘一次，所以就是那一行的和。


# %% tags=["row-7"]
def matrix_of_values(numbers, name):
    return [
        [Value(number, f"{name}{i}{j}") for j, number in enumerate(row, 1)]
        for i, row in enumerate(numbers, 1)
    ]


VA, VB = matrix_of_values(A, "A"), matrix_of_values(B, "B")
AB = linalg.matmul(VA, VB)
assert [[entry.data for entry in row] for row in AB] == [[-7, -10], [-15, -22]]

s = total([entry for row in AB for entry in row])
s.backward()
gradient = [[entry.grad for entry in row] for row in VA]
print(gradient)
assert gradient == [[sum(row) for row in B]] * 2

# %% tags=["row-7"]
VA = matrix_of_values(A, "A")
product = elementwise(VA, B)
assert [[entry.data for entry in row] for row in product] == [[-1, -4], [-9, -16]]

s = total([entry for row in product for entry in row])
s.backward()
gradient = [[entry.grad for entry in row] for row in VA]
print(gradient)
assert gradient == B

# %% [markdown] lang="en"
# The notes write the gradient of a function of a matrix as the matrix of its partial derivatives, which is what we have just printed. Their last line means
#
# $$(\nabla_A f)_{ij} = \frac{\partial f}{\partial A_{ij}}$$
#
# with $\partial f$ above the line; $\mathbf{A}$ stands there by a slip of the pen. (So do a few indices: row 2, column 2 is $A_{22}$.)

# %% [markdown] lang="zh"
# 讲义把对矩阵的梯度写成各个偏导数组成的矩阵，我们刚刚打印的正是它。讲义最后一行的意思应当是
#
# $$(\nabla_A f)_{ij} = \frac{\partial f}{\partial A_{ij}}$$
#
# 分子是 $\partial f$，讲义里写成 $\mathbf{A}$ 是笔误。（有几个下标也写错了：第 2 行第 2 列应为 $A_{22}$。）

# %% [markdown] lang="en"
# **Exercise 01.4.** With $A = \begin{pmatrix} 1.2 & -0.7 \\ 0.45 & 2.1 \end{pmatrix}$ and $B = \begin{pmatrix} 0.9 & -1.6 \\ 2.3 & 0.35 \end{pmatrix}$ let $s$ be the product of the two entries in the first row of $C = AB$, $s = c_{11} c_{12}$.

# %% [markdown] lang="zh"
# **练习 01.4.** 设 $A = \begin{pmatrix} 1.2 & -0.7 \\ 0.45 & 2.1 \end{pmatrix}$，$B = \begin{pmatrix} 0.9 & -1.6 \\ 2.3 & 0.35 \end{pmatrix}$，$C = AB$，$s$ 是 $C$ 第一行两个元素的乘积，$s = c_{11} c_{12}$。

# %%
answers = {"c12": "", "ds/da11": "", "ds/db21": ""}
check("01.4", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $c_{11} = 1.2 \cdot 0.9 - 0.7 \cdot 2.3 = -0.53$ and $c_{12} = 1.2 \cdot (-1.6) - 0.7 \cdot 0.35 =$ -2.165. Both contain $a_{11}$: $\partial s/\partial a_{11} = c_{12} b_{11} + c_{11} b_{12} = -1.9485 + 0.848 =$ -1.1005. Only $c_{11}$ contains $b_{21}$: $\partial s/\partial b_{21} = c_{12} a_{12} =$ 1.5155.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $c_{11} = 1.2 \cdot 0.9 - 0.7 \cdot 2.3 = -0.53$，$c_{12} = 1.2 \cdot (-1.6) - 0.7 \cdot 0.35 =$ -2.165。两者都含有 $a_{11}$：$\partial s/\partial a_{11} = c_{12} b_{11} + c_{11} b_{12} = -1.9485 + 0.848 =$ -1.1005。只有 $c_{11}$ 含有 $b_{21}$：$\partial s/\partial b_{21} = c_{12} a_{12} =$ 1.5155。
# </details>

# %% [markdown] lang="en"
# ## Derivatives of derivatives
#
# `gradients` gives derivatives that are Values with a graph of their own, so they can be differentiated again. For $y = x^3$: $y' = 3x^2$, $y'' = 6x$, $y''' = 6$.

# %% [markdown] lang="zh"
# ## 导数的导数
#
# `gradients` 给出的导数本身也是带计算图的 Value，所以还能继续求导。对 $y = x^3$：$y' = 3x^2$，$y'' = 6x$，$y''' = 6$。

# %%
from autograd import gradients

x = Value(2.0, "x")
y = x**3
for order in (1, 2, 3):
    (y,) = gradients(y, [x])
    print(order, y.data)

# %% [markdown] lang="en"
# ## Trust, and check
#
# `check_gradients` sets every gradient of a graph beside a difference quotient. It raises an error when they disagree, so one line in your own code is a test.

# %% [markdown] lang="zh"
# ## 信任，但要检验
#
# `check_gradients` 把图中每个梯度与差商并排比较，不一致就报错。在你自己的代码里，这一行就是一个测试。

# %%
x, w, b = Value(0.5, "x"), Value(-3.0, "w"), Value(2.0, "b")
for row in check_gradients((tanh(w * x + b) - 1.0) ** 2).rows:
    print(f"{row.leaf.label}   {row.reverse:.8f}   {row.numerical:.8f}")

# %% [markdown] lang="en"
# **What to read next:** [02 · Backpropagation by hand](02_backpropagation_by_hand.ipynb), where the chain is made of neurons.
#
# **Sources**
#
# - The notes on backpropagation that this course follows: matrix products, chain rule, partial derivatives and gradient.
# - Automatic differentiation, why it is neither symbolic nor numerical: A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind, *Automatic differentiation in machine learning: a survey*, JMLR 18 (2018), <https://jmlr.org/papers/v18/17-468.html>.
# - The best step of a difference quotient: W. H. Press et al., *Numerical Recipes*, section 5.7.

# %% [markdown] lang="zh"
# **接下来读：**[02 · 手算反向传播](02_backpropagation_by_hand.ipynb)，那里的链条由神经元组成。
#
# **参考资料**
#
# - 本课程所依据的反向传播讲义：矩阵乘法、链式法则、偏导数与梯度。
# - 自动微分与符号求导、数值求导有何不同：A. G. Baydin, B. A. Pearlmutter, A. A. Radul, J. M. Siskind, *Automatic differentiation in machine learning: a survey*, JMLR 18 (2018)，<https://jmlr.org/papers/v18/17-468.html>。
# - 差商的最佳步长：W. H. Press 等，*Numerical Recipes*，第 5.7 节。
