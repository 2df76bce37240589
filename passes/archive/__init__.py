"""Archives: which Attempts to keep as parents."""
