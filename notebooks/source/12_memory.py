# %% [markdown] lang="en"
# # 12 · Memory
#
# Afterwards you can read a recurrent network as one long graph in which every step uses the same weights, and say why
# backpropagation through time needs no new rule. You can write an LSTM cell from its formulas, explain what its gates
# do for the gradient, and train it on a task that needs memory.

# %% [markdown] lang="zh"
# # 12 · 记忆：RNN 与 LSTM
#
# 学完本课，你会把循环网络看成一张每一步都用同一组权重的长计算图，并明白为什么“随时间反向传播”不需要任何新规则。
# 你能按公式写出 LSTM 单元，说清楚门对梯度起什么作用，并用它完成一个需要记忆的任务。

# %%
import math
from copy import deepcopy
from random import Random

import nn
from autograd import Value, draw, ledger, tanh, walkthrough
from nn.course import LANG, check, lines, say

# %% [markdown] lang="en"
# ## The same cell at every step
#
# A recurrent unit reads a sequence one item at a time. Its output is its memory: h goes back into the unit with the
# next item,
#
# $$h_t = \tanh(w x_t + u h_{t-1})$$
#
# Here are two steps, and a loss that looks at the last h only.

# %% [markdown] lang="zh"
# ## 每一步都是同一个单元
#
# 循环单元一次读入序列中的一项。它的输出就是它的记忆：$h$ 会和下一项一起再送回单元，
#
# $$h_t = \tanh(w x_t + u h_{t-1})$$
#
# 下面走两步，损失只看最后的 $h$。


# %%
def recurrent_loss(inputs, w, u, h=0.0, target=1.0):
    for step, x in enumerate(inputs, 1):
        h = tanh(w * x + u * h)
        h.label = f"h{step}"
    loss = 0.5 * (h - target) ** 2
    loss.label = "L"
    return loss


w, u = Value(0.7, "w"), Value(-1.2, "u")
loss = recurrent_loss([Value(0.5, "x1"), Value(0.8, "x2")], w, u, Value(0.4, "h0"))
loss.backward()
walkthrough(loss, lang=LANG)

# %% [markdown] lang="en"
# ## Backpropagation through time
#
# w and u stand once on the left, and a link leads from each of them to every step. So their gradients arrive in
# parts, one from each step, and `backward` adds them up, as it does for any Value that is used more than once. The
# ledger shows the parts:

# %% [markdown] lang="zh"
# ## 随时间反向传播
#
# $w$ 和 $u$ 在左边各只有一个，但有连线通向每一步。所以它们的梯度是一份一份到的，每一步一份；
# `backward` 把它们加起来，和任何被多次使用的 Value 一样。账本（`ledger`）列出了每一份：

# %% tags=["row-24"]
book = ledger(loss, u)
parts = [row.contribution for row in book]
assert len(parts) == 2 and math.isclose(sum(parts), u.grad, rel_tol=1e-12)
print([f"{part:.6f}" for part in parts], f"{u.grad:.6f}")

# %% [markdown] lang="en"
# By hand it is the δ recursion of lesson 02, in time instead of depth: δ₂ = (h₂ − t)(1 − h₂²),
# δ₁ = δ₂·u·(1 − h₁²), and ∂L/∂u = δ₂h₁ + δ₁h₀.

# %% [markdown] lang="zh"
# 手算就是第 02 课的 $\delta$ 递推，只是从“层”换成“时间”：$\delta_2=(h_2-t)(1-h_2^2)$，
# $\delta_1=\delta_2\,u\,(1-h_1^2)$，$\partial L/\partial u=\delta_2h_1+\delta_1h_0$。

# %% tags=["row-24"]
h1 = math.tanh(0.7 * 0.5 - 1.2 * 0.4)
h2 = math.tanh(0.7 * 0.8 - 1.2 * h1)
delta2 = (h2 - 1.0) * (1 - h2**2)
delta1 = delta2 * -1.2 * (1 - h1**2)
assert abs(u.grad - (delta2 * h1 + delta1 * 0.4)) < 1e-12
assert abs(w.grad - (delta2 * 0.8 + delta1 * 0.5)) < 1e-12
print(f"{delta2 * h1:.6f} + {delta1 * 0.4:.6f} = {u.grad:.6f}")

# %% [markdown] lang="en"
# `nn.RNNCell` is the same formula with matrices, h′ = tanh(Wx + b + Uh + b′). A check of one step, in plain Python:

