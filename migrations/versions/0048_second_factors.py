"""Second factors, who is half way in, and messages about both."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
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
KINDS = (
    "review",
    "review_soon",
    "review_late",
    "return_withdrawn",
    "challenge",
    "decision",
    "escalation",
    "adjudication",
    "concern",
    "concern_late",
    "concern_news",
    "cases_given",
    "cases_taken",
    "replacement_asked",
    "replacement_answered",
    "reminder",
    "time_extended",
    "area_reminded",
    "seconds_given",
    "difference",
    "pack_ready",
    "return_unread",
    "grade_challenged",
    "grade_settled",
    "second_settled",
    "invitation",
    "reset",
    "address_changed",
    "test",
)
MORE = ("password_changed", "factor_changed", "recovery_used", "factor_lost", "factor_guessed", "roles_changed")
PURPOSES = ("invitation", "reset")


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(table_name: str, column: str, words: tuple[str, ...]) -> None:
    """Change which words a column takes."""
    with op.batch_alter_table(table_name) as table:
        table.drop_constraint(op.f(f"ck_{table_name}_{column}"), type_="check")
        table.create_check_constraint(op.f(f"ck_{table_name}_{column}"), f"{column} IN ({_listed(words)})")


def upgrade() -> None:
    """Bring the tables; nobody has a second factor yet."""
    _make_factors()
    op.create_table(
        "half_way",
        sa.Column("token_sha256", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("strength", sa.String(length=40), nullable=True),
        sa.Column("challenge", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"strength IN ({_listed(WORDS)})", name=op.f("ck_half_way_strength")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_half_way_person_id")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_half_way")),
    )
    op.create_table(
        "factor_try",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_try_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor_try")),
    )
    op.create_index(op.f("ix_factor_try_person_id"), "factor_try", ["person_id"])
    op.create_table(
        "seal_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal_mark")),
    )
    _allow("one_time_link", "purpose", (*PURPOSES, "factor"))
    _allow("notice", "kind", (*KINDS, *MORE))


def _make_factors() -> None:
    op.create_table(
        "factor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("credential", sa.String(), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('code', 'passkey', 'recovery')", name=op.f("ck_factor_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_factor_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_factor")),
    )
    op.create_index(op.f("ix_factor_person_id"), "factor", ["person_id"])
    for name, column, those in (
        ("uq_factor_credential", "credential", "credential IS NOT NULL"),
        ("uq_factor_app", "person_id", "kind = 'code' AND removed_at IS NULL"),
    ):
        rows = sa.text(those)
        op.create_index(name, "factor", [column], unique=True, sqlite_where=rows, postgresql_where=rows)


def downgrade() -> None:
    """Take the change back; refused by the constraints where such a notice or link was written."""
    _allow("notice", "kind", KINDS)
    _allow("one_time_link", "purpose", PURPOSES)
    for table in ("seal_mark", "factor_try", "half_way", "factor"):
        op.drop_table(table)
