"""What a bundled function needs: its text, its parameters, what it learned, what is said of its errors."""
