"""A model as a proposer, without the model: what it sees, and what its answers mean."""
