"""How feedback flows back through nodes, what comes of it, and how a graph is drawn."""
