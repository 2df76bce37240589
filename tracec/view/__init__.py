"""Views show results and traces as text, JSON and HTML."""
