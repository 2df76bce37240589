"""Guests are processes that run the user's tests: what they are asked and what they answer."""
