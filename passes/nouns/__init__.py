"""The nouns of the house: sources, targets, credit, candidates, structures and traces."""
