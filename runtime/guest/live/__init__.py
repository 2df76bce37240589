"""Changes put into a live process: new code for functions, new values for the names of modules and classes."""
