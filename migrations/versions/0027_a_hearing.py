"""A hearing: who has taken a challenge on, by when it is decided, why two people differed, and drafts.

Challenges that wait already keep no day: theirs is the framework's days after they were sent, or taken further.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

DAYS = 6
CAUSES = ("threshold_unclear", "evidence_missed", "error", "borderline", "other")
STEPS = ("claim", "decision", "adjudication")


def _words(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    """Bring the change."""
    op.add_column("audit", sa.Column("decision_days", sa.Integer(), nullable=False, server_default=str(DAYS)))
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decide_by", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("taken_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(op.f("fk_challenge_taken_by"), "person", ["taken_by"], ["id"])
    with op.batch_alter_table("challenge_point", schema=None) as batch_op:
        for column in ("decided_cause", "adjudicated_cause"):
            batch_op.add_column(sa.Column(column, sa.String(length=40), nullable=True))
            batch_op.create_check_constraint(op.f(f"ck_challenge_point_{column}"), _words(column, CAUSES))
    op.create_table(
        "hearing_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_words("step", STEPS), name=op.f("ck_hearing_draft_step")),
        sa.ForeignKeyConstraint(["return_id"], ["returned_case.id"], name=op.f("fk_hearing_draft_return_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hearing_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hearing_draft")),
        sa.UniqueConstraint("return_id", "person_id", "step", name=op.f("uq_hearing_draft_return_id_person_id_step")),
    )
    op.create_index(op.f("ix_hearing_draft_person_id"), "hearing_draft", ["person_id"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_hearing_draft_person_id"), table_name="hearing_draft")
    op.drop_table("hearing_draft")
    with op.batch_alter_table("challenge_point", schema=None) as batch_op:
        for column in ("adjudicated_cause", "decided_cause"):
            batch_op.drop_constraint(op.f(f"ck_challenge_point_{column}"), type_="check")
            batch_op.drop_column(column)
    with op.batch_alter_table("challenge", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_challenge_taken_by"), type_="foreignkey")
        for column in ("taken_at", "taken_by", "decide_by"):
            batch_op.drop_column(column)
    op.drop_column("audit", "decision_days")
