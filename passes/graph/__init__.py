"""Questions to a Trace: slices, queries, gradients, summaries, calls as source."""
