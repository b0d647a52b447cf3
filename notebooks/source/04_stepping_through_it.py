# %% [markdown] lang="en"
# # 04 · Stepping through it
#
# After this notebook you have watched backpropagation do every multiplication, in a small graph, in the worked example, and layer after layer. You have changed the numbers, been asked questions, and found other people's mistakes.

# %% [markdown] lang="zh"
# # 04 · 逐步走一遍
#
# 读完这一课，你会亲眼看到反向传播的每一次相乘：在小图里，在经典算例里，一层接一层。你会改动数值，回答提问，还会找出别人的错误。

# %% [markdown] lang="en"
# ## A graph small enough to say aloud
#
# Press **step** in the player. First the values appear, from left to right. Then the gradient of $y$, which is 1, flows back. **back** undoes a step; a click on a card or on a line of the list jumps there; the arrow keys work after a click.
#
# Beside the graph each step is written three times: with symbols, with numbers put in, and as the result.

# %% [markdown] lang="zh"
# ## 小到能念出来的图
#
# 先运行下面的单元格，静态图就变成播放器。在播放器里点**前进**。先是数值从左到右出现，然后 $y$ 的梯度 1 开始往回流。**后退**撤销一步；点卡片或列表中的一行可以直接跳过去；点一下播放器后，方向键也能用。
#
# 图的旁边，每一步写三遍：符号、代入的数、结果。

# %%
from autograd import Value, draw, replay, tanh, walkthrough
from nn.course import LANG, bars, check, lines, say

x, w, b = Value(0.5, "x"), Value(-3.0, "w"), Value(2.0, "b")
z = w * x + b
y = tanh(z)
z.label, y.label = "z", "y"
steps = walkthrough(y, lang=LANG)
steps

# %% [markdown] lang="en"
# The same steps as a table. **upstream** has arrived at the node; **local** is the node's derivative through this one argument; their product is the **contribution**; **accumulated** is the parent's gradient after it is added.

# %% [markdown] lang="zh"
# 同样的步骤列成表。**上游梯度**是已经传到节点的；**局部梯度**是节点只对这一个自变量的导数；两者的乘积是**贡献**；**累加**是加上贡献之后父节点的梯度。

# %%
print(steps)

# %% [markdown] lang="en"
# Each step is plain data, so Python can read it too. There is one step for each link of the graph, and watching changes nothing.

# %% [markdown] lang="zh"
# 每一步都是普通数据，Python 也能读。图中每条连线对应一步，而且观看不会改变任何东西。

# %%
fourth = steps[3]
print(fourth.node.data, fourth.parent.label, fourth.upstream, fourth.local, fourth.contribution)
print(len(steps), w.grad)
assert fourth.contribution == fourth.upstream * fourth.local
assert w.grad == 0.0

# %% [markdown] lang="en"
# And it is exactly what `backward` does: the same order, the same bits.

# %% [markdown] lang="zh"
# 而且它与 `backward` 所做的完全一致：顺序相同，每一位都相同。

# %%
y.backward()
last = {step.parent: step.accumulated for step in steps}
print({node.label: gradient for node, gradient in last.items() if node.label})
assert all(node.grad == gradient for node, gradient in last.items())

# %% [markdown] lang="en"
# ## Watch a gradient accumulate
#
# Here $a$ is used three times. Look at the line *grad of a: before → after*: when another contribution arrives, what came before is still there, and the new one is added.

# %% [markdown] lang="zh"
# ## 看梯度怎样累加
#
# 这里 $a$ 用了三次。注意“a 的梯度：之前 → 之后”那一行：新的贡献到来时，先前的仍在，新的加上去。

# %%
a = Value(3.0, "a")
c = a * a + a
c.label = "c"
walk = walkthrough(c, lang=LANG)
walk

# %%
arrived = [step.accumulated for step in walk if step.parent is a]
print(arrived)
assert arrived == [1.0, 4.0, 7.0]
assert arrived[-1] == 2 * a.data + 1  # by hand: the derivative of a² + a

# %% [markdown] lang="en"
# **Exercise 04.1.** Let $s = a \cdot a$ and $c = sb + a$ with $a = 1.75$ and $b = 0.65$. Say before you compute how many contributions $a$ gets.

