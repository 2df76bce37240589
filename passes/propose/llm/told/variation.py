"""A program + others -> what is asked: a small change, a new version, or one made of two (evolution)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from tracec.passes.propose.llm.told.brief import Brief, Section


class Way(StrEnum):
    """How the next program is made of the last."""

    DIFF = "diff"
    REWRITE = "rewrite"
    CROSS = "cross"


TITLE = "## Other versions, the best last"
WORDS = {
    Way.DIFF: "Improve what is shown above by a small change. Take over what helps from other versions, if any.",
    Way.REWRITE: "Write what is shown above anew, in another way than before: another approach, data structure or "
    "wording. Keep what it is called and what it is given.",
    Way.CROSS: "Write one version that joins the strong sides of what is shown above and of the last of the other "
    "versions: for each case, see which of the two does it right, and why.",
}


def brief(way: Way, others: Sequence[str]) -> Brief:
    """`others` are texts of programs, the best last."""
    return Brief(WORDS[way], (Section("others", TITLE, tuple(others)),), blocks=way == Way.DIFF)
