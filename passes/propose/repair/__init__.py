"""Repair: edits of suspect places in the order of how likely they are."""
