"""The settings that an administrator makes on a page; which strengths and learning points judgements proposed."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change; nothing is set yet, and of what was submitted before nobody knows what would have been proposed."""
    op.add_column("assessment", sa.Column("proposed", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "settings_kept",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_settings_kept_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settings_kept")),
    )


def downgrade() -> None:
    """Take the change back; the event log keeps what was set."""
    op.drop_table("settings_kept")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_column("proposed")
