"""Archives: Attempts -> those to keep as parents."""
