"""Bulk jobs of deliveries, and who was erased"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("job", sa.Text(), nullable=True))
    op.create_table(
        "erasure",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "digest", name="pk_erasure"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("erasure")
    op.drop_column("delivery", "job")
