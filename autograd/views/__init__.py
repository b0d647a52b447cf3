"""Ways of looking at a recorded graph. Each is a leaf: it reads the graph and changes nothing."""
