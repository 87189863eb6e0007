"""Drafts of audits and templates; who agreed a framework, when an audit was archived."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

STATES = ("commissioned", "framework_agreed", "sampled", "fieldwork", "finalised", "published", "withdrawn")
MOMENTS = ("agreed_at", "withdrawn_at", "archived_at")


def _moment(name: str, *, needed: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=not needed)


def _allow(states: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{word}'" for word in states)
    with op.batch_alter_table("audit") as table:
        table.drop_constraint(op.f("ck_audit_state"), type_="check")
        table.create_check_constraint(op.f("ck_audit_state"), f"state IN ({listed})")


def upgrade() -> None:
    """Bring the change."""
    _allow((*STATES, "draft", "discarded"))
    with op.batch_alter_table("audit") as table:
        table.add_column(sa.Column("agreed_by", sa.Integer(), nullable=True))
        for name in MOMENTS:
            table.add_column(_moment(name))
        table.create_foreign_key(op.f("fk_audit_agreed_by"), "person", ["agreed_by"], ["id"])
    op.create_table(
        "audit_draft",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("typed", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=True),
        _moment("saved_at", needed=True),
        sa.Column("returned_by", sa.Integer(), nullable=True),
        sa.Column("returned_why", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_draft_audit_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_audit_draft_saved_by")),
        sa.ForeignKeyConstraint(["returned_by"], ["person.id"], name=op.f("fk_audit_draft_returned_by")),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit_draft")),
    )
    op.create_table(
        "audit_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=True),
        _moment("made_at", needed=True),
        _moment("retired_at"),
        sa.Column("retired_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_audit_template_made_by")),
        sa.ForeignKeyConstraint(["retired_by"], ["person.id"], name=op.f("fk_audit_template_retired_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_template")),
    )
    op.create_index(
        "uq_audit_template_name_once",
        "audit_template",
        ["name"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )


def downgrade() -> None:
    """Take the change back; refused by the constraint where there is a draft, or one was discarded."""
    op.drop_table("audit_template")
    op.drop_table("audit_draft")
    _allow(STATES)
    with op.batch_alter_table("audit") as table:
        table.drop_constraint(op.f("fk_audit_agreed_by"), type_="foreignkey")
        for name in (*MOMENTS, "agreed_by"):
            table.drop_column(name)
