# %% [markdown] lang="en"
# # 10 · The whole procedure
#
# Afterwards you can take a raw table through every step to a model that runs outside Python:
# clean, encode, split, scale, train, validate, search, test, save, export. You can also say why
# the steps stand in this order.

# %% [markdown] lang="zh"
# # 10 · 完整的训练流程
#
# 学完这一课，你能把一张原始数据表一步步变成一个脱离 Python 也能运行的模型：清洗、编码、划分、
# 缩放、训练、验证、调参、测试、保存、导出。你还能说清楚这些步骤为什么按这个顺序排列。

# %% [markdown] lang="en"
# The notes list nine stages: collecting and preprocessing, splitting, design, batches,
# "compiling" (the choice of optimiser, loss and metric), training, iterating, evaluating and
# adjusting, testing and deploying. Preparation and metrics are scikit-learn's and pandas' here;
# what learns is `nn`.

# %% [markdown] lang="zh"
# 讲义列出九个阶段：数据收集与预处理、数据分割、模型设计、批处理、“编译”（选优化器、
# 损失函数和评价指标）、训练、迭代优化、评估与调整、测试与部署。
# 这里数据准备和评价指标用 scikit-learn 与 pandas，负责学习的是 `nn`。

# %%
from pathlib import Path
from shutil import which
from subprocess import run
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from scipy.stats import loguniform, randint
from sklearn import metrics
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import ParameterGrid, ParameterSampler, train_test_split
from sklearn.preprocessing import MinMaxScaler, StandardScaler

import autograd
import nn
from autograd import draw, sigmoid
from nn.course import LANG, bars, check, lines, points, say

# %% [markdown] lang="en"
# ## 1 · Collect
#
# Each row of the table describes the cell nuclei of one breast tumour, and whether it was
# malignant (1) or benign (0). We keep five measurements, and turn the radius into a word, as a
# form filled in by hand has it.

# %% [markdown] lang="zh"
# ## 1 · 收集
#
# 表的每一行描述一例乳腺肿瘤的细胞核，以及它是恶性（1）还是良性（0）。我们保留五个测量值（texture 纹理、smoothness 平滑度、compactness 紧致度、symmetry 对称性、concave 凹点），
# 再把半径改写成一个词，就像手工填写的表格那样。

# %%
original = load_breast_cancer(as_frame=True).frame
table = original[["mean texture", "mean smoothness", "mean compactness", "mean symmetry"]].copy()
table.columns = ["texture", "smoothness", "compactness", "symmetry"]
table["concave"] = original["mean concave points"]
table["size"] = pd.cut(
    original["mean radius"], [0, 12, 16, 30], labels=["small", "medium", "large"]
)
table["size"] = table["size"].astype(str)
table["malignant"] = 1 - original["target"]
table.shape

# %% [markdown] lang="en"
# That table is clean, and real ones are not. So we make it dirty on purpose: a running number,
# twelve rows entered twice, forty empty cells, two impossible values, and sizes typed in several
# ways.

# %% [markdown] lang="zh"
# 这张表是干净的，真实的表却不会这样。所以我们故意把它弄脏：加一列流水号，十二行录入两次，
# 四十个空单元格，两个不可能的数值，尺寸一列大小写和空格不统一。

# %%
chance = np.random.default_rng(0)
dirty = table.copy()
for column in ("texture", "symmetry"):
    dirty.loc[chance.choice(len(dirty), 20, replace=False), column] = np.nan
dirty.loc[[17, 301], "smoothness"] = [-1.0, 99.0]
dirty.loc[::7, "size"] = " " + dirty.loc[::7, "size"].str.upper()
dirty = pd.concat([dirty, dirty.sample(12, random_state=0)], ignore_index=True)
dirty.insert(0, "number", range(1, len(dirty) + 1))
dirty.head(8)

# %% [markdown] lang="en"
# ## 2 · Clean
#
# Useless information first: the running number says nothing about a tumour, and while it is there
# no two rows are equal. Then one spelling for each word, and only then the duplicates, since "
# LARGE" and "large" would not be seen as the same.

# %% [markdown] lang="zh"
# ## 2 · 清洗
#
# 先去掉无用信息：流水号与肿瘤无关，而且只要它在，任何两行都不会相同。然后统一写法，最后才去重，
# 否则 `" LARGE"` 和 `"large"` 会被当成两样东西。

