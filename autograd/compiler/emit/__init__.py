"""The plans of `schedule` written out as LLVM text, file by file."""
