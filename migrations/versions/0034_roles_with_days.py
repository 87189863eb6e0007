"""From when until when a role is held, and of whom somebody is the deputy."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change."""
    with op.batch_alter_table("role_grant") as table:
        table.add_column(sa.Column("from_day", sa.Date(), nullable=True))
        table.add_column(sa.Column("until_day", sa.Date(), nullable=True))
        table.add_column(sa.Column("deputy_for", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_role_grant_deputy_for"), "person", ["deputy_for"], ["id"])
        table.create_check_constraint(op.f("ck_role_grant_days"), "from_day <= until_day")
    with op.batch_alter_table("role_proposal") as table:
        table.add_column(sa.Column("from_day", sa.Date(), nullable=True))
        table.add_column(sa.Column("until_day", sa.Date(), nullable=True))


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("role_proposal") as table:
        table.drop_column("until_day")
        table.drop_column("from_day")
    with op.batch_alter_table("role_grant") as table:
        table.drop_constraint(op.f("ck_role_grant_days"), type_="check")
        table.drop_constraint(op.f("fk_role_grant_deputy_for"), type_="foreignkey")
        table.drop_column("deputy_for")
        table.drop_column("until_day")
        table.drop_column("from_day")
