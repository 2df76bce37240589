"""Training loops under the old names."""
