"""A key of the directory lists its entries in its own row; the directories are made anew from what is staged"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = ("account", "contact", "person")


def upgrade() -> None:
    for kind in KINDS:
        op.drop_table(f"directory_{kind}_count")
        op.drop_table(f"directory_{kind}_key")
        op.create_table(
            f"directory_{kind}_key",
            sa.Column("key", NUMBER, autoincrement=False, nullable=False),
            sa.Column("entries", sa.BigInteger(), nullable=False),
            sa.Column("numbers", sa.LargeBinary(), nullable=True),
            sa.PrimaryKeyConstraint("key", name=f"pk_directory_{kind}_key"),
        )
        op.execute(sa.text(f"DELETE FROM directory_{kind}"))  # noqa: S608 - a name of the schema


def downgrade() -> None:
    for kind in KINDS:
        op.drop_table(f"directory_{kind}_key")
        op.create_table(
            f"directory_{kind}_key",
            sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.PrimaryKeyConstraint("key", "number", name=f"pk_directory_{kind}_key"),
            sqlite_with_rowid=False,
        )
        op.create_table(
            f"directory_{kind}_count",
            sa.Column("key", NUMBER, autoincrement=False, nullable=False),
            sa.Column("entries", sa.BigInteger(), nullable=False),
            sa.PrimaryKeyConstraint("key", name=f"pk_directory_{kind}_count"),
        )
