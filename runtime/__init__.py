"""What lives in the user's process. Standard library only; appends, never thinks."""
