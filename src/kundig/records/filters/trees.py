"""Looking into the plain data of a condition, and changing one place of it.

A place is a text of steps: "0" is the first of the parts at the top, "0.1" the second of its parts, "w" leads into what
is asked of a collection, "n" into what is negated. A last "&" or "|" is the place for one more part.
"""

from __future__ import annotations

from typing import Any

AND, OR, WHERE, INNER = "&", "|", "w", "n"
QUANTIFIERS = ("any", "all", "none")


def parts_of(tree: Any, operator: str = "and") -> list[Any]:
    """The parts that are joined by `operator`; of nothing none, of anything else itself."""
    if tree is None:
        return []
    return list(tree["parts"]) if isinstance(tree, dict) and tree.get("op") == operator else [tree]


def joined(parts: list[Any], operator: str = "and") -> Any:
    """The parts as one tree; None for none."""
    left = [part for part in parts if part is not None]
    return None if not left else left[0] if len(left) == 1 else {"op": operator, "parts": left}


def holder(node: Any) -> dict[str, Any] | None:
    """Where a node keeps what is asked of a collection: itself, or the count it compares."""
    if not isinstance(node, dict):
        return None
    if "of" in node:
        return node
    left = node.get("left")
    return left if isinstance(left, dict) and "count" in left else None


def call_of(node: Any) -> tuple[str, tuple[str, ...], bool] | None:
    """Of a question of another domain its name, its words and whether it is denied; None of any other node."""
    match node:
        case {"op": "not", "part": {"call": _} as part}:
            inner = call_of(part)
            return None if inner is None else (*inner[:2], True)
        case {"call": str() as name, "arguments": list() as arguments}:
            words = tuple(each.get("field", "") if isinstance(each, dict) else str(each) for each in arguments)
            return name, words, False
    return None


def at(tree: Any, place: str) -> Any:
    """The node at a place.

    Raises:
        LookupError: if there is none.
    """
    steps = place.split(".")
    nodes = parts_of(tree)
    node = nodes[_number(steps[0], nodes)]
    for step in steps[1:]:
        node = _below(node, step)
    return node


def _below(node: Any, step: str) -> Any:
    if step == WHERE:
        kept = holder(node)
        if kept is None or kept.get("where") is None:
            raise LookupError(step)
        return kept["where"]
    if step == INNER:
        return node["part"]
    nodes = _several(node)
    return nodes[_number(step, nodes)]


def _several(node: Any) -> list[Any]:
    return list(node["parts"]) if isinstance(node, dict) and "parts" in node else [node]


def _number(step: str, nodes: list[Any]) -> int:
    if not (step.isascii() and step.isdigit()) or int(step[:6]) >= len(nodes):
        raise LookupError(step)
    return int(step)


def negated(node: Any) -> Any:
    """The opposite of a node; of one that is negated already what is in it."""
    is_negated = isinstance(node, dict) and node.get("op") == "not"
    return node["part"] if is_negated else {"op": "not", "part": node}


def put(tree: Any, place: str, new: Any) -> Any:
    """The tree with `new` at a place; None takes away what stands there, and what is empty then.

    Raises:
        LookupError: if there is no such place.
    """
    steps = place.split(".")
    top = parts_of(tree)
    if steps == [AND]:
        return joined([*top, *parts_of(new)])
    number = _number(steps[0], top)
    changed = _put(top[number], steps[1:], new)
    return joined([*top[:number], changed, *top[number + 1 :]])


def _put(node: Any, steps: list[str], new: Any) -> Any:
    if not steps:
        return new
    step, rest = steps[0], steps[1:]
    if step == AND:
        return joined([*parts_of(node), new])
    if step == OR:
        return joined([*parts_of(node, "or"), new], "or")
    if step == INNER:
        changed = _put(node["part"], rest, new)
        return None if changed is None else {**node, "part": changed}
    if step == WHERE:
        kept = holder(node)
        if kept is None:
            raise LookupError(step)
        where = kept.get("where")
        changed = new if where is None and rest == [AND] else _put(where, rest, new)
        within = {name: value for name, value in kept.items() if name != "where"}
        if changed is not None:
            within["where"] = changed
        return within if kept is node else {**node, "left": within}
    nodes = _several(node)
    number = _number(step, nodes)
    changed = _put(nodes[number], rest, new)
    operator = node["op"] if "parts" in node else "and"
    return joined([*nodes[:number], changed, *nodes[number + 1 :]], operator)
