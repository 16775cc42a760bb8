"""Names that accounts had before they were renamed"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_name",
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "name", name="pk_former_name"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("former_name")
