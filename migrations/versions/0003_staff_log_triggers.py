"""The database refuses to change or shorten the log of staff acts.

Revision: 0003
Follows: 0002
"""

from alembic import op

from forum.accounts.staff import TRIGGERS

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for statement in TRIGGERS[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER staff_acts_no_delete")
        op.execute("DROP TRIGGER staff_acts_no_update")
    else:
        op.execute("DROP TRIGGER staff_acts_no_truncate ON staff_acts")
        op.execute("DROP TRIGGER staff_acts_no_change ON staff_acts")
        op.execute("DROP FUNCTION staff_acts_refuse()")
