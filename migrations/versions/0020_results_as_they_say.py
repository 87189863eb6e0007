"""results that were brought in say only what they hold; targets have a date and a source."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

STATES = ("open", "reviewed", "accepted", "challenged", "withdrawn", "lapsed")


def _allow(table: str, column: str, words: tuple[str, ...]) -> None:
    """Change the words that a closed list allows."""
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")


def upgrade() -> None:
    """Bring the change."""
    _allow("returned_case", "state", (*STATES, "brought_in"))
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("targets_by", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("targets_set_in", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("narrative_box", schema=None) as batch_op:
        batch_op.alter_column("saved_by", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Take the change back; refused by the constraints where an audit was brought in since."""
    with op.batch_alter_table("narrative_box", schema=None) as batch_op:
        batch_op.alter_column("saved_by", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_column("targets_set_in")
        batch_op.drop_column("targets_by")
    _allow("returned_case", "state", STATES)
