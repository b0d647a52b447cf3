# %% [markdown] lang="en"
# # 03 · The 2-2-2 worked example
#
# After this notebook you have computed every figure of the best-known example of backpropagation, by hand, in matrix form and with the engine, and you know which printed figures to trust. You can also multiply a vector by a Jacobian matrix without ever writing the matrix down.

# %% [markdown] lang="zh"
# # 03 · 2-2-2 经典算例
#
# 读完这一课，你会把最有名的反向传播算例里的每个数都算一遍：手算、矩阵形式、用引擎，并且知道哪些印出来的数可信。你还会在不写出雅可比矩阵的情况下，用向量去乘它。

# %% [markdown] lang="en"
# ## The network
#
# Two inputs, two hidden neurons, two outputs, all sigmoid. The inputs are 0.05 and 0.10, the targets 0.01 and 0.99. Both neurons of a layer share one bias.

# %% [markdown] lang="zh"
# ## 网络
#
# 两个输入、两个隐藏神经元、两个输出，激活函数都是 sigmoid。输入是 0.05 和 0.10，目标值是 0.01 和 0.99。同一层的两个神经元共用一个偏置。

# %%
import math

from autograd import derivation, draw, jacobian, ledger, sigmoid, vjp
from nn.course import LANG, check, lines, say
from nn.worked_example import network

values = network()
E = values["E_total"]
draw(E, lang=LANG)

# %% [markdown] lang="en"
# ## Forward pass
#
# As the notes do, write the net inputs with small letters and the outputs with capitals:
#
# $$h = W_1 i + b_1, \qquad H = \sigma(h), \qquad o = W_2 H + b_2, \qquad O = \sigma(o)$$

# %% [markdown] lang="zh"
# ## 前向传播
#
# 和讲义一样，激活前用小写字母，激活后用大写字母：
#
# $$h = W_1 i + b_1, \qquad H = \sigma(h), \qquad o = W_2 H + b_2, \qquad O = \sigma(o)$$

# %%
i, y = [0.05, 0.10], [0.01, 0.99]
W1, b1 = [[0.15, 0.20], [0.25, 0.30]], 0.35
W2, b2 = [[0.40, 0.45], [0.50, 0.55]], 0.60


def net(W, x, b):
    return [sum(w * x_k for w, x_k in zip(row, x, strict=True)) + b for row in W]


def s(z):
    return [1 / (1 + math.exp(-z_k)) for z_k in z]


h = net(W1, i, b1)
H = s(h)
o = net(W2, H, b2)
O = s(o)
for name, vector in {"h": h, "H": H, "o": o, "O": O}.items():
    print(name, [f"{number:.4f}" for number in vector])

# %% [markdown] lang="en"
# The notes print eight figures. Ours and the engine's must round to each of them.

# %% [markdown] lang="zh"
# 讲义里印出了八个数。我们算的和引擎算的，四舍五入后都应与之相同。

# %% tags=["row-1"]
PRINTED = ["0.3775", "0.3925", "0.5933", "0.5969", "1.1059", "1.2249", "0.7514", "0.7729"]
NAMES = ["net_h1", "net_h2", "out_h1", "out_h2", "net_o1", "net_o2", "out_o1", "out_o2"]
for name, printed, ours in zip(NAMES, PRINTED, h + H + o + O, strict=True):
    engine = values[name].data
    print(f"{name}   {printed}   {engine:.9f}")
    assert f"{ours:.4f}" == f"{engine:.4f}" == printed
    assert abs(ours - engine) < 1e-15

# %% [markdown] lang="en"
# The error is half the sum of squares, $L = \frac12 \sum_k (y_k - O_k)^2$. The ½ cancels the 2 that differentiating brings, so that $\partial L/\partial O_k = O_k - y_k$.

# %% [markdown] lang="zh"
# 误差是平方和的一半，$L = \frac12 \sum_k (y_k - O_k)^2$。系数 ½ 正好与求导出来的 2 相消，于是 $\partial L/\partial O_k = O_k - y_k$。

# %% tags=["row-12"]
from nn import half_squared_error

L = 0.5 * sum((y_k - O_k) ** 2 for y_k, O_k in zip(y, O, strict=True))
print(f"{L:.9f}   {E.data:.9f}")
assert abs(L - E.data) < 1e-15
assert abs(L - half_squared_error(O, y)) < 1e-15
assert f"{L:.9f}" == "0.298371109"

