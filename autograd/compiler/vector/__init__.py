"""The language of vectors: LLVM assembly written with Python's own operators."""
