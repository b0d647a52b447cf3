"""A recorded function as a fast program.

This page is the map: a line for each room, in the order of the work, and then the way of one small
function through all of them.

The rooms, each of which imports only from those above it:

    record/      the function is called once on Values; its graph is kept, and must be repeatable
    wengert/     the graph becomes a list of instructions; the chain rule adds those of derivatives
    readable/    back ends that a person can read: Python, C, a table
    vector/      the language of vectors: LLVM text written with Python's own operators
    schedule/    plans: the list as sums of products, what is done when, where each number lies
    emit/        the plans written out as LLVM text, file by file as in schedule/
    lower.py     from a list to LLVM text, a stage a line
    run/         Python or machine code runs a list, behind one call
    train/       a list of an optimiser's step, and the loops that take steps
    pipeline.py  one function for one structure of arguments, through all of these
    texts.py     what a program prints of itself
    saved.py     a program as a file
    program.py   what the user holds: call, batch, backward, train

(`old_names` tells pickles of version 0.1 where the classes they name are now.)

Each room's own page (its ``__init__``) gives the reading order of its modules.

The way of tanh(w·x + b)
------------------------
The function is recorded: called once with a Value for x, it leaves a graph of three nodes.

>>> from autograd import Value, compile, tanh
>>> w, b = Value(-3.0, "w"), Value(2.0, "b")
>>> def neuron(x):
...     return tanh(w * x + b)
>>> program = compile(neuron)
>>> program(0.5)
0.46211715726000974

As a Wengert list, every number has a slot. The Values that the function captured have become
parameters, which are read at every call.

>>> print(program.table())
neuron(x): 3 instructions
argument   v0 = x
parameter  v1 = w
parameter  v2 = b
           v3 = v1 · v0
           v4 = v3 + v2
           v5 = tanh(v4)
result     v5

The chain rule, from the last instruction to the first, adds the derivatives by w and b. The local
gradient of tanh is entered from its row of the operation table.

>>> print(program.table(gradient=True))
neuron(x): 5 instructions
argument   v0 = x
parameter  v1 = w
parameter  v2 = b
           v3 = v1 · v0
           v4 = v3 + v2
           v5 = tanh(v4)
           v6 = tanh_derivative(v4)
           v7 = v6 · v0
result     v5
∂/∂w       v7
∂/∂b       v6

Without the `compile` extra, Python runs the list, at first instruction by instruction and then
written out (``program.source("python")``). The way to machine code goes on with the normal form:
sums of products are one node, and what differs from row to row is told from what does not. Where
tanh is computed, its derivative costs little more.

>>> print(program.source("normal"))
argument   v0 = x
parameter  v1 = w
parameter  v2 = b
varying    v4 = v1·v0 + v2
varying    v5 = tanh(v4)
varying    v6 = tanh_derivative_at(v5, v4)
output     v5
sum        Σ v5
sum        Σ v6·v0
sum        Σ v6

Then it is decided in which steps a block of rows is worked on, and where each number lies. The
processor of this example has vectors of four doubles.

>>> print(program.source("schedule"))
uniform, once per call
  nothing
varying, for each block of up to 16 vectors of 4 rows
  1. Tile
       v4 = v1·v0 + v2
  2. Call
       v5 = tanh(v4)
       v6 = tanh_derivative_at(v5, v4)
  3. Accumulation
       sum 0 += v5
       sum 2 += v6
       sum 1 += v6·v0
memory, 1920 bytes to compute in
  place 0: v0
  place 1: v4, then v5
  place 2: v6
  sums 0 to 2: lane by lane until the last block

What is left is to write each step as LLVM text (``program.source("llvm")``: a tile is a loop over
the vectors of a block, such as the one that loads x, multiplies it by w and adds b), to let LLVM
make machine code of it, and to run that: ``program.batch`` for the outputs, ``program.backward``
for the sums, ``program.train`` for many steps of an optimiser without Python in between.

>>> mean = program.backward([0.5, 1.0])
>>> round(mean, 9), round(w.grad, 9), round(b.grad, 9)
(-0.149738499, 0.406599104, 0.603211037)
"""
