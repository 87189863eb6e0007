"""In which browser a session is, in words."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the column; of sessions that last nobody knows it."""
    with op.batch_alter_table("signed_in") as table:
        table.add_column(sa.Column("browser", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("signed_in") as table:
        table.drop_column("browser")
