"""What a model writes, read: replies become edits, or refusals with a name."""
