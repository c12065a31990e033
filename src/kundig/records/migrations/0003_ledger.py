"""The ledger: its tables, the function of its triggers, and what keeps its rows as they were written."""

from django.contrib.postgres.operations import HStoreExtension
from django.db import migrations

# `table_id` and not the server's own number of the table: a backup is restored under other numbers.
TABLES = """
CREATE TABLE records_changeset (
    id uuid PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    by_id uuid,
    deputy_for uuid,
    via text NOT NULL,
    title text NOT NULL DEFAULT '',
    undoes uuid
);
CREATE INDEX changeset_at ON records_changeset (at, id);
CREATE INDEX changeset_by ON records_changeset (by_id, at, id);
CREATE INDEX changeset_undoes ON records_changeset (undoes) WHERE undoes IS NOT NULL;

CREATE TABLE records_ledgertable (
    id smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE
);

CREATE SEQUENCE records_ledger_seq;
CREATE TABLE records_ledger (
    seq bigint NOT NULL DEFAULT nextval('records_ledger_seq'),
    at timestamptz NOT NULL DEFAULT now(),
    change_set uuid NOT NULL,
    table_id smallint NOT NULL,
    record uuid NOT NULL,
    owner uuid,
    op "char" NOT NULL,
    before jsonb,
    after jsonb
) PARTITION BY RANGE (at);
CREATE INDEX ledger_of_record ON records_ledger (record, seq);
CREATE INDEX ledger_of_change_set ON records_ledger (change_set);
CREATE INDEX ledger_of_owner ON records_ledger (owner, seq) WHERE owner IS NOT NULL;
CREATE TABLE records_ledger_rest PARTITION OF records_ledger DEFAULT;
"""

# One statement of any number of rows writes once. Without nested loops switched off the plan of a first statement of
# one row stays, and an update of 10,000 rows takes 45 seconds. The names of columns must not meet those of variables.
WRITE = """
CREATE FUNCTION records_ledger_write() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET enable_nestloop = off SET datestyle = 'ISO' SET timezone = 'UTC' AS $$
DECLARE
    v_table smallint := TG_ARGV[0]::smallint;
    v_noise text[] := TG_ARGV[1]::text[];
    v_owner text := TG_ARGV[2];
    v_said text := current_setting('kundig.change_set', true);
    v_is_outside boolean := coalesce(v_said, '') = '';
    v_about jsonb;
    v_set uuid;
    v_rows bigint;
BEGIN
    v_about := CASE WHEN v_is_outside
        THEN jsonb_build_object('id', gen_random_uuid(), 'via', 'outside', 'title', session_user) ELSE v_said::jsonb END;
    v_set := (v_about->>'id')::uuid;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO records_ledger (change_set, table_id, record, op)
        SELECT v_set, v_table, n_.id, 'I' FROM new_rows n_;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO records_ledger (change_set, table_id, record, op, before, after)
        SELECT v_set, v_table, e_.id, 'U', hstore_to_jsonb(e_.was), hstore_to_jsonb(e_.becomes)
        FROM (
            SELECT d_.id, (d_.old_ - d_.new_) - v_noise AS was, (d_.new_ - d_.old_) - v_noise AS becomes
            FROM (
                SELECT o_.id, hstore(o_) AS old_, hstore(n_) AS new_
                FROM old_rows o_ JOIN new_rows n_ ON n_.id = o_.id OFFSET 0
            ) d_ OFFSET 0
        ) e_ WHERE e_.was <> ''::hstore;
    ELSE
        -- To whom a part belonged could not be found out afterwards.
        INSERT INTO records_ledger (change_set, table_id, record, owner, op, before)
        SELECT v_set, v_table, d_.id, (d_.old_->v_owner)::uuid, 'D', hstore_to_jsonb(d_.old_)
        FROM (SELECT o_.id, hstore(o_) - v_noise AS old_ FROM old_rows o_ OFFSET 0) d_;
    END IF;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_rows > 0 THEN
        IF NOT EXISTS (SELECT FROM records_changeset c_ WHERE c_.id = v_set) THEN
            INSERT INTO records_changeset (id, by_id, deputy_for, via, title, undoes)
            VALUES (v_set, (v_about->>'by')::uuid, (v_about->>'for')::uuid, v_about->>'via',
                coalesce(v_about->>'title', ''), (v_about->>'undoes')::uuid)
            ON CONFLICT DO NOTHING;
        END IF;
        IF v_is_outside THEN
            -- What else this transaction writes belongs to the same change set.
            PERFORM set_config('kundig.change_set', v_about::text, true);
        END IF;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION records_ledger_table(p_name text) RETURNS smallint LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    INSERT INTO records_ledgertable (name) SELECT p_name
        WHERE NOT EXISTS (SELECT FROM records_ledgertable WHERE name = p_name);
    SELECT id FROM records_ledgertable WHERE name = p_name;
$$;
"""

