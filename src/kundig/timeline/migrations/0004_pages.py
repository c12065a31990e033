"""A page of a history in one statement, whose plan each connection keeps.

Over the quarters of many years planning costs several times what reading does. What a function of the database says is
planned once. How much a customer has behind them is not known then, so sorting is refused: entries are read newest
first by their index, quarter by quarter, and no further back than the page reaches. How many and how much of a text is
read are those of `queries.stream`.
"""

from django.db import migrations

COLUMNS = """t.id, t.at, t.kind, t.direction, t.two_way, t.summary, left(t.body, 600), length(t.body), t.duration, t.mood,
            t.pinned_at, t.source, t.source_id, t.party_id, party_.name, party_.kind, t.author_id, author_.name,
            (SELECT jsonb_agg(jsonb_build_array(p_.id, p_.name, p_.kind) ORDER BY i_.id) FROM timeline_involvement i_
                JOIN parties_party p_ ON p_.id = i_.party_id WHERE i_.touchpoint_id = t.id),
            (SELECT jsonb_agg(jsonb_build_array(r_.offer, r_.reaction, r_.objection) ORDER BY r_.id)
                FROM timeline_reaction r_ WHERE r_.touchpoint_id = t.id),
            (SELECT jsonb_agg(jsonb_build_array(c_.id, coalesce(u_.name, ''), c_.text, c_.written_at)
                    ORDER BY c_.written_at, c_.id)
                FROM timeline_comment c_ LEFT JOIN accounts_user u_ ON u_.id = c_.author_id
                WHERE c_.touchpoint_id = t.id)"""
AROUND = """JOIN parties_party party_ ON party_.id = t.party_id
            LEFT JOIN accounts_user author_ ON author_.id = t.author_id"""

PAGES = f"""
CREATE FUNCTION timeline_page(p_party uuid, p_organisation uuid, p_at timestamptz, p_id uuid)
RETURNS TABLE (on_top bool, id uuid, at timestamptz, kind varchar, direction varchar, two_way bool, summary varchar, start text,
    length int, duration int, mood smallint, pinned_at timestamptz, source varchar, source_id uuid, party_id uuid,
    party_name varchar, party_kind varchar, author_id uuid, author_name varchar, people jsonb, reactions jsonb,
    comments jsonb)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan SET enable_sort = off AS $$
#variable_conflict use_column
BEGIN
    IF p_organisation IS NOT NULL THEN
        RETURN QUERY SELECT false, {COLUMNS}
        FROM (SELECT * FROM timeline_touchpoint t WHERE t.organisation_id = p_organisation AND t.at <= p_at
                AND (t.at < p_at OR t.id < p_id) ORDER BY t.at DESC, t.id DESC LIMIT 31) t
            {AROUND};
    ELSE
        RETURN QUERY SELECT false, {COLUMNS}
        FROM (SELECT * FROM timeline_touchpoint t WHERE t.party_id = p_party AND t.at <= p_at
                AND (t.at < p_at OR t.id < p_id) ORDER BY t.at DESC, t.id DESC LIMIT 31) t
            {AROUND};
    END IF;
    RETURN QUERY SELECT false, {COLUMNS}
    FROM (SELECT i.touchpoint_id, i.at FROM timeline_involvement i WHERE i.party_id = p_party AND i.at <= p_at
            AND (i.at < p_at OR i.touchpoint_id < p_id) ORDER BY i.at DESC, i.touchpoint_id DESC LIMIT 31) i
        JOIN timeline_touchpoint t ON t.id = i.touchpoint_id AND t.at = i.at {AROUND};
    IF p_at = 'infinity' THEN
        RETURN QUERY SELECT true, {COLUMNS}
        FROM (SELECT * FROM timeline_touchpoint t WHERE t.party_id = p_party AND t.pinned_at IS NOT NULL
                ORDER BY t.pinned_at DESC LIMIT 10) t
            {AROUND};
    END IF;
END $$;
"""

# PostgreSQL 15 has no such setting: it sorts within the aggregate and knows no other way.
PRESORTED = """
DO $do$ BEGIN
    IF current_setting('server_version_num')::int >= 160000 THEN
        ALTER FUNCTION timeline_page(uuid, uuid, timestamptz, uuid) SET enable_presorted_aggregate = off;
    END IF;
END $do$
"""


class Migration(migrations.Migration):
    dependencies = [("timeline", "0003_rhythms")]

    operations = [
        migrations.RunSQL([PAGES, PRESORTED], "DROP FUNCTION timeline_page(uuid, uuid, timestamptz, uuid)"),
    ]
