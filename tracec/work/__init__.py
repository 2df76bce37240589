"""A run in progress: it is opened, its programs are credited, and what is known of it is kept."""
