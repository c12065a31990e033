"""The log of exports can be added to, and nothing else: not changed, not shortened, not emptied."""

from django.db import migrations

APPEND_ONLY = """
CREATE FUNCTION records_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% can only be added to', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER records_exportentry_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON records_exportentry
    FOR EACH STATEMENT EXECUTE FUNCTION records_append_only();
"""
AS_BEFORE = """
DROP TRIGGER records_exportentry_stays ON records_exportentry;
DROP FUNCTION records_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0003_ledger")]

    operations = [migrations.RunSQL(APPEND_ONLY, AS_BEFORE)]
