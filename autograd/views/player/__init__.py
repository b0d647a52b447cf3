"""The step-through as a page: its rules, its frames, its script."""
