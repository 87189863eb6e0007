"""The settings that an administrator makes on a page; the newest row stands."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change; until somebody sets something there is no row, and no case has a link."""
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
