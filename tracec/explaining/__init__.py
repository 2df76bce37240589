"""Failing tests are run again with every value recorded, and their roads are told."""
