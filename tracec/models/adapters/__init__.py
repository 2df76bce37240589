"""The kinds of models: litellm's, functions of the user's, programs."""
