"""A run has a job, a budget, and a ledger of what it did."""
