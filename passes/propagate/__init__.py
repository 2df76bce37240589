"""Propagators: Trace + Feedback -> Credit."""