# %% tags=["row-25"]
clean = dirty.drop(columns="number")
clean["size"] = clean["size"].str.strip().str.lower()
repeated = int(clean.duplicated().sum())
clean = clean.drop_duplicates(ignore_index=True)
assert repeated == 12
assert len(clean) == len(table) == 569
print(repeated, say("duplicates removed,", "行重复被删除，剩"), len(clean), say("rows left", "行"))

# %% [markdown] lang="en"
# Errors: smoothness lies between 0 and 1 by its definition. A value outside is not information;
# it becomes a missing value.

# %% [markdown] lang="zh"
# 错误：按定义，smoothness 在 0 与 1 之间。超出范围的数值不是信息，把它改成缺失值。

# %%
wrong = ~clean["smoothness"].between(0, 1)
clean.loc[wrong, "smoothness"] = np.nan
missing = clean.isna().sum()
missing = missing[missing > 0]
bars({say("empty cells", "空单元格"): missing}, missing.index, say("Missing values", "缺失值"))

# %% [markdown] lang="en"
# Dropping every row with an empty cell would throw away 7 % of the tumours. We will fill the
# cells with the median of their column; which median is the next question.

# %% [markdown] lang="zh"
# 如果把有空单元格的行全部删掉，会丢掉 7% 的样本。我们改用该列的中位数来填补。用哪些行的中位数？
# 这正是下一个问题。

# %%
lost = clean.isna().any(axis=1).sum()
print(lost, "/", len(clean), "=", round(100 * lost / len(clean), 1), "%")

# %% [markdown] lang="en"
# ## 3 · Encode categories
#
# A network multiplies numbers, so a word becomes numbers. *One-hot*: a column for each word, 1
# where it applies. (1, 2, 3 would be a ranking with equal distances, which "small, medium, large"
# does not promise.)

# %% [markdown] lang="zh"
# ## 3 · 类别编码
#
# 网络做的是乘法，所以词要变成数。**独热编码**：每个词一列，符合的写 1。（写成 1、2、
# 3 就等于宣布它们等距排列，而“小、中、大”并没有保证这一点。）

# %% tags=["row-25"]
encoded = pd.get_dummies(clean, columns=["size"], dtype=float)
sizes = [column for column in encoded if column.startswith("size_")]
assert (encoded[sizes].sum(axis=1) == 1).all()
encoded[["texture", *sizes]].head(4)

# %% [markdown] lang="en"
# ## 4 · Split
#
# 60 % to learn from, 20 % to choose by, 20 % to be looked at once, at the end. Lesson 11 says
# more about the sizes. *Stratified* means that each part has the same share of malignant tumours.

# %% [markdown] lang="zh"
# ## 4 · 划分
#
# 60% 用来学习，20% 用来做选择，20% 只在最后看一次。比例的讲究见第 11 课。**分层**的意思是：
# 三份数据里恶性肿瘤所占的比例相同。

# %%
features = encoded.drop(columns="malignant")
target = encoded["malignant"]
X_train, X_rest, y_train, y_rest = train_test_split(
    features, target, train_size=0.6, random_state=0, stratify=target
)
X_validation, X_test, y_validation, y_test = train_test_split(
    X_rest, y_rest, test_size=0.5, random_state=0, stratify=y_rest
)
for part in (y_train, y_validation, y_test):
    print(len(part), round(part.mean(), 3))

# %% [markdown] lang="en"
# The notes put preprocessing before the split. That is right for what looks at one row at a time
# (spelling, one-hot) and for duplicates, of which one copy could be learnt from and the other
# tested. But a median, a minimum or a mean is *computed from rows*, and if test rows take part in
# it, the test is no longer unseen. So from here on every statistic comes from the training set
# alone.

# %% [markdown] lang="zh"
# 讲义把预处理放在划分之前。对于逐行进行的处理（统一写法、独热编码）和去重，这是对的：
# 重复的两行若一行用来学习、一行用来测试，测试就不可信了。但中位数、最小值、
# 均值是**由许多行算出来的**，如果测试行也参与计算，测试集就不再是“没见过”的数据。所以从这里起，
# 一切统计量只由训练集算出。

# %% tags=["row-25"]
median = X_train.median()
X_train, X_validation, X_test = (part.fillna(median) for part in (X_train, X_validation, X_test))
assert not pd.concat([X_train, X_validation, X_test]).isna().any().any()
print(say("median of texture, training rows", "texture 的中位数，训练行"), median["texture"])
print(say("median of texture, all rows", "texture 的中位数，全部行"), features["texture"].median())

