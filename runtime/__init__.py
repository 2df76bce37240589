"""The runtime lives in the user's process: it uses the standard library only, appends, and never thinks."""
