"""What traces and failing tests show of a place: values there, and what a condition would have said."""
