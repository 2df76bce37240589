"""What the messages of failing tests and the texts of tests say."""
