"""frames are kept as documents and locked; replacements, and where a case comes from."""

import zlib
from itertools import groupby, islice

import sqlalchemy as sa
from alembic import op

from app.sampling.population import Filing, population_of, strata_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
PART = 20_000


def upgrade() -> None:
    """Bring the change."""
    op.create_table(
        "frame_part",
        sa.Column("frame_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filings", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["frame_id"], ["frame.id"], name=op.f("fk_frame_part_frame_id")),
        sa.PrimaryKeyConstraint("frame_id", "number", name=op.f("pk_frame_part")),
    )
    with op.batch_alter_table("frame", schema=None) as batch_op:
        batch_op.add_column(sa.Column("locked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("locked_by", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_frame_locked_by"), "person", ["locked_by"], ["id"])
    _pack_frames()
    op.drop_table("frame_row")
    with op.batch_alter_table("audit_case", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "origin",
                sa.Enum(
                    "drawn", "replacement", "added", name="origin", native_enum=False, create_constraint=True, length=40
                ),
                nullable=False,
                server_default="drawn",
            )
        )
        batch_op.drop_constraint(batch_op.f("uq_audit_case_audit_id_case_ref"), type_="unique")
        batch_op.drop_constraint(batch_op.f("uq_audit_case_audit_id_practitioner_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_audit_case_audit_id_case_ref_practitioner_id"), ["audit_id", "case_ref", "practitioner_id"]
        )
    with op.batch_alter_table("audit_case", schema=None) as batch_op:
        batch_op.alter_column("origin", server_default=None)
        batch_op.create_index(
            "uq_audit_case_practitioner_once",
            ["audit_id", "practitioner_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'replaced'"),
            postgresql_where=sa.text("state <> 'replaced'"),
        )
    op.create_table(
        "replacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("asked", "made", "declined", name="state", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("new_case_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_replacement_answered_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_replacement_asked_by")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_replacement_audit_id")),
        sa.ForeignKeyConstraint(["case_id"], ["audit_case.id"], name=op.f("fk_replacement_case_id")),
        sa.ForeignKeyConstraint(["new_case_id"], ["audit_case.id"], name=op.f("fk_replacement_new_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replacement")),
        sa.UniqueConstraint("audit_id", "number", name=op.f("uq_replacement_audit_id_number")),
        sa.UniqueConstraint("new_case_id", name=op.f("uq_replacement_new_case_id")),
    )
    with op.batch_alter_table("replacement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replacement_case_id"), ["case_id"], unique=False)


def _pack_frames() -> None:
    """Pack the rows of every frame, which was locked when it was imported; its strata come with it."""
    connection = op.get_bind()
    frame = sa.table(
        "frame",
        sa.column("id"),
        sa.column("summary", sa.JSON()),
        sa.column("imported_at"),
        sa.column("imported_by"),
        sa.column("locked_at"),
        sa.column("locked_by"),
    )
    part = sa.table("frame_part", sa.column("frame_id"), sa.column("number"), sa.column("filings", sa.LargeBinary()))
    query = sa.text(
        "SELECT frame_id, case_ref, practitioner_id, service_area, law_type, performance_band, employment, "
        "CAST(filed_on AS TEXT), document_kind "
        "FROM frame_row ORDER BY frame_id"
    )
    for frame_id, rows in groupby(connection.execute(query), key=lambda row: row[0]):
        filings = sorted(Filing(*row[1:]) for row in rows)
        lines = iter("\t".join(f) for f in filings)
        number = 0
        while block := list(islice(lines, PART)):
            connection.execute(
                part.insert().values(
                    frame_id=frame_id, number=number, filings=zlib.compress("\n".join(block).encode(), 1)
                )
            )
            number += 1
        people = population_of(filings)
        strata = {
            rule: [[list(s), len(m)] for s, m in sorted(strata_of(people, law_rule=rule).items())]
            for rule in ("share", "latest")
        }
        summary = connection.execute(sa.select(frame.c.summary).where(frame.c.id == frame_id)).scalar_one()
        connection.execute(
            frame.update().where(frame.c.id == frame_id).values(summary={**summary, "strata": strata, "set_aside": {}})
        )
    connection.execute(sa.text("UPDATE frame SET locked_at = imported_at, locked_by = imported_by"))


def downgrade() -> None:
    """Frames cannot become rows again without their readers; a backup is the way back."""
    message = "This change cannot be taken back. Restore the backup that was made before it."
    raise NotImplementedError(message)