# %% [markdown] lang="en"
# ## 5 · Scale
#
# Three ways, each for a column $x$ of the training set:
#
# $$\frac{x-\min}{\max-\min}\in[0,1]\qquad 2\,\frac{x-\min}{\max-\min}-1\in[-1,1]\qquad
# \frac{x-\mu}{\sigma}\text{ with mean 0 and deviation 1}$$

# %% [markdown] lang="zh"
# ## 5 · 缩放
#
# 三种做法，都以训练集的一列 $x$ 为准（前两种叫归一化，第三种叫标准化）：
#
# $$\frac{x-\min}{\max-\min}\in[0,1]\qquad 2\,\frac{x-\min}{\max-\min}-1\in[-1,1]\qquad
# \frac{x-\mu}{\sigma}$$
#
# 标准化之后均值为 0，标准差为 1。

# %% tags=["row-25"]
x = X_train[["texture"]].to_numpy()
unit = (x - x.min()) / (x.max() - x.min())
both = 2 * unit - 1
standard = (x - x.mean()) / x.std()
assert np.allclose(unit, MinMaxScaler().fit_transform(x), atol=1e-12)
assert np.allclose(both, MinMaxScaler((-1, 1)).fit_transform(x), atol=1e-12)
assert np.allclose(standard, StandardScaler().fit_transform(x), atol=1e-12)
for name, column in (("x", x), ("[0,1]", unit), ("[-1,1]", both), ("(x-μ)/σ", standard)):
    numbers = column.min(), column.max(), column.mean(), column.std()
    print(f"{name:8}", " ".join(f"{round(number, 9) + 0.0:8.3f}" for number in numbers))

# %% [markdown] lang="en"
# The four numbers of a line are minimum, maximum, mean and standard deviation. The shape of the
# histogram is the same in all three; only the ruler below it changes:

# %% [markdown] lang="zh"
# 每行的四个数依次是最小值、最大值、均值和标准差。三种做法都不改变直方图的形状，
# 变的只是下面的刻度：

# %%
counts, edges = np.histogram(x, bins=8)
middles = (edges[1:] + edges[:-1]) / 2
names = [f"{m:.0f} | {(m - x.mean()) / x.std():.1f}" for m in middles]
bars(
    {say("tumours", "病例数"): counts.tolist()},
    names,
    say("texture: raw | standardised", "texture：原值 | 标准化"),
)

# %% [markdown] lang="en"
# We standardise the five measurements and leave the one-hot columns as they are. The validation
# and test sets are scaled with the *training* mean and deviation, so theirs are only near 0 and
# 1: an honest sign that they took no part.

# %% [markdown] lang="zh"
# 五个测量值做标准化，独热编码的列保持原样。验证集和测试集也用**训练集**的均值和标准差来缩放，
# 所以它们自己的均值和标准差只是接近 0 和 1：这正说明它们没有参与计算。

# %%
mean, deviation = X_train.mean(), X_train.std(ddof=0)
mean[sizes], deviation[sizes] = 0.0, 1.0
train, validation, test = (
    ((X - mean) / deviation).to_numpy() for X in (X_train, X_validation, X_test)
)
print(say("training  ", "训练集"), train[:, 0].mean().round(6) + 0.0, train[:, 0].std().round(6))
print(
    say("validation", "验证集"),
    validation[:, 0].mean().round(3),
    validation[:, 0].std().round(3),
)

# %% [markdown] lang="en"
# **Exercise 10.1.** A texture $x=23.75$ is standardised with $m=19.21$, $s=4.38$: $u=(x-m)/s$.
# Then comes one neuron: $z=wu+b$ with $w=1.27$, $b=-0.83$, and $p=\sigma(z)$. Find $u$, $z$, $p$
# and $\partial p/\partial x$, to four significant digits or more.

# %% [markdown] lang="zh"
# **练习 10.1.** 一个 texture 值 $x=23.75$ 用 $m=19.21$、$s=4.38$ 标准化：$u=(x-m)/s$。
# 接着是一个神经元：$z=wu+b$，其中 $w=1.27$，$b=-0.83$，再取 $p=\sigma(z)$。求 $u$、$z$、
# $p$ 和 $\partial p/\partial x$，至少四位有效数字。

