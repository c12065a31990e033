"""Mails as Outlook keeps them, small enough to be written here: [MS-CFB] around [MS-OXMSG]."""

import struct
from itertools import count

FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
SECTOR, SMALL = 512, 64
TEXT, INTEGER, TIME = 0x1F, 0x03, 0x40
SUBJECT, SENDER, SENDER_MAIL, BODY, SENT_AT, UNICODE = 0x0037, 0x0C1A, 0x0C1F, 0x1000, 0x0039, 0x340D
NAME, MAIL, FILE_NAME = 0x3001, 0x3003, 0x3707
SINCE_1601 = 11_644_473_600
"""Seconds from Microsoft's first moment to Unix's."""


def an_outlook_mail(*, subject="", sender="", to=(), body="", files=(), sent_at=None):
    """The bytes of a .msg; `sender` and `to` are (name, address), `sent_at` a moment."""
    texts = {SUBJECT: subject, SENDER: sender[0], SENDER_MAIL: sender[1], BODY: body}
    root = _properties(texts, header=32, sent_at=sent_at)
    root |= {
        f"__recip_version1.0_#{i:08X}": _properties({NAME: name, MAIL: mail}, header=8)
        for i, (name, mail) in enumerate(to)
    }
    root |= {f"__attach_version1.0_#{i:08X}": _properties({FILE_NAME: name}, header=8) for i, name in enumerate(files)}
    return a_compound_file(root)


def _properties(texts, *, header, sent_at=None):
    parts, listed = {}, struct.pack("<HHIII", INTEGER, UNICODE, 6, 0x40000, 0)
    for pid, text in texts.items():
        content = text.encode("utf-16-le")
        parts[f"__substg1.0_{pid:04X}{TEXT:04X}"] = content
        listed += struct.pack("<HHIII", TEXT, pid, 6, len(content) + 2, 0)
    if sent_at:
        listed += struct.pack("<HHIQ", TIME, SENT_AT, 6, int((sent_at.timestamp() + SINCE_1601) * 10_000_000))
    return {"__properties_version1.0": bytes(header) + listed, **parts}


def a_compound_file(root):
    """The bytes of a compound file; `root` is {name: bytes, or another such dict}, all small."""
    entries, small, chain, number = [], bytearray(), [], count(1)

    def store(content):
        if not content:
            return END
        first, pieces = len(chain), -(-len(content) // SMALL)
        chain.extend([*range(first + 1, first + pieces), END])
        small.extend(content.ljust(pieces * SMALL, b"\0"))
        return first

    def add(name, content, at):
        """Fills entry `at`; those below it follow, each the right neighbour of the one before."""
        below = [(next(number), *pair) for pair in content.items()] if isinstance(content, dict) else []
        for i, (child, child_name, child_content) in enumerate(below):
            right = below[i + 1][0] if i + 1 < len(below) else FREE
            add(child_name, child_content, child)
            entries[-1][1]["right"] = right
        kind = 5 if at == 0 else 1 if isinstance(content, dict) else 2
        facts = {"name": name, "kind": kind, "child": below[0][0] if below else FREE, "right": FREE}
        facts |= (
            {"size": 0, "start": 0} if isinstance(content, dict) else {"size": len(content), "start": store(content)}
        )
        entries.append((at, facts))

    add("Root Entry", root, 0)
    listed = b"".join(_entry(facts) if at else b"" for at, facts in sorted(entries, key=lambda each: each[0]))
    pad = lambda content, fill=b"\0": content + fill * (-len(content) % SECTOR)  # noqa: E731
    small_table = pad(struct.pack(f"<{len(chain)}I", *chain), b"\xff")
    sectors = [(len(listed) + 128 + SECTOR - 1) // SECTOR, len(small_table) // SECTOR, len(pad(bytes(small))) // SECTOR]
    starts = [1, 1 + sectors[0], 1 + sectors[0] + sectors[1]]
    table = [0xFFFFFFFD]
    for start, length in zip(starts, sectors, strict=True):
        table += [*range(start + 1, start + length), END]
    first = dict(entries[-1][1], start=starts[2], size=len(small))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, starts[1], sectors[1], END, 0, 0)
    head = head.ljust(SECTOR, b"\xff")
    return (
        head
        + pad(struct.pack(f"<{len(table)}I", *table), b"\xff")
        + pad(_entry(first) + listed)
        + small_table
        + pad(bytes(small))
    )


def _entry(facts):
    name = facts["name"].encode("utf-16-le") + b"\0\0"
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(name), facts["kind"], 1, FREE, facts["right"], facts["child"])
        + bytes(16 + 4 + 16)
        + struct.pack("<IQ", facts["start"], facts["size"])
    )