# %% [markdown] lang="zh"
# **练习 04.1.** 设 $s = a \cdot a$，$c = sb + a$，其中 $a = 1.75$，$b = 0.65$。算之前先说出 $a$ 会收到几份贡献。

# %%
answers = {"ds/da|1": "", "ds/da": "", "dc/ds": "", "dc/da": ""}
check("04.1", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# Three: directly 1, and through each argument of $s$ the product $\partial c/\partial s \cdot a$. Locally $\partial s/\partial a|_1 = a =$ 1.7500, in total $\partial s/\partial a = 2a =$ 3.5000. With $\partial c/\partial s = b =$ 0.6500: $\partial c/\partial a = 1 + 0.65 \cdot 3.5 =$ 3.2750.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 三份：直接的一份是 1，经过 $s$ 的两个自变量各有一份 $\partial c/\partial s \cdot a$。局部 $\partial s/\partial a|_1 = a =$ 1.7500，总共 $\partial s/\partial a = 2a =$ 3.5000。由 $\partial c/\partial s = b =$ 0.6500 得 $\partial c/\partial a = 1 + 0.65 \cdot 3.5 =$ 3.2750。
# </details>

# %% [markdown] lang="en"
# ## The worked example, every step of it
#
# This is the network of lesson 03. Three things to try:
#
# 1. **Step** until the gradient of `out_h1` is complete (✓). It is so only after *both* outputs have sent their contribution.
# 2. **Try values**: choose a leaf under the picture and type another number. The page computes forwards and backwards again. Which leaf changes `E_total` most?
# 3. The tab **gradient**: click on a card to see its gradient as a sum over everything that uses it, and checked by moving the value.

# %% [markdown] lang="zh"
# ## 经典算例，一步不少
#
# 这是第 03 课的网络。可以试三件事：
#
# 1. 一直点**前进**，直到 `out_h1` 的梯度已定（✓）。必须**两个**输出都传来贡献，它才算定下来。
# 2. **改数值**：在图下方选一个叶子节点，输入另一个数。页面会重新前向、反向计算。哪个叶子节点对 `E_total` 影响最大？
# 3. **梯度**标签页：点一张卡片，看它的梯度怎样由所有使用它的节点相加而成，并移动数值来检验。

# %%
from nn.worked_example import network

values = network()
E = values["E_total"]
walk = walkthrough(E, lang=LANG)
walk

# %% [markdown] lang="en"
# Python can answer the question of point 2 before you try: the gradient says how much the error changes with each leaf.

# %% [markdown] lang="zh"
# 第 2 条的问题，不用试，Python 就能回答：梯度说的正是误差随每个叶子节点变化的快慢。

# %%
from autograd.graph import leaves

E.backward()
named = [leaf for leaf in leaves(E) if leaf.label]
bars(
    {"|∂E/∂·|": [abs(leaf.grad) for leaf in named]},
    [leaf.label for leaf in named],
    title=say("How much the error hears of each leaf", "误差对每个叶子节点的敏感程度"),
)

# %% [markdown] lang="en"
# The largest are the targets, which are not ours to change. Of the parameters it is `b2`: it moves both outputs.
#
# Point 1 as a rule: a node passes its gradient on only when everything that uses it has sent its own. In the list of steps, nothing arrives at a node after it has begun to send.

# %% [markdown] lang="zh"
# 最大的是目标值，但那不归我们改。参数里最大的是 `b2`，它同时推动两个输出。
#
# 第 1 条写成规则就是：使用某个节点的所有节点都传来梯度之后，它才往下传。在步骤列表里，一个节点开始传出之后，就再没有梯度传给它。


# %%
def sends_only_when_complete(walk):
    sent = set()
    for step in walk:
        sent.add(step.node)
        if step.parent in sent:
            return False
    return True


print(sends_only_when_complete(walk), len(walk))
assert sends_only_when_complete(walk)
assert not sends_only_when_complete(list(reversed(walk)))

# %% [markdown] lang="en"
# **Exercise 04.2.** Set `b2` to −1 in the player, or by hand. What do you read?

# %% [markdown] lang="zh"
# **练习 04.2.** 在播放器里把 `b2` 设为 −1，或者手算。你读到什么？

# %%
answers = {"out_o1": "", "E_total": "", "dE/db2": ""}
check("04.2", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# The hidden layer is untouched. $\mathrm{net}_{o1} = 1.105906 - 1.6 = -0.494094$, so $\mathrm{out}_{o1} =$ 0.378930, and $\mathrm{net}_{o2} = -0.375079$, $\mathrm{out}_{o2} = 0.407314$. $E_{total} =$ 0.237816. $b_2$ feeds both outputs: $\partial E/\partial b_2 = \delta_{o1} + \delta_{o2} = 0.086825 - 0.140666 =$ -0.0538412. Now it wants to grow.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# 隐藏层不变。$\mathrm{net}_{o1} = 1.105906 - 1.6 = -0.494094$，所以 $\mathrm{out}_{o1} =$ 0.378930；$\mathrm{net}_{o2} = -0.375079$，$\mathrm{out}_{o2} = 0.407314$。$E_{total} =$ 0.237816。$b_2$ 供给两个输出：$\partial E/\partial b_2 = \delta_{o1} + \delta_{o2} = 0.086825 - 0.140666 =$ -0.0538412。现在它应当变大。
# </details>

# %% [markdown] lang="en"
# In Python one sets the leaf and calls `replay`, which computes the recorded graph again. It is what the player does.

# %% [markdown] lang="zh"
# 在 Python 里，设置叶子节点之后调用 `replay`，把记录下来的图重算一遍。播放器做的就是这件事。


# %%
def error_with(name, number):
    values = network()
    values[name].data = number
    return replay(values["E_total"]).data


curves = {
    name: [(n / 4, error_with(name, n / 4)) for n in range(-16, 17)] for name in ("b2", "w5", "w1")
}
lines(
    curves,
    title=say("The error along three leaves", "误差随三个叶子节点的变化"),
    x=say("value", "数值"),
)

# %% [markdown] lang="en"
# ### The tab *descent*
#
# It moves every ticked leaf against its gradient: value −= learning rate · gradient. At first all parameters are ticked, so the two biases learn here too. The picture shows the error after each step.

# %% [markdown] lang="zh"
# ### “下降”标签页
#
# 它让每个勾选的叶子节点沿梯度反方向移动：值 −= 学习率 · 梯度。一开始所有参数都已勾选，所以两个偏置在这里也会学习。图中显示每一步之后的误差。

# %%
parameters = [leaf for leaf in named if leaf.label[0] in "wb"]
descent = network()
moving = [descent[leaf.label] for leaf in parameters]
errors = []
for step in range(101):
    error = replay(descent["E_total"])
    errors.append((step, error.data))
    for leaf in moving:
        leaf.grad = 0.0
    error.backward()
    for leaf in moving:
        leaf.data -= 0.5 * leaf.grad
print([f"{error:.6f}" for _, error in errors[:3]])
lines({"E_total": errors}, title=say("One hundred steps", "一百步"), x=say("step", "步数"))

# %% [markdown] lang="en"
# **Exercise 04.3.** Make one step with learning rate 0.5, biases too, starting from the network as it is (press *reset* first). What are `w5` and `b2` afterwards, and what is the error?

# %% [markdown] lang="zh"
# **练习 04.3.** 从原来的网络出发（先点“重置”），以学习率 0.5 走一步，偏置也更新。之后 `w5` 和 `b2` 是多少？误差是多少？

# %%
answers = {"w5+": "", "b2+": "", "E_total@1": ""}
check("04.3", answers)

# %% [markdown] lang="en"
# <details><summary>Solution</summary>
#
# $w_5^+ = 0.4 - 0.5 \cdot 0.082167 =$ 0.358916. $b_2^+ = 0.6 - 0.5\,(\delta_{o1} + \delta_{o2}) = 0.6 - 0.5 \cdot 0.100400 =$ 0.549800. The error falls from 0.298371 to 0.285751, further than the 0.291028 of the published text, which leaves the biases alone.
# </details>

# %% [markdown] lang="zh"
# <details><summary>解答</summary>
#
# $w_5^+ = 0.4 - 0.5 \cdot 0.082167 =$ 0.358916。$b_2^+ = 0.6 - 0.5\,(\delta_{o1} + \delta_{o2}) = 0.6 - 0.5 \cdot 0.100400 =$ 0.549800。误差从 0.298371 降到 0.285751，比原文的 0.291028 降得更多，因为原文不更新偏置。
# </details>

# %% [markdown] lang="en"
# ### The tab *quiz*
#
# It hides the gradients and asks for eight of them. A wrong answer is told the slip that it comes from, such as *forgot upstream*. Enter checks, Esc leaves.
#
# For a sheet of paper with its key, `stepgrad quiz "tanh(w*x + b)" w=-3 x=0.5 b=2 -o sheet.html` in a terminal.

# %% [markdown] lang="zh"
# ### “测验”标签页
#
# 它藏起梯度，问其中八个。答错了，会告诉你错在哪里，例如“漏乘上游梯度”。回车检查，Esc 退出。
#
# 要打印试卷，在终端里运行 `stepgrad quiz "tanh(w*x + b)" w=-3 x=0.5 b=2 --lang zh -o sheet.html`；加上 `--key` 就得到答案。

# %% [markdown] lang="en"
# ## Spot the mistake
#
# Three learners did exercises 03.2 and 03.3, and each made one mistake. All that follows from it is computed correctly. Read the figures and find it yourself, before you run the cell below each.
#
# **Learner A** wrote for the output neuron:

# %% [markdown] lang="zh"
# ## 找出错误
#
# 三个学生做了练习 03.2 和 03.3，每人犯了一个错误，之后由它推出的都算对了。先看数字，自己找出错误，再运行下面的单元格。
#
# **学生 A** 对输出神经元写的是：

# %%
learner_a = {
    "dE/dout_o1": "0.275530",
    "dE/dnet_o1": "0.275530",
    "dE/dw5": "0.183494",
    "w5+": "-0.641747",
}

# %%
print(check("03.2", learner_a))

# %% [markdown] lang="en"
# The first two figures are equal: nothing was multiplied on the way through the sigmoid. **Learners B and C** went on to the hidden neuron:

# %% [markdown] lang="zh"
# 前两个数相等：穿过 sigmoid 时什么也没乘。**学生 B 和 C** 接着算隐藏神经元：

# %%
learner_b = {
    "dE/dout_h1": "-0.0377946",
    "dE/dnet_h1": "-0.00840761",
    "dE/dw1": "-0.00504456",
    "w1+": "0.452522",
}
learner_c = {
    "dE/dout_h1": "-0.0701093",
    "dE/dnet_h1": "-0.0155962",
    "dE/dw1": "-0.00935770",
    "w1+": "0.454679",
}

# %%
print(check("03.3", learner_b))
print(check("03.3", learner_c))

# %% [markdown] lang="en"
# B took one way and forgot the other. C updated $w_5$ and $w_7$ first and used the new weights on the way back: the very slip behind the published 0.291027924 of lesson 03.

# %% [markdown] lang="zh"
# B 只走了一条路径，忘了另一条。C 先更新了 $w_5$ 和 $w_7$，往回走时用了新的权重：第 03 课里印出来的 0.291027924 正是这样来的。

# %% [markdown] lang="en"
# ## Layer after layer
#
# The notes draw how the error travels back through a network, one layer at a time. Here is a network with 5, 5, 3 and 1 neurons. Folded by layer, a step is what a whole layer does: gradients arrive at its outputs, pass through it, and reach its weights and the layer before. Press **by card** to see the single nodes at work, and press it again to come back.

# %% [markdown] lang="zh"
# ## 一层接一层
#
# 讲义用一组图画出误差怎样一层一层传回去。下面的网络各层有 5、5、3、1 个神经元。按层折叠之后，一步就是整整一层所做的事：梯度传到它的输出，穿过它，到达它的权重和前一层。点**按卡片**可以看到里面每个节点的运算，再点一次回来。

# %%
from nn import MLP

model = MLP(3, [5, 5, 3, 1], seed=1)
activations = [[Value(0.5, "x1"), Value(-1.0, "x2"), Value(0.25, "x3")]]
for layer in model.layers:
    activations.append(layer(activations[-1]))
(output,) = activations[-1]
L = 0.5 * (output - Value(1.0, "t")) ** 2
L.label = "L"
walk = walkthrough(L, fold="layer", lang=LANG)
walk

# %% [markdown] lang="en"
# Is it really layer after layer? Give each node its layer's number, and read the numbers in the order of the steps.

# %% [markdown] lang="zh"
# 真的是一层接一层吗？给每个节点标上所在的层号，按步骤顺序读出来。

# %% tags=["row-34"]
layer_of = {}
for number, outputs in enumerate(activations[1:], 1):
    for neuron in outputs:
        net = neuron if number == 4 else neuron.parents[0]  # the last layer is linear
        layer_of[neuron] = layer_of[net] = number
order = [layer_of[step.node] for step in walk if step.node in layer_of]
print({number: order.count(number) for number in (4, 3, 2, 1)})
assert order == sorted(order, reverse=True)
assert sends_only_when_complete(walk)

# %% [markdown] lang="en"
# And what does a layer pass on? With one number $\delta_j = \sigma'(z_j)\, \partial L/\partial a_j$ for each of its neurons, the layer before it receives $W^\top \delta$:
#
# $$\delta^{(l)} = \sigma'(z^{(l)}) \odot \left(W^{(l+1)}\right)^{\!\top} \delta^{(l+1)}$$
#
# By hand, for every layer, beside the engine's gradients:

# %% [markdown] lang="zh"
# 一层传给前一层的是什么？设它的每个神经元有一个数 $\delta_j = \sigma'(z_j)\, \partial L/\partial a_j$，那么前一层收到的就是 $W^\top \delta$：
#
# $$\delta^{(l)} = \sigma'(z^{(l)}) \odot \left(W^{(l+1)}\right)^{\!\top} \delta^{(l+1)}$$
#
# 对每一层手算，与引擎的梯度并排：

# %% tags=["row-34"]
L.backward()
delta = [output.data - 1.0]  # ½(output − 1)², and the last layer is linear
for number in (3, 2, 1):
    W = [[weight.data for weight in neuron.weights] for neuron in model.layers[number].neurons]
    a = activations[number]
    arrives = [sum(row[k] * d for row, d in zip(W, delta, strict=True)) for k in range(len(a))]
    assert all(abs(a_k.grad - g) < 1e-14 for a_k, g in zip(a, arrives, strict=True))
    delta = [(1 - a_k.data**2) * g for a_k, g in zip(a, arrives, strict=True)]
    print(number, [f"{d:9.6f}" for d in delta])
    for neuron, d in zip(model.layers[number - 1].neurons, delta, strict=True):
        assert abs(neuron.bias.grad - d) < 1e-14

# %% [markdown] lang="en"
# The same as a still picture, the gradients filled in:

# %% [markdown] lang="zh"
# 同一张图的静态版本，梯度已经填好：

# %%
draw(L, fold="layer", lang=LANG)

# %% [markdown] lang="en"
# ## Take it along
#
# `walk.save("steps.html")` writes one page that needs neither network nor Python; `steps.svg` and `steps.gif` are animated pictures. `stepgrad play "tanh(w*x + b)" w=-3 x=0.5 b=2` opens a page that answers any formula you type.

# %% [markdown] lang="zh"
# ## 带走
#
# `walk.save("steps.html")` 写出一个网页，不用联网，也不需要 Python；`steps.svg` 和 `steps.gif` 是动画。`stepgrad play "tanh(w*x + b)" w=-3 x=0.5 b=2` 打开一个页面，输入任何公式都能逐步演示。

# %% [markdown] lang="en"
# **What to read next:** [05 · Gradient descent](05_gradient_descent.ipynb), what to do with all these gradients.
#
# **Sources**
#
# - The notes on backpropagation that this course follows: the pictures of the error travelling back, and the recursion $\delta^{(l)}$.
# - Watching computation graphs: C. Olah, *Calculus on computational graphs: backpropagation* (2015), <https://colah.github.io/posts/2015-08-Backprop/>.
# - M. A. Nielsen, *Neural networks and deep learning*, chapter 2: <http://neuralnetworksanddeeplearning.com/chap2.html>.

# %% [markdown] lang="zh"
# **接下来读：**[05 · 梯度下降](05_gradient_descent.ipynb)，有了这些梯度之后怎么用。
#
# **参考资料**
#
# - 本课程所依据的反向传播讲义：误差逐层传回的图解，以及递推式 $\delta^{(l)}$。
# - 看懂计算图：C. Olah, *Calculus on computational graphs: backpropagation*（2015），<https://colah.github.io/posts/2015-08-Backprop/>。
# - M. A. Nielsen, *Neural networks and deep learning* 第 2 章：<http://neuralnetworksanddeeplearning.com/chap2.html>。
