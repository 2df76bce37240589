"""The commands: one file each, one public `run(args) -> int`, imported by `tracec.cli` when it is asked for."""
