"""Writes docs/states.md from the transition tables; with --check says whether it is current."""

import sys
from typing import Any

from app.accounts.agreeing.rules import GIVING
from app.accounts.deputies.rules import DEPUTY
from app.accounts.proposals.rules import PROPOSAL
from app.accounts.rules import ACCOUNT
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.library.rules import THRESHOLD
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import AUDIT, CASE
from app.improvement.readings.rules import READING
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.concerns.rules import CONCERN
from app.moderation.own_reviews.rules import OWN_REVIEW
from app.moderation.returns.rules import RETURN
from app.report.publication.rules import REVISION, SIGN_OFF
from app.web.pages import ROOT
from app.workflow import Workflow, mermaid

WORKFLOWS: tuple[Workflow[Any, Any], ...] = (
    AUDIT,
    CASE,
    RETURN,
    CHALLENGE,
    CONCERN,
    OWN_REVIEW,
    BENCHMARK,
    REPLACEMENT,
    THRESHOLD,
    SIGN_OFF,
    REVISION,
    PROPOSAL,
    GIVING,
    ACCOUNT,
    DEPUTY,
    READING,
)
PAGE = ROOT / "docs" / "states.md"
HEAD = """# What can happen to what

Written by `make diagrams` from the transition tables in the `rules.py` of the rooms; `make check` compares.
"""


def _section(workflow: Workflow[Any, Any]) -> str:
    rows = "\n".join(
        f"| {t.label} | {' or '.join(r.label for r in t.roles) or 'The person themselves'} | `{t.event}` |"
        for t in workflow.transitions
    )
    table = f"| What | Who | Event |\n| --- | --- | --- |\n{rows}"
    return f"\n## {workflow.noun.capitalize()}\n\n```mermaid\n{mermaid(workflow)}\n```\n\n{table}\n"


def text() -> str:
    """Return the page."""
    return HEAD + "".join(map(_section, WORKFLOWS))


def main() -> int:
    """Write the page, or compare it."""
    if "--check" in sys.argv:
        if PAGE.read_text(encoding="utf-8") == text():
            return 0
        print("docs/states.md is not current. Run: make diagrams", file=sys.stderr)
        return 1
    PAGE.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
