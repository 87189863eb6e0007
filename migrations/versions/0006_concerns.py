"""urgent safeguarding concerns."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATES = ("raised", "acknowledged", "action_taken", "closed")
PEOPLE = ("raised_by", "acknowledged_by", "acted_by", "closed_by")


def upgrade() -> None:
    """Bring the change."""
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("seen", sa.String(), nullable=False),
        sa.Column("raised_by", sa.Integer(), nullable=True),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("act_by", sa.Date(), nullable=True),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("action_what", sa.String(), nullable=False),
        sa.Column("action_who", sa.String(), nullable=False),
        sa.Column("action_on", sa.Date(), nullable=True),
        sa.Column("acted_by", sa.Integer(), nullable=True),
        sa.Column("acted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_concern_case_id")),
        *(sa.ForeignKeyConstraint([who], ["person.id"], name=op.f(f"fk_concern_{who}")) for who in PEOPLE),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    op.create_index(op.f("ix_concern_case_id"), "concern", ["case_id"])
    op.create_index(op.f("ix_concern_raised_by"), "concern", ["raised_by"])


def downgrade() -> None:
    """Take the change back."""
    op.drop_index(op.f("ix_concern_raised_by"), table_name="concern")
    op.drop_index(op.f("ix_concern_case_id"), table_name="concern")
    op.drop_table("concern")
