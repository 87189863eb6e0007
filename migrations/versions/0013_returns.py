"""more time for an answer, reminders, late reviews that are overridden, and answers that never came."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STATES = ("open", "reviewed", "accepted", "challenged", "withdrawn")
PEOPLE = ("reminded_by", "overridden_by")
MOMENTS = ("reminded_at", "overridden_at")


def _allow(words: tuple[str, ...]) -> None:
    """Change the states that a returned case can have."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table("returned_case", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_returned_case_state"), type_="check")
        batch_op.create_check_constraint(op.f("ck_returned_case_state"), f"state IN ({listed})")


def upgrade() -> None:
    """Bring the change."""
    with op.batch_alter_table("returned_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("override_reason", sa.String(), server_default="", nullable=False))
        for name in PEOPLE:
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch_op.create_foreign_key(batch_op.f(f"fk_returned_case_{name}"), "person", [name], ["id"])
        for name in MOMENTS:
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    _allow((*STATES, "lapsed"))
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column(
            "deadline",
            sa.Enum(
                "review",
                "challenge",
                "escalation",
                name="deadline",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_extension_by_id")),
        sa.ForeignKeyConstraint(["return_id"], ["returned_case.id"], name=op.f("fk_extension_return_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    op.create_index(op.f("ix_extension_return_id"), "extension", ["return_id"])


def downgrade() -> None:
    """Take the change back; refused by the constraint where a case was not answered."""
    op.drop_table("extension")
    _allow(STATES)
    with op.batch_alter_table("returned_case", schema=None) as batch_op:
        for name in PEOPLE:
            batch_op.drop_constraint(batch_op.f(f"fk_returned_case_{name}"), type_="foreignkey")
        for name in ("override_reason", *PEOPLE, *MOMENTS):
            batch_op.drop_column(name)
