"""blind second grades: how each case was chosen, who benchmarks it, and how a difference was resolved."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

DECISIONS = ("first_grade", "challenge_decision", "adjudication", "correction")


def _list(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Change the words that a closed list allows."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")


def upgrade() -> None:
    """Bring the change."""
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("benchmark_share", sa.String(), server_default="1/10", nullable=False))
        batch_op.add_column(sa.Column("extend_over", sa.Integer(), server_default="20", nullable=False))
        batch_op.create_check_constraint(op.f("ck_audit_extend_over"), "extend_over BETWEEN 0 AND 100")
    op.create_table(
        "benchmark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("benchmarker_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            _list("state", "assigned", "in_progress", "submitted", "agreed", "differs", "resolved"),
            nullable=False,
        ),
        sa.Column("chosen_by", _list("chosen_by", "lowest", "departed", "chance", "hand", "extension"), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("probability", sa.String(), nullable=False),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("assigned_by", sa.Integer(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=True),
        sa.Column("second_id", sa.Integer(), nullable=True),
        sa.Column("outcome", _list("outcome", "first", "benchmark", "other"), nullable=True),
        sa.Column(
            "cause",
            _list("cause", "threshold_unclear", "evidence_missed", "error", "borderline", "other"),
            nullable=True,
        ),
        sa.Column("resolution", sa.String(), nullable=False),
        sa.Column("unclear_standard", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=True),
        sa.Column("resolved_by", sa.Integer(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(chosen_by IN ('hand', 'extension')) = (probability = '')", name=op.f("ck_benchmark_chance_or_reason")
        ),
        sa.CheckConstraint("probability <> '' OR reason <> ''", name=op.f("ck_benchmark_else_has_reason")),
        sa.CheckConstraint(
            "outcome IS NULL OR (cause IS NOT NULL AND resolution <> '' AND resolved_by IS NOT NULL)",
            name=op.f("ck_benchmark_resolved_says_how"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_benchmark_case_id")),
        sa.ForeignKeyConstraint(["benchmarker_id"], ["person.id"], name=op.f("fk_benchmark_benchmarker_id")),
        sa.ForeignKeyConstraint(["assigned_by"], ["person.id"], name=op.f("fk_benchmark_assigned_by")),
        sa.ForeignKeyConstraint(["first_id"], ["assessment.id"], name=op.f("fk_benchmark_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["assessment.id"], name=op.f("fk_benchmark_second_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_benchmark_decision_id")),
        sa.ForeignKeyConstraint(["resolved_by"], ["person.id"], name=op.f("fk_benchmark_resolved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_benchmark")),
        sa.UniqueConstraint("case_id", name=op.f("uq_benchmark_case_id")),
    )
    op.create_index(op.f("ix_benchmark_benchmarker_id"), "benchmark", ["benchmarker_id"])
    _allow("decision", "kind", (*DECISIONS, "benchmark_resolution"))


def downgrade() -> None:
    """Take the change back; refused by the constraints where a difference changed a grade."""
    _allow("decision", "kind", DECISIONS)
    op.drop_index(op.f("ix_benchmark_benchmarker_id"), table_name="benchmark")
    op.drop_table("benchmark")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_audit_extend_over"), type_="check")
        batch_op.drop_column("extend_over")
        batch_op.drop_column("benchmark_share")
