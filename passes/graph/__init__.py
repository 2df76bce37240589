"""Graph: Trace -> slices, queries, gradients, summaries, calls as source."""
