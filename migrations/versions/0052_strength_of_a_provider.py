"""Whoever signs in elsewhere may have been asked for a second factor there."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

BEFORE = (
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


def _allow(*words: str) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    for name in ("signed_in", "half_way"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_strength"), type_="check")
            table.create_check_constraint(op.f(f"ck_{name}_strength"), f"strength IN ({listed})")


def upgrade() -> None:
    """Allow the word."""
    _allow(*BEFORE, "provider_second")


def downgrade() -> None:
    """Take it for what it is without the second factor."""
    for name in ("signed_in", "half_way"):
        op.execute(f"UPDATE {name} SET strength = 'provider' WHERE strength = 'provider_second'")  # noqa: S608 - two names of ours
    _allow(*BEFORE)
