"""Regions, and areas that open and close."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the change."""
    op.create_table(
        "region",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
    )
    op.create_table(
        "area_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_area_change_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area_change")),
    )
    with op.batch_alter_table("service_area") as table:
        table.add_column(sa.Column("region", sa.String(), nullable=True))
        table.add_column(sa.Column("opened_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("closed_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("successor", sa.String(), nullable=True))
        table.create_foreign_key(op.f("fk_service_area_region"), "region", ["region"], ["code"])
        table.create_foreign_key(op.f("fk_service_area_successor"), "service_area", ["successor"], ["code"])
        table.create_check_constraint(
            op.f("ck_service_area_successor_of_closed"), "successor IS NULL OR closed_on IS NOT NULL"
        )
        table.create_check_constraint(op.f("ck_service_area_successor_is_another"), "successor <> code")


def downgrade() -> None:
    """Take the change back."""
    with op.batch_alter_table("service_area") as table:
        table.drop_constraint(op.f("ck_service_area_successor_is_another"), type_="check")
        table.drop_constraint(op.f("ck_service_area_successor_of_closed"), type_="check")
        table.drop_constraint(op.f("fk_service_area_successor"), type_="foreignkey")
        table.drop_constraint(op.f("fk_service_area_region"), type_="foreignkey")
        for name in ("successor", "closed_on", "opened_on", "region"):
            table.drop_column(name)
    op.drop_table("area_change")
    op.drop_table("region")