# %%
answers = {"u": "", "z": "", "p": "", "dp/dx": ""}
check("10.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $u=4.54/4.38=$ 1.0365, $z=1.27\cdot1.03653-0.83=$ 0.48639, $p=\sigma(z)=$ 0.61926. Scaling is
# part of the chain: $\partial p/\partial x=p(1-p)\cdot w\cdot\tfrac1s=0.235778\cdot1.27/4.38=$
# 0.068365.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $u=4.54/4.38=$ 1.0365，$z=1.27\cdot1.03653-0.83=$ 0.48639，$p=\sigma(z)=$ 0.61926。
# 缩放也是链上的一环：$\partial p/\partial x=p(1-p)\cdot w\cdot\tfrac1s=0.235778\cdot1.27/4.38=$
# 0.068365。
# </details>

# %% [markdown] lang="en"
# ## 6 · Design the model
#
# Eight numbers in, one *logit* out: $\sigma$ of it is the probability of "malignant". A fully
# connected network with one hidden layer is a good first try. Here is the graph of one row,
# folded by layer:

# %% [markdown] lang="zh"
# ## 6 · 设计模型
#
# 输入八个数，输出一个**对数几率**（logit），对它取 $\sigma$ 就是“恶性”的概率。先试一个隐藏层的全连接网络。
# 下面是一行数据的计算图，按层折叠：

# %%
model = nn.MLP(8, [4, 1], activation="tanh", seed=1)
(logit,) = model(train[0])
logit.label = "logit"
print(model, len(model.parameters()))
draw(sigmoid(logit), fold="layer", lang=LANG)

# %% [markdown] lang="en"
# ## 7 · Batches
#
# 341 training rows in batches of 32: ten full batches and one of 21, so an epoch has 11 updates.
# The notes' own figures: 50,000 samples, 50 batches, 1,000 samples each.

# %% [markdown] lang="zh"
# ## 7 · 批量
#
# 341 行训练数据，批量大小 32：十个满批加一个 21 行的批，所以一个轮次更新 11 次。讲义自己的数字：
# 50000 条样本，分 50 批，每批 1000 条。

# %% tags=["row-25"]
rows, batch_size = len(train), 32
sizes_of_batches = [min(batch_size, rows - start) for start in range(0, rows, batch_size)]
assert len(sizes_of_batches) == -(-rows // batch_size) == 11
assert sum(sizes_of_batches) == rows
assert 50_000 // 50 == 1000
print(sizes_of_batches)

# %% [markdown] lang="en"
# ## 8 · Optimiser, loss, metric
#
# - **Optimiser**: Adam, which needs little tuning (lesson 09).
# - **Loss**: what is descended, so it must have a slope: binary cross-entropy of the logit,
#   $E=\ln(1+e^z)-tz$ for a target $t\in\{0,1\}$.
# - **Metric**: what we care about. Accuracy has no slope, it jumps. And a missed tumour is worse
#   than a false alarm, so we look at *recall* too.

# %% [markdown] lang="zh"
# ## 8 · 优化器、损失函数、评价指标
#
# - **优化器**：Adam，几乎不用调（第 09 课）。
# - **损失函数**：要沿着它下降，所以必须有斜率：对数几率的二元交叉熵，$E=\ln(1+e^z)-tz$，目标值 $t\in\{0,1\}$。
# - **评价指标**：我们真正关心的东西。准确率没有斜率，它是跳变的。而漏掉一个肿瘤比虚惊一场严重，所以还要看**召回率**。

# %%
loss = nn.binary_cross_entropy_with_logits
curve = [z / 10 for z in range(-60, 61)]
lines(
    {
        "t = 1": [(z, loss(z, 1.0).data) for z in curve],
        "t = 0": [(z, loss(z, 0.0).data) for z in curve],
    },
    title=say("binary cross-entropy of a logit", "对数几率的二元交叉熵"),
    x="z",
    y="E",
)

# %% [markdown] lang="en"
# **Exercise 10.2.** One row, one weight: $z=wu+b$ with $u=1.37$, $w=0.64$, $b=-1.93$, target
# $t=1$, and $E=\ln(1+e^z)-tz$. Find $E$, $\partial E/\partial z$, $\partial E/\partial w$, and
# the weight `w+` after one update with the learning rate 0.3.

# %% [markdown] lang="zh"
# **练习 10.2.** 一行数据，一个权重：$z=wu+b$，其中 $u=1.37$，$w=0.64$，$b=-1.93$，目标值 $t=1$，
# $E=\ln(1+e^z)-tz$。求 $E$、$\partial E/\partial z$、$\partial E/\partial w$，
# 以及学习率为 0.3 时更新一次之后的权重 `w+`。

# %%
answers = {"E": "", "dE/dz": "", "dE/dw": "", "w+": ""}
check("10.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $z=-1.0532$, $E=$ 1.35243. The slope of $\ln(1+e^z)$ is $\sigma(z)=0.258611$, so
# $\partial E/\partial z=\sigma(z)-t=$ -0.741389: prediction minus target. Then
# $\partial E/\partial w=-0.741389\cdot1.37=$ -1.015703 and `w+` $=0.64+0.3\cdot1.015703=$
# 0.944711.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $z=-1.0532$，$E=$ 1.35243。$\ln(1+e^z)$ 的导数是 $\sigma(z)=0.258611$，
# 所以 $\partial E/\partial z=\sigma(z)-t=$ -0.741389：预测减目标。
# 于是 $\partial E/\partial w=-0.741389\cdot1.37=$ -1.015703，
# `w+` $=0.64+0.3\cdot1.015703=$ 0.944711。
# </details>

# %% [markdown] lang="en"
# ## 9 · Train, and iterate
#
# Forward pass, loss, backward pass, update; eleven times an epoch, sixty epochs. After each epoch
# `fit` looks at the validation set.

# %% [markdown] lang="zh"
# ## 9 · 训练与迭代
#
# 前向传播、计算损失、反向传播、更新；一个轮次十一次，共六十个轮次。每个轮次之后，
# `fit` 看一眼验证集。


# %% tags=["row-25"]
def trained(units, rate, activation="tanh", epochs=60):
    """Return a trained model and its history."""
    model = nn.MLP(8, [*units, 1], activation=activation, seed=1)
    history = nn.fit(
        model, loss, train, y_train, optimizer=nn.Adam(model.parameters(), lr=rate),
        epochs=epochs, batch_size=batch_size, validation=(validation, y_validation), progress=False,
    )  # fmt: skip
    return model, history


model, history = trained([4], 0.01)
assert history.losses[-1] < 0.5 * history.losses[0]
print(round(history.losses[0], 4), "→", round(history.losses[-1], 4))


# %%
def learning_curves(history, title):
    """Plot training and validation loss."""
    curves = {
        say("training", "训练"): history.losses,
        say("validation", "验证"): history.validation_losses,
    }
    return lines(
        {name: list(enumerate(curve, 1)) for name, curve in curves.items()},
        title=title,
        x=say("epoch", "轮次"),
        y=say("loss", "损失"),
    )


learning_curves(history, say("learning curves", "学习曲线"))

# %% [markdown] lang="en"
# ## 10 · Validate and search
#
# The 41 weights and biases are *parameters*: training finds them. What training cannot find is a
# *hyper-parameter*: learning rate, number of epochs, layers and units, activation, batch size. We
# choose those by the validation loss. A **grid** tries every combination:

# %% [markdown] lang="zh"
# ## 10 · 验证与调参
#
# 41 个权重和偏置是**参数**，由训练得到。训练得不到的是**超参数**：学习率、轮次数、层数与神经元数、
# 激活函数、批量大小。它们按验证损失来选。**网格搜索**尝试每一种组合：


# %% tags=["row-33"]
def tried(settings):
    """Train with each setting; return a table, best validation loss first."""
    found = []
    for setting in settings:
        _, history = trained(**setting)
        training, validation = history.last
        found.append({**setting, "training": training, "validation": validation})
    return pd.DataFrame(found).sort_values("validation", ignore_index=True)


grid = {"units": [(), (4,), (8, 4)], "rate": [0.001, 0.01, 0.1]}
by_grid = tried(ParameterGrid(grid))
assert len(by_grid) == len(grid["units"]) * len(grid["rate"]) == 9
by_grid.round(4)

# %% [markdown] lang="en"
# Read it: with the rate 0.1 the deep network is the worst of all, though its training loss is the
# smallest. It has learnt the training rows by heart (lesson 11).
#
# A **random search** spends as many trials, but no two with the same rate, and so learns more
# about the hyper-parameter that matters most. Rates are drawn evenly in their *logarithm*:
# between 0.001 and 0.01 lies as much as between 0.01 and 0.1.

# %% [markdown] lang="zh"
# 怎么读这张表：rate 是学习率，units 是各隐藏层的神经元个数，training 和 validation 是训练损失和验证损失。学习率 0.1 时最深的网络验证损失最差，虽然它的训练损失最小。
# 它把训练行背下来了（第 11 课）。
#
# **随机搜索**试验次数相同，但每次的学习率都不一样，因此对最要紧的超参数了解得更多。
# 学习率按**对数**均匀抽取：0.001 到 0.01 之间与 0.01 到 0.1 之间一样重要。

# %% tags=["row-33"]
space = {
    "units": [(), (2,), (4,), (8,), (8, 4)],
    "rate": loguniform(0.001, 0.1),
    "activation": ["tanh", "relu", "sigmoid"],
    "epochs": randint(20, 100),
}
by_chance = tried(ParameterSampler(space, 9, random_state=1))
assert by_chance["rate"].nunique() == 9
assert by_grid["rate"].nunique() == 3
by_chance.round(4)


# %%
def by_rate(found):
    """Pairs of log10(rate) and validation loss."""
    return zip(np.log10(found["rate"]), found["validation"], strict=True)


points(
    {say("grid", "网格"): by_rate(by_grid), say("random", "随机"): by_rate(by_chance)},
    title=say("nine trials each", "各试验九次"),
    x=say("log10 of the learning rate", "学习率的 log10"),
    y=say("validation loss", "验证损失"),
)

# %% [markdown] lang="en"
# We take the best of all eighteen.

# %% [markdown] lang="zh"
# 十八次里取最好的一次。

# %%
best = pd.concat([by_grid, by_chance]).sort_values("validation").iloc[0].dropna()
chosen = best.drop(["training", "validation"]).to_dict()
if "epochs" in chosen:
    chosen["epochs"] = int(chosen["epochs"])
model, history = trained(**chosen)
print(chosen["units"], round(chosen["rate"], 4), round(history.validation_losses[-1], 4))

# %% [markdown] lang="en"
# ## 11 · Metrics
#
# At probability ½ or more we say "malignant". Four counts say all: true and false positives,
# false and true negatives.
#
# | | said malignant | said benign |
# |---|---|---|
# | **is malignant** | TP | FN |
# | **is benign** | FP | TN |
#
# $$\text{accuracy}=\frac{TP+TN}{\text{all}}\qquad P=\frac{TP}{TP+FP}\qquad R=\frac{TP}{TP+FN}\qquad
# F_1=\frac{2PR}{P+R}$$
#
# Precision $P$: of those we called ill, how many are. Recall $R$: of those who are ill, how many
# we found.

# %% [markdown] lang="zh"
# ## 11 · 评价指标
#
# 概率不小于 ½ 就判为“恶性”。四个计数说明一切：真正例、假正例、假负例、真负例。
#
# | | 判为恶性 | 判为良性 |
# |---|---|---|
# | **实为恶性** | TP | FN |
# | **实为良性** | FP | TN |
#
# $$\text{准确率}=\frac{TP+TN}{\text{总数}}\qquad P=\frac{TP}{TP+FP}\qquad R=\frac{TP}{TP+FN}\qquad
# F_1=\frac{2PR}{P+R}$$
#
# 精确率 $P$：判为有病的人里，多少真的有病。召回率 $R$：有病的人里，找出了多少。


# %% tags=["row-32"]
def four_counts(said, is_so):
    """Return TP, FN, FP, TN."""
    pairs = list(zip(said, is_so, strict=True))
    return [sum(pair == kind for pair in pairs) for kind in ((1, 1), (0, 1), (1, 0), (0, 0))]


probability = np.array([sigmoid(model(row)[0]).data for row in validation])
said = (probability >= 0.5).astype(int)
TP, FN, FP, TN = four_counts(said, y_validation)
accuracy, precision, recall = (TP + TN) / len(said), TP / (TP + FP), TP / (TP + FN)
f1 = 2 * precision * recall / (precision + recall)

assert metrics.confusion_matrix(y_validation, said).tolist() == [[TN, FP], [FN, TP]]
for ours, theirs in (
    (accuracy, metrics.accuracy_score),
    (precision, metrics.precision_score),
    (recall, metrics.recall_score),
    (f1, metrics.f1_score),
):
    assert abs(ours - theirs(y_validation, said)) < 1e-12
print(f"TP {TP}  FN {FN}  FP {FP}  TN {TN}")
pd.Series(
    [accuracy, precision, recall, f1],
    [say("accuracy", "准确率"), say("precision", "精确率"), say("recall", "召回率"), "F1"],
).round(4)

# %% [markdown] lang="en"
# Why not accuracy alone? "All benign" is right for 62 % of the validation rows and
# finds not one malignant tumour.

# %% [markdown] lang="zh"
# 为什么不能只看准确率？“全判良性”对验证集中 62% 的病例是对的，却一个恶性肿瘤也没找到。

# %% tags=["row-32"]
TP0, FN0, FP0, TN0 = four_counts([0] * len(y_validation), y_validation)
assert TP0 / (TP0 + FN0) == 0.0
assert (TP0 + TN0) / len(y_validation) > 0.6
print(say("accuracy", "准确率"), round((TP0 + TN0) / len(y_validation), 4))
print(say("recall", "召回率"), TP0 / (TP0 + FN0))

# %% [markdown] lang="en"
# The ½ is a hyper-parameter too. A lower threshold finds more tumours and raises more false
# alarms:

# %% [markdown] lang="zh"
# 阈值 ½ 也是一个超参数。阈值越低，找到的肿瘤越多，虚惊也越多：


# %% tags=["row-32"]
def at(threshold):
    """Return precision, recall and F1 at a threshold."""
    tp, fn, fp, _ = four_counts((probability >= threshold).astype(int), y_validation)
    return tp / (tp + fp), tp / (tp + fn), 2 * tp / (2 * tp + fp + fn)


thresholds = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9]
names = say("precision", "精确率"), say("recall", "召回率"), "F1"
curves = dict(zip(names, zip(*map(at, thresholds), strict=True), strict=True))
recalls = list(curves[names[1]])
assert recalls == sorted(recalls, reverse=True)
assert recalls[0] > recalls[-1]
lines(
    {name: zip(thresholds, curve, strict=True) for name, curve in curves.items()},
    say("choosing the threshold", "选择阈值"),
    say("threshold", "阈值"),
)

# %% [markdown] lang="en"
# **Exercise 10.3.** A screening of many people gives TP = 187, FP = 23, FN = 41. Find precision
# `P`, recall `R` and `F1`.

# %% [markdown] lang="zh"
# **练习 10.3.** 一次大规模筛查得到 TP = 187，FP = 23，FN = 41。求精确率 `P`、召回率 `R` 和 `F1`。

# %%
answers = {"P": "", "R": "", "F1": ""}
check("10.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $P=187/210=$ 0.89048, $R=187/228=$ 0.82018, $F_1=2PR/(P+R)=$ 0.85388, which is also
# $2\,TP/(2\,TP+FP+FN)=374/438$.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $P=187/210=$ 0.89048，$R=187/228=$ 0.82018，$F_1=2PR/(P+R)=$ 0.85388，
# 也等于 $2\,TP/(2\,TP+FP+FN)=374/438$。
# </details>

# %% [markdown] lang="en"
# ## 12 · Test, once
#
# All choices are made. Now, and only now, the test set:

# %% [markdown] lang="zh"
# ## 12 · 测试，只测一次
#
# 所有选择都已做完。现在，也只有现在，才用测试集：

# %% tags=["row-32"]
said = [int(sigmoid(model(row)[0]).data >= 0.5) for row in test]
TP, FN, FP, TN = four_counts(said, y_test)
accuracy, recall = (TP + TN) / len(test), TP / (TP + FN)
assert len(test) == TP + FN + FP + TN
assert accuracy > 0.85
print(say("accuracy", "准确率"), round(accuracy, 4), say("recall", "召回率"), round(recall, 4))
pd.DataFrame(
    [[TP, FN], [FP, TN]],
    [say("is malignant", "实为恶性"), say("is benign", "实为良性")],
    [say("said malignant", "判为恶性"), say("said benign", "判为良性")],
)

# %% [markdown] lang="en"
# ## 13 · Save and load
#
# A model is its weights: plain JSON, which anyone can read and nobody can hide a program in.

# %% [markdown] lang="zh"
# ## 13 · 保存与加载
#
# 模型就是它的权重：普通的 JSON 文件，谁都能读，也藏不进程序。

# %% tags=["row-25"]
again = nn.MLP(8, [*chosen["units"], 1], activation=chosen.get("activation", "tanh"), seed=99)
before = again(test[0])[0].data
with TemporaryDirectory() as folder:
    model.save(Path(folder) / "tumour.json")
    again.load(Path(folder) / "tumour.json")
assert before != model(test[0])[0].data
assert [again(row)[0].data for row in test] == [model(row)[0].data for row in test]
print(say("same logits after loading:", "加载之后对数几率相同："), round(again(test[0])[0].data, 6))

# %% [markdown] lang="en"
# ## 14 · Deploy: out of Python
#
# What is deployed must take *raw* measurements: whoever uses it does not know our mean and
# deviation. So scaling, network and $\sigma$ become one function, and that becomes C.

# %% [markdown] lang="zh"
# ## 14 · 部署：离开 Python
#
# 部署出去的东西应当接受**原始**测量值：使用的人并不知道我们的均值和标准差。所以把缩放、
# 网络和 $\sigma$ 合成一个函数，再变成 C 代码。

# %% tags=["row-25"]
shift, width = mean.tolist(), deviation.tolist()


@autograd.compile
def tumour(row):
    scaled = [(x - m) / s for x, m, s in zip(row, shift, width, strict=True)]
    return sigmoid(model(scaled)[0])


raw = X_test.to_numpy()
expected = tumour.batch(raw)
assert np.allclose(expected, [sigmoid(model(row)[0]).data for row in test], rtol=1e-12)
code = tumour.source("c")
signature = next(line for line in code.splitlines() if line.startswith("void tumour("))
print(len(code.splitlines()), say("lines of C:", "行 C 代码："), signature)

# %% [markdown] lang="en"
# A few lines more make a program of it: it reads rows of eight numbers and writes a probability
# for each. Where a C compiler (`cc`) is installed we build it and send it all test rows.

# %% [markdown] lang="zh"
# 再加几行就是一个程序：读入每行八个数，输出一个概率。装有 C 编译器（`cc`）的机器上，我们编译它，
# 把测试集逐行送进去。

# %%
main = r"""
#include <stdio.h>
int main(void) {
    double row[8], p;
    for (;;) {
        for (int i = 0; i < 8; i++) if (scanf("%lf", &row[i]) != 1) return 0;
        tumour(row, &p);
        printf("%.17g\n", p);
    }
}
"""

# %% tags=["row-25", "volatile"]
if which("cc"):
    with TemporaryDirectory() as folder:
        (Path(folder) / "tumour.c").write_text(code + main)
        run(["cc", "-O2", "tumour.c", "-o", "tumour", "-lm"], cwd=folder, check=True)
        asked = "\n".join(" ".join(map(repr, row)) for row in raw.tolist())
        answer = run([f"{folder}/tumour"], input=asked, capture_output=True, text=True, check=True)
    from_c = [float(line) for line in answer.stdout.split()]
    assert len(from_c) == len(raw)
    assert np.allclose(from_c, expected, rtol=1e-12)
    print(say("C and Python agree on", "C 与 Python 一致的行数："), len(from_c), say("rows", ""))
    print([round(p, 6) for p in from_c[:3]])
else:
    print(
        say(
            "no C compiler here: the code is built elsewhere",
            "这台机器没有 C 编译器：代码可以拿到别处编译",
        )
    )

# %% [markdown] lang="en"
# The model has left Python: the file needs a C compiler and nothing else.
#
# ## What to read next
#
# [11 · Fitting too little and too much](11_fitting_too_little_and_too_much.ipynb): why the deep
# network with the high rate did badly here, and what helps.
#
# **Sources.** W. N. Street, W. H. Wolberg and O. L. Mangasarian, *Nuclear feature extraction for
# breast tumor diagnosis*, 1993 (the table: <https://archive.ics.uci.edu/dataset/17>) · J.
# Bergstra and Y. Bengio, *Random search for hyper-parameter optimization*, JMLR 13, 2012
# (<https://jmlr.org/papers/v13/bergstra12a.html>) · scikit-learn, *Common pitfalls: data leakage*
# (<https://scikit-learn.org/stable/common_pitfalls.html>).

# %% [markdown] lang="zh"
# 模型已经离开了 Python：这个文件只需要一个 C 编译器。
#
# ## 接下来读什么
#
# [11 · 欠拟合与过拟合](11_fitting_too_little_and_too_much.ipynb)：
# 学习率高的深网络在这里为什么表现差，怎么办。
#
# **参考资料。** W. N. Street, W. H. Wolberg and O. L. Mangasarian, *Nuclear feature extraction
# for breast tumor diagnosis*, 1993（数据表：<https://archive.ics.uci.edu/dataset/17>）
# · J. Bergstra and Y. Bengio, *Random search for hyper-parameter optimization*, JMLR 13, 2012
# (<https://jmlr.org/papers/v13/bergstra12a.html>) · scikit-learn, *Common pitfalls: data leakage*
# (<https://scikit-learn.org/stable/common_pitfalls.html>).
