"""Bank statements in CAMT.053 as German banks send them, made for tests."""

from __future__ import annotations

from decimal import Decimal
from xml.sax.saxutils import escape


def entry(amount, *, name="", iban="", text="", number="", status="BOOK", parts=(), day="2026-11-20", returned=False):
    """One booking; `parts` are amounts and names of a collective one."""
    return {
        "amount": Decimal(amount), "name": name, "iban": iban, "text": text, "number": number, "status": status,
        "parts": parts, "day": day, "returned": returned,
    }  # fmt: skip


def camt(entries, *, version="08", number="1", opening="1000.00", more=(), iban="DE75512108001245126199"):
    statements = "".join(_statement(each, version, number, opening, iban) for each in (entries, *more))
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{space}">'
        f"<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-22T05:00:00</CreDtTm></GrpHdr>{statements}"
        "</BkToCstmrStmt></Document>"
    ).encode()


def _statement(entries, version, number, opening, iban):
    closing = Decimal(opening) + sum((one["amount"] for one in entries if one["status"] == "BOOK"), Decimal(0))
    return (
        f"<Stmt><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><Acct><Id><IBAN>{iban}</IBAN></Id>"
        f"<Ccy>EUR</Ccy></Acct>{_balance('OPBD', Decimal(opening))}{_balance('CLBD', closing)}"
        f"{''.join(_entry(one, version) for one in entries)}</Stmt>"
    )


def _balance(code, amount):
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(amount)}<Dt><Dt>2026-11-20</Dt></Dt></Bal>"


def _amount(amount):
    side = "DBIT" if amount < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{abs(amount):.2f}</Amt><CdtDbtInd>{side}</CdtDbtInd>'


def _entry(one, version):
    status = one["status"] if version == "02" else f"<Cd>{one['status']}</Cd>"
    parts = one["parts"] or [(None, one["name"])]
    details = "".join(_detail(one, amount, name, version) for amount, name in parts)
    number = f"<AcctSvcrRef>{one['number']}</AcctSvcrRef>" if one["number"] else ""
    reversal = "<RvslInd>true</RvslInd>" if one["returned"] else ""
    return (
        f"<Ntry>{_amount(one['amount'])}{reversal}<Sts>{status}</Sts><BookgDt><Dt>{one['day']}</Dt></BookgDt>"
        f"<ValDt><Dt>2026-11-21</Dt></ValDt>{number}<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def _detail(one, amount, name, version):
    side = "Dbtr" if one["amount"] > 0 else "Cdtr"
    who = f"<Nm>{escape(name)}</Nm>" if version == "02" else f"<Pty><Nm>{escape(name)}</Nm></Pty>"
    account = f"<{side}Acct><Id><IBAN>{one['iban']}</IBAN></Id></{side}Acct>" if one["iban"] else ""
    own = _amount(Decimal(amount)) if amount is not None else ""
    return (
        f"<TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>{own}"
        f"<RltdPties><{side}>{who}</{side}>{account}</RltdPties>"
        f"<RmtInf><Ustrd>{escape(one['text'])}</Ustrd></RmtInf></TxDtls>"
    )
