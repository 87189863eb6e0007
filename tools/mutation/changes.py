"""What is changed into what: comparisons, numbers, conditions, members of closed lists, rows of tables, statements.

Sentences are left as they are: people read them, and a test of each word would be a second copy of it.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

Enums = Mapping[str, Sequence[str]]
COMPARISONS: Mapping[type[ast.cmpop], Sequence[type[ast.cmpop]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
ARITHMETIC: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
WORD = re.compile(r"[a-z][a-z_-]*")


def alternatives(node: ast.AST, parents: Sequence[ast.AST], enums: Enums, *, table: bool) -> Iterator[ast.AST]:
    """Yield what could stand instead of a node; `table` says that it is in a table of a module, not in a function."""
    match node:
        case ast.expr():
            yield from _of_expression(node, enums)
            yield from _of_display(node, table=table)
            if _decides(node, parents[-1]):
                yield ast.UnaryOp(ast.Not(), node)
        case ast.stmt():
            yield from _of_statement(node)
        case ast.comprehension():
            yield from _of_comprehension(node)


def _of_expression(node: ast.expr, enums: Enums) -> Iterator[ast.expr]:
    match node:
        case ast.Compare(left, [operator], [right]):
            yield from (ast.Compare(left, [other()], [right]) for other in COMPARISONS[type(operator)])
        case ast.BoolOp(operator, values):
            yield ast.BoolOp(ast.Or() if isinstance(operator, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand
        case ast.BinOp(left, operator, right) if not _is_text(left) and not _is_text(right):
            other = ARITHMETIC.get(type(operator))
            yield from [ast.BinOp(left, other(), right)] if other else []
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Constant(value):
            yield from (ast.Constant(other) for other in _other_constants(value))
        case ast.Name(name) if name in NAMES:
            yield ast.Name(NAMES[name], ast.Load())
        case ast.Attribute(ast.Name(kind), member) if member in enums.get(kind, ()):
            members = enums[kind]
            yield ast.Attribute(ast.Name(kind, ast.Load()), members[members.index(member) - 1], ast.Load())


def _other_constants(value: object) -> Iterator[str | bool | int | float]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    elif isinstance(value, str) and WORD.fullmatch(value):
        yield f"{value}x"


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _of_display(node: ast.expr, *, table: bool) -> Iterator[ast.expr]:
    """Leave out a member of a set, and in tables of a list, a row, or an argument that is given by name."""
    match node:
        case ast.Set(members) if len(members) > 1:
            yield from (ast.Set([*members[:i], *members[i + 1 :]]) for i in range(len(members)))
        case ast.Tuple(members, ast.Load()) | ast.List(members, ast.Load()) if table:
            for i in range(len(members)):
                yield type(node)([*members[:i], *members[i + 1 :]], ast.Load())
        case ast.Call(function, given, keywords) if table:
            for i in range(len(keywords)):
                yield ast.Call(function, given, [*keywords[:i], *keywords[i + 1 :]])


def _decides(node: ast.expr, parent: ast.AST) -> bool:
    """Say whether a branch hangs on an expression that no other change turns round."""
    turned = isinstance(node, ast.Compare | ast.UnaryOp) and not (isinstance(node, ast.Compare) and len(node.ops) > 1)
    return isinstance(parent, ast.If | ast.While) and node is parent.test and not turned


def _of_statement(node: ast.stmt) -> Iterator[ast.stmt]:
    match node:
        case ast.Expr(ast.Call()) | ast.AugAssign() | ast.Raise():
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()
        case ast.Return(value) if value is not None and not _is_none(value):
            yield ast.Return(ast.Constant(None))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _of_comprehension(node: ast.comprehension) -> Iterator[ast.comprehension]:
    for i in range(len(node.ifs)):
        yield ast.comprehension(node.target, node.iter, [*node.ifs[:i], *node.ifs[i + 1 :]], node.is_async)
