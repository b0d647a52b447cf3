"""The language of vectors: LLVM assembly written with Python's own operators.

Read in this order: `target`, `assembly`, `loops`, `math`, `operations`, `code_cache`, `processor`.
"""
