"""The table of touchpoints is made anew, partitioned by quarters of `at`.

The first and the last partition are open: what lies before the first quarter stays together, and what a clock writes
beyond the last one still finds its place. Without a default partition the planner knows their order and stops at the
newest that has enough.
"""

from django.db import migrations

PARTITION = """
DO $$
DECLARE
    v_indexes text[];
    v_keys text[];
    v_key text;
BEGIN
    SELECT array_agg(pg_get_indexdef(i_.indexrelid)) INTO v_indexes FROM pg_index i_
    WHERE i_.indrelid = 'timeline_touchpoint'::regclass AND NOT i_.indisprimary;
    SELECT array_agg(format('ALTER TABLE timeline_touchpoint ADD CONSTRAINT %I %s', c_.conname,
            pg_get_constraintdef(c_.oid))) INTO v_keys FROM pg_constraint c_
    WHERE c_.conrelid = 'timeline_touchpoint'::regclass AND c_.contype IN ('f', 'c');
    ALTER TABLE timeline_touchpoint RENAME TO timeline_touchpoint_plain;
    CREATE TABLE timeline_touchpoint (LIKE timeline_touchpoint_plain INCLUDING DEFAULTS INCLUDING GENERATED)
        PARTITION BY RANGE (at);
    DROP TABLE timeline_touchpoint_plain;
    ALTER TABLE timeline_touchpoint ADD CONSTRAINT timeline_touchpoint_pkey PRIMARY KEY (id, at);
    FOREACH v_key IN ARRAY v_keys || v_indexes LOOP
        EXECUTE v_key;
    END LOOP;
END $$;
"""

QUARTERS = """
CREATE FUNCTION timeline_quarters(p_until date) RETURNS int LANGUAGE plpgsql SET timezone = 'UTC' AS $$
DECLARE
    v_made int := 0;
    v_from date;
    v_name text;
BEGIN
    SELECT (regexp_match(pg_get_expr(c_.relpartbound, c_.oid), $r$FROM \\('([0-9-]+)$r$))[1]::date INTO v_from
    FROM pg_class c_ WHERE c_.relname = 'timeline_touchpoint_after';
    IF v_from > p_until THEN
        RETURN 0;
    END IF;
    LOCK TABLE timeline_touchpoint IN ACCESS EXCLUSIVE MODE;
    ALTER TABLE timeline_touchpoint DETACH PARTITION timeline_touchpoint_after;
    WHILE v_from <= p_until LOOP
        v_name := format('timeline_touchpoint_%sq%s', extract(year FROM v_from), extract(quarter FROM v_from));
        EXECUTE format('CREATE TABLE %I PARTITION OF timeline_touchpoint FOR VALUES FROM (%L) TO (%L)',
            v_name, v_from::timestamp AT TIME ZONE 'UTC', (v_from + interval '3 months') AT TIME ZONE 'UTC');
        EXECUTE format('WITH moved_ AS (DELETE FROM timeline_touchpoint_after WHERE at < %L RETURNING *)
            INSERT INTO %I SELECT * FROM moved_', (v_from + interval '3 months') AT TIME ZONE 'UTC', v_name);
        v_from := v_from + interval '3 months';
        v_made := v_made + 1;
    END LOOP;
    EXECUTE format('ALTER TABLE timeline_touchpoint ATTACH PARTITION timeline_touchpoint_after
        FOR VALUES FROM (%L) TO (MAXVALUE)', v_from::timestamp AT TIME ZONE 'UTC');
    RETURN v_made;
END $$;

DO $$
DECLARE
    v_first date := date_trunc('quarter', current_date - interval '3 years');
BEGIN
    EXECUTE format('CREATE TABLE timeline_touchpoint_before PARTITION OF timeline_touchpoint
        FOR VALUES FROM (MINVALUE) TO (%L)', v_first::timestamp AT TIME ZONE 'UTC');
    EXECUTE format('CREATE TABLE timeline_touchpoint_after PARTITION OF timeline_touchpoint
        FOR VALUES FROM (%L) TO (MAXVALUE)', v_first::timestamp AT TIME ZONE 'UTC');
END $$;
SELECT timeline_quarters(current_date + 100);
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0001_initial")]

    operations = [
        migrations.RunSQL(PARTITION, migrations.RunSQL.noop),
        migrations.RunSQL(QUARTERS, "DROP FUNCTION timeline_quarters(date)"),
    ]
