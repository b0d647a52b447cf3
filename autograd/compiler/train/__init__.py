"""Training: what is computed at each step, and the loops that take the steps.

Read in this order: `batches` (how rows are dealt), `clipping`, `plan` (what a step computes, as
lists), `epochs` (what is reported); then the loops: `python_loop`; `loop_source` and `small_loop`
(two loops as LLVM text), `loop_code` (these compiled), `native_loop`; at last `train`, which
chooses a loop and runs it.
"""
