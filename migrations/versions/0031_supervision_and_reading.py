"""What pages for supervision keep, a practitioner's reading of their audited case, and what they say about it."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

STATES = ("open", "read", "reflected", "agreed", "closed")


def _moment(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _sheets() -> None:
    op.create_table(
        "case_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("discussed_on", sa.Date(), nullable=False),
        sa.Column("discussed_by", sa.String(), nullable=False),
        sa.Column("agreed", sa.String(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("recorded_by", sa.Integer(), nullable=False),
        _moment("at", needed=True),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_case_sheet_case_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_case_sheet_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_sheet")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_sheet_case_id")),
    )


def _readings() -> None:
    people = ("read_by", "proposed_by", "closed_by")
    op.create_table(
        "reading",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name=op.f("ck_reading_state"), native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        _moment("opened_at", needed=True),
        sa.Column("read_by", sa.Integer(), nullable=True),
        _moment("read_at"),
        sa.Column("learning", sa.String(), nullable=False),
        sa.Column("learn_by", sa.Date(), nullable=True),
        sa.Column("known_by", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=True),
        _moment("proposed_at"),
        _moment("agreed_at"),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        _moment("closed_at"),
        sa.CheckConstraint("(learning = '') = (learn_by IS NULL)", name=op.f("ck_reading_learning_has_day")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_reading_case_id")),
        *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_reading_{name}")) for name in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading")),
        sa.UniqueConstraint("case_id", name=op.f("uq_reading_case_id")),
    )


def _said() -> None:
    op.create_table(
        "reflection",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        _moment("at", needed=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_reflection_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_reflection_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reflection")),
        sa.UniqueConstraint("case_id", name=op.f("uq_reflection_case_id")),
    )
    op.create_table(
        "factual_point",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        _moment("at", needed=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        _moment("answered_at"),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_factual_point_answered_by")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_factual_point_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_factual_point_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factual_point")),
    )
    op.create_index(op.f("ix_factual_point_case_id"), "factual_point", ["case_id"])


def upgrade() -> None:
    """Bring the change."""
    _sheets()
    _readings()
    _said()


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_factual_point_case_id"), table_name="factual_point")
    for name in ("factual_point", "reflection", "reading", "case_sheet"):
        op.drop_table(name)