# %% [markdown] lang="zh"
# `nn.RNNCell` 就是同一个公式的矩阵形式，$h'=\tanh(Wx+b+Uh+b')$。用纯 Python 核对一步：


# %% tags=["row-24"]
def numbers(rows):
    return [[value.data for value in row] for row in rows]


def sums_by_hand(cell, x, h):
    W, U = numbers(cell.weight_ih), numbers(cell.weight_hh)
    biases = [a.data + b.data for a, b in zip(cell.bias_ih, cell.bias_hh)]
    return [
        sum(a * b for a, b in zip(W[k], x)) + sum(a * b for a, b in zip(U[k], h)) + biases[k]
        for k in range(len(W))
    ]


cell = nn.RNNCell(1, 2, seed=1)
after = cell([0.5], [0.2, -0.7])
by_hand = [math.tanh(z) for z in sums_by_hand(cell, [0.5], [0.2, -0.7])]
assert all(abs(a.data - b) < 1e-12 for a, b in zip(after, by_hand))
print([f"{number:.6f}" for number in by_hand])

# %% [markdown] lang="en"
# ## Vanishing and exploding, in time
#
# On its way from the last step to the first the gradient is multiplied once for each step by u(1 − h²). It is the
# product of lesson 08, and here the factor is the *same* u every time.

# %% [markdown] lang="zh"
# ## 时间上的消失与爆炸
#
# 从最后一步回到第一步，梯度每经过一步就乘一次 $u(1-h^2)$。这正是第 08 课的连乘积，而且每次的因子都是**同一个** $u$。


# %%
def memory_of_the_first(u, steps):
    first = Value(0.01, "x1")
    h = tanh(first)
    for _ in range(steps - 1):
        h = tanh(u * h)
    h.backward()
    return first.grad


curves = {
    f"u = {u}": [(steps, memory_of_the_first(u, steps)) for steps in range(1, 31)]
    for u in (0.5, 0.9, 1.0, 1.3)
}
assert math.isclose(curves["u = 0.5"][29][1], 0.5**29, rel_tol=1e-3)
lines(
    curves,
    title=say("gradient of the last h by the first x", "最后的 h 对第一个 x 的梯度"),
    x=say("steps", "步数"),
    log=True,
)

# %% [markdown] lang="en"
# With u = 0.5 the first item is forgotten after a few steps. u = 1.3 first grows, until tanh saturates and the slope
# 1 − h² takes the gradient back. Only u near 1 keeps it, and no training holds u exactly there.
#
# ## LSTM: gates
#
# The long short-term memory (Hochreiter and Schmidhuber, 1997) gives the memory a place of its own, the cell state
# c, which is not squeezed through tanh at every step. Three gates between 0 and 1 say what is kept, written and
# shown:
#
# $$i, f, o = \sigma(\dots), \quad g = \tanh(\dots), \qquad c' = f \odot c + i \odot g, \qquad h' = o \odot \tanh(c')$$
#
# where … is Wx + Uh + b with weights of its own for each gate. That h′ is a gate times tanh of the cell state is what
# the notes say of it too. From the formulas, over five steps:

# %% [markdown] lang="zh"
# $u=0.5$ 时，第一项几步之后就被忘掉了。$u=1.3$ 起初增长，直到 tanh 饱和，斜率 $1-h^2$ 又把梯度压下去。只有 $u$ 接近 1 才保得住，而训练不可能让 $u$ 恰好停在那里。
#
# ## LSTM：门
#
# 长短期记忆网络（Hochreiter 与 Schmidhuber，1997）给记忆单独安排了一个位置：细胞状态 $c$，它不必每一步都被 tanh 挤压。
# 三个取值在 0 与 1 之间的门决定保留什么、写入什么、输出什么：
#
# $$i, f, o = \sigma(\dots), \quad g = \tanh(\dots), \qquad c' = f \odot c + i \odot g, \qquad h' = o \odot \tanh(c')$$
#
# 其中 … 是 $Wx+Uh+b$，每个门有自己的权重。讲义里说，输出是“细胞状态的正切激活”乘以“输入数据和隐藏状态拼接的激活函数”，就是这里的 $h'$。
# 按公式手写，走五步：


# %% tags=["row-24"]
def sigma(z):
    return 1 / (1 + math.exp(-z))


