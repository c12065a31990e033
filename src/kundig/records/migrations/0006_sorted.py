"""The sort key of a text as a function, for what has no column of its own: the texts of added fields.

plpgsql, because a function in SQL would be written out again into every plan.
"""

from django.db import migrations

from kundig.platform.sorting import sorted_sql

SORTED = f"""
CREATE FUNCTION records_sorted(text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$BEGIN RETURN {sorted_sql("$1")}; END$$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0005_custom")]
    operations = [migrations.RunSQL(SORTED, "DROP FUNCTION records_sorted(text)")]
