"""A program is started under the recorder: what it imports is instrumented, and so are the processes below it."""