def lstm_by_hand(cell, x, h, c):
    n = cell.n_hidden
    z = sums_by_hand(cell, x, h)
    i, f = [sigma(a) for a in z[:n]], [sigma(a) for a in z[n : 2 * n]]
    g, o = [math.tanh(a) for a in z[2 * n : 3 * n]], [sigma(a) for a in z[3 * n :]]
    c = [f[k] * c[k] + i[k] * g[k] for k in range(n)]
    return [o[k] * math.tanh(c[k]) for k in range(n)], c


random = Random(0)
cell = nn.LSTMCell(2, 3, seed=4)
for parameter in cell.parameters():
    parameter.data = random.uniform(-1, 1)
h, c = [0.0] * 3, [0.0] * 3
state = None
for _ in range(5):
    x = [random.uniform(-2, 2) for _ in range(2)]
    state = cell(x, state)
    h, c = lstm_by_hand(cell, x, h, c)
    differences = [a.data - b for a, b in zip([*state[0], *state[1]], [*h, *c])]
    assert max(map(abs, differences)) < 1e-12
print([f"{number:.6f}" for number in h], [f"{number:.6f}" for number in c])

# %% [markdown] lang="en"
# ## Every step's gradient, summed
#
# The same question as before, now for all weights of an LSTM: is the gradient of the shared weights the sum over the
# time steps? Give each step a *copy* of the cell. Nothing is shared then, and each copy receives its own step's
# gradient.

# %% [markdown] lang="zh"
# ## 每一步的梯度，加在一起
#
# 还是刚才的问题，这次针对 LSTM 的全部权重：共享权重的梯度是不是各个时间步的梯度之和？给每一步一个单元的**副本**，
# 这样谁也不共享，每个副本只得到自己那一步的梯度。


# %% tags=["row-24"]
def run(cells, sequence):
    state = None
    for cell, x in zip(cells, sequence):
        state = cell([x], state)
    (state[0][0] + 2.0 * state[0][1]).backward()


sequence = [0.5, -1.0, 0.3, 0.8]
shared = nn.LSTMCell(1, 2, seed=3)
copies = [deepcopy(shared) for _ in sequence]
run([shared] * 4, sequence)
run(copies, sequence)
for together, *apart in zip(shared.parameters(), *(copy.parameters() for copy in copies)):
    assert abs(together.grad - sum(one.grad for one in apart)) < 1e-12

apart = [copy.weight_ih[0][0].grad for copy in copies]
print([f"{part:.6f}" for part in apart], f"{shared.weight_ih[0][0].grad:.6f}")

# %% [markdown] lang="en"
# It is, for each of the 40 parameters. A longer sequence is only a longer graph. Here it is with one card for each
# step (`fold="time"`), and the weights that the steps share as another:

# %% [markdown] lang="zh"
# 的确如此，40 个参数个个成立。序列更长，不过是图更长。下面把每一步折叠成一张卡片（`fold="time"`），各步共用的权重是另一张：

# %%
assert len(shared.parameters()) == 40
hidden, (h, c) = nn.LSTM(1, 2, seed=3)([[x] for x in sequence])
last = h[0] + 2.0 * h[1]
last.backward()
draw(last, fold="time", lang=LANG)

# %% [markdown] lang="en"
# ## Why the cell state keeps the gradient
#
# Along c the local gradient is ∂c′/∂c = f: no weight matrix, no tanh. Over T steps that is the product of the forget
# gates, and the network can *learn* to bring them near 1. To see this way alone, switch off the other one (the
# weights of h are 0). Then the gradient is fᵀ to the last digit.

# %% [markdown] lang="zh"
# ## 细胞状态为什么留得住梯度
#
# 沿着 $c$，局部梯度是 $\partial c'/\partial c=f$：没有权重矩阵，也没有 tanh。$T$ 步之后就是各个遗忘门之积，而网络可以**学会**让它们接近 1。
# 为了单看这条路径，把另一条关掉（$h$ 的权重设为 0），这时梯度恰好是 $f^T$。


# %% tags=["row-24"]
def kept(forget_bias, steps):
    cell = nn.LSTMCell(1, 1, init="zeros", forget_bias=forget_bias)
    start = Value(1.0, "c0")
    state = [0.0], [start]
    for _ in range(steps):
        state = cell([0.3], state)
    state[1][0].backward()
    assert math.isclose(start.grad, sigma(forget_bias) ** steps, rel_tol=1e-12)
    return start.grad


