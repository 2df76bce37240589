"""Search tries repair operators and synthesis, the cheapest changes first."""
