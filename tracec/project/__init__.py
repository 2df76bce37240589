"""The user's files: found, read, written, and the patches kept beside them."""
