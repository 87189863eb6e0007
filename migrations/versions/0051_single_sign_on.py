"""As whom a provider knows people, and who is on the way to it."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("tied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("untied_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
    )
    op.create_index(op.f("ix_identity_person_id"), "identity", ["person_id"])
    tied = sa.text("untied_at IS NULL")
    op.create_index(
        "uq_identity_issuer_subject",
        "identity",
        ["issuer", "subject"],
        unique=True,
        sqlite_where=tied,
        postgresql_where=tied,
    )
    op.create_table(
        "signing_in",
        sa.Column("cookie_sha256", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("state", "nonce", "verifier", "next", "kept")),
        sa.Column("link_sha256", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("cookie_sha256", name=op.f("pk_signing_in")),
    )


def downgrade() -> None:
    """Take them away: everybody signs in with a password."""
    op.drop_table("signing_in")
    op.drop_table("identity")
