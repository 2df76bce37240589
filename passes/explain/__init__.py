"""Explain: traces of failing and passing tests -> the road of the wrong value, and which failures have one cause."""