lines(
    {
        say(f"forget bias {bias}", f"遗忘门偏置 {bias}"): [(T, kept(bias, T)) for T in range(1, 31)]
        for bias in (0.0, 1.0, 3.0, 5.0)
    },
    title=say("what is left of the gradient along c", "沿细胞状态留下的梯度"),
    x=say("steps", "步数"),
    log=True,
)

# %% [markdown] lang="en"
# A forget bias of 0 halves the gradient at every step. It is common to start at 1 (`forget_bias=1`), so that the cell
# begins by remembering.

# %% [markdown] lang="zh"
# 遗忘门偏置为 0 时，梯度每步减半。常见的做法是从 1 开始（`forget_bias=1`），让单元一开始就倾向于记住。

# %% [markdown] lang="en"
# ## A task that needs memory
#
# The first item of a sequence is 1 or −1, all others are noise. After the last item the network must say which the
# first one was. Whoever sees only the present can do no better than guess.

# %% [markdown] lang="zh"
# ## 一个需要记忆的任务
#
# 序列的第一项是 1 或 −1，其余全是噪声。读完最后一项，网络要回答第一项是哪一个。只看得见当前的人，除了猜别无办法。


# %%
def sequences(count, steps, seed):
    random = Random(seed)
    rows = [[[random.uniform(-0.5, 0.5)] for _ in range(steps)] for _ in range(count)]
    answers = [k % 2 for k in range(count)]
    for row, answer in zip(rows, answers):
        row[0] = [2.0 * answer - 1.0]
    return rows, answers


class Reader(nn.Module):
    def __init__(self, cell):
        self.cell = cell
        self.output = nn.Layer(cell.n_hidden, 1, "linear", seed=1)

    def __call__(self, sequence):
        state = None
        for x in sequence:
            state = self.cell(x, state)
        return self.output(state[0] if isinstance(state, tuple) else state)


X, Y = sequences(8, 10, seed=0)
print([f"{x[0]:.2f}" for x in X[1]], Y[1])


# %%
def train(model, rows):
    return nn.fit(
        model,
        lambda prediction, target: nn.binary_cross_entropy_with_logits(prediction[0], target),
        rows,
        Y,
        optimizer=nn.Adam(model.parameters(), lr=0.05),
        epochs=40,
        clip=1.0,
        compiled=False,
        progress=False,
    ).losses


without = nn.MLP(1, [3, 1], seed=1)
recurrent = Reader(nn.RNNCell(1, 3, seed=1))
lstm = Reader(nn.LSTMCell(1, 3, seed=1, forget_bias=1.0))
runs = {
    say("only the last item", "只看最后一项"): train(without, [row[-1] for row in X]),
    "RNN": train(recurrent, X),
    "LSTM": train(lstm, X),
}

# %% tags=["row-24"]
forgetful, *remembering = [losses[-1] for losses in runs.values()]
assert forgetful > 0.4 and max(remembering) < 0.05
print(f"{forgetful:.3f}", [f"{loss:.4f}" for loss in remembering])
lines(
    {name: enumerate(losses, 1) for name, losses in runs.items()},
    title=say("loss", "损失"),
    x=say("epoch", "轮次"),
    log=True,
)

# %% [markdown] lang="en"
# Chance would be ln 2 = 0.693. (The network without memory gets a little below it, because it learns the noise of
# eight sequences by heart.) New sequences show whether something was remembered, and longer ones for how long:

# %% [markdown] lang="zh"
# 纯猜的损失是 $\ln2=0.693$（没有记忆的网络略低一些，因为它背下了 8 条序列的噪声）。用新的序列才看得出它是否真的记住了；
# 更长的序列则说明能记多久：


# %% tags=["row-24"]
def accuracy(model, steps):
    rows, answers = sequences(20, steps, seed=7)
    right = [(model(row)[0].data > 0) == bool(answer) for row, answer in zip(rows, answers)]
    return sum(right) / len(right)


for steps in (10, 20, 40):
    print(f"{steps:3}   RNN {accuracy(recurrent, steps):.2f}   LSTM {accuracy(lstm, steps):.2f}")
assert accuracy(lstm, 10) == accuracy(lstm, 40) == 1.0

