"""What a run was asked for, what it may spend, what it did."""
