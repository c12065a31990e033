"""Where attempts at what opens something are counted, for all processes together."""

from django.db import migrations

# As Django's cache in the database wants it. Unlogged: a crash forgets a few minutes of counting, and nothing waits for
# the disk.
TABLE = """
CREATE UNLOGGED TABLE accounts_attempt (
    cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL
);
CREATE INDEX attempt_by_end ON accounts_attempt (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE accounts_attempt")]
