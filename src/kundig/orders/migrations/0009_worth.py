"""What a customer has brought stands on its row: reckoned by the database, in the transaction of the order, return or
import that it follows from, whoever writes and by which way.

A row of the customer is locked before its orders are read, so that of two orders at once the later one sees the
earlier. Amounts in other currencies than the house's count for nothing here; the report tells them apart.
"""

from django.db import migrations

RECKON = """
CREATE FUNCTION orders_reckon_worth(p_parties uuid[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_changed int;
    v_currency text := 'EUR';
    v_since date;
    v_today date;
BEGIN
    IF p_parties IS NULL OR cardinality(p_parties) = 0 THEN
        RETURN 0;
    END IF;
    SELECT currency, (now() AT TIME ZONE timezone)::date INTO v_currency, v_today FROM accounts_company;
    v_currency := coalesce(v_currency, 'EUR');
    v_since := coalesce(v_today, current_date) - interval '1 year';
    PERFORM FROM parties_party WHERE id = ANY(p_parties) ORDER BY id FOR NO KEY UPDATE;

    WITH counted_ AS MATERIALIZED (
        SELECT o_.id, o_.party_id, o_.ordered_on, o_.net, o_.cost, o_.costed, o_.ordered_on > v_since AS late
        FROM orders_order o_
        WHERE o_.party_id = ANY(p_parties) AND o_.state <> 'cancelled' AND o_.currency IN ('', v_currency)
    ), sums_ AS (
        SELECT party_id, count(*) AS n, min(ordered_on) AS first_on, max(ordered_on) AS last_on,
            sum(net) AS net, coalesce(sum(net) FILTER (WHERE late), 0) AS net_late,
            sum(costed - cost) AS margin, sum(costed - cost) FILTER (WHERE late) AS margin_late
        FROM counted_ GROUP BY party_id
    ), credits_ AS (
        SELECT c_.party_id, sum(l_.credit) AS credit,
            coalesce(sum(l_.credit) FILTER (WHERE r_.decided_on > v_since), 0) AS credit_late,
            coalesce(sum(l_.credit) FILTER (WHERE p_.unit_cost IS NOT NULL), 0) AS costed,
            coalesce(sum(l_.credit) FILTER (WHERE p_.unit_cost IS NOT NULL AND r_.decided_on > v_since), 0)
                AS costed_late
        FROM counted_ c_
        JOIN orders_return r_ ON r_.order_id = c_.id AND r_.state IN ('decided', 'settled')
        JOIN orders_returnline l_ ON l_.return_to_id = r_.id AND l_.credit IS NOT NULL
        JOIN orders_orderline p_ ON p_.id = l_.order_line_id
        GROUP BY c_.party_id
    ), discounts_ AS (
        SELECT c_.party_id, sum(round(l_.quantity * l_.unit_price, 2) - l_.net) AS discount
        FROM counted_ c_ JOIN orders_orderline l_ ON l_.order_id = c_.id
        WHERE c_.late AND l_.discount > 0 GROUP BY c_.party_id
    )
    UPDATE parties_party p_ SET
        orders_count = w_.n, first_order_on = w_.first_on, last_order_on = w_.last_on,
        revenue_total = w_.net - w_.credit, revenue_12m = w_.net_late - w_.credit_late,
        margin_total = w_.margin - w_.costed, margin_12m = w_.margin_late - w_.costed_late,
        discounts_12m = w_.discount
    FROM (
        SELECT k_.id, coalesce(s_.n, 0) AS n, s_.first_on, s_.last_on, s_.net, s_.net_late, s_.margin, s_.margin_late,
            coalesce(c_.credit, 0) AS credit, coalesce(c_.credit_late, 0) AS credit_late,
            coalesce(c_.costed, 0) AS costed, coalesce(c_.costed_late, 0) AS costed_late,
            CASE WHEN s_.n IS NOT NULL THEN coalesce(d_.discount, 0) END AS discount
        FROM unnest(p_parties) AS k_(id)
        LEFT JOIN sums_ s_ ON s_.party_id = k_.id
        LEFT JOIN credits_ c_ ON c_.party_id = k_.id
        LEFT JOIN discounts_ d_ ON d_.party_id = k_.id
    ) AS w_
    WHERE p_.id = w_.id AND (
        p_.orders_count, p_.first_order_on, p_.last_order_on, p_.revenue_total, p_.revenue_12m, p_.margin_total,
        p_.margin_12m, p_.discounts_12m
    ) IS DISTINCT FROM (
        w_.n::int, w_.first_on, w_.last_on, w_.net - w_.credit, w_.net_late - w_.credit_late, w_.margin - w_.costed,
        w_.margin_late - w_.costed_late, w_.discount
    );
    GET DIAGNOSTICS v_changed = ROW_COUNT;
    RETURN v_changed;
END $$;
"""
REACT = """
CREATE FUNCTION orders_worth_of_orders() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_parties uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT party_id) INTO v_parties FROM new_orders;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT party_id) INTO v_parties FROM old_orders;
    ELSE
        SELECT array_agg(DISTINCT k_.id) INTO v_parties
        FROM new_orders n_ JOIN old_orders o_ USING (id)
        CROSS JOIN LATERAL (VALUES (n_.party_id), (o_.party_id)) AS k_(id)
        WHERE (n_.party_id, n_.net, n_.cost, n_.costed, n_.ordered_on, n_.currency, n_.state = 'cancelled')
            IS DISTINCT FROM (o_.party_id, o_.net, o_.cost, o_.costed, o_.ordered_on, o_.currency, o_.state = 'cancelled');
    END IF;
    PERFORM orders_reckon_worth(v_parties);
    RETURN NULL;
END $$;

-- A higher price with a higher discount may come to the same net amount; only then nothing else tells of it.
CREATE FUNCTION orders_worth_of_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_reckon_worth(array_agg(DISTINCT d_.party_id)) FROM new_lines n_ JOIN old_lines o_ USING (id)
    JOIN orders_order d_ ON d_.id = n_.order_id
    WHERE n_.net = o_.net AND n_.quantity * n_.unit_price <> o_.quantity * o_.unit_price;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_worth_of_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_reckon_worth(ARRAY[o_.party_id]) FROM orders_order o_ WHERE o_.id = new.order_id;
    RETURN NULL;
END $$;

CREATE FUNCTION orders_worth_of_credit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM orders_reckon_worth(ARRAY[o_.party_id]) FROM orders_return r_ JOIN orders_order o_ ON o_.id = r_.order_id
    WHERE r_.id = CASE WHEN TG_OP = 'DELETE' THEN old.return_to_id ELSE new.return_to_id END
        AND r_.state IN ('decided', 'settled');
    RETURN NULL;
END $$;

CREATE TRIGGER orders_order_worth_new AFTER INSERT ON orders_order
    REFERENCING NEW TABLE AS new_orders FOR EACH STATEMENT EXECUTE FUNCTION orders_worth_of_orders();
CREATE TRIGGER orders_order_worth_gone AFTER DELETE ON orders_order
    REFERENCING OLD TABLE AS old_orders FOR EACH STATEMENT EXECUTE FUNCTION orders_worth_of_orders();
CREATE TRIGGER orders_order_worth_changed AFTER UPDATE ON orders_order
    REFERENCING OLD TABLE AS old_orders NEW TABLE AS new_orders FOR EACH STATEMENT
    EXECUTE FUNCTION orders_worth_of_orders();
CREATE TRIGGER orders_orderline_worth AFTER UPDATE ON orders_orderline
    REFERENCING OLD TABLE AS old_lines NEW TABLE AS new_lines FOR EACH STATEMENT
    EXECUTE FUNCTION orders_worth_of_lines();
CREATE TRIGGER orders_return_worth AFTER UPDATE OF state, decided_on ON orders_return
    FOR EACH ROW EXECUTE FUNCTION orders_worth_of_return();
CREATE TRIGGER orders_returnline_worth AFTER INSERT OR UPDATE OF credit OR DELETE ON orders_returnline
    FOR EACH ROW EXECUTE FUNCTION orders_worth_of_credit();
"""
AWAY = """
DROP FUNCTION orders_worth_of_orders() CASCADE;
DROP FUNCTION orders_worth_of_lines() CASCADE;
DROP FUNCTION orders_worth_of_return() CASCADE;
DROP FUNCTION orders_worth_of_credit() CASCADE;
DROP FUNCTION orders_reckon_worth(uuid[]);
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_signed")]

    operations = [migrations.RunSQL(RECKON + REACT, AWAY)]
