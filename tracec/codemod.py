"""`tracec instrument` as a codemod of libcst's: `python -m libcst.tool codemod -x tracec.codemod.InstrumentCommand`."""

from __future__ import annotations

import argparse

import libcst
from libcst.codemod import CodemodCommand, CodemodContext, SkipFile

from tracec.commands.instrument import room_for
from tracec.passes.instrument import GRAINS, instrument
from tracec.passes.nouns.source import Source
from tracec.project.originals import is_instrumented


class InstrumentCommand(CodemodCommand):
    """Puts hooks into modules, as `tracec instrument --in-place` does.

    A file that has no readable form with hooks is a failure, whose text is the TracecError; one that is instrumented
    already is skipped.
    """

    DESCRIPTION: str = "Put tracec's hooks in: the module records its values when it runs under `tracec run`."

    def __init__(self, context: CodemodContext, grain: str = "values") -> None:
        super().__init__(context)
        self.grain = grain

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """`--grain`, as `tracec instrument` has it."""
        arg_parser.add_argument("--grain", choices=GRAINS, default="values", help="what is recorded")

    def transform_module_impl(self, tree: libcst.Module) -> libcst.Module:
        """The module with its hooks. Raises SkipFile and TracecError."""
        source = Source.decode(self.context.filename or "<stdin>", tree.bytes)
        if is_instrumented(source.text):
            raise SkipFile("is instrumented already")
        return room_for(source, lambda: instrument(source, self.grain, careful=True).onto(tree))