# %% [markdown] lang="en"
# ## Backward: a weight of the output layer
#
# $w_5$ reaches the error in one way only, so its gradient is one product of three factors.

# %% [markdown] lang="zh"
# ## 反向：输出层的一个权重
#
# $w_5$ 到误差只有一条路径，所以它的梯度是三个因子的乘积。

# %% tags=["row-1"]
factors = [O[0] - y[0], O[0] * (1 - O[0]), H[0]]
dL_dw5 = math.prod(factors)
print(" · ".join(f"{factor:.9f}" for factor in factors), f"= {dL_dw5:.9f}")

E.backward()
assert abs(dL_dw5 - values["w5"].grad) < 1e-15
assert [f"{f:.9f}" for f in factors] == ["0.741365070", "0.186815602", "0.593269992"]
assert f"{dL_dw5:.9f}" == "0.082167041"

# %%
derivation(E, values["w5"], lang=LANG)

# %% [markdown] lang="en"
# ## Backward: a weight of the hidden layer
#
# $w_1$ moves $H_1$, and $H_1$ moves *both* outputs. Two ways lead back, and their products add up.

# %% [markdown] lang="zh"
# ## 反向：隐藏层的一个权重
#
# $w_1$ 推动 $H_1$，而 $H_1$ 同时推动**两个**输出。回来的路径有两条，乘积要相加。

# %%
print(ledger(E, values["out_h1"], lang=LANG))

# %% [markdown] lang="en"
# Each neuron's error $\delta$ is what arrives at its net input. With the four of them, all gradients are products of two numbers.

# %% [markdown] lang="zh"
# 每个神经元的误差项 $\delta$ 就是传到其净输入的梯度。有了这四个 $\delta$，所有梯度都只是两个数的乘积。

# %% tags=["row-1"]
delta_o = [(O[k] - y[k]) * O[k] * (1 - O[k]) for k in (0, 1)]
back = [sum(delta_o[k] * W2[k][j] for k in (0, 1)) for j in (0, 1)]  # ∂L/∂H
delta_h = [back[j] * H[j] * (1 - H[j]) for j in (0, 1)]
ours = [d * x for d in delta_h for x in i] + [d * x for d in delta_o for x in H]
for number, gradient in enumerate(ours, 1):
    print(f"∂L/∂w{number} = {gradient:13.10f}")
    assert abs(gradient - values[f"w{number}"].grad) < 1e-16
assert f"{back[0]:.9f}" == "0.036350306"
assert f"{ours[0]:.9f}" == "0.000438568"

# %% [markdown] lang="en"
# And the judge that knows no rule. Its error should be far below the last digit we print.

# %% [markdown] lang="zh"
# 再请不懂法则的裁判。它的误差应当远小于我们打印的最后一位。

# %%
from autograd import check_gradients

for row in check_gradients(E, [values[f"w{number}"] for number in range(1, 9)]).rows:
    print(f"{row.leaf.label}   {row.reverse:13.10f}   {row.numerical:13.10f}")

# %% [markdown] lang="en"
# **Exercise 03.1.** The same network with other numbers: $i = (0.6, -0.9)$, $t = (0.2, 0.75)$, $w_1 \dots w_4 = 0.45, -0.3, 0.7, 0.25$, $w_5 \dots w_8 = -0.55, 0.8, 0.35, -0.65$, $b_1 = 0.15$, $b_2 = -0.2$. Go forwards to the first output.

# %% [markdown] lang="zh"
# **练习 03.1.** 同样的网络，换一组数：$i = (0.6, -0.9)$，$t = (0.2, 0.75)$，$w_1 \dots w_4 = 0.45, -0.3, 0.7, 0.25$，$w_5 \dots w_8 = -0.55, 0.8, 0.35, -0.65$，$b_1 = 0.15$，$b_2 = -0.2$。前向计算到第一个输出。

