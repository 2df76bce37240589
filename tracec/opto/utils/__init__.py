"""Models, and small things around them."""
