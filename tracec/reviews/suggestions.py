"""A repair + the event of a pull request -> a review of it with the change as suggestions. Nothing is ever pushed."""

from __future__ import annotations

import hashlib
import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from tracec.passes.patch.place import split_lines
from tracec.reviews.formats import block

SECONDS = 30.0  # wall time of one request; chosen
SIGN = "<!-- tracec {} -->"  # in a review, by which the same repair is not suggested twice
LEFT = "the repair is in the summary and in the artifact"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """What a workflow knows of the pull request that it runs for: where its reviews are, its last commit, a token."""

    reviews: str
    commit: str
    token: str


def pull_request(env: Mapping[str, str], token: str) -> PullRequest | str:
    """Read it from the environment of a workflow; else why no suggestion can be made."""
    try:
        event = json.loads(Path(env.get("GITHUB_EVENT_PATH") or os.devnull).read_text("utf-8") or "{}")
    except (OSError, ValueError):
        event = {}
    found = event.get("pull_request") if isinstance(event, dict) else None
    if not isinstance(found, dict):
        return "this run is for no pull request"
    if not token:
        return "there is no GITHUB_TOKEN"
    api, repository = env.get("GITHUB_API_URL") or "https://api.github.com", env.get("GITHUB_REPOSITORY", "")
    reviews = f"{api}/repos/{repository}/pulls/{found.get('number')}/reviews"
    return PullRequest(reviews, str(found.get("head", {}).get("sha", "")), token)


def comments(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield a comment with a suggestion for each part of the files that changes, by their paths in the repository."""
    for path, text in after.items():
        old, new = split_lines(before[path]), split_lines(text)
        for tag, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal" or not old:
                continue
            if start == end:  # what is put in is suggested with the line beside it
                at = max(start - 1, 0)
                lines = [old[at], *new[first:last]] if start else [*new[first:last], old[at]]
                start, end = at, at + 1
            else:
                lines = new[first:last]
            said = "\n".join(block([line.rstrip("\r\n") for line in lines], "suggestion"))
            comment = {"path": path, "side": "RIGHT", "line": end, "body": said}
            if end - start > 1:
                comment |= {"start_line": start + 1, "start_side": "RIGHT"}
            yield comment


def suggest(to: PullRequest, body: str, before: Mapping[str, str], after: Mapping[str, str]) -> str:
    """Post the review, unless there is one of this repair; says what came of it in a line."""
    sign = SIGN.format(hashlib.sha256(json.dumps(sorted(after.items())).encode()).hexdigest()[:16])
    try:
        known = asked(to, f"{to.reviews}?per_page=100", None)
        if any(sign in str(review.get("body")) for review in known if isinstance(review, dict)):
            return "this repair was suggested before"
        review = {"commit_id": to.commit, "event": "COMMENT", "body": f"{body}\n\n{sign}"}
        asked(to, to.reviews, {**review, "comments": [*comments(before, after)]})
    except urllib.error.HTTPError as error:
        return f"{refused(error.code)}; {LEFT}"
    except (OSError, ValueError) as error:
        return f"no suggestion: {getattr(error, 'reason', error)}; {LEFT}"
    return "the repair is suggested in a review"


def refused(code: int) -> str:
    """Why a service refused."""
    if code in (401, 403, 404):
        return f"no suggestion: the token may not write reviews (HTTP {code}), as in pull requests from forks"
    if code == 422:
        return "no suggestion: the lines are no part of the pull request's diff (HTTP 422)"
    return f"no suggestion: HTTP {code}"


def asked(to: PullRequest, url: str, data: Mapping[str, Any] | None) -> Any:
    """One request, with JSON both ways."""
    headers = {
        "Authorization": f"Bearer {to.token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "tracec",
    }
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.loads(answer.read() or b"null")
