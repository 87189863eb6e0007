"""Which audits are rehearsals."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the column; no audit was a rehearsal before."""
    with op.batch_alter_table("audit") as table:
        table.add_column(sa.Column("rehearsal", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take it away; erase rehearsals first, or they count as audits."""
    with op.batch_alter_table("audit") as table:
        table.drop_column("rehearsal")
