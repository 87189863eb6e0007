"""How whoever is signed in proved who they are, and when they last did."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0044"
branch_labels = None
depends_on = None

WORDS = (
    "password",
    "password_code",
    "password_passkey",
    "password_recovery",
    "passkey",
    "provider",
    "provider_code",
    "provider_passkey",
    "provider_recovery",
)


def upgrade() -> None:
    """Bring the columns; whoever is signed in gave a password."""
    listed = ", ".join(f"'{word}'" for word in WORDS)
    with op.batch_alter_table("signed_in") as table:
        table.add_column(sa.Column("strength", sa.String(length=40), nullable=False, server_default="password"))
        table.add_column(sa.Column("proved_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("signed_in") as table:
        table.alter_column("strength", existing_type=sa.String(length=40), server_default=None)
        table.create_check_constraint(op.f("ck_signed_in_strength"), f"strength IN ({listed})")


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("signed_in") as table:
        table.drop_constraint(op.f("ck_signed_in_strength"), type_="check")
        table.drop_column("proved_at")
        table.drop_column("strength")
