"""Training loops under the old names."""

from tracec.opto.trainer.train import train

__all__ = ["train"]
