# %% [markdown] lang="en"
# # 11 · Fitting too little and too much
#
# Afterwards you can read from two curves whether a model fits too little or too much, and you
# know what each remedy does to the weights: more data, L1, L2, dropout, early stopping,
# augmentation.

# %% [markdown] lang="zh"
# # 11 · 欠拟合与过拟合
#
# 学完这一课，你能从两条曲线看出模型是欠拟合还是过拟合，也知道每种办法究竟对权重做了什么：
# 更多数据、L1、L2、dropout、早停、数据增强。

# %%
from functools import partial
from itertools import pairwise, product

import numpy as np
from matplotlib import pyplot
from scipy import ndimage
from sklearn.datasets import load_digits, make_circles
from sklearn.linear_model import Lasso
from sklearn.model_selection import train_test_split

import nn
from autograd import Value, compile, walkthrough
from nn.course import LANG, bars, check, images, lines, say
from nn.diagnostics import plot_decision_boundary
from nn.training import mean_loss

# %% [markdown] lang="en"
# ## Splits by size
#
# The notes give four, by how many samples there are:
#
# | samples | training | validation | test |
# |---|---|---|---|
# | 100 to 10,000, nothing to choose | 70 % | – | 30 % |
# | 100 to 10,000 | 60 % | 20 % | 20 % |
# | a million | 98 % | 1 % | 1 % |
# | more | 99.5 % | 0.25 % | 0.25 % |

# %% [markdown] lang="zh"
# ## 按数据量划分
#
# 讲义按样本数给出四种划分：
#
# | 样本数 | 训练集 | 验证集 | 测试集 |
# |---|---|---|---|
# | 100 到 10000，不需要验证集 | 70% | – | 30% |
# | 100 到 10000 | 60% | 20% | 20% |
# | 100 万 | 98% | 1% | 1% |
# | 超过 100 万 | 99.5% | 0.25% | 0.25% |


# %% tags=["row-26"]
def split(samples, validation, test):
    """Return the sizes of the parts, after checking that they do not overlap."""
    rows = np.arange(samples)
    rows, last = train_test_split(rows, test_size=test, random_state=0)
    parts = [rows, last]
    if validation:
        parts[:1] = train_test_split(rows, test_size=validation, random_state=0)
    assert np.array_equal(np.sort(np.concatenate(parts)), np.arange(samples))
    return [len(part) for part in parts]


assert split(1_000, 0, 300) == [700, 300]
assert split(10_000, 2_000, 2_000) == [6_000, 2_000, 2_000]
assert split(1_000_000, 10_000, 10_000) == [980_000, 10_000, 10_000]
assert split(4_000_000, 10_000, 10_000) == [3_980_000, 10_000, 10_000]
print([round(100 * part / 4_000_000, 2) for part in split(4_000_000, 10_000, 10_000)])

# %% [markdown] lang="en"
# Why may the share shrink? A share $p$ measured on $n$ samples is uncertain by about
# $\sqrt{p(1-p)/n}$. What counts is the *number* of test samples. 10,000 measure an accuracy of 90
# % to 0.3 points, whatever they are a share of:

# %% [markdown] lang="zh"
# 为什么比例可以变小？在 $n$ 个样本上测得的比率 $p$，误差大约是 $\sqrt{p(1-p)/n}$。
# 要紧的是测试样本的**个数**。10000 个样本就能把 90% 的准确率测到 ±0.3 个百分点，
# 不管它占总数的多少：

# %% tags=["row-26"]
chance = np.random.default_rng(0)
counts = (30, 300, 3_000, 10_000)
seen = [(chance.random((1_000, n)) < 0.9).mean(axis=1).std() for n in counts]
formula = [np.sqrt(0.9 * 0.1 / n) for n in counts]
assert np.allclose(seen, formula, rtol=0.1)
bars(
    {
        say("measured 1,000 times", "测量 1000 次"): [100 * s for s in seen],
        "√(p(1-p)/n)": [100 * f for f in formula],
    },
    [str(n) for n in counts],
    say("uncertainty of an accuracy of 90 %", "准确率 90% 的测量误差"),
    say("points", "百分点"),
)

# %% [markdown] lang="en"
# ## Why validation is not test
#
# Two hundred "models" that toss a coin; we choose the best on 100 validation samples. It looks
# good there. On the test set it is a coin again. Nothing was learnt; the *choice* has fitted the
# validation set.

# %% [markdown] lang="zh"
# ## 为什么验证集不能当测试集
#
# 两百个“模型”，每个都是抛硬币；在 100 个验证样本上挑出最好的一个。它在那里看上去不错，
# 到了测试集上又变回硬币。什么也没学到，是**挑选**这件事拟合了验证集。

