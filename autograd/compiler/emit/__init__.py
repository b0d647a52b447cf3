"""The plans of `schedule` written out as LLVM text, file by file.

Read in this order: `registers` and `functions`, which all use; `lengths`, `innermost` and
`nests`, `uniform`, `layers`, `repeats` and `varying`, each for the plan of that name; `direct`,
`runtime`, `module`.
"""
