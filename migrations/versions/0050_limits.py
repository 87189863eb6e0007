"""How often something may be tried, one row a key; failed sign-ins are counted there too."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; whoever failed to sign in during the last minutes begins anew."""
    op.create_table(
        "allowance",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("used_until", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_allowance")),
    )
    op.drop_index(op.f("ix_sign_in_attempt_email"), table_name="sign_in_attempt")
    op.drop_table("sign_in_attempt")


def downgrade() -> None:
    """Count failed sign-ins as before, from none."""
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("browser", sa.String(), nullable=False, server_default=""),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_attempt")),
    )
    op.create_index(op.f("ix_sign_in_attempt_email"), "sign_in_attempt", ["email"])
    op.drop_table("allowance")
