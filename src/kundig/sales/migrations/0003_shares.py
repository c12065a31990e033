"""What a key account buys from us stands on its plan: the revenue of the last twelve months of the company that the plan
is for and of all companies below it, kept by the database whenever one of these figures, or the group, changes."""

from django.db import migrations

KEEP = """
CREATE FUNCTION sales_part_of(p_party uuid) RETURNS numeric LANGUAGE sql STABLE AS $$
    WITH RECURSIVE group_(id) AS (
        SELECT p_party
        UNION
        SELECT c_.id FROM parties_party c_ JOIN group_ g_ ON c_.parent_id = g_.id
    )
    SELECT sum(p_.revenue_12m) FROM parties_party p_ JOIN group_ g_ ON g_.id = p_.id
$$;

CREATE FUNCTION sales_keep_parts(p_parties uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH RECURSIVE above_(id) AS (
        SELECT unnest(p_parties)
        UNION
        SELECT p_.parent_id FROM parties_party p_ JOIN above_ a_ ON a_.id = p_.id WHERE p_.parent_id IS NOT NULL
    ), parts_ AS (
        SELECT l_.id, sales_part_of(l_.party_id) AS part FROM sales_accountplan l_ JOIN above_ a_ ON a_.id = l_.party_id
    )
    UPDATE sales_accountplan l_ SET our_part = s_.part FROM parts_ s_
    WHERE l_.id = s_.id AND l_.our_part IS DISTINCT FROM s_.part;
END $$;

CREATE FUNCTION sales_part_of_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.our_part := sales_part_of(NEW.party_id);
    RETURN NEW;
END $$;

-- Most houses have no plans, or few: the first question costs nearly nothing.
CREATE FUNCTION sales_part_of_party() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM sales_accountplan) THEN
        PERFORM sales_keep_parts(CASE TG_OP
            WHEN 'DELETE' THEN ARRAY[OLD.parent_id]
            WHEN 'INSERT' THEN ARRAY[NEW.parent_id]
            ELSE ARRAY[NEW.id, OLD.parent_id]
        END);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER sales_accountplan_part BEFORE INSERT OR UPDATE OF party_id ON sales_accountplan
    FOR EACH ROW EXECUTE FUNCTION sales_part_of_plan();
CREATE TRIGGER sales_party_part_changed AFTER UPDATE OF revenue_12m, parent_id ON parties_party FOR EACH ROW
    WHEN ((OLD.revenue_12m, OLD.parent_id) IS DISTINCT FROM (NEW.revenue_12m, NEW.parent_id))
    EXECUTE FUNCTION sales_part_of_party();
CREATE TRIGGER sales_party_part_new AFTER INSERT ON parties_party FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL AND NEW.revenue_12m IS NOT NULL) EXECUTE FUNCTION sales_part_of_party();
CREATE TRIGGER sales_party_part_gone AFTER DELETE ON parties_party FOR EACH ROW
    WHEN (OLD.parent_id IS NOT NULL AND OLD.revenue_12m IS NOT NULL) EXECUTE FUNCTION sales_part_of_party();
"""
AWAY = """
DROP TRIGGER sales_party_part_gone ON parties_party;
DROP TRIGGER sales_party_part_new ON parties_party;
DROP TRIGGER sales_party_part_changed ON parties_party;
DROP TRIGGER sales_accountplan_part ON sales_accountplan;
DROP FUNCTION sales_part_of_party();
DROP FUNCTION sales_part_of_plan();
DROP FUNCTION sales_keep_parts(uuid[]);
DROP FUNCTION sales_part_of(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0002_accepted_quotes"), ("parties", "0002_quality")]  # noqa: RUF012 - as Django reads it
    operations = [migrations.RunSQL(KEEP, AWAY)]  # noqa: RUF012 - as Django reads it
