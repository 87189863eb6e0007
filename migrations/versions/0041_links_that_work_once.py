"""Whether somebody can sign in as a state; links that work once, and messages with them."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

STATES = ("invited", "active", "disabled")
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
    "return_unread",
    "grade_challenged",
    "grade_settled",
    "second_settled",
    "test",
)
MORE = ("invitation", "reset", "address_changed")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(words: tuple[str, ...]) -> None:
    """Change the kinds of notices that there are."""
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_kind"), type_="check")
        table.create_check_constraint(op.f("ck_notice_kind"), f"kind IN ({_listed(words)})")


def upgrade() -> None:
    """Bring the change; who is there can sign in, unless they were disabled."""
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("state", sa.String(length=40), nullable=False, server_default="active"))
        table.add_column(sa.Column("password_is_temporary", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE person SET state = 'disabled' WHERE disabled_at IS NOT NULL")
    with op.batch_alter_table("person") as table:
        table.alter_column("state", existing_type=sa.String(length=40), server_default=None)
        table.create_check_constraint(op.f("ck_person_state"), f"state IN ({_listed(STATES)})")
    op.create_table(
        "one_time_link",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("purpose IN ('invitation', 'reset')", name=op.f("ck_one_time_link_purpose")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_one_time_link_person_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_one_time_link")),
    )
    op.create_index(op.f("ix_one_time_link_person_id"), "one_time_link", ["person_id"])
    op.create_table(
        "reset_asked",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_asked")),
    )
    op.create_index(op.f("ix_reset_asked_email"), "reset_asked", ["email"])
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("address", sa.String(), nullable=False, server_default=""))
    _allow((*KINDS, *MORE))


def downgrade() -> None:
    """Take the change back; refused by the constraints where such a notice was written."""
    _allow(KINDS)
    with op.batch_alter_table("notice") as table:
        table.drop_column("address")
    op.drop_table("reset_asked")
    op.drop_table("one_time_link")
    with op.batch_alter_table("person") as table:
        table.drop_constraint(op.f("ck_person_state"), type_="check")
        table.drop_column("password_is_temporary")
        table.drop_column("state")
