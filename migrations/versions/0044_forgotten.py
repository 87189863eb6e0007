"""When an audit, and the list of its filings, were forgotten."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the columns; nothing was forgotten before."""
    for name in ("audit", "frame"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away; what is erased stays so."""
    for name in ("audit", "frame"):
        with op.batch_alter_table(name) as table:
            table.drop_column("forgotten_at")