# %% [markdown] lang="en"
# The RNN has learned to be right after ten steps, which is not the same as to remember: after twenty it says the
# opposite. The LSTM holds the bit four times as long as it was ever trained to.
#
# Where is the memory? Here is the LSTM's cell state while it reads a sequence that begins with 1 and the same one
# beginning with −1:

# %% [markdown] lang="zh"
# RNN 学会的是“十步之后答对”，而不是记住：到第二十步，它的回答正好相反。LSTM 记住这一比特的时间是训练长度的四倍。
#
# 记忆在哪里？下面是 LSTM 读两条序列时的细胞状态，它们只有第一项不同，一条是 1，一条是 −1：


# %%
def states(first):
    rows, _ = sequences(1, 30, seed=9)
    state, found = None, []
    for x in [[first], *rows[0][1:]]:
        state = lstm.cell(x, state)
        found.append([c.data for c in state[1]])
    return found


up, down = states(1.0), states(-1.0)
apart = [abs(a - b) for a, b in zip(up[-1], down[-1])]
unit = apart.index(max(apart))
assert max(apart) > 0.5
lines(
    {
        say("first item 1", "第一项为 1"): [(t, c[unit]) for t, c in enumerate(up, 1)],
        say("first item −1", "第一项为 −1"): [(t, c[unit]) for t, c in enumerate(down, 1)],
    },
    title=say("one unit's cell state", "一个单元的细胞状态"),
    x=say("step", "步"),
    y="c",
)

# %% [markdown] lang="en"
# Two things more for practice. Exploding gradients are clipped (`clip=1.0` above, lesson 08). And for very long
# sequences one cuts the graph every k steps with `detach()`: the state goes on, the gradient does not. That is
# *truncated* backpropagation through time, and it learns nothing that lies further back than k steps.

# %% [markdown] lang="zh"
# 实践中还有两点。梯度爆炸用裁剪解决（上面的 `clip=1.0`，见第 08 课）。序列特别长时，每隔 $k$ 步用 `detach()` 剪断计算图：
# 状态继续往前走，梯度不再往回传。这叫**截断的**随时间反向传播，它学不到 $k$ 步以前的东西。

# %%
first = Value(1.0, "x1")
h = tanh(0.9 * first)
for step in range(2, 6):
    h = tanh(0.9 * h)
    if step == 3:
        h = h.detach()
h.backward()
assert first.grad == 0.0
print(f"{h.data:.6f}   {first.grad}")

# %% [markdown] lang="en"
# ## Exercises
#
# Give six significant digits.
#
# **Exercise 12.1.** h₁ = tanh(wx₁ + uh₀), h₂ = tanh(wx₂ + uh₁), E = ½(h₂ − t)² with w = 0.8, u = −1.3, x₁ = 0.9,
# x₂ = −0.4, h₀ = 0.3, t = 0.7. What are dE/du and dE/dw?

# %% [markdown] lang="zh"
# ## 练习
#
# 请写六位有效数字。
#
# **练习 12.1.** $h_1=\tanh(wx_1+uh_0)$，$h_2=\tanh(wx_2+uh_1)$，$E=\tfrac12(h_2-t)^2$，其中 $w=0.8$，$u=-1.3$，$x_1=0.9$，$x_2=-0.4$，$h_0=0.3$，$t=0.7$。求 dE/du 和 dE/dw。

