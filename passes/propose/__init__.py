"""Proposers: Credit -> Candidates."""
