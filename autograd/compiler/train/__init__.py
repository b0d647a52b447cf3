"""Training: what is computed at each step, and the loops that do it."""
