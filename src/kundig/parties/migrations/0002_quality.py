"""How complete and how fresh a party is, kept on its row by the database: whoever writes it, by whatever way.

One pass over what counts, for each row that is written: no job looks through the base, and no list has to. The defaults
are those of `kundig.parties.rules.quality`; a test compares both.
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION parties_quality() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_fields text[];
    v_months smallint[];
    v_field text;
    v_place int := 0;
    v_filled int := 0;
    v_counted int := 0;
    v_missing text := '';
    v_is boolean;
    v_is_alike boolean;
    v_least smallint;
    v_entry jsonb;
    v_all date;
    v_day date;
    v_first date;
    v_old date;
BEGIN
    SELECT rule_.fields, rule_.months INTO v_fields, v_months
    FROM public.parties_qualityrule rule_ WHERE rule_.kind = NEW.kind;
    IF NOT FOUND THEN
        CASE NEW.kind
            WHEN 'org' THEN
                v_fields := ARRAY['phone', 'mail', 'street', 'postal_code', 'city', 'industry'];
                v_months := ARRAY[24, 24, 36, 36, 36, 48];
            WHEN 'person' THEN
                v_fields := ARRAY['mail', 'phone', 'salutation'];
                v_months := ARRAY[24, 24, 48];
            ELSE
                v_fields := ARRAY['street', 'postal_code', 'city', 'phone', 'mail'];
                v_months := ARRAY[36, 36, 36, 24, 24];
        END CASE;
    END IF;
    v_all := coalesce(NEW.origins #>> '{*,confirmed_on}', NEW.origins #>> '{*,at}')::date;
    -- A new row says of no single value when it was learned: the one that holds the shortest is the first to be old.
    v_is_alike := NEW.origins - '*' = '{}'::jsonb;
    FOREACH v_field IN ARRAY v_fields LOOP
        v_place := v_place + 1;
        v_is := CASE v_field
            WHEN 'phone' THEN NEW.phone <> '' OR NEW.mobile <> ''
            WHEN 'mobile' THEN NEW.mobile <> ''
            WHEN 'mail' THEN NEW.mail <> ''
            WHEN 'website' THEN NEW.website <> ''
            WHEN 'street' THEN NEW.street <> ''
            WHEN 'postal_code' THEN NEW.postal_code <> ''
            WHEN 'city' THEN NEW.city <> ''
            WHEN 'region' THEN NEW.region <> ''
            WHEN 'country' THEN NEW.country <> ''
            WHEN 'language' THEN NEW.language <> ''
            WHEN 'source' THEN NEW.source <> ''
            WHEN 'industry' THEN NEW.industry <> ''
            WHEN 'legal_form' THEN NEW.legal_form <> ''
            WHEN 'employees' THEN NEW.employees IS NOT NULL
            WHEN 'revenue' THEN NEW.revenue IS NOT NULL
            WHEN 'vat_id' THEN NEW.vat_id <> ''
            WHEN 'parent' THEN NEW.parent_id IS NOT NULL
            WHEN 'salutation' THEN NEW.salutation <> ''
            WHEN 'first_name' THEN NEW.first_name <> ''
            WHEN 'family_name' THEN NEW.family_name <> ''
            WHEN 'organisation' THEN NEW.organisation_id IS NOT NULL
            WHEN 'function' THEN NEW.function <> ''
            WHEN 'birthday' THEN NEW.birthday IS NOT NULL
        END;
        CONTINUE WHEN v_is IS NULL;
        v_counted := v_counted + 1;
        IF NOT v_is THEN
            v_missing := CASE WHEN v_missing = '' THEN v_field ELSE v_missing END;
            CONTINUE;
        END IF;
        v_filled := v_filled + 1;
        IF v_is_alike THEN
            v_least := least(v_least, v_months[v_place]);
            CONTINUE;
        END IF;
        v_entry := coalesce(NEW.origins -> v_field, CASE v_field WHEN 'phone' THEN NEW.origins -> 'mobile' END);
        v_day := coalesce(coalesce(v_entry ->> 'confirmed_on', v_entry ->> 'at')::date, v_all, NEW.created_at::date);
        v_first := least(v_first, v_day);
        v_old := least(
            v_old,
            coalesce((v_entry ->> 'doubted_on')::date, (v_day + make_interval(months => v_months[v_place]))::date)
        );
    END LOOP;
    IF v_is_alike AND v_filled > 0 THEN
        v_first := coalesce(v_all, NEW.created_at::date);
        v_old := (v_first + make_interval(months => v_least))::date;
    END IF;
    NEW.completeness := CASE WHEN v_counted = 0 THEN 100 ELSE 100 * v_filled / v_counted END;
    NEW.missing := v_missing;
    NEW.missing_count := v_counted - v_filled;
    NEW.confirmed_on := v_first;
    NEW.outdated_on := v_old;
    RETURN NEW;
END $$;
"""
TRIGGER = """
CREATE TRIGGER party_quality BEFORE INSERT OR UPDATE ON parties_party
FOR EACH ROW EXECUTE FUNCTION parties_quality();
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION parties_quality() CASCADE"),
        migrations.RunSQL(TRIGGER, migrations.RunSQL.noop),
    ]
