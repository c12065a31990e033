"""From the text of a condition to its tree, by recursive descent.

condition  = and-part { "or" and-part }
and-part   = not-part { "and" not-part }
not-part   = "not" not-part | comparison
comparison = sum [ operator sum | [not] "in" ( … ) | "is" [not] "empty" ]
sum        = product { (+|-) product }
product    = unary { (*|/) unary }
unary      = "-" unary | primary
primary    = value [unit] | "(" condition ")" | me[.team] | today | now | path
           | path "." quantifier "(" … ")" | function "(" … ")"
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _

from kundig.records.conditions import tree
from kundig.records.conditions.lexing import UNITS, Token, tokens_of
from kundig.records.conditions.problems import ConditionError, refuse

LONGEST, DEEPEST, MOST_NODES = 20_000, 40, 1_000
QUANTIFIERS = ("any", "all", "none", "count")
SIGNS = ("=", "!=", "<", "<=", ">", ">=")


def parse(text: str) -> tree.Node:
    """The tree of a condition or a formula.

    Raises:
        ConditionError: with what is wrong and where; also for more than a person can oversee (1,000 parts).
    """
    if len(text) > LONGEST:
        raise refuse(
            _("This is %(length)d characters long; at most %(most)d are possible.")
            % {"length": len(text), "most": LONGEST},
            LONGEST,
            len(text),
        )
    return check_size(_Parser(tokens_of(text)).whole())


def check_size(node: tree.Node) -> tree.Node:
    if (size := node.size()) > MOST_NODES:
        raise refuse(
            _("This has %(count)d parts; at most %(most)d are possible. A list of values (“in (…)”) takes fewer.")
            % {"count": size, "most": MOST_NODES},
            node.start,
            node.end,
        )
    return node


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.place = 0
        self.depth = 0

    # -- tokens -------------------------------------------------------------------------------------------------

    @property
    def next(self) -> Token:
        return self.tokens[self.place]

    def is_next(self, *texts: str) -> bool:
        return self.next.kind in ("keyword", "sign") and self.next.text in texts

    def take(self) -> Token:
        token = self.next
        self.place += 1
        return token

    def taken(self, *texts: str) -> Token | None:
        return self.take() if self.is_next(*texts) else None

    def expect(self, text: str) -> Token:
        if not self.is_next(text):
            raise self.unexpected(_("“%(sign)s” is missing here.") % {"sign": text})
        return self.take()

    def unexpected(self, message: str = "") -> ConditionError:
        token = self.next
        if not message:
            message = (
                _("Here something is missing.")
                if token.kind == "end"
                else _("“%(text)s” was not expected here.") % {"text": token.text[:40]}
            )
        return refuse(message, token.start, max(token.end, token.start + 1))

    # -- conditions ---------------------------------------------------------------------------------------------

    def whole(self) -> tree.Node:
        node = self.condition()
        if self.next.kind != "end":
            raise self.unexpected()
        return node

    def condition(self) -> tree.Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.unexpected(_("More than %(most)d brackets inside one another.") % {"most": DEEPEST})
        node = self.joined("or", lambda: self.joined("and", self.negation))
        self.depth -= 1
        return node

    def joined(self, word: str, part: Callable[[], tree.Node]) -> tree.Node:
        clauses = [part()]
        while self.taken(word):
            clauses.append(part())
        if len(clauses) == 1:
            return clauses[0]
        return tree.Logic(word, _flat(word, clauses), start=clauses[0].start, end=clauses[-1].end)

    def negation(self) -> tree.Node:
        negations: list[Token] = []
        while word := self.taken("not"):
            negations.append(word)
        node = self.comparison()
        for word in reversed(negations):
            node = tree.Not(node, start=word.start, end=node.end)
        return node

    def comparison(self) -> tree.Node:
        left = self.sum()
        if sign := self.taken(*SIGNS):
            right = self.sum()
            return tree.Compare(left, sign.text, right, start=left.start, end=right.end)
        if self.taken("is"):
            negated = self.taken("not")
            end = self.expect("empty").end
            return _negated(tree.Empty(left, start=left.start, end=end), bool(negated))
        negated = self.taken("not")
        if self.taken("in"):
            return _negated(self.one_of(left), bool(negated))
        if operator := self.taken("contains", "starts", "ends"):
            if operator.text != "contains":
                self.expect("with")
            word = operator.text if operator.text == "contains" else f"{operator.text} with"
            right = self.sum()
            return _negated(tree.Compare(left, word, right, start=left.start, end=right.end), bool(negated))
        if negated:
            raise self.unexpected(_("Behind “not” belongs “in (…)” or “contains” here."))
        return left

    def one_of(self, left: tree.Node) -> tree.Node:
        self.expect("(")
        values = [self.sum()]
        while self.taken(","):
            values.append(self.sum())
        end = self.expect(")").end
        return tree.OneOf(left, tuple(values), start=left.start, end=end)

    # -- values -------------------------------------------------------------------------------------------------

    def sum(self) -> tree.Node:
        return self.arithmetic(self.product, "+", "-")

    def product(self) -> tree.Node:
        return self.arithmetic(self.unary, "*", "/")

    def arithmetic(self, part: Callable[[], tree.Node], *signs: str) -> tree.Node:
        left = part()
        while sign := self.taken(*signs):
            right = part()
            left = tree.Arithmetic(sign.text, left, right, start=left.start, end=right.end)
        return left

    def unary(self) -> tree.Node:
        minus: list[Token] = []
        while sign := self.taken("-"):
            minus.append(sign)
        if len(minus) > DEEPEST:
            raise self.unexpected()
        node = self.primary()
        for sign in reversed(minus):
            if isinstance(node, tree.Literal) and isinstance(node.value, Decimal):
                node = tree.Literal(-node.value, start=sign.start, end=node.end)
            else:
                node = tree.Negative(node, start=sign.start, end=node.end)
        return node

    def primary(self) -> tree.Node:
        token = self.next
        if token.kind == "value":
            return self.value()
        if self.taken("true", "false"):
            return tree.Literal(token.text == "true", start=token.start, end=token.end)
        if self.taken("today", "now"):
            return tree.Present(token.text, start=token.start, end=token.end)
        if self.taken("me"):
            return self.me(token)
        if token.kind == "word":
            return self.path()
        if self.taken("("):
            node = self.condition()
            self.expect(")")
            return node
        raise self.unexpected()

    def value(self) -> tree.Node:
        token, unit = self.take(), self.next
        if isinstance(token.value, Decimal) and unit.kind == "word" and unit.text.lower() in UNITS:
            self.take()
            return tree.Duration(token.value, UNITS[unit.text.lower()], start=token.start, end=unit.end)
        return tree.Literal(token.value, start=token.start, end=token.end)

    def me(self, token: Token) -> tree.Node:
        if not self.taken("."):
            return tree.Me(start=token.start, end=token.end)
        attribute = self.next
        if attribute.text != "team":
            raise self.unexpected(_("Of “me” only “me.team” is known."))
        self.take()
        return tree.Me("team", start=token.start, end=attribute.end)

    def path(self) -> tree.Node:
        first = self.take()
        words, end = [first.text], first.end
        while self.taken("."):
            if self.next.kind != "word":
                raise self.unexpected()
            word = self.take()
            words.append(word.text)
            end = word.end
        name = tree.Name(tuple(words), start=first.start, end=end)
        if not self.is_next("("):
            return name
        if len(words) == 1:
            arguments, end = self.arguments()
            return tree.Call(words[0].lower(), arguments, start=first.start, end=end)
        if words[-1] not in QUANTIFIERS:
            raise refuse(
                _("“%(word)s” is not known here; known are: %(known)s.")
                % {"word": words[-1], "known": ", ".join(QUANTIFIERS)},
                end - len(words[-1]),
                end,
            )
        collection = tree.Name(tuple(words[:-1]), start=first.start, end=end - len(words[-1]) - 1)
        arguments, end = self.arguments()
        condition = _all_of(arguments)
        return tree.Quantity(collection, words[-1], condition, start=first.start, end=end)

    def arguments(self) -> tuple[tuple[tree.Node, ...], int]:
        self.expect("(")
        arguments: list[tree.Node] = []
        if not self.is_next(")"):
            arguments.append(self.condition())
            while self.taken(","):
                arguments.append(self.condition())
        return tuple(arguments), self.expect(")").end


def _all_of(clauses: tuple[tree.Node, ...]) -> tree.Node | None:
    """Conditions with commas between them hold together."""
    if len(clauses) < 2:
        return clauses[0] if clauses else None
    return tree.Logic("and", _flat("and", clauses), start=clauses[0].start, end=clauses[-1].end)


def _flat(word: str, clauses: list[tree.Node] | tuple[tree.Node, ...]) -> tuple[tree.Node, ...]:
    """(a and b) and c is a and b and c."""
    flat: list[tree.Node] = []
    for clause in clauses:
        flat += clause.clauses if isinstance(clause, tree.Logic) and clause.operator == word else (clause,)
    return tuple(flat)


def _negated(node: tree.Node, negated: bool) -> tree.Node:
    return tree.Not(node, start=node.start, end=node.end) if negated else node
