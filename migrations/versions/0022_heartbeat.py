"""One row that is written to find out whether a write succeeds."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change."""
    made = op.create_table(
        "heartbeat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_heartbeat"),
    )
    op.execute(sa.insert(made).values(id=1, at=sa.func.now()))


def downgrade() -> None:
    """Take the change back."""
    op.drop_table("heartbeat")
