"""What a customer was sent, and what they have accepted, stays as it is, whoever writes: the database refuses it.

Taking changes back writes at the tables themselves; so does whoever sits at the database. Only the sample company goes
with all that it sold, since nobody was ever sent that, and what was not accepted goes where somebody is erased for
privacy (`sales.actions.erasing`).
"""

from django.db import migrations

_ACCEPTED = "an accepted quote stays as it was accepted"
_SENT = "a quote that was sent stays as the customer knows it"

STAYS = f"""
CREATE FUNCTION sales_is_sample(quote uuid) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (
        SELECT FROM records_ledger came JOIN records_changeset doing ON doing.id = came.change_set
        WHERE came.record = quote AND came.op = 'I' AND doing.via = 'sample'
    );
END $$;

CREATE FUNCTION sales_accepted_quote_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.sent_at IS NOT NULL AND sales_is_sample(OLD.id) THEN
        RETURN OLD;
    END IF;
    IF OLD.state <> 'accepted' AND current_setting('kundig.erases', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF OLD.state = 'accepted' AND (
        TG_OP = 'DELETE' OR (
        NEW.state, NEW.number, NEW.version, NEW.title, NEW.language, NEW.currency, NEW.valid_until, NEW.net, NEW.tax,
        NEW.gross, NEW.blocks, NEW.fills, NEW.frozen, NEW.decided_at, NEW.sent_at
    ) IS DISTINCT FROM (
        OLD.state, OLD.number, OLD.version, OLD.title, OLD.language, OLD.currency, OLD.valid_until, OLD.net, OLD.tax,
        OLD.gross, OLD.blocks, OLD.fills, OLD.frozen, OLD.decided_at, OLD.sent_at
    )) THEN
        RAISE EXCEPTION '{_ACCEPTED}' USING ERRCODE = 'check_violation', CONSTRAINT = 'quote_accepted_stays';
    END IF;
    IF OLD.sent_at IS NOT NULL AND (
        TG_OP = 'DELETE' OR NEW.state IN ('draft', 'waiting', 'approved') OR (
        NEW.number, NEW.version, NEW.title, NEW.language, NEW.currency, NEW.valid_until, NEW.blocks, NEW.fills,
        NEW.frozen, NEW.accent, NEW.sent_at
    ) IS DISTINCT FROM (
        OLD.number, OLD.version, OLD.title, OLD.language, OLD.currency, OLD.valid_until, OLD.blocks, OLD.fills,
        OLD.frozen, OLD.accent, OLD.sent_at
    )) THEN
        RAISE EXCEPTION '{_SENT}' USING ERRCODE = 'check_violation', CONSTRAINT = 'quote_sent_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER accepted_quote_stays BEFORE UPDATE OR DELETE ON sales_quote
FOR EACH ROW EXECUTE FUNCTION sales_accepted_quote_stays();

-- Lines come, go and change only while their quote has not gone out; which options are taken is settled as it is
-- accepted, and by that alone.
CREATE FUNCTION sales_accepted_lines_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    keys uuid[] := CASE TG_OP WHEN 'DELETE' THEN ARRAY[OLD.quote_id] WHEN 'INSERT' THEN ARRAY[NEW.quote_id]
        ELSE ARRAY[OLD.quote_id, NEW.quote_id] END;
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM sales_quote WHERE id = OLD.quote_id AND sent_at IS NOT NULL)
       AND sales_is_sample(OLD.quote_id) THEN
        RETURN OLD;
    END IF;
    IF EXISTS (SELECT FROM sales_quote WHERE id = ANY (keys) AND state = 'accepted') THEN
        RAISE EXCEPTION '{_ACCEPTED}' USING ERRCODE = 'check_violation', CONSTRAINT = 'quote_accepted_stays';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        NEW.chosen = OLD.chosen OR current_setting('kundig.accepts', true) = NEW.quote_id::text
    ) AND (
        NEW.quote_id, NEW.position, NEW.number, NEW.title, NEW.text, NEW.quantity, NEW.unit, NEW.unit_price,
        NEW.discount, NEW.tax_category, NEW.tax_percent, NEW.optional, NEW."group", NEW.picture_id
    ) IS NOT DISTINCT FROM (
        OLD.quote_id, OLD.position, OLD.number, OLD.title, OLD.text, OLD.quantity, OLD.unit, OLD.unit_price,
        OLD.discount, OLD.tax_category, OLD.tax_percent, OLD.optional, OLD."group", OLD.picture_id
    ) THEN
        RETURN NEW;
    END IF;
    IF current_setting('kundig.erases', true) IS DISTINCT FROM 'on'
       AND EXISTS (SELECT FROM sales_quote WHERE id = ANY (keys) AND sent_at IS NOT NULL) THEN
        RAISE EXCEPTION '{_SENT}' USING ERRCODE = 'check_violation', CONSTRAINT = 'quote_sent_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER accepted_lines_stay BEFORE INSERT OR UPDATE OF quote_id, position, number, title, text, quantity, unit,
    unit_price, discount, tax_category, tax_percent, optional, "group", chosen, picture_id OR DELETE ON sales_quoteline
FOR EACH ROW EXECUTE FUNCTION sales_accepted_lines_stay();

CREATE FUNCTION sales_acceptance_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.quote_id, NEW.name, NEW.signature, NEW.drawing, NEW.reference, NEW.note, NEW.accepted_at, NEW.document_hash)
       IS DISTINCT FROM
       (OLD.quote_id, OLD.name, OLD.signature, OLD.drawing, OLD.reference, OLD.note, OLD.accepted_at, OLD.document_hash)
    THEN
        RAISE EXCEPTION '{_ACCEPTED}' USING ERRCODE = 'check_violation', CONSTRAINT = 'quote_accepted_stays';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER acceptance_stays BEFORE UPDATE ON sales_quoteacceptance
FOR EACH ROW EXECUTE FUNCTION sales_acceptance_stays();
"""
BACK = """
DROP TRIGGER acceptance_stays ON sales_quoteacceptance;
DROP TRIGGER accepted_lines_stay ON sales_quoteline;
DROP TRIGGER accepted_quote_stays ON sales_quote;
DROP FUNCTION sales_acceptance_stays(), sales_accepted_lines_stay(), sales_accepted_quote_stays(), sales_is_sample(uuid);
"""


class Migration(migrations.Migration):
    dependencies = [("sales", "0001_initial"), ("records", "0003_ledger")]

    operations = [migrations.RunSQL(STAYS, BACK)]
