"""Back ends that a person can read: Python, C, and a table."""