# Only two functions may change what is written: the one that erases, and the one that moves rows into their month.
# They are known by the stack of calls, which no setting can pretend.
GUARD = """
CREATE FUNCTION records_ledger_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_stack text;
BEGIN
    GET DIAGNOSTICS v_stack = PG_CONTEXT;
    IF v_stack ~ '(^|\n)PL/pgSQL function records_ledger_(erase|partitions)[(]' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is never changed: it says what was changed (% refused)', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'records_ledger_erase() replaces values by a marker.';
END $$;

CREATE FUNCTION records_ledger_keep(p_table regclass) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER ledger_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION records_ledger_guard()', p_table);
END $$;
SELECT records_ledger_keep('records_ledger'), records_ledger_keep('records_ledger_rest'),
    records_ledger_keep('records_changeset'), records_ledger_keep('records_ledgertable');

CREATE FUNCTION records_ledger_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% cannot be truncated: the ledger would not know what was in it', TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege', HINT = 'DELETE FROM is recorded, and can be undone.';
END $$;
"""

PARTITIONS = """
CREATE FUNCTION records_ledger_partitions(p_from date, p_months integer) RETURNS integer LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    v_month date;
    v_name text;
    v_made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('records_ledger_partitions'));
    FOR v_number IN 0 .. p_months LOOP
        v_month := (date_trunc('month', p_from) + make_interval(months => v_number))::date;
        v_name := 'records_ledger_' || to_char(v_month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(v_name) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE records_ledger INCLUDING DEFAULTS)', v_name);
        -- What came while the month had no partition yet.
        EXECUTE format('WITH moved_ AS (DELETE FROM records_ledger_rest WHERE at >= %L AND at < %L RETURNING *)
            INSERT INTO %I SELECT * FROM moved_', v_month, v_month + interval '1 month', v_name);
        EXECUTE format('ALTER TABLE records_ledger ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            v_name, v_month, v_month + interval '1 month');
        PERFORM records_ledger_keep(v_name::regclass);
        v_made := v_made + 1;
    END LOOP;
    RETURN v_made;
END $$;
SELECT records_ledger_partitions(current_date, 3);
"""

# The marker is no text, so that no value can be taken for it. Of an inserted row nothing is kept but its id.
ERASE = """
CREATE FUNCTION records_ledger_erase(p_table text, p_records uuid[], p_columns text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_about jsonb := nullif(current_setting('kundig.change_set', true), '')::jsonb;
    v_table smallint := (SELECT t_.id FROM records_ledgertable t_ WHERE t_.name = p_table);
    v_rows bigint;
BEGIN
    IF v_about IS NULL THEN
        RAISE EXCEPTION 'who erases says so: records_ledger_erase() is called inside a change set';
    END IF;
    UPDATE records_ledger l_ SET
        before = l_.before || (SELECT coalesce(jsonb_object_agg(k_, '{"erased": true}'::jsonb), '{}')
            FROM unnest(p_columns) k_ WHERE l_.before->k_ IS NOT NULL AND jsonb_typeof(l_.before->k_) <> 'null'),
        after = l_.after || (SELECT coalesce(jsonb_object_agg(k_, '{"erased": true}'::jsonb), '{}')
            FROM unnest(p_columns) k_ WHERE l_.after->k_ IS NOT NULL AND jsonb_typeof(l_.after->k_) <> 'null')
    WHERE l_.record = ANY (p_records) AND l_.table_id = v_table AND l_.op <> 'E'
        AND (l_.before ?| p_columns OR l_.after ?| p_columns);
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    INSERT INTO records_ledger (change_set, table_id, record, op, after)
    SELECT (v_about->>'id')::uuid, v_table, r_, 'E', jsonb_build_object('columns', to_jsonb(p_columns))
    FROM unnest(p_records) r_;
    INSERT INTO records_changeset (id, by_id, deputy_for, via, title)
    VALUES ((v_about->>'id')::uuid, (v_about->>'by')::uuid, (v_about->>'for')::uuid, v_about->>'via',
        coalesce(v_about->>'title', ''))
    ON CONFLICT DO NOTHING;
    RETURN v_rows;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0002_search")]

    operations = [
        HStoreExtension(),
        migrations.RunSQL(TABLES, "DROP TABLE records_ledger, records_ledgertable, records_changeset; DROP SEQUENCE records_ledger_seq"),
        migrations.RunSQL(WRITE, "DROP FUNCTION records_ledger_write, records_ledger_table"),
        migrations.RunSQL(GUARD, "DROP FUNCTION records_ledger_guard, records_ledger_keep, records_ledger_whole"),
        migrations.RunSQL(PARTITIONS, "DROP FUNCTION records_ledger_partitions"),
        migrations.RunSQL(ERASE, "DROP FUNCTION records_ledger_erase"),
    ]
