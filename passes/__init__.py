"""Pure functions from nouns to nouns: source and graph in, source and graph out. No input or output, no clocks."""
