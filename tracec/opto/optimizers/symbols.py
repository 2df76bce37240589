"""The titles and tags of a prompt, and how answers are read: subclass one to change them."""

from __future__ import annotations

import json
from typing import Any

from tracec.opto.optimizers.answers import suggestion_in
from tracec.opto.optimizers.utils import extract_xml_like_data


class OptimizerPromptSymbolSet:
    """Titles of sections, tags of values, and tags of an answer."""

    variables_section_title = "# Variables"
    inputs_section_title = "# Inputs"
    outputs_section_title = "# Outputs"
    others_section_title = "# Others"
    feedback_section_title = "# Feedback"
    instruction_section_title = "# Instruction"
    code_section_title = "# Code"
    documentation_section_title = "# Documentation"
    node_tag = "node"  # of values that stay
    variable_tag = "variable"  # of those that may change
    value_tag = "value"
    constraint_tag = "constraint"
    reasoning_tag = "reasoning"
    improved_variable_tag = "variable"
    name_tag = "name"
    expect_json = False
    custom_output_format_instruction: str | None = None

    @property
    def output_format(self) -> str:
        """The form of an answer."""
        if self.custom_output_format_instruction is not None:
            return self.custom_output_format_instruction.strip()
        return self.example_output("why the output is as it is", {"name of a variable": "its new value"})

    def example_output(self, reasoning: str, variables: dict[str, Any]) -> str:
        """An answer in that form."""
        lines = [f"<{self.reasoning_tag}>\n{reasoning}\n</{self.reasoning_tag}>"] if reasoning else []
        for name, value in variables.items():
            inner = f"<{self.name_tag}>{name}</{self.name_tag}>\n<{self.value_tag}>\n{value}\n</{self.value_tag}>"
            lines.append(f"<{self.improved_variable_tag}>\n{inner}\n</{self.improved_variable_tag}>")
        return "\n".join(lines)

    def output_response_extractor(self, response: str) -> dict[str, Any]:
        """{"reasoning": ..., "variables": {name: value}} of an answer; code that is empty is left out."""
        if self.custom_output_format_instruction is not None:
            raise NotImplementedError("a form of your own needs an `output_response_extractor` of your own")
        tags = self.reasoning_tag, self.improved_variable_tag, self.name_tag, self.value_tag
        found = extract_xml_like_data(response, *tags)
        kept = {name: value for name, value in found["variables"].items() if value or "__code" not in name}
        return {**found, "variables": kept}

    @property
    def default_prompt_symbols(self) -> dict[str, str]:
        """The titles, by the names of the sections."""
        names = (
            "variables", "inputs", "outputs", "others", "feedback", "instruction", "code", "documentation",
        )  # fmt: skip
        return {name: getattr(self, f"{name}_section_title") for name in names}


class OptimizerPromptSymbolSetJSON(OptimizerPromptSymbolSet):
    """Answers are JSON."""

    expect_json = True
    custom_output_format_instruction = '{"reasoning": "<why>", "suggestion": {"<name of a variable>": <its new value>}}'

    def example_output(self, reasoning: str, variables: dict[str, Any]) -> str:
        """An answer in that form."""
        return json.dumps({"reasoning": reasoning, "suggestion": variables}, indent=2)

    def output_response_extractor(self, response: str, suggestion_tag: str = "suggestion") -> dict[str, Any]:
        """The same of JSON."""
        found, reasoning = suggestion_in(response, suggestion_tag, "reasoning")
        return {"reasoning": reasoning, "variables": found}


class OptimizerPromptSymbolSet2(OptimizerPromptSymbolSet):
    """Other tags."""

    node_tag, variable_tag, value_tag = "const", "var", "data"
    reasoning_tag, improved_variable_tag = "reason", "var"
