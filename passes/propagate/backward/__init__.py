"""Feedback flows backward through a run: exact, in words, or passed on."""
