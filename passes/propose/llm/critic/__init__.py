"""What a critic sees and answers, and what is shown of a whole graph."""
