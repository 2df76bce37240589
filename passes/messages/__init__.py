"""Messages: outcomes and test files -> what they say of the fault."""
