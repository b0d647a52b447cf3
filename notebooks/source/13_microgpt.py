# %% [markdown] lang="en"
# # 13 · microgpt
#
# Afterwards you know every part of a small GPT, as numbers you can print: tokens, two tables,
# attention, a cost for each letter. The same `Value` as in lesson 01 learns to make up names with
# it.

# %% [markdown] lang="zh"
# # 13 · microgpt
#
# 学完这一课，你会认识一个小 GPT 的每个部件，而且都是能打印出来的数：词元、两张表、注意力、
# 每个字母的代价。用的就是第 01 课的那个 `Value`，它将学会给人取名。

# %%
from importlib.util import find_spec
from math import log
from random import Random

from autograd import Value, check_gradients, compile, draw, logsumexp, softmax, walkthrough
from nn.course import LANG, bars, check, images, lines, say
from nn.microgpt import GPT, Names, added, read_names, rms_norm, sample, train

# %% [markdown] lang="en"
# ## Names and tokens
#
# A language model continues a text. Here the texts are first names, and a *token* is a letter. We
# keep the short names that need only seven letters, so that everything runs in seconds, in a
# browser too.

# %% [markdown] lang="zh"
# ## 名字与词元
#
# 语言模型做的事是接着往下写。这里的文本是人名，一个**词元**（token）就是一个字母。
# 我们只留下用七个字母就能拼出的短名字，这样几秒钟就能跑完，在浏览器里也行。

# %%
everyone = read_names()
short = tuple(n for n in everyone.names if len(n) <= 5 and set(n) <= set("aehilmn"))
names = Names(short, "aehilmn")
print(len(everyone.names), everyone.names[:4])
print(len(short), " ".join(short))

# %% [markdown] lang="en"
# The number of a letter is its place. One more token, 7, marks both ends of a name. Each position
# is a little question: *what comes next?*

# %% [markdown] lang="zh"
# 字母的编号就是它的位置。还有一个词元 7，标记名字的两端。每个位置都是一道小题：**接下来是什么？**

# %%
tokens = names.tokens("mia")
assert tokens == [7, 5, 3, 0, 7]
shown = names.letters + "·"
for seen in range(1, len(tokens)):
    print("".join(shown[t] for t in tokens[:seen]), "→", shown[tokens[seen]])

# %% [markdown] lang="en"
# ## The model, before it has learnt anything
#
# It takes a token and its position and gives a *logit* for each token that may follow; softmax
# makes chances of them. Untrained it guesses: each of the 8 tokens about ⅛, and the cost of a
# letter, $-\ln p$, is about $\ln 8$.

# %% [markdown] lang="zh"
# ## 还什么都没学的模型
#
# 输入一个词元和它的位置，为每一种可能接在后面的词元输出一个**对数几率**（logit）；softmax 把它们变成概率。
# 没有训练时它只会猜：8 个词元各约 ⅛，一个字母的代价 $-\ln p$ 约为 $\ln 8$。

# %%
model = GPT(8, width=4, heads=1, positions=6, seed=1)
logits = model(names.end, 0, [[]])
chances = [p.data for p in softmax(logits)]
assert abs(sum(chances) - 1) < 1e-12
assert abs(model.loss(tokens).data - log(8)) < 0.1
print(len(model.parameters()), round(model.loss(tokens).data, 4), round(log(8), 4))
bars({"p": chances}, shown, say("what may come first", "第一个字母的概率"))

# %% [markdown] lang="en"
# Here is the whole of it in one picture: the cost of a name to a GPT of width 8, some 800 nodes,
# folded by module. On the way stand its matrices; all else is `+`, `×`, a root, an exponential.
# Nothing is hidden in it.

# %% [markdown] lang="zh"
# 整个模型一张图：宽度为 8 的 GPT 读一个名字的代价，八百多个节点，按模块折叠。一路上是它的各个矩阵，
# 其余都是 `+`、`×`、开方、指数。里面没有任何黑箱。

# %%
wider = GPT(8, width=8, heads=2, positions=6, seed=1)
draw(wider.loss(tokens), fold="layer", direction="TB", lang=LANG)

# %% [markdown] lang="en"
# ## From a token to a vector
#
# Two tables: a row for each token, a row for each position. Their sum is divided by the root of
# its mean square (*RMS norm*), so that its size is 1 whatever the tables hold.

# %% [markdown] lang="zh"
# ## 从词元到向量
#
# 两张表：每个词元一行，每个位置一行。两行相加，再除以均方根（**RMS 归一化**），
# 于是不管表里是什么数，它的大小都是 1。

