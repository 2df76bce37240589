"""What lies below the old names: nodes as rows that know their sources, operations, feedback that flows back."""
