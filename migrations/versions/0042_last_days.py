"""The last day of somebody who leaves."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the column; of nobody it was said before."""
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("leaves_on", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take it away; the roles keep their last days."""
    with op.batch_alter_table("person") as table:
        table.drop_column("leaves_on")