# %% tags=["row-26"]
truth = chance.integers(0, 2, 10_100)
guesses = chance.integers(0, 2, (200, 10_100))
right = guesses == truth
on_validation, on_test = right[:, :100].mean(axis=1), right[:, 100:].mean(axis=1)
best = on_validation.argmax()
assert on_validation[best] > 0.6
assert abs(on_test[best] - 0.5) < 0.02
print(
    say("validation", "验证集"), on_validation[best], say("test", "测试集"), round(on_test[best], 4)
)

# %% [markdown] lang="en"
# So: the training set is for parameters, the validation set for hyper-parameters (and for
# stopping), the test set for one look at the end.
#
# **Exercise 11.1.** $m=1{,}237{,}500$ samples are split 98/1/1 and trained for 12 epochs with
# batches of `size` 250; after each epoch the validation set is looked at. Find the training
# samples `train`, the batches of an epoch `batches`, all `updates`, and all `rows` that go
# forward through the network.

# %% [markdown] lang="zh"
# 所以：训练集决定参数，验证集决定超参数（以及何时停止），测试集只在最后看一次。
#
# **练习 11.1.** $m=1237500$ 个样本按 98/1/1 划分，批量大小 `size` 为 250，训练 12 个轮次，
# 每个轮次之后看一遍验证集。求训练样本数 `train`、每轮的批数 `batches`、总更新次数 `updates`，
# 以及总共有多少行 `rows` 经过了前向传播。

