"""A program is started under the recorder, and so are the Python processes that it starts."""
