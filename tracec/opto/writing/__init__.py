"""What was learned -> source: patches of the user's files, and classes as plain Python."""
