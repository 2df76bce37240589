"""Candidates are evaluated: screening, step limits, test impact, checks, metrics."""
