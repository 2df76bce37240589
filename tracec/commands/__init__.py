"""Each command is a file with one public `run(args) -> int`, which `tracec.cli` imports when it is asked for."""
