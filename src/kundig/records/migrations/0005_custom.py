"""What reads dates, times and lists out of the JSON of added fields, and may stand in an index: the casts of the
server depend on settings, but what is kept here is always written the same way."""

from django.db import migrations

READERS = """
CREATE FUNCTION records_date(text) RETURNS date LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$BEGIN RETURN make_date(left($1, 4)::int, substr($1, 6, 2)::int, substr($1, 9, 2)::int); END$$;
CREATE FUNCTION records_time(text) RETURNS time LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$BEGIN RETURN make_time(left($1, 2)::int, substr($1, 4, 2)::int, substr($1, 7, 2)::int); END$$;
CREATE FUNCTION records_moment(text) RETURNS timestamptz LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
    AS $$BEGIN RETURN make_timestamp(left($1, 4)::int, substr($1, 6, 2)::int, substr($1, 9, 2)::int,
        substr($1, 12, 2)::int, substr($1, 15, 2)::int, substr($1, 18, 2)::int) AT TIME ZONE 'UTC'; END$$;
CREATE FUNCTION records_texts(jsonb) RETURNS varchar[] LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE
    AS $$BEGIN RETURN coalesce((SELECT array_agg(each) FROM jsonb_array_elements_text($1) AS each), '{}'); END$$;
"""
GONE = """
DROP FUNCTION records_texts(jsonb); DROP FUNCTION records_moment(text); DROP FUNCTION records_time(text);
DROP FUNCTION records_date(text);
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0004_exports")]
    operations = [migrations.RunSQL(READERS, GONE)]
