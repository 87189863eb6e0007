"""The mark of the key that the event log's chain is made with, so that another key is refused at the start."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change; the mark of a log that is there is kept by `casework-audit migrate`, which has its key."""
    op.add_column("event_head", sa.Column("key_mark", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the change back."""
    op.drop_column("event_head", "key_mark")
