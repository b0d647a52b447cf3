"""The Wengert list: a recorded computation as plain data, and its derivatives."""
