"""The user's files are found, read and written here, and patches are kept beside them."""