# %%
answers = {"net_h1": "", "out_h1": "", "net_o1": "", "out_o1": ""}
check("03.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $\mathrm{net}_{h1} = 0.45 \cdot 0.6 + (-0.3)(-0.9) + 0.15 =$ 0.6900, $\mathrm{out}_{h1} = \sigma(0.69) =$ 0.665967. With $\mathrm{out}_{h2} = \sigma(0.345) = 0.585405$ we get $\mathrm{net}_{o1} = -0.55 \cdot 0.665967 + 0.8 \cdot 0.585405 - 0.2 =$ -0.0979582 and $\mathrm{out}_{o1} =$ 0.475530.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $\mathrm{net}_{h1} = 0.45 \cdot 0.6 + (-0.3)(-0.9) + 0.15 =$ 0.6900，$\mathrm{out}_{h1} = \sigma(0.69) =$ 0.665967。又 $\mathrm{out}_{h2} = \sigma(0.345) = 0.585405$，所以 $\mathrm{net}_{o1} = -0.55 \cdot 0.665967 + 0.8 \cdot 0.585405 - 0.2 =$ -0.0979582，$\mathrm{out}_{o1} =$ 0.475530。
# </details>

# %% [markdown] lang="en"
# **Exercise 03.2.** Now backwards to $w_5$, and its update with learning rate 0.5.

# %% [markdown] lang="zh"
# **练习 03.2.** 接着反向算到 $w_5$，并以学习率 0.5 更新它。

# %%
answers = {"dE/dout_o1": "", "dE/dnet_o1": "", "dE/dw5": "", "w5+": ""}
check("03.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $\partial E/\partial \mathrm{out}_{o1} = 0.475530 - 0.2 =$ 0.275530. Times $\mathrm{out}_{o1}(1 - \mathrm{out}_{o1}) = 0.249401$: $\delta_{o1} =$ 0.0687175. Times $\mathrm{out}_{h1}$: $\partial E/\partial w_5 =$ 0.0457636, and $w_5^+ = -0.55 - 0.5 \cdot 0.0457636 =$ -0.572882.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $\partial E/\partial \mathrm{out}_{o1} = 0.475530 - 0.2 =$ 0.275530。乘以 $\mathrm{out}_{o1}(1 - \mathrm{out}_{o1}) = 0.249401$ 得 $\delta_{o1} =$ 0.0687175。再乘 $\mathrm{out}_{h1}$ 得 $\partial E/\partial w_5 =$ 0.0457636，于是 $w_5^+ = -0.55 - 0.5 \cdot 0.0457636 =$ -0.572882。
# </details>

# %% [markdown] lang="en"
# **Exercise 03.3.** And to $w_1$, by way of both outputs. The other output has $\delta_{o2} = -0.0815136$.

# %% [markdown] lang="zh"
# **练习 03.3.** 再算到 $w_1$，两个输出都要经过。另一个输出的 $\delta_{o2} = -0.0815136$。

# %%
answers = {"dE/dout_h1": "", "dE/dnet_h1": "", "dE/dw1": "", "w1+": ""}
check("03.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $\partial E/\partial \mathrm{out}_{h1} = \delta_{o1} w_5 + \delta_{o2} w_7 = -0.0377946 - 0.0285298 =$ -0.0663244. Times $\mathrm{out}_{h1}(1 - \mathrm{out}_{h1}) = 0.222455$: $\delta_{h1} =$ -0.0147542. Times $i_1 = 0.6$: $\partial E/\partial w_1 =$ -0.00885252, and $w_1^+ =$ 0.454426. The weights $w_5$ and $w_7$ are those of the forward pass, not the updated ones.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $\partial E/\partial \mathrm{out}_{h1} = \delta_{o1} w_5 + \delta_{o2} w_7 = -0.0377946 - 0.0285298 =$ -0.0663244。乘以 $\mathrm{out}_{h1}(1 - \mathrm{out}_{h1}) = 0.222455$ 得 $\delta_{h1} =$ -0.0147542。再乘 $i_1 = 0.6$ 得 $\partial E/\partial w_1 =$ -0.00885252，$w_1^+ =$ 0.454426。这里的 $w_5$ 和 $w_7$ 是前向传播时的权重，不是更新后的。
# </details>

# %% [markdown] lang="en"
# ## In matrix form
#
# The notes write the same with Jacobian matrices, $\left(\partial f/\partial x\right)_{jk} = \partial f_j/\partial x_k$. The gradient of a number is then a *row*, and the chain rule is a product of matrices from left to right:
#
# $$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial O}\,\frac{\partial O}{\partial o}\,\frac{\partial o}{\partial H}\,\frac{\partial H}{\partial h}\,\frac{\partial h}{\partial W_1}$$
#
# We write each matrix by its formula, and let `jacobian` find it from the function alone.

# %% [markdown] lang="zh"
# ## 矩阵形式
#
# 讲义用雅可比矩阵写同样的内容，$\left(\partial f/\partial x\right)_{jk} = \partial f_j/\partial x_k$。这样一个数的梯度就是**行**向量，链式法则就是从左到右的矩阵乘法：
#
# $$\frac{\partial L}{\partial W_1} = \frac{\partial L}{\partial O}\,\frac{\partial O}{\partial o}\,\frac{\partial o}{\partial H}\,\frac{\partial H}{\partial h}\,\frac{\partial h}{\partial W_1}$$
#
# 每个矩阵先按公式写出，再让 `jacobian` 只从函数出发求一遍。


# %% tags=["row-2"]
def agree(formula, engine):
    """Whether two matrices are equal, entry by entry, to 1e-12."""
    assert len(formula) == len(engine)
    for row, other in zip(formula, engine, strict=True):
        assert all(abs(a - b) < 1e-12 for a, b in zip(row, other, strict=True))
    for row in formula:
        print("  ".join(f"{entry:12.9f}" for entry in row))


def loss(O):
    return 0.5 * sum((y_k - O_k) ** 2 for y_k, O_k in zip(y, O, strict=True))


def activate(z):
    return [sigmoid(z_k) for z_k in z]


dL_dO = [[O[0] - y[0], O[1] - y[1]]]
agree(dL_dO, [jacobian(loss)(O)])

# %% [markdown] lang="en"
# $\partial O/\partial o$ is a **diagonal** matrix: each output depends on its own net input only.

# %% [markdown] lang="zh"
# $\partial O/\partial o$ 是**对角**矩阵：每个输出只依赖自己的净输入。

# %% tags=["row-2"]
dO_do = [[O[0] * (1 - O[0]), 0.0], [0.0, O[1] * (1 - O[1])]]
agree(dO_do, jacobian(activate)(o))

# %% tags=["row-2"]
from autograd import linalg

dL_do = linalg.matmul(dL_dO, dO_do)
agree(dL_do, [jacobian(lambda o: loss(activate(o)))(o)])
agree(dL_do, [[values["net_o1"].grad, values["net_o2"].grad]])

# %% [markdown] lang="en"
# For $\partial o/\partial W_2$ the notes lay the weights in a row, $w_5, w_6, w_7, w_8$. That gives a 2 × 4 matrix.

# %% [markdown] lang="zh"
# 求 $\partial o/\partial W_2$ 时，讲义把权重排成一行 $w_5, w_6, w_7, w_8$，得到一个 2 × 4 的矩阵。


# %% tags=["row-2"]
def output_net(w):
    return net([w[:2], w[2:]], H, b2)


do_dW2 = [[H[0], H[1], 0.0, 0.0], [0.0, 0.0, H[0], H[1]]]
agree(do_dW2, jacobian(output_net)([0.40, 0.45, 0.50, 0.55]))

# %% tags=["row-2"]
dL_dW2 = linalg.matmul(dL_do, do_dW2)
agree(dL_dW2, [[values[f"w{number}"].grad for number in (5, 6, 7, 8)]])

# %% [markdown] lang="en"
# ### The bias, and one more slip
#
# One bias $b_2$ feeds both outputs, so $\partial o/\partial b_2 = \begin{pmatrix} 1 \\ 1 \end{pmatrix}$. A row times a column is a *number*: the sum of both errors. The notes print two numbers for $\partial L/\partial b_2$. Those belong to a network in which each neuron has a bias of its own; there $\partial o/\partial b_2$ is the identity matrix. The engine knows both networks:

# %% [markdown] lang="zh"
# ### 偏置，以及另一处笔误
#
# 同一个偏置 $b_2$ 供给两个输出，所以 $\partial o/\partial b_2 = \begin{pmatrix} 1 \\ 1 \end{pmatrix}$。行乘列得到的是**一个数**：两个误差项之和。讲义给 $\partial L/\partial b_2$ 写了两个数。那是每个神经元各有一个偏置时的结果，那时 $\partial o/\partial b_2$ 是单位矩阵。两种网络引擎都会算：

# %% tags=["row-2"]
do_db2 = [[1.0], [1.0]]
agree(do_db2, [[row] for row in jacobian(lambda b: net(W2, H, b))(b2)])
dL_db2 = linalg.matmul(dL_do, do_db2)
agree(dL_db2, [[values["b2"].grad]])

own = network(bias_per_neuron=True)
own["E_total"].backward()
agree(dL_do, [[own["b_o1"].grad, own["b_o2"].grad]])

# %% [markdown] lang="en"
# ### On to the hidden layer
#
# $\partial o/\partial H$ is $W_2$ itself, as $\partial z/\partial a = w$ was in lesson 02. The rest is as before.

# %% [markdown] lang="zh"
# ### 继续到隐藏层
#
# $\partial o/\partial H$ 就是 $W_2$ 本身，正如第 02 课的 $\partial z/\partial a = w$。其余和前面一样。

# %% tags=["row-2"]
do_dH = W2
agree(do_dH, jacobian(lambda H: net(W2, H, b2))(H))

dH_dh = [[H[0] * (1 - H[0]), 0.0], [0.0, H[1] * (1 - H[1])]]
agree(dH_dh, jacobian(activate)(h))

dh_dW1 = [[i[0], i[1], 0.0, 0.0], [0.0, 0.0, i[0], i[1]]]
agree(dh_dW1, jacobian(lambda w: net([w[:2], w[2:]], i, b1))([0.15, 0.20, 0.25, 0.30]))

dh_db1 = [[1.0], [1.0]]
agree(dh_db1, [[row] for row in jacobian(lambda b: net(W1, i, b))(b1)])

# %% [markdown] lang="en"
# The notes stop here, since the last expressions are too long to write. For us they are two more products:

# %% [markdown] lang="zh"
# 讲义写到这里就停了，因为最后的表达式太繁琐。对我们来说，不过是再乘两次：

# %% tags=["row-2"]
dL_dh = linalg.matmul(linalg.matmul(dL_do, do_dH), dH_dh)
dL_dW1 = linalg.matmul(dL_dh, dh_dW1)
dL_db1 = linalg.matmul(dL_dh, dh_db1)
agree(dL_dW1, [[values[f"w{number}"].grad for number in (1, 2, 3, 4)]])
agree(dL_db1, [[values["b1"].grad]])

# %% [markdown] lang="en"
# ## The vector-Jacobian product
#
# Half of those entries are zeros. For a layer of $n$ neurons $\partial O/\partial o$ has $n^2$ entries and only $n$ of them matter. So programs never build $J$. Each function brings a partner that takes the row $v$ which has arrived (of the shape of $y$) and returns $v J$ (of the shape of $x$). The notes call it Func:
#
# $$v = \frac{\partial L}{\partial y} \quad\longmapsto\quad v\,\frac{\partial y}{\partial x} = \frac{\partial L}{\partial x}$$
#
# For the activation it is an elementwise product; for the weighted sum it is $v W$.

# %% [markdown] lang="zh"
# ## 向量-雅可比积
#
# 这些矩阵里一半是零。对 $n$ 个神经元的一层，$\partial O/\partial o$ 有 $n^2$ 个元素，真正有用的只有 $n$ 个。所以程序从不构造 $J$。每个函数都带一个搭档：它接收传来的行向量 $v$（与 $y$ 同形状），返回 $v J$（与 $x$ 同形状）。讲义把它叫作 Func：
#
# $$v = \frac{\partial L}{\partial y} \quad\longmapsto\quad v\,\frac{\partial y}{\partial x} = \frac{\partial L}{\partial x}$$
#
# 对激活函数，它是逐元素乘法；对加权求和，它是 $v W$。


# %%
def func_activate(v, output):
    return [v_k * a * (1 - a) for v_k, a in zip(v, output, strict=True)]


def func_net(v, W):
    columns = zip(*W, strict=True)
    return [sum(v_k * w for v_k, w in zip(v, column, strict=True)) for column in columns]


v = dL_dO[0]
v = func_activate(v, O)
v = func_net(v, W2)
v = func_activate(v, H)
print([f"{number:.10f}" for number in v], [f"{number:.10f}" for number in dL_dh[0]])

# %% [markdown] lang="en"
# In the engine this is `vjp`: it returns the outputs and a *pullback*, which takes $v$. Here for random functions of four numbers with three results: one backward pass must equal $v \cdot J$, where `jacobian` needs three.

# %% [markdown] lang="zh"
# 引擎里的对应函数是 `vjp`：它返回输出和一个 pullback（拉回），后者接收 $v$。下面用四个输入、三个输出的随机函数检验：一次反向传播应当等于 $v \cdot J$，而 `jacobian` 需要三次。

# %% tags=["row-4"]
from random import Random

from autograd import dot, tanh

random = Random(4)


def numbers(n):
    return [random.uniform(-1, 1) for _ in range(n)]


for _ in range(50):
    A, B = [numbers(4) for _ in range(5)], [numbers(5) for _ in range(3)]

    def f(x, A=A, B=B):
        hidden = [tanh(dot(row, x)) for row in A]
        return [dot(row, hidden) * sigmoid(x[0] * x[1]) for row in B]

    x, v = numbers(4), numbers(3)
    outputs, pullback = vjp(f, x)
    (product,) = pullback(v)
    J = jacobian(f)(x)
    assert len(v) == len(outputs)
    assert len(product) == len(x)
    for k in range(4):
        assert abs(product[k] - sum(v[j] * J[j][k] for j in range(3))) < 1e-12
print([f"{number:.6f}" for number in product])

# %% [markdown] lang="en"
# How much does that save? For an activation of $n$ neurons:

# %% [markdown] lang="zh"
# 能省多少？对 $n$ 个神经元的激活函数：

# %%
sizes = [10 * 2**k for k in range(9)]
lines(
    {
        say("entries of J", "J 的元素个数"): [(n, n * n) for n in sizes],
        say("entries of v", "v 的元素个数"): [(n, n) for n in sizes],
    },
    title=say("Why nobody builds the Jacobian", "为什么没人构造雅可比矩阵"),
    x=say("neurons", "神经元个数"),
    log=True,
)

# %% [markdown] lang="en"
# **Exercise 03.4.** Let $y_1 = \tanh(1.3 x_1 - 0.6 x_2)$ and $y_2 = x_1 x_2$ at $x = (0.4, -1.1)$. Pull $v = (0.8, -1.5)$ back to $x$. Its entries are the gradients of $s = v_1 y_1 + v_2 y_2$.

# %% [markdown] lang="zh"
# **练习 03.4.** 设 $y_1 = \tanh(1.3 x_1 - 0.6 x_2)$，$y_2 = x_1 x_2$，取 $x = (0.4, -1.1)$。把 $v = (0.8, -1.5)$ 拉回到 $x$。它的两个分量就是 $s = v_1 y_1 + v_2 y_2$ 的梯度。

# %%
answers = {"dy2/dx1": "", "ds/dx1": "", "ds/dx2": ""}
check("03.4", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $y_1 = \tanh 1.18 = 0.827452$, so the first row of $J$ is $(1 - y_1^2)\,(1.3, -0.6) = (0.409921, -0.189194)$. The second row is $(x_2, x_1)$, and $\partial y_2/\partial x_1 =$ -1.100. $\partial s/\partial x_1 = 0.8 \cdot 0.409921 + 1.5 \cdot 1.1 =$ 1.977937 and $\partial s/\partial x_2 = -0.8 \cdot 0.189194 - 1.5 \cdot 0.4 =$ -0.751355.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $y_1 = \tanh 1.18 = 0.827452$，所以 $J$ 的第一行是 $(1 - y_1^2)\,(1.3, -0.6) = (0.409921, -0.189194)$。第二行是 $(x_2, x_1)$，$\partial y_2/\partial x_1 =$ -1.100。$\partial s/\partial x_1 = 0.8 \cdot 0.409921 + 1.5 \cdot 1.1 =$ 1.977937，$\partial s/\partial x_2 = -0.8 \cdot 0.189194 - 1.5 \cdot 0.4 =$ -0.751355。
# </details>

# %% [markdown] lang="en"
# ## Update, and 10,000 rounds
#
# Gradient descent subtracts the learning rate, 0.5, times the gradient. The published text leaves the biases alone. One round in plain Python, no engine:

# %% [markdown] lang="zh"
# ## 更新，以及 10,000 轮
#
# 梯度下降从每个权重中减去学习率 0.5 乘以梯度。原文不更新偏置。下面用纯 Python 写一轮，不用引擎：


# %% tags=["row-1"]
def forwards(w):
    H = s(net([w[0:2], w[2:4]], i, b1))
    return H, s(net([w[4:6], w[6:8]], H, b2))


def error(w):
    return loss(forwards(w)[1])


def one_round(w, stale=False):
    H, O = forwards(w)
    d_o = [(O[k] - y[k]) * O[k] * (1 - O[k]) for k in (0, 1)]
    new = [w[4 + 2 * k + j] - 0.5 * d_o[k] * H[j] for k in (0, 1) for j in (0, 1)]
    way = new if stale else w[4:]  # by which weights δ goes back
    back = [d_o[0] * way[j] + d_o[1] * way[2 + j] for j in (0, 1)]
    d_h = [back[j] * H[j] * (1 - H[j]) for j in (0, 1)]
    return [w[2 * j + n] - 0.5 * d_h[j] * i[n] for j in (0, 1) for n in (0, 1)] + new


START = [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]
once = one_round(START)
print([f"{weight:.8f}" for weight in once])
published = (
    "0.14978072 0.19956143 0.24975114 0.29950229 0.35891648 0.40866619 0.51130127 0.56137012"
)
assert [f"{weight:.8f}" for weight in once] == published.split()

# %%
print(f"{error(START):.9f} → {error(once):.9f}")

# %% [markdown] lang="en"
# The rest is patience, and a computer has it.

# %% [markdown] lang="zh"
# 剩下的只需要耐心，而计算机有的是耐心。

# %% tags=["row-1"]
from nn.worked_example import train

w, errors = START, []
for number in range(10_000):
    if number % 50 == 0:
        errors.append((number, error(w)))
    w = one_round(w)

engine = train(10_000)
for number, weight in enumerate(w, 1):
    assert abs(weight - engine[f"w{number}"].data) < 1e-12
O = forwards(w)[1]
print([f"{output:.9f}" for output in O], f"{error(w):.10f}")
assert abs(O[0] - engine["out_o1"].data) < 1e-12
assert abs(O[1] - engine["out_o2"].data) < 1e-12
assert abs(error(w) - engine["E_total"].data) < 1e-12

# %%
lines({"L": errors}, title=say("The error", "误差"), x=say("round", "轮数"), log=True)

# %% [markdown] lang="en"
# ## The audit
#
# The figures that circulate with this example have been copied for a decade. `audit` sets each of them beside the engine's value, compared at the number of digits in which it was printed. Most agree:

# %% [markdown] lang="zh"
# ## 核对
#
# 这个算例的数字流传了十年。`audit` 把每个数与引擎的值并排放好，按印出的位数比较。大部分一致：

# %% tags=["row-1"]
from nn.worked_example import audit

report = audit(rounds=1)
for row in report.rows:
    if row.figure:
        same = "=" if row.verdict.startswith("match") else "≠"
        print(f"{row.name:16} {row.figure.printed:>14} {same} {row.engine}")
assert report.ok
assert report.count("match") == 36

# %% [markdown] lang="en"
# Two differ. Three more differ after 10,000 rounds. Each has an explanation, and each can be proved with our plain `one_round`.
#
# **1. The error after one round.** Printed is 0.291027924, the rule gives 0.291027774. Whoever computed it had already updated $w_5 \dots w_8$ when the errors went back to the hidden layer:

# %% [markdown] lang="zh"
# 有两个不一致。10,000 轮之后还有三个。每个都有解释，用我们自己的 `one_round` 就能证明。
#
# **一、一轮之后的误差**。印的是 0.291027924，按规则算是 0.291027774。算的人在把误差传回隐藏层时，已经更新了 $w_5 \dots w_8$：

# %% tags=["row-1"]
print(f"{error(once):.9f}   {error(one_round(START, stale=True)):.9f}")
assert f"{error(once):.9f}" == "0.291027774"
assert f"{error(one_round(START, stale=True)):.9f}" == "0.291027924"

# %% [markdown] lang="en"
# **2. The outputs after 10,000 rounds.** Printed are 0.015912196 and 0.984065734. The same slip, made 10,000 times:

# %% [markdown] lang="zh"
# **二、10,000 轮之后的两个输出**。印的是 0.015912196 和 0.984065734。同样的错误重复了 10,000 次：

# %% tags=["row-1"]
w = START
for _ in range(10_000):
    w = one_round(w, stale=True)
slipped = [f"{output:.9f}" for output in forwards(w)[1]]
print(slipped, [f"{output:.9f}" for output in O])
assert slipped == ["0.015912196", "0.984065734"]

# %% [markdown] lang="en"
# **3. The error after 10,000 rounds.** Printed is 0.0000351085. It is the error after 9,999 rounds: somebody printed it before the last update. (With the rule of the text; with the slip above it is another figure.)

# %% [markdown] lang="zh"
# **三、10,000 轮之后的误差**。印的是 0.0000351085。这其实是 9,999 轮之后的误差：在最后一次更新之前就打印了。（按原文规则；按上面的错误算则是另一个数。）

# %% tags=["row-1"]
before, after = (train(rounds)["E_total"].data for rounds in (9_999, 10_000))
print(f"{before:.10f}   {after:.10f}")
assert f"{before:.10f}" == "0.0000351085"
assert f"{after:.10f}" == "0.0000351019"

# %% [markdown] lang="en"
# **4. A contribution in the ninth decimal.** Printed is −0.019049119, exact is −0.0190491183. The intermediate result had been rounded before it was halved:

# %% [markdown] lang="zh"
# **四、第九位小数上的一个贡献**。印的是 −0.019049119，精确值是 −0.0190491183。中间结果先舍入，然后才乘以 0.5：

# %% tags=["row-1"]
from decimal import ROUND_HALF_UP, Decimal

ninth = Decimal("0.000000001")
rounded = Decimal(delta_o[1]).quantize(ninth, ROUND_HALF_UP)
product = (rounded * Decimal("0.5")).quantize(ninth, ROUND_HALF_UP)
print(rounded, product, f"{delta_o[1] * 0.5:.10f}")
assert str(product) == "-0.019049119"

# %% [markdown] lang="en"
# So: all gradients of a round belong to one and the same forward pass. Compute them all, then change the weights.
#
# What if the biases learn too? Each rule is a line; after 1,000 rounds:

# %% [markdown] lang="zh"
# 结论：一轮中的所有梯度属于同一次前向传播。先全部算完，再改权重。
#
# 如果偏置也学习呢？每种规则一行，1,000 轮之后：

# %%
from nn.worked_example import FROZEN, PER_NEURON, SHARED

names = (say("frozen", "不更新"), say("shared", "共用"), say("per neuron", "各自"))
for name, rule in zip(names, (FROZEN, SHARED, PER_NEURON), strict=True):
    print(f"{train(1_000, rule=rule)['E_total'].data:.9f}   {name}")

# %% [markdown] lang="en"
# **What to read next:** [04 · Stepping through it](04_stepping_through_it.ipynb), the same network in the player, with your own numbers.
#
# **Sources**
#
# - The notes on backpropagation that this course follows: the example in matrix form, and the vector-Jacobian product.
# - Where the example comes from: M. Mazur, *A step by step backpropagation example* (2015), <https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/>.
# - Functions and their pullbacks: J. Bradbury et al., *JAX: the autodiff cookbook*, <https://docs.jax.dev/en/latest/notebooks/autodiff_cookbook.html>.

# %% [markdown] lang="zh"
# **接下来读：**[04 · 逐步走一遍](04_stepping_through_it.ipynb)，在播放器里走同一个网络，用你自己的数。
#
# **参考资料**
#
# - 本课程所依据的反向传播讲义：矩阵形式的例子，以及向量-雅可比积。
# - 算例的出处：M. Mazur, *A step by step backpropagation example*（2015），<https://mattmazur.com/2015/03/17/a-step-by-step-backpropagation-example/>。
# - 函数与它们的拉回：J. Bradbury 等，*JAX: the autodiff cookbook*，<https://docs.jax.dev/en/latest/notebooks/autodiff_cookbook.html>。
