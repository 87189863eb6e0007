"""who of an area opened a returned case first; people are told of what became of their grades."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
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
    "time_extended",
    "area_reminded",
    "seconds_given",
    "difference",
    "pack_ready",
    "test",
)
MORE = ("return_unread", "grade_challenged", "grade_settled", "second_settled")
STATES = ("waiting", "sent", "parked", "none")


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Change the words that a closed list allows."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")


def upgrade() -> None:
    """Bring the change; what is with its area already counts as unopened, so that nobody is forgotten."""
    with op.batch_alter_table("returned_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("read_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(op.f("fk_returned_case_read_by"), "person", ["read_by"], ["id"])
    _allow("notice", "kind", (*KINDS, *MORE))
    _allow("notice", "state", ("held", *STATES))
    held = sa.text("state = 'held'")
    op.create_index("ix_notice_held", "notice", ["id"], sqlite_where=held, postgresql_where=held)


def downgrade() -> None:
    """Take the change back; refused by the constraints where such a notice was written."""
    op.drop_index("ix_notice_held", table_name="notice")
    _allow("notice", "state", STATES)
    _allow("notice", "kind", KINDS)
    with op.batch_alter_table("returned_case", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_returned_case_read_by"), type_="foreignkey")
        batch_op.drop_column("read_at")
        batch_op.drop_column("read_by")
