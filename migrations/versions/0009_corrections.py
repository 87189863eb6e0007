"""corrections of a submitted grade, and what assistants prepare."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

DECISIONS = ("first_grade", "challenge_decision", "adjudication")
RETURNS = ("open", "reviewed", "accepted", "challenged")


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Change the words that a closed list allows."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")


def upgrade() -> None:
    """Bring the change."""
    with op.batch_alter_table("audit", schema=None) as batch_op:
        # Frameworks that were agreed before had no time for corrections.
        batch_op.add_column(sa.Column("correction_days", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_check_constraint(op.f("ck_audit_correction_window"), "correction_days >= 0")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("correction_reason", sa.String(), server_default="", nullable=False))
        batch_op.drop_constraint(op.f("uq_assessment_case_id_kind_author_id"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_assessment_case_id_kind_author_id_number"), ["case_id", "kind", "author_id", "number"]
        )
        batch_op.create_check_constraint(op.f("ck_assessment_numbered_from_one"), "number > 0")
        batch_op.create_check_constraint(
            op.f("ck_assessment_correction_has_reason"), "state = 'draft' OR number = 1 OR correction_reason <> ''"
        )
    op.create_table(
        "preparation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("fact", "reference", name="kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_preparation_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_preparation_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_preparation")),
        sa.UniqueConstraint("case_id", "kind", "code", name=op.f("uq_preparation_case_id_kind_code")),
    )
    with op.batch_alter_table("fact_answer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("prepared_by", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_fact_answer_prepared_by"), "person", ["prepared_by"], ["id"])
    _allow("decision", "kind", (*DECISIONS, "correction"))
    _allow("returned_case", "state", (*RETURNS, "withdrawn"))


def downgrade() -> None:
    """Take the change back; refused by the constraints where a grade was corrected."""
    _allow("returned_case", "state", RETURNS)
    _allow("decision", "kind", DECISIONS)
    with op.batch_alter_table("fact_answer", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_fact_answer_prepared_by"), type_="foreignkey")
        batch_op.drop_column("prepared_at")
        batch_op.drop_column("prepared_by")
    op.drop_table("preparation")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_assessment_correction_has_reason"), type_="check")
        batch_op.drop_constraint(op.f("ck_assessment_numbered_from_one"), type_="check")
        batch_op.drop_constraint(op.f("uq_assessment_case_id_kind_author_id_number"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_assessment_case_id_kind_author_id"), ["case_id", "kind", "author_id"]
        )
        batch_op.drop_column("correction_reason")
        batch_op.drop_column("number")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_audit_correction_window"), type_="check")
        batch_op.drop_column("correction_days")
