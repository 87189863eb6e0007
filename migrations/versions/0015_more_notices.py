"""people are told of more time, of a reminder to their area, and of second grades."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = (
    "review",
    "review_soon",
    "review_late",
    "return_withdrawn",
    "challenge",
    "decision",
    "escalation",
    "adjudication",
    "concern",
    "concern_late",
    "concern_news",
    "cases_given",
    "cases_taken",
    "replacement_asked",
    "replacement_answered",
    "reminder",
    "test",
)

MORE = ("time_extended", "area_reminded", "seconds_given", "difference")


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Change the words that a closed list allows."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")


def upgrade() -> None:
    """Bring the change."""
    _allow("notice", "kind", (*KINDS, *MORE))


def downgrade() -> None:
    """Take the change back; refused by the constraint where such a notice was written."""
    _allow("notice", "kind", KINDS)