# %%
x = rms_norm(added(model.token.row(5), model.position.row(1)))
size = (sum(v.data**2 for v in x) / len(x)) ** 0.5
assert abs(size - 1) < 1e-2
print([round(v.data, 4) for v in x], round(size, 3))

# %% [markdown] lang="en"
# ## Attention
#
# A position must look back. It asks with a *query* $q$; each earlier position holds up a *key*
# $k_i$ and a *value* $u_i$. How well they fit is a product, softmax turns the fits into shares,
# and the shares mix the values:
#
# $$s_i=\frac{q\cdot k_i}{\sqrt d},\qquad a=\mathrm{softmax}(s),\qquad o=\sum_i a_iu_i$$
#
# Step through a head of one number that looks back on two positions. Try other values for `q`:
# the shares move.

# %% [markdown] lang="zh"
# ## 注意力
#
# 每个位置都要往回看。它用**查询** $q$ 提问；前面每个位置举着一个**键** $k_i$ 和一个**值** $u_i$。
# 匹配程度是一个乘积，softmax 把匹配程度变成份额，再按份额混合各个值：
#
# $$s_i=\frac{q\cdot k_i}{\sqrt d},\qquad a=\mathrm{softmax}(s),\qquad o=\sum_i a_iu_i$$
#
# 下面是一个一维的注意力头，它往回看两个位置。一步步走一遍，再把 `q` 改成别的值：份额会随之移动。

# %%
q, keys, mixed = Value(0.9, "q"), [Value(1.3, "k1"), Value(-0.4, "k2")], [0.5, 2.0]
scores = [q * k for k in keys]
shares = softmax(scores)
shares[0].label, shares[1].label = "a1", "a2"
o = shares[0] * mixed[0] + shares[1] * mixed[1]
o.label = "o"
assert abs(sum(a.data for a in shares) - 1) < 1e-12
walkthrough(o, lang=LANG)

# %% [markdown] lang="en"
# **Exercise 13.1.** $q=1.37$; keys $k_1=0.84$, $k_2=-0.56$; values $u_1=2.45$, $u_2=-1.18$;
# $d=1$. Find the shares $a_1$, $a_2$, the result $o$, and $\partial o/\partial q$.

# %% [markdown] lang="zh"
# **练习 13.1.** $q=1.37$；键 $k_1=0.84$，$k_2=-0.56$；值 $u_1=2.45$，$u_2=-1.18$；$d=1$。
# 求份额 $a_1$、$a_2$，结果 $o$，以及 $\partial o/\partial q$。

