"""A region for whose areas without a head an assistant director stands in."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

SCOPES = ("nation", "area", "audit", "practitioner", "team")


def _allow(table: str, words: tuple[str, ...]) -> None:
    """Change the words that the closed list of scopes allows."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_scope_kind"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_scope_kind"), f"scope_kind IN ({listed})")


def upgrade() -> None:
    """Bring the change."""
    for table in ("role_grant", "role_proposal"):
        _allow(table, (*SCOPES, "region"))


def downgrade() -> None:
    """Take the change back; refused by the constraints where somebody stands in for a region."""
    for table in ("role_proposal", "role_grant"):
        _allow(table, SCOPES)
