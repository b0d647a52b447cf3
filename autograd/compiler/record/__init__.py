"""Recording: a function of numbers is called once, and its graph kept."""
