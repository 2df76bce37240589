"""What a model sees: the prompt, of what is known of a program, and the answers to what it asks."""
