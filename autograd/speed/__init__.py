"""The engine's inner loops a second time, in C, for machines that have a C compiler.

`loops.c` is the C file: it records nodes, orders a graph and adds up gradients, and knows no
operation. `twins` decides which of the two serves, the Python function or the C one; `build`
compiles the C file, when the package is installed or by ``python -m autograd.speed.build``.
"""
