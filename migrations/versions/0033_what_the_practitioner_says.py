"""What a practitioner says of a returned case, as its head of service wrote it down in the immediate review."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change."""
    op.add_column("returned_case", sa.Column("practitioner_says", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("returned_case", schema=None) as batch_op:
        batch_op.drop_column("practitioner_says")
