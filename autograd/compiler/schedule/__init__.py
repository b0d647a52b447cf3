"""What is done when, and where the numbers lie: plans, not yet code."""