# %%
answers = {"train": "", "batches": "", "updates": "", "rows": ""}
check("11.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# 98 % of the samples are 1212750; in batches of 250 they are 4851 batches; twelve epochs make
# 58212 updates. Forward go the training rows and the 12,375 validation rows, twelve times each:
# 14701500.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 98% 的样本是 1212750 个；每批 250 个，一轮 4851 批；十二轮共更新 58212 次。
# 前向传播的有训练行和 12375 个验证行，各十二遍：14701500。
# </details>

# %% [markdown] lang="en"
# ## Too little, well, too much
#
# The notes draw crosses and circles, and three boundaries between them: a line, a smooth curve, a
# wild one. Here are such data, two rings with noise, and three models:

# %% [markdown] lang="zh"
# ## 欠拟合、适度拟合、过拟合
#
# 讲义画了叉和圈，以及它们之间的三条边界：一条直线、一条平滑曲线、一条弯来绕去的曲线。
# 这里是同样的数据（两个带噪声的环）和三个模型：

# %%
rings = partial(make_circles, noise=0.15, factor=0.4)
validation = rings(150, random_state=7)
loss = nn.binary_cross_entropy_with_logits


def trained(units, samples, epochs, penalty=0.0, patience=None, seed=2):
    """Train a network on rings; return it, its history and the data."""
    data = rings(samples, random_state=seed)
    model = nn.MLP(2, [*units, 1], seed=3)
    weights = [value for name, value in model.named_parameters() if not name.endswith(".b")]
    history = nn.fit(
        model, loss, *data, optimizer=nn.Adam(model.parameters(), lr=0.05), epochs=epochs,
        validation=validation, early_stopping=patience, progress=False,
        penalty=lambda: penalty * nn.l2_penalty(weights),
    )  # fmt: skip
    return model, history, data


under = trained([], 200, 100)
well = trained([8], 200, 150)
over = trained([16], 24, 500)


# %%
def boundaries(*runs):
    """Draw the decision boundary of each run, with its training points."""
    _figure, axes = pyplot.subplots(
        1, len(runs), figsize=(4 * len(runs), 3.6), dpi=56, layout="constrained"
    )
    for place, (model, history, data) in zip(axes, runs, strict=True):
        plot_decision_boundary(model.eval(), *data, place, resolution=50)
        place.set(title=f"{history.last[0]:.3f} | {history.last[1]:.3f}")
        place.get_legend().remove()


boundaries(under, well, over)

# %% [markdown] lang="en"
# Above each picture: training loss | validation loss. Two numbers tell the case:
#
# - training loss high, validation loss close to it: **high bias**, fitting too little;
# - training loss low, validation loss much higher: **high variance**, fitting too much;
# - both low: a good fit.
#
# `nn.diagnose` applies this rule and says which comparison led there.

# %% [markdown] lang="zh"
# 每幅图上方：训练损失 | 验证损失。两个数就能判断：
#
# - 训练损失高，验证损失与之相近：**高偏差**，欠拟合；
# - 训练损失低，验证损失高得多：**高方差**，过拟合；
# - 两者都低：适度拟合。
#
# `nn.diagnose` 按这条规则判断，并写出是哪个比较得出了结论（high bias = 高偏差，
# high variance = 高方差，good fit = 适度拟合）。

# %% tags=["row-27"]
diagnoses = [nn.diagnose(history) for _, history, _ in (under, well, over)]
assert [diagnosis.case for diagnosis in diagnoses] == ["high bias", "good fit", "high variance"]
for (_, history, _), diagnosis in zip((under, well, over), diagnoses, strict=True):
    training, held_out = history.last
    scale = min(history.losses[0], history.guess_loss)
    assert (training > 0.2 * scale) == ("bias" in diagnosis.case)
    assert (held_out - training > 0.1 * scale) == ("variance" in diagnosis.case)
    print(f"{diagnosis.case}: {diagnosis.rule}")

# %% [markdown] lang="en"
# The rule's scale is what *guessing* costs, here ln 2 ≈ 0.69: a training loss above a fifth of it
# is bias, a gap above a tenth of it is variance. Give `acceptable=` and `gap=` where you know
# better.
#
# Bias and variance have exact meanings too. Fit many training sets of the same size. Bias is how
# far the *mean* of the fits is from the truth; variance is how much the fits differ from each
# other. For the squared error the two add up:
#
# $$\mathbb E\,(\hat f-f)^2=(\mathbb E\hat f-f)^2+\mathbb E\,(\hat f-\mathbb E\hat f)^2$$

# %% [markdown] lang="zh"
# 规则的尺度是**瞎猜**的代价，这里是 ln 2 ≈ 0.69：训练损失超过它的五分之一算偏差大，
# 差距超过它的十分之一算方差大。如果你有更好的标准，可以传入 `acceptable=` 和 `gap=`。
#
# 偏差和方差也有精确的定义。用许多个同样大小的训练集各拟合一次：
# 偏差是这些拟合的**平均**离真值多远，方差是它们彼此相差多少。对平方误差，两者恰好相加：
#
# $$\mathbb E\,(\hat f-f)^2=(\mathbb E\hat f-f)^2+\mathbb E\,(\hat f-\mathbb E\hat f)^2$$


# %% tags=["row-27"]
def bias_and_variance(degree, sets=300, samples=30):
    """Fit a polynomial to many training sets; return bias² and variance, means over x."""
    x = np.linspace(-1, 1, 50)
    seen = np.linspace(-1, 1, samples)
    fits = []
    for _ in range(sets):
        noisy = np.sin(3 * seen) + chance.normal(0, 0.5, samples)
        fits.append(np.polynomial.Polynomial.fit(seen, noisy, degree, domain=[-1, 1])(x))
    middle = np.mean(fits, axis=0)
    bias, variance = np.mean((middle - np.sin(3 * x)) ** 2), np.mean((fits - middle) ** 2)
    assert abs(np.mean((fits - np.sin(3 * x)) ** 2) - bias - variance) < 1e-12 + 1e-9 * variance
    return bias, variance


degrees = (1, 3, 5, 8, 11)
biases, variances = zip(*map(bias_and_variance, degrees), strict=True)
assert biases[0] > 10 * biases[1]
assert list(variances) == sorted(variances)
bars(
    {say("bias²", "偏差²"): biases, say("variance", "方差"): variances},
    [say(f"degree {degree}", f"{degree} 次") for degree in degrees],
    say("polynomials fitted to 30 noisy points", "多项式拟合 30 个带噪声的点"),
)

# %% [markdown] lang="en"
# A line has much bias and little variance, the eleventh degree the reverse. In between is the
# best sum.
#
# ## What to do
#
# Against bias: a larger network, longer training, another architecture. Against variance: more
# data, or regularisation. *More data* first, the same 16 units with 24, 100 and 400 points:

# %% [markdown] lang="zh"
# 直线偏差大、方差小，十一次多项式正好相反。两者之和最小的在中间。
#
# ## 怎么办
#
# 高偏差：扩大网络、训练久一些、换一种架构。高方差：更多数据，或者正则化。先看**更多数据**，
# 同样 16 个神经元，分别用 24、100、400 个点：

# %% tags=["row-27"]
amounts = (24, 100, 400)
lasts = [trained([16], amount, 200)[1].last for amount in amounts]
gaps = [held_out - training for training, held_out in lasts]
assert gaps[0] > gaps[1] > gaps[2]
bars(
    {
        say("training", "训练"): [a for a, _ in lasts],
        say("validation", "验证"): [b for _, b in lasts],
    },
    [str(amount) for amount in amounts],
    say("loss by the number of training points", "损失与训练点数"),
)

# %% [markdown] lang="en"
# ## L2 and L1: a price on weights
#
# $$J=E+\tfrac\lambda2\sum w^2\qquad\text{or}\qquad J=E+\lambda\sum|w|$$
#
# The penalty is one more node in the graph, so its gradient needs no new rule. The updates become
#
# $$w\leftarrow(1-\eta\lambda)\,w-\eta\frac{\partial E}{\partial w}\qquad\qquad
# w\leftarrow w-\eta\lambda\,\mathrm{sign}(w)-\eta\frac{\partial E}{\partial w}$$
#
# L2 takes away a *share* of each weight, which is little where the weight is little; L1 takes a
# *fixed amount*.

# %% [markdown] lang="zh"
# ## L2 与 L1：给权重标价
#
# $$J=E+\tfrac\lambda2\sum w^2\qquad\text{或}\qquad J=E+\lambda\sum|w|$$
#
# 惩罚项只是计算图里多出的一个节点，所以求梯度不需要新规则。更新变为
#
# $$w\leftarrow(1-\eta\lambda)\,w-\eta\frac{\partial E}{\partial w}\qquad\qquad
# w\leftarrow w-\eta\lambda\,\mathrm{sign}(w)-\eta\frac{\partial E}{\partial w}$$
#
# L2 减去权重的一个**比例**，权重小时减得也少；L1 每次减去一个**固定的量**。

# %% tags=["row-28"]
rate, decay = 0.1, 0.35


def updated(penalty, start):
    """Return a weight after one step, and ∂E/∂w."""
    w = Value(start, "w")
    error = (w * 1.83 - 0.47) ** 2
    error.backward()
    slope = w.grad
    (decay * penalty([w])).backward()
    nn.SGD([w], lr=rate).step()
    return w.data, slope


for start in (1.26, -0.74):
    by_l2, slope = updated(nn.l2_penalty, start)
    assert abs(by_l2 - ((1 - rate * decay) * start - rate * slope)) < 1e-12
    by_l1, slope = updated(nn.l1_penalty, start)
    assert abs(by_l1 - (start - rate * decay * np.sign(start) - rate * slope)) < 1e-12
    print(start, "→", round(by_l2, 6), round(by_l1, 6))

# %% [markdown] lang="en"
# Here is the graph of $J=(wx-t)^2+\tfrac\lambda2w^2$. The weight is used in two places, so two
# contributions arrive at it; step to the end and watch `w` collect both.

# %% [markdown] lang="zh"
# 下面是 $J=(wx-t)^2+\tfrac\lambda2w^2$ 的计算图。权重用在两处，所以有两份贡献汇到它；
# 一步步走到底，看 `w` 如何把两份累加起来。

# %%
w, x, t, price = Value(1.26, "w"), Value(1.83, "x"), Value(0.47, "t"), Value(0.35, "λ")
E = (w * x - t) ** 2
R = 0.5 * price * (w * w)
J = E + R
E.label, R.label, J.label = "E", "R", "J"
walkthrough(J, lang=LANG)

# %% [markdown] lang="en"
# **Exercise 11.2.** $J=(wx-t)^2+\tfrac\lambda2w^2$ with $w=1.26$, $x=1.83$, $t=0.47$,
# $\lambda=0.35$. Find $J$, $\partial J/\partial w$, and `w+` after one update with the learning
# rate 0.1.

# %% [markdown] lang="zh"
# **练习 11.2.** $J=(wx-t)^2+\tfrac\lambda2w^2$，其中 $w=1.26$，$x=1.83$，$t=0.47$，
# $\lambda=0.35$。求 $J$、$\partial J/\partial w$，以及学习率 0.1 时更新一次之后的 `w+`。

# %%
answers = {"J": "", "dJ/dw": "", "w+": ""}
check("11.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $e=wx-t=1.8358$, $E=3.370162$, $R=0.277830$, $J=$ 3.6479916.
# $\partial J/\partial w=2ex+\lambda w=6.719028+0.441=$ 7.160028. `w+` $=1.26-0.716003=$ 0.543997.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $e=wx-t=1.8358$，$E=3.370162$，$R=0.277830$，$J=$ 3.6479916。
# $\partial J/\partial w=2ex+\lambda w=6.719028+0.441=$ 7.160028。
# `w+` $=1.26-0.716003=$ 0.543997。
# </details>

# %% [markdown] lang="en"
# **Exercise 11.3.** The same with L1 and a negative weight: $J=(wx-t)^2+\lambda|w|$, $w=-0.74$,
# all else as before.

# %% [markdown] lang="zh"
# **练习 11.3.** 换成 L1 和一个负权重：$J=(wx-t)^2+\lambda|w|$，$w=-0.74$，其余不变。

# %%
answers = {"J": "", "dJ/dw": "", "w+": ""}
check("11.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $e=-1.8242$, $J=3.327706+0.259=$ 3.58670564.
# $\partial J/\partial w=2ex+\lambda\,\mathrm{sign}(w)=-6.676572-0.35=$ -7.026572: the price pulls
# a negative weight *up*. `w+` $=$ -0.0373428.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $e=-1.8242$，$J=3.327706+0.259=$
# 3.58670564。$\partial J/\partial w=2ex+\lambda\,\mathrm{sign}(w)=-6.676572-0.35=$ -7.026572：
# 惩罚把负权重往**上**拉。`w+` $=$ -0.0373428。
# </details>

# %% [markdown] lang="en"
# ## Sparsity against shrinkage
#
# A linear model of twelve features, of which three matter. Without a price, with L2, with L1:

# %% [markdown] lang="zh"
# ## 稀疏与收缩
#
# 一个十二个特征的线性模型，其中只有三个特征有用。不加惩罚、加 L2、加 L1：

# %%
true = np.array([3, 0, 0, -2, 0, 0, 0, 1.5, 0, 0, 0, 0])
X = chance.normal(size=(80, 12))
X -= X.mean(axis=0)
y = X @ true + chance.normal(0, 1, 80)
y -= y.mean()


def line(penalty, decay):
    """Train a linear model with a price on its weights; return them."""
    model = nn.Layer(12, 1, "linear", seed=1)
    weights = [value for name, value in model.named_parameters() if not name.endswith(".b")]
    nn.fit(
        model, nn.mean_squared_error, X, y, optimizer=nn.SGD(model.parameters(), lr=0.02),
        epochs=1500, penalty=lambda: decay * penalty(weights), progress=False,
    )  # fmt: skip
    return np.array([weight.data for weight in weights])


plain, ridge, lasso = line(nn.l2_penalty, 0.0), line(nn.l2_penalty, 1.0), line(nn.l1_penalty, 1.0)
bars(
    {say("no price", "无惩罚"): plain, "L2": ridge, "L1": lasso},
    [f"w{j}" for j in range(1, 13)],
    say("weights", "权重"),
)

# %% [markdown] lang="en"
# L2 has made *all* weights smaller, in proportion, and none is 0. L1 has kept three and brought
# the others to 0. An independent proof: the L2 weights solve
# $(\tfrac2nX^\mathsf TX+\lambda I)\,w=\tfrac2nX^\mathsf Ty$, and the L1 weights are those of
# scikit-learn's `Lasso`.

# %% [markdown] lang="zh"
# L2 把**所有**权重按比例缩小，没有一个为 0。L1 留下三个，其余都到了 0。独立的证明：
# L2 的权重满足 $(\tfrac2nX^\mathsf TX+\lambda I)\,w=\tfrac2nX^\mathsf Ty$，
# L1 的权重与 scikit-learn 的 `Lasso` 相同。

# %% tags=["row-28"]
n = len(X)
assert np.allclose(ridge, np.linalg.solve(2 / n * X.T @ X + np.eye(12), 2 / n * X.T @ y), atol=1e-9)
reference = Lasso(alpha=0.5, tol=1e-12).fit(X, y).coef_
assert np.allclose(lasso, reference, atol=2 * 0.02)
assert (np.sign(reference[true != 0]) == np.sign(true[true != 0])).all()
zeros = reference == 0
assert zeros.sum() >= 7
assert (np.abs(ridge) > 1e-6).all()
print(say("zeros of the lasso", "Lasso 的零权重个数"), zeros.sum())
print(
    say("largest of them in ours", "我们的结果中这些权重的最大值"),
    round(np.abs(lasso[zeros]).max(), 4),
)

# %% [markdown] lang="en"
# Not exactly 0? The notes say that L1 easily makes weights 0, and the *minimum* has them at 0
# indeed. A gradient step of the fixed size $\eta\lambda$ leaps across 0 and back, though. The
# cure is to stop at 0 instead of crossing it (*soft threshold*): first step down $E$, then take
# at most $\eta\lambda$ from $|w|$.

# %% [markdown] lang="zh"
# 为什么不是正好 0？讲义说 L1 容易使权重变为 0，**最小值点**上它们的确是 0。
# 但固定步长 $\eta\lambda$ 的一步会跨过 0，下一步又跨回来。办法是到 0 就停，
# 不跨过去（**软阈值**）：先沿 $E$ 下降一步，再从 $|w|$ 里最多减去 $\eta\lambda$。

# %% tags=["row-28"]
w = np.zeros(12)
for _ in range(1500):
    w = w - 0.02 * 2 / n * X.T @ (X @ w - y)
    w = np.sign(w) * np.maximum(np.abs(w) - 0.02 * 1.0, 0.0)
assert np.array_equal(w == 0, reference == 0)
assert np.allclose(w, reference, atol=1e-9)
print((w == 0).sum(), w.round(3) + 0.0)

# %% [markdown] lang="en"
# L2 on the overfitted rings, with a right and a much too high price. The notes' reason can be
# seen in the pictures: small weights keep $z$ near 0, where tanh is nearly a line, so the network
# becomes simpler, and in the end too simple.

# %% [markdown] lang="zh"
# 把 L2 用到过拟合的环上，惩罚一次轻重合适，一次过重。讲义给出的理由在图里看得见：权重小，
# $z$ 就在 0 附近，tanh 在那里近似直线，网络变简单，最后过于简单。

# %% tags=["row-28"]
mild, harsh = trained([16], 24, 500, penalty=0.003), trained([16], 24, 500, penalty=0.03)
cases = [nn.diagnose(history).case for _, history, _ in (over, mild, harsh)]
sizes = [sum(v.data**2 for v in model.parameters()) for model, _, _ in (over, mild, harsh)]
assert cases == ["high variance", "good fit", "high bias"]
assert sizes[0] > sizes[1] > sizes[2]
print(cases, [round(size, 3) for size in sizes])
boundaries(over, mild, harsh)

# %% [markdown] lang="en"
# ## Dropout
#
# While training, each unit is set to 0 with probability $1-k$, where $k$ is keep_prob; what stays
# is *divided* by keep_prob (inverted dropout), so that the expectation stays what it was. With
# keep_prob = 0.8, 20 % vanish and the rest is multiplied by 1.25. At evaluation nothing happens.

# %% [markdown] lang="zh"
# ## Dropout（随机失活）
#
# 训练时，每个神经元以 $1-k$ 的概率置 0（$k$ 即 keep_prob）；
# 留下的**除以** keep_prob（反向随机失活，inverted dropout），使期望不变。keep_prob = 0.8 时，
# 20% 失效，其余乘以 1.25。评估时什么也不做。

# %% tags=["row-29"]
dropout = nn.Dropout(keep_prob=0.8, seed=1)
outputs = np.array([[value.data for value in dropout([1.0, -2.0, 0.5])] for _ in range(20_000)])
kept = outputs != 0
assert set(np.unique(outputs[:, 0])) == {0.0, 1.25}
assert np.allclose(kept.mean(axis=0), 0.8, atol=0.01)
assert np.allclose(outputs.mean(axis=0), [1.0, -2.0, 0.5], atol=0.03)
dropout.eval()
assert [value.data for value in dropout([1.0, -2.0, 0.5])] == [1.0, -2.0, 0.5]
print(
    say("kept", "保留"),
    kept.mean(axis=0).round(3),
    say("mean", "平均"),
    outputs.mean(axis=0).round(3),
)

# %% [markdown] lang="en"
# What it does to the weights, exactly. For a linear unit with squared error, the mean over all
# masks is
#
# $$\mathbb E\Big(\sum_i w_i\tfrac{m_i}{k}x_i-t\Big)^2
# =\Big(\sum_i w_ix_i-t\Big)^2+\frac{1-k}{k}\sum_i w_i^2x_i^2.$$
#
# The second term is an L2 price: the notes' "dropout shrinks the squared norm of the weights".
# All eight masks of three inputs:

# %% [markdown] lang="zh"
# 它究竟对权重做了什么？对一个用平方误差的线性神经元，对所有掩码求平均，恰好是
#
# $$\mathbb E\Big(\sum_i w_i\tfrac{m_i}{k}x_i-t\Big)^2
# =\Big(\sum_i w_ix_i-t\Big)^2+\frac{1-k}{k}\sum_i w_i^2x_i^2.$$
#
# 第二项就是一个 L2 惩罚，正如讲义所说：dropout 会产生收缩权重平方范数的效果。
# 三个输入的全部八种掩码：

# %% tags=["row-29"]
weights, inputs, aim, k = np.array([0.9, -0.4, 1.3]), np.array([1.0, 2.0, 0.5]), 0.7, 0.8
expected = 0.0
for mask in product((0, 1), repeat=3):
    probability = k ** sum(mask) * (1 - k) ** (3 - sum(mask))
    expected += probability * (weights @ (np.array(mask) / k * inputs) - aim) ** 2
price = (1 - k) / k * np.sum((weights * inputs) ** 2)
assert abs(expected - ((weights @ inputs - aim) ** 2 + price)) < 1e-12
print(round(expected, 6), "=", round((weights @ inputs - aim) ** 2, 6), "+", round(price, 6))

# %% [markdown] lang="en"
# The notes' drawback is visible too: with dropout the cost is another function at each step, so
# the training curve jumps. Their advice is to check first, without dropout, that the cost falls,
# and then to switch it on.

# %% [markdown] lang="zh"
# 讲义提到的缺点也看得见：有了 dropout，每一步的代价函数都不同，训练曲线会跳动。讲义的建议是：
# 先不开 dropout，确认损失在下降，然后再打开。


# %% tags=["row-29"]
def curve(keep_prob):
    """Train on 24 points, with dropout after the hidden layer."""
    hidden, drop = nn.Layer(2, 16, "tanh", seed=3), nn.Dropout(keep_prob, seed=1)
    model = nn.Sequential(hidden, drop, nn.Layer(16, 1, "linear", seed=4))
    optimizer = nn.Adam(model.parameters(), lr=0.05)
    data = rings(24, random_state=2)
    return nn.fit(model, loss, *data, optimizer=optimizer, epochs=200, progress=False).losses


smooth, jagged = curve(1.0), curve(0.8)
rises = [sum(b > a for a, b in pairwise(c)) for c in (smooth, jagged)]
assert rises[1] > 5 * rises[0]
lines(
    {"keep_prob = 1": enumerate(smooth), "keep_prob = 0.8": enumerate(jagged)},
    say("training loss", "训练损失"),
    say("epoch", "轮次"),
)

# %% [markdown] lang="en"
# **Exercise 11.4.** Two hidden units, keep_prob $k=0.8$; the first is kept ($m_1=1$), the second
# dropped ($m_2=0$): $d_i=m_ih_i/k$, $y=w_1d_1+w_2d_2+b$, $E=\tfrac12(y-t)^2$ with $h_1=0.637$,
# $h_2=-0.418$, $w_1=1.32$, $w_2=-0.95$, $b=0.27$, $t=0.6$. Find $d_1$, $y$,
# $\partial E/\partial h_1$ and $\partial E/\partial w_1$.

# %% [markdown] lang="zh"
# **练习 11.4.** 两个隐藏神经元，keep_prob $k=0.8$；第一个保留（$m_1=1$），第二个失效（$m_2=0$）：
# $d_i=m_ih_i/k$，$y=w_1d_1+w_2d_2+b$，$E=\tfrac12(y-t)^2$，其中 $h_1=0.637$，$h_2=-0.418$，
# $w_1=1.32$，$w_2=-0.95$，$b=0.27$，$t=0.6$。求 $d_1$、$y$、
# $\partial E/\partial h_1$ 和 $\partial E/\partial w_1$。

# %%
answers = {"d1": "", "y": "", "dE/dh1": "", "dE/dw1": ""}
check("11.4", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $d_1=0.637/0.8=$ 0.79625, $y=1.32\cdot0.79625+0.27=$ 1.32105, $y-t=0.72105$.
# $\partial E/\partial h_1=0.72105\cdot1.32/0.8=$ 1.18973,
# $\partial E/\partial w_1=0.72105\cdot0.79625=$ 0.574136. The dropped unit gets no gradient at
# all, and neither does $w_2$.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $d_1=0.637/0.8=$ 0.79625，$y=1.32\cdot0.79625+0.27=$ 1.32105，$y-t=0.72105$。
# $\partial E/\partial h_1=0.72105\cdot1.32/0.8=$ 1.18973，
# $\partial E/\partial w_1=0.72105\cdot0.79625=$ 0.574136。失效的神经元得不到任何梯度，
# $w_2$ 也一样。
# </details>

# %% [markdown] lang="en"
# ## Early stopping
#
# The validation loss falls, then rises again, while the training loss goes on falling. Stop when
# it has not improved for some epochs, and bring back the weights of the best one.
#
# The notes say "stop when the error on the *test* set has become small enough". Kindly: they mean
# the validation set. By their own rule the test set takes no part in any choice, and when to stop
# is a choice; the coins above show what it would cost.

# %% [markdown] lang="zh"
# ## 早停
#
# 验证损失先降后升，训练损失却一直在降。验证损失若干轮没有改善就停，并恢复最好那一轮的权重。
#
# 讲义写的是“在**测试集**损失减小一定程度之后停止训练”。这里指的应当是验证集：按讲义自己的规则，
# 测试集不参与任何选择，而何时停止就是一种选择；上面的硬币说明了这样做的代价。

# %% tags=["row-30"]
stopped, history, _ = trained([16], 24, 500, patience=60)
best = int(np.argmin(history.validation_losses))
assert history.best_epoch == best
assert len(history) == best + 1 + 60 < 500
assert history.ended == "early stopping"
now = mean_loss(stopped, loss, *map(list, validation))
assert abs(now - min(history.validation_losses)) < 1e-9 < history.validation_losses[-1] - now
print(say("best epoch", "最好的轮次"), best + 1, say("of", "/"), len(history), round(now, 4))

# %%
lines(
    {
        say("training", "训练"): list(enumerate(over[1].losses, 1))[::5],
        say("validation", "验证"): list(enumerate(over[1].validation_losses, 1))[::5],
        say("best epoch", "最好的轮次"): [(best + 1, 0), (best + 1, 0.7)],
    },
    say("without stopping", "不早停的话"),
    say("epoch", "轮次"),
)

# %% [markdown] lang="en"
# "The weights grow larger and larger", the notes say, and stopping keeps them small. They do:

# %% [markdown] lang="zh"
# 讲义说，不停下来“模型的 w 参数会越来越大”。的确如此：

# %% tags=["row-30"]
early, late = (sum(v.data**2 for v in model.parameters()) for model in (stopped, over[0]))
assert late > 2 * early
print("Σw²", round(early, 2), "→", round(late, 2))

# %% [markdown] lang="en"
# ## Augmentation
#
# More data, made of the data there are: an image turned, shifted, cropped, flipped or made noisy
# is a new image of the same thing. Digits of 8 × 8 pixels, and SciPy's image transforms:

# %% [markdown] lang="zh"
# ## 数据增强
#
# 用已有的数据造出更多数据：旋转、平移、裁剪、翻转、加噪声之后，是同一样东西的一张新图。
# 下面是 8 × 8 像素的数字和 SciPy 的图像变换：

# %% tags=["row-31"]
digits = load_digits()
pictures = digits.images / 16
image = pictures[3]


def cropped(image):
    """Cut off the border and enlarge what is left."""
    return ndimage.zoom(image[1:7, 1:7], 8 / 6, order=1)


made = {
    say("original", "原图"): image,
    say("shifted", "平移"): ndimage.shift(image, (0, 1), order=1),
    say("turned", "旋转"): ndimage.rotate(image, 15, reshape=False, order=1),
    say("cropped", "裁剪"): cropped(image),
    say("noise", "噪声"): image + chance.normal(0, 0.15, image.shape),
    say("flipped", "翻转"): np.fliplr(image),
}
before, shifted, turned, cut, noisy, flipped = made.values()
assert np.array_equal(shifted[:, 1:], before[:, :-1])
assert np.array_equal(np.fliplr(flipped), before)
assert all(new.shape == (8, 8) for new in made.values())
assert abs((noisy - before).std() - 0.15) < 0.03
images(made, say("six versions of a digit", "同一个数字的六种样子"))

# %% [markdown] lang="en"
# Look at the last one. The notes flip a cat, and a flipped cat is a cat; a flipped 3 is not a 3.
# A transform helps only where it keeps the label. For digits: shifts, small turns, noise, yes;
# flips, no.

# %% [markdown] lang="zh"
# 看最后一张。讲义翻转的是猫，翻转的猫还是猫；翻转的 3 却不是 3。只有不改变标签的变换才有用。
# 对数字来说：平移、小角度旋转、加噪声可以；翻转不行。


# %% tags=["row-31"]
def moved(images):
    """Shift each image by up to a pixel in each direction, and make it a little noisy."""
    steps = chance.integers(-1, 2, (len(images), 2))
    shifted = [ndimage.shift(i, s, order=0) for i, s in zip(images, steps, strict=True)]
    return np.array(shifted) + chance.normal(0, 0.05, images.shape)


few, labels = pictures[:200], digits.target[:200]
many = np.concatenate([few, *(moved(few) for _ in range(5))])
straight, crooked, truth = pictures[800:], moved(pictures[800:]), digits.target[800:]


def accuracies(images, labels, epochs):
    """Train; return the accuracy on images as they are, and on shifted ones."""
    model = nn.MLP(64, [40, 10], seed=1)
    nn.fit(
        model, nn.cross_entropy, images.reshape(-1, 64), labels, batch_size=32, epochs=epochs,
        optimizer=nn.Adam(model.parameters(), lr=0.01), progress=False,
    )  # fmt: skip
    program = compile(model)
    said = [program.batch(part.reshape(-1, 64)).argmax(axis=1) for part in (straight, crooked)]
    return [100 * np.mean(answer == truth) for answer in said]


without, augmented = accuracies(few, labels, 60), accuracies(many, np.tile(labels, 6), 30)
assert augmented[1] > without[1] + 20
bars(
    {
        say("200 images", "200 张图"): without,
        say("and 1,000 made of them", "再加由它们造出的 1000 张"): augmented,
    },
    [say("as they are", "原样"), say("shifted", "平移过的")],
    say("accuracy on 997 other images, %", "在另外 997 张图上的准确率，%"),
)

# %% [markdown] lang="en"
# About twice as many shifted images are right now. On images as they are it costs a few points:
# the same forty units have more to tell apart. Images made of others are not as good as a
# thousand new ones, as the notes say; but they cost nothing.
#
# ## What to read next
#
# [12 · Memory](12_memory.ipynb): networks that carry something from step to step.
#
# **Sources.** N. Srivastava and others, *Dropout: a simple way to prevent neural networks from
# overfitting*, JMLR 15, 2014 (<https://jmlr.org/papers/v15/srivastava14a.html>) · R. Tibshirani,
# *Regression shrinkage and selection via the lasso*, J. R. Stat. Soc. B 58, 1996 · S. Geman, E.
# Bienenstock and R. Doursat, *Neural networks and the bias/variance dilemma*, Neural Computation
# 4, 1992 · L. Prechelt, *Early stopping – but when?*, 1998.

# %% [markdown] lang="zh"
# 平移过的图，认对的大约增加了一倍。原样的图则掉了几个百分点：同样四十个神经元，要分辨的东西变多了。
# 正如讲义所说，这样造出的图不如一千张真正的新图；但它们不花钱。
#
# ## 接下来读什么
#
# [12 · 记忆](12_memory.ipynb)：把信息从一步带到下一步的网络。
#
# **参考资料。** N. Srivastava and others, *Dropout: a simple way to prevent neural networks from
# overfitting*, JMLR 15, 2014 (<https://jmlr.org/papers/v15/srivastava14a.html>) · R. Tibshirani,
# *Regression shrinkage and selection via the lasso*, J. R. Stat. Soc. B 58, 1996 · S. Geman, E.
# Bienenstock and R. Doursat, *Neural networks and the bias/variance dilemma*, Neural Computation
# 4, 1992 · L. Prechelt, *Early stopping – but when?*, 1998.
