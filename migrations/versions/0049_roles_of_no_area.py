"""Roles that are proposed and are of no area: those of directors and leads, to which a second person agrees."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a proposed role be of no area."""
    with op.batch_alter_table("role_proposal") as table:
        table.alter_column("area", existing_type=sa.String(), nullable=True)


def downgrade() -> None:
    """Ask for an area again; refused where a role of none was proposed."""
    with op.batch_alter_table("role_proposal") as table:
        table.alter_column("area", existing_type=sa.String(), nullable=False)
