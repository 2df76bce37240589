"""Search: repair operators and synthesis, cheapest first."""