# %%
answers = {"dE/du": "", "dE/dw": ""}  # type your figures between the quotes
check("12.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# h₁ = 0.318521, h₂ = −0.625553. δ₂ = (h₂ − t)(1 − h₂²) = −0.806842, δ₁ = δ₂·u·(1 − h₁²) = 0.942478.
#
# - dE/du = δ₂h₁ + δ₁h₀ = −0.256996 + 0.282743 = 0.0257476
# - dE/dw = δ₂x₂ + δ₁x₁ = 0.322737 + 0.848230 = 1.17097
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $h_1=0.318521$，$h_2=-0.625553$。$\delta_2=(h_2-t)(1-h_2^2)=-0.806842$，$\delta_1=\delta_2\,u\,(1-h_1^2)=0.942478$。
#
# - dE/du = $\delta_2h_1+\delta_1h_0=-0.256996+0.282743$ = 0.0257476
# - dE/dw = $\delta_2x_2+\delta_1x_1=0.322737+0.848230$ = 1.17097
# </details>

# %% [markdown] lang="en"
# **Exercise 12.2.** One step of an LSTM cell with one unit. The weighted sums are z_i = 0.4, z_f = 1.7, z_g = −0.9,
# z_o = 0.6, and the cell state before is c₀ = 1.2. What are the new cell state `c1`, the output `h1` and the
# gradient dh1/dc0?

# %% [markdown] lang="zh"
# **练习 12.2.** 只有一个单元的 LSTM 走一步。加权和是 $z_i=0.4$，$z_f=1.7$，$z_g=-0.9$，$z_o=0.6$，之前的细胞状态是 $c_0=1.2$。
# 求新的细胞状态 `c1`、输出 `h1` 和梯度 dh1/dc0。

# %%
answers = {"c1": "", "h1": "", "dh1/dc0": ""}
check("12.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# i = 0.598688, f = 0.845535, g = −0.716298, o = 0.645656.
#
# - c1 = f·c₀ + i·g = 0.585803
# - h1 = o·tanh(c1) = 0.645656 · 0.526870 = 0.340177
# - dh1/dc0 = o·(1 − tanh²(c1))·f = 0.394380
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $i=0.598688$，$f=0.845535$，$g=-0.716298$，$o=0.645656$。
#
# - c1 = $f c_0+i g$ = 0.585803
# - h1 = $o\tanh(c_1)=0.645656\times0.526870$ = 0.340177
# - dh1/dc0 = $o\,(1-\tanh^2(c_1))\,f$ = 0.394380
# </details>

# %% [markdown] lang="en"
# **Exercise 12.3.** A cell state is only kept for three steps, c₁ = f·c₀, c₂ = f·c₁, c₃ = f·c₂, with f = σ(b), b = 1.4
# and c₀ = 0.65. What are `c3`, dc3/dc0 and dc3/db?

# %% [markdown] lang="zh"
# **练习 12.3.** 细胞状态三步之内只保留、不写入：$c_1=fc_0$，$c_2=fc_1$，$c_3=fc_2$，其中 $f=\sigma(b)$，$b=1.4$，$c_0=0.65$。求 `c3`、dc3/dc0 和 dc3/db。

# %%
answers = {"c3": "", "dc3/dc0": "", "dc3/db": ""}
check("12.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# f = 0.802184: c3 = f³c₀ = 0.335533 and dc3/dc0 = f³ = 0.516205. The bias acts in all three steps, so that
# dc3/db = 3f²c₀ · f(1 − f) = 0.199121.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $f=0.802184$：c3 = $f^3c_0$ = 0.335533，dc3/dc0 = $f^3$ = 0.516205。偏置在三步里都起作用，所以
# dc3/db = $3f^2c_0\cdot f(1-f)$ = 0.199121。
# </details>

# %% [markdown] lang="en"
# ## What to read next
#
# [13 · microgpt](13_microgpt.ipynb) looks back in another way: instead of carrying a state, it looks at all earlier
# items at once.
#
# Sources: S. Hochreiter and J. Schmidhuber, [*Long short-term memory*](https://doi.org/10.1162/neco.1997.9.8.1735),
# 1997 · F. Gers, J. Schmidhuber and F. Cummins, [*Learning to
# forget*](https://doi.org/10.1162/089976600300015015), 2000 · P. Werbos, [*Backpropagation through
# time*](https://doi.org/10.1109/5.58337), 1990 · R. Pascanu, T. Mikolov and Y. Bengio, [*On the difficulty of
# training recurrent neural networks*](https://arxiv.org/abs/1211.5063), 2013.

# %% [markdown] lang="zh"
# ## 接下来读什么
#
# [13 · microgpt](13_microgpt.ipynb) 用另一种方式回看过去：不携带状态，而是一次看遍前面的每一项。
#
# 参考资料：S. Hochreiter 与 J. Schmidhuber，[*Long short-term memory*](https://doi.org/10.1162/neco.1997.9.8.1735)，
# 1997 · F. Gers、J. Schmidhuber 与 F. Cummins，[*Learning to
# forget*](https://doi.org/10.1162/089976600300015015)，2000 · P. Werbos，[*Backpropagation through
# time*](https://doi.org/10.1109/5.58337)，1990 · R. Pascanu、T. Mikolov 与 Y. Bengio，[*On the difficulty of
# training recurrent neural networks*](https://arxiv.org/abs/1211.5063)，2013。
