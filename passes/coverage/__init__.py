"""Coverage: which tests run what may change, from the contexts that coverage.py has recorded."""
