"""Where two people read a standard differently, and what the next version of the document does about it.

What a resolution named as wording to revise before stays in its own row, from which the log can prove it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _list(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    """Bring the change."""
    op.create_table(
        "clause_reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("level_a", sa.String(), nullable=False),
        sa.Column("level_b", sa.String(), nullable=False),
        sa.Column(
            "cause",
            _list("cause", "threshold_unclear", "evidence_missed", "error", "borderline", "other"),
            nullable=False,
        ),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("source", _list("source", "second_grade", "challenge", "adjudication"), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level_a <> level_b", name=op.f("ck_clause_reading_two_levels")),
        sa.CheckConstraint(
            "cause <> 'threshold_unclear' OR words <> ''", name=op.f("ck_clause_reading_unclear_has_words")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_clause_reading_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_clause_reading_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["threshold_document.id"], name=op.f("fk_clause_reading_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause_reading")),
        sa.UniqueConstraint(
            "source", "source_id", "standard", name=op.f("uq_clause_reading_source_source_id_standard")
        ),
    )
    op.create_index(op.f("ix_clause_reading_case_id"), "clause_reading", ["case_id"])
    op.create_index("ix_clause_reading_document_id_standard", "clause_reading", ["document_id", "standard"])
    op.create_table(
        "answered_clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("standard", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("answer", _list("answer", "changed", "kept", "later"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer <> 'kept' OR reason <> ''", name=op.f("ck_answered_clause_kept_has_reason")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_answered_clause_by_id")),
        sa.ForeignKeyConstraint(["draft_id"], ["threshold_document.id"], name=op.f("fk_answered_clause_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answered_clause")),
        sa.UniqueConstraint("draft_id", "standard", "level", name=op.f("uq_answered_clause_draft_id_standard_level")),
    )


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("answered_clause")
    op.drop_index("ix_clause_reading_document_id_standard", table_name="clause_reading")
    op.drop_index(op.f("ix_clause_reading_case_id"), table_name="clause_reading")
    op.drop_table("clause_reading")
