"""Finds code that writes another domain's models, by reading its syntax tree.

It follows a model's name from its import to queries, loops, assignments and annotated parameters of one function. What
a name cannot show (a record out of an untyped container) it does not see; reviewers still have eyes.
"""

import ast

WRITES = {
    "save", "asave", "create", "acreate", "update", "aupdate", "delete", "adelete", "bulk_create", "bulk_update",
    "get_or_create", "update_or_create", "aget_or_create", "aupdate_or_create", "add", "set", "remove", "clear",
}  # fmt: skip
# `add`, `set`, … write only through a relation (`party.tags.add`), not on the record's own class.
THROUGH_RELATIONS = {"add", "set", "remove", "clear"}


def foreign_writes(source, *, domain):
    """`line: what` of every write in `source`, a module of `domain`, to a model of another domain."""
    tree = ast.parse(source)
    finder = _Finder(_foreign_models(tree, domain=domain))
    finder.visit(tree)
    return finder.found


def _foreign_models(tree, *, domain):
    """Names in this module that stand for another domain's models, and for whole modules of them."""
    classes, modules = set(), set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or not node.module or node.level:
            continue
        package, _, rest = node.module.partition(".")
        home, _, room = rest.partition(".")
        if package != "kundig" or home in ("", domain):
            continue
        names = {alias.asname or alias.name for alias in node.names}
        if room.split(".")[0] == "models":
            classes |= {name for name in names if name[:1].isupper()}
        elif not room and "models" in {alias.name for alias in node.names}:
            modules |= {alias.asname or alias.name for alias in node.names if alias.name == "models"}
    return classes, modules


class _Finder(ast.NodeVisitor):
    def __init__(self, foreign):
        self.classes, self.modules = foreign
        self.records = [set()]  # names of foreign records, per function
        self.found = []

    def visit_FunctionDef(self, node):
        self.records.append(set(self.records[-1]))
        for argument in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]:
            if argument.annotation and self._names_model(argument.annotation):
                self.records[-1].add(argument.arg)
        self.generic_visit(node)
        self.records.pop()

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node):
        self._bind(node.targets, node.value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        if self._names_model(node.annotation) and isinstance(node.target, ast.Name):
            self.records[-1].add(node.target.id)
        self.generic_visit(node)

    def visit_NamedExpr(self, node):
        self._bind([node.target], node.value)
        self.generic_visit(node)

    def visit_For(self, node):
        self._bind([node.target], node.iter)
        self.generic_visit(node)

    def visit_Call(self, node):
        if self._is_class(node.func):
            self._report(node, "makes a record")
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr in WRITES
            and self._leads_to_foreign(node.func.value)
        ):
            relation = isinstance(node.func.value, ast.Attribute)
            if node.func.attr not in THROUGH_RELATIONS or relation:
                self._report(node, f"calls {node.func.attr}")
        self.generic_visit(node)

    def _bind(self, targets, value):
        for target in targets:
            if isinstance(target, ast.Name) and self._leads_to_foreign(value):
                self.records[-1].add(target.id)

    def _leads_to_foreign(self, node):
        """Whether an expression starts at a foreign model: `Party.objects.filter(…).first()`, `party`."""
        while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
            if self._is_class(node):
                return True
            node = node.func if isinstance(node, ast.Call) else node.value
        return isinstance(node, ast.Name) and (node.id in self.records[-1] or node.id in self.classes)

    def _is_class(self, node):
        if isinstance(node, ast.Name):
            return node.id in self.classes
        return (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in self.modules
            and node.attr[:1].isupper()
        )

    def _names_model(self, annotation):
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            annotation = ast.parse(annotation.value, mode="eval").body
        return any(self._is_class(node) for node in ast.walk(annotation))

    def _report(self, node, what):
        self.found.append(f"{node.lineno}: {what}: {ast.unparse(node)[:80]}")
