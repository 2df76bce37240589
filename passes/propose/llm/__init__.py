"""What a model writes, read: replies become edits."""
