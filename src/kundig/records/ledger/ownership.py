"""To whom the ledger belongs: to a role of its own, so that the program can read it and not change what it says.

An administrator of the server runs these statements: Kundig itself on the server it brings along, at every start that
finds it necessary; on a server of one's own, whoever wants more than the guards (docs/operation.md). The program's role
then may call the functions of the ledger, which write as its owner, and nothing else.
"""

from __future__ import annotations

OWNER = "kundig_ledger"
_HAND_OVER = """
DO $$
DECLARE
    v_name regclass;
    v_function regprocedure;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{owner}') THEN
        CREATE ROLE {owner} NOLOGIN;
    END IF;
    -- Whoever owns a schema may drop what is in it.
    ALTER SCHEMA public OWNER TO {owner};
    GRANT USAGE, CREATE ON SCHEMA public TO {program};
    ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public GRANT SELECT ON TABLES TO {program};
    FOR v_name IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND (relkind IN ('r', 'p') AND relname ~ '^records_(ledger(_|table$|$)|changeset$)'
            OR relname = 'records_ledger_seq')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {owner}', v_name);
        EXECUTE format('REVOKE ALL ON %s FROM {program}', v_name);
    END LOOP;
    FOR v_name IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'public'::regnamespace
        AND relkind IN ('r', 'p', 'S') AND relname ~ '^records_(ledger|changeset)'
    LOOP
        EXECUTE format('GRANT SELECT ON %s TO {program}', v_name);
    END LOOP;
    FOR v_function IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND proname ~ '^records_ledger_'
    LOOP
        EXECUTE format('ALTER FUNCTION %s OWNER TO {owner}', v_function);
    END LOOP;
END $$;
"""
_TAKE_BACK = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{owner}') THEN
        REASSIGN OWNED BY {owner} TO {program};
    END IF;
END $$;
"""


def hand_over(program: str) -> str:
    """The statements that give the ledger to its owner; `program` is the role that Kundig works as."""
    return _HAND_OVER.format(owner=OWNER, program=program)


def take_back(program: str) -> str:
    """The statements that give it back for a while, so that migrations can change its tables."""
    return _TAKE_BACK.format(owner=OWNER, program=program)


def is_handed_over() -> bool:
    """Whether everything of the ledger in this database belongs to its owner."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(pg_get_userbyid(owner) = %s) FROM (SELECT relowner AS owner FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND relname ~ '^records_(ledger(_|table$|$)|changeset$)'"
            " UNION ALL SELECT proowner FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND proname ~ '^records_ledger_') AS everything",
            [OWNER],
        )
        return bool(cursor.fetchone()[0])
