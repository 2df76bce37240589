"""What was found, in the forms that reviewing tools read: annotations, SARIF, code quality, a summary, suggestions."""
