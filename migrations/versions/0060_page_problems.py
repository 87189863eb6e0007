"""What is reported of pages, and that people are told of it."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0053"
branch_labels = None
depends_on = None

KINDS = (
    *("review", "review_soon", "review_late", "return_withdrawn", "challenge", "decision", "escalation"),
    *("adjudication", "concern", "concern_late", "concern_news", "cases_given", "cases_taken", "replacement_asked"),
    *("replacement_answered", "reminder", "time_extended", "area_reminded", "seconds_given", "difference"),
    *("pack_ready", "return_unread", "grade_challenged", "grade_settled", "second_settled", "invitation", "reset"),
    *("address_changed", "password_changed", "factor_changed", "recovery_used", "factor_lost", "factor_guessed"),
    *("roles_changed", "test"),
)
MORE = ("problem_reported", "problem_answered")


def _allow(words: tuple[str, ...]) -> None:
    """Change the kinds of notices that there are."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_kind"), type_="check")
        table.create_check_constraint(op.f("ck_notice_kind"), f"kind IN ({listed})")


def upgrade() -> None:
    """Bring the table and the two kinds."""
    op.create_table(
        "page_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_page_problem_answered_by")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_page_problem_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_problem")),
    )
    op.create_index(op.f("ix_page_problem_by_id"), "page_problem", ["by_id"])
    _allow((*KINDS, *MORE))


def downgrade() -> None:
    """Take the table and the kinds away; refused by the constraint where such a notice was written."""
    _allow(KINDS)
    op.drop_index(op.f("ix_page_problem_by_id"), table_name="page_problem")
    op.drop_table("page_problem")
