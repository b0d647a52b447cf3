"""Other projects' suites, run against the engine through thin adapters.

`python -m tests.benchmarks.public_suites --suites FOLDER` reads their checkouts from a folder that
has micrograd, minitorch, autograd (HIPS), MyGrad and DiffRules.jl in it, and JAX from where it is
installed. Nothing of theirs is kept here: their test files are executed with stand-ins for what
they import, their tables are parsed. What is compared are values and derivatives of scalars.

Modules, in reading order: `cases`, what a case is and how it ends; `spelled`, how a function of
theirs is written with ours, and the documented differences; `exact`, functions by mpmath; then the
suites, `teaching` (micrograd, minitorch), `hips`, `mygrad`, `diffrules`, `jaxs`.
"""