# %%
answers = {"a1": "", "a2": "", "o": "", "do/dq": ""}
check("13.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $s=(1.1508,-0.7672)$, so $a_1=\sigma(1.918)=$ 0.871915, $a_2=$ 0.128085, $o=$ 1.985052. The
# query reaches $o$ by both scores:
# $\partial o/\partial s_1=a_1(u_1-o)=0.405395=-\partial o/\partial s_2$, so
# $\partial o/\partial q=0.405395\cdot(0.84+0.56)=$ 0.567553.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $s=(1.1508,-0.7672)$，所以 $a_1=\sigma(1.918)=$ 0.871915，$a_2=$ 0.128085，$o=$ 1.985052。
# 查询通过两个分数影响 $o$：
# $\partial o/\partial s_1=a_1(u_1-o)=0.405395=-\partial o/\partial s_2$，
# 所以 $\partial o/\partial q=0.405395\cdot(0.84+0.56)=$ 0.567553。
# </details>

# %% [markdown] lang="en"
# ## What a letter costs
#
# The cost of the right letter is $E=-\ln p_t=\ln\sum_je^{z_j}-z_t$. Its gradient is the chances,
# less 1 at the right place: $\partial E/\partial z_j=p_j-[j=t]$. As in lesson 10: prediction
# minus target.

# %% [markdown] lang="zh"
# ## 一个字母的代价
#
# 正确字母的代价是 $E=-\ln p_t=\ln\sum_je^{z_j}-z_t$。它的梯度就是概率，只在正确的位置减 1：
# $\partial E/\partial z_j=p_j-[j=t]$。和第 10 课一样：预测减目标。

# %%
z = [Value(v.data) for v in logits]
cost = logsumexp(z) - z[tokens[1]]
cost.backward()
expected = [p - (j == tokens[1]) for j, p in enumerate(chances)]
assert all(abs(v.grad - e) < 1e-12 for v, e in zip(z, expected, strict=True))
bars({"∂E/∂z": [v.grad for v in z]}, shown, say("the right letter is m", "正确的字母是 m"))

# %% [markdown] lang="en"
# **Exercise 13.2.** Three letters, logits $z=(0.62,-0.35,1.48)$, and the *second* comes next.
# Find $E$ and its three derivatives.

# %% [markdown] lang="zh"
# **练习 13.2.** 三个字母，对数几率为 $z=(0.62,-0.35,1.48)$，接下来的是**第二个**。
# 求 $E$ 和它的三个导数。

# %%
answers = {"E": "", "dE/dz1": "", "dE/dz2": "", "dE/dz3": ""}
check("13.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $\ln\sum e^{z}=1.939685$, $E=1.939685+0.35=$ 2.289685. The chances are 0.267219, 0.101298,
# 0.631482; less 1 at the second: 0.267219, -0.898702, 0.631482. They add up to 0.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $\ln\sum e^{z}=1.939685$，$E=1.939685+0.35=$ 2.289685。概率为 0.267219、0.101298、0.631482；
# 第二个减 1，得 0.267219、-0.898702、0.631482。三者之和为 0。
# </details>

# %% [markdown] lang="en"
# ## The gradient of a whole name
#
# A name's cost is the mean over its letters: one graph, in which every weight is used at each
# position and collects a contribution from each. Is the gradient right? Numerical differences,
# which know nothing of the chain rule, say so for all weights of a tiny model:

# %% [markdown] lang="zh"
# ## 整个名字的梯度
#
# 一个名字的代价是各字母代价的平均：一张计算图，每个权重在每个位置都用到，从每个位置收集一份贡献。
# 梯度对吗？数值差分对链式法则一无所知，它对一个极小模型的全部权重给出了同样的答案（leaf 是叶子节点，reverse mode 是反向模式，numerical 是数值差分，relative error 是相对误差）：

# %%
tiny = GPT(3, width=2, heads=1, positions=4, seed=1)
cost = tiny.loss([2, 0, 1, 2])
report = check_gradients(cost)
steps = walkthrough(cost)
print(len(tiny.parameters()), say("parameters", "个参数"))
print(len(steps), say("applications of the chain rule", "次应用链式法则"))
assert report.worst.relative_error < 1e-6
print("\n".join(str(report).splitlines()[:5]))

# %% [markdown] lang="en"
# The first six steps back, upstream × local = contribution, from the mean over three positions to
# the cost of each:

# %% [markdown] lang="zh"
# 反向走的前六步，上游梯度 × 局部梯度 = 贡献，从三个位置的平均走到各位置的代价：

# %%
for step in steps[:6]:
    print(f"{step.upstream:9.6f} × {step.local:9.6f} = {step.contribution:9.6f}")

# %% [markdown] lang="en"
# ## Learning
#
# One name a step: forwards, backwards, Adam. Twice 100 steps are enough to see it fall; each step
# is eager, `Value` by `Value`.

# %% [markdown] lang="zh"
# ## 学习
#
# 每步学一个名字：前向传播、反向传播、Adam。两次各 100 步就能看到损失下降；每一步都是即时执行，
# 一个 `Value` 接一个 `Value`。

# %%
before = [sample(model, names, Random(i)) for i in range(8)]
losses = list(train(model, names, 100))
print(round(sum(losses[:14]) / 14, 4), "→", round(sum(losses[-14:]) / 14, 4))

# %%
losses += train(model, names, 100)
mean = [sum(losses[i - 14 : i]) / 14 for i in range(14, len(losses) + 1)]
assert mean[-1] < mean[0] - 0.4
guess = [(14, log(8)), (200, log(8))]
lines(
    {say("mean of 14 names", "14 个名字的平均"): enumerate(mean, 14), "ln 8": guess},
    say("cost of a letter", "一个字母的代价"),
    say("step", "步"),
)

# %% [markdown] lang="en"
# The bump after step 100 is where the second call of `train` starts: the learning rate is high
# again, and Adam has forgotten its averages. What the model made up before, and makes up now:

# %% [markdown] lang="zh"
# 第 100 步之后的小鼓包，是第二次调用 `train` 的地方：学习率又变大了，Adam 也忘了它的平均值。
# 训练前取的名字，和现在取的名字：

# %%
after = [sample(model, names, Random(i)) for i in range(8)]
print(say("before:", "训练前："), " ".join(name or "·" for name in before))
print(say("now:   ", "现在："), " ".join(name or "·" for name in after))
print(say("new:   ", "新造的："), " ".join(sorted(set(after) - set(short))))

# %% [markdown] lang="en"
# *Temperature* divides the logits before softmax. Cold, the likeliest letter nearly always wins;
# hot, all letters become alike:

# %% [markdown] lang="zh"
# 在 softmax 之前，先让对数几率除以**温度**。温度低，最可能的字母几乎总是获胜；温度高，各个字母就趋于一样：

# %%
logits = model(names.end, 0, [[]])
first = {f"T = {t}": [p.data for p in softmax(v / t for v in logits)] for t in (0.3, 1.0, 3.0)}
assert max(first["T = 0.3"]) > max(first["T = 1.0"]) > max(first["T = 3.0"])
bars(first, shown, say("what may come first, by temperature", "不同温度下第一个字母的概率"))

# %% [markdown] lang="en"
# ## Where it looks
#
# The shares of the head for one name: a row for each position, a column for each position it
# looks back on. Above the diagonal all is black: nobody can look into the future. This is not a
# rule someone has to keep, the keys are not there yet.

# %% [markdown] lang="zh"
# ## 它在看哪里
#
# 注意力头对一个名字的份额：每行是一个位置，每列是它往回看的位置。对角线上方全黑：谁也看不到未来。
# 这不是需要谁去遵守的规则，而是那时候键还不存在。


# %%
def shares_of(name):
    """Return a row of shares for each position, with 0 for positions still to come."""
    block, keys, rows = model.blocks[0], [], []
    tokens = names.tokens(name)[:-1]
    for place, token in enumerate(tokens):
        x = rms_norm(rms_norm(added(model.token.row(token), model.position.row(place))))
        keys.append(block.key(x))
        query = block.query(x)
        scores = [sum(a * b for a, b in zip(query, key, strict=True)) / 4**0.5 for key in keys]
        rows.append([p.data for p in softmax(scores)] + [0.0] * (len(tokens) - len(keys)))
    return rows


looks = {f"·{name}": shares_of(name) for name in ("elena", "anna", "mia")}
for rows in looks.values():
    assert all(abs(sum(row) - 1) < 1e-12 for row in rows)
    assert all(not any(row[place + 1 :]) for place, row in enumerate(rows))
images(looks, say("shares of attention", "注意力的份额"), columns=3)

# %% [markdown] lang="en"
# ## The same, compiled
#
# `compile(model.loss)` records a name's cost once and makes a program of the recording. The
# Python back end runs everywhere and gives the same number; where NumPy and llvmlite are
# installed (not in a browser), machine code trains instead.

# %% [markdown] lang="zh"
# ## 同样的模型，编译之后
#
# `compile(model.loss)` 把一个名字的代价记录一次，再变成一个程序。Python 后端到处都能跑，
# 给出同样的数；装有 NumPy 和 llvmlite 的地方（浏览器里没有）则由机器码来训练。

# %%
program = compile(model.loss, backend="python")
assert abs(program(tokens) - model.loss(tokens).data) < 1e-12
print(str(program).splitlines()[0])


# %% tags=["volatile"]
def fresh():
    return GPT(8, width=4, heads=1, positions=6, seed=1)


if find_spec("llvmlite") and find_spec("numpy"):
    eager, fast = list(train(fresh(), names, 30)), list(train(fresh(), names, 30, compiled=True))
    assert max(abs(a - b) for a, b in zip(eager, fast, strict=True)) < 1e-9
    print(
        say("30 steps of machine code, the same losses:", "机器码 30 步，损失相同："),
        round(fast[-1], 6),
    )
else:
    print(say("There is no machine code here.", "这里没有机器码。"))

# %% [markdown] lang="en"
# `python -m nn.microgpt --compiled` trains the full size (4,192 parameters, all names) on your
# machine. The notes' first sentence about training fits it too: forwards to the loss, backwards
# to the gradients, and again.
#
# ## What to read next
#
# [14 · From teaching to machine code](14_from_teaching_to_machine_code.ipynb): what `compile`
# does, stage by stage.
#
# **Sources.** A. Karpathy, *microgpt*, 2026 · A. Vaswani and others, *Attention is all you need*,
# NeurIPS 2017 (<https://arxiv.org/abs/1706.03762>) · B. Zhang and R. Sennrich, *Root mean square
# layer normalization*, NeurIPS 2019 (<https://arxiv.org/abs/1910.07467>).

# %% [markdown] lang="zh"
# `python -m nn.microgpt --compiled` 在你的机器上训练完整大小的模型（4192 个参数，全部名字）。
# 讲义关于训练的第一句话对它同样适用：前向算出损失，反向算出梯度，周而复始。
#
# ## 接下来读什么
#
# [14 · 从教学到机器码](14_from_teaching_to_machine_code.ipynb)：`compile` 一步一步做了什么。
#
# **参考资料。** A. Karpathy, *microgpt*, 2026 · A. Vaswani and others, *Attention is all you
# need*, NeurIPS 2017 (<https://arxiv.org/abs/1706.03762>) · B. Zhang and R. Sennrich, *Root mean
# square layer normalization*, NeurIPS 2019 (<https://arxiv.org/abs/1910.07467>).
