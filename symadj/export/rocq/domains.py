"""Where the function at a site is differentiated."""

from __future__ import annotations

from dataclasses import replace

from symadj.export.rocq.names import following, unknown
from symadj.export.rocq.rule import Condition, Value
from symadj.export.rocq.syntax import Operator
from symadj.export.rocq.tape import Site


def is_domain(rule: Value, site: Site) -> bool:
    """Whether the rule asks for what the site's derivative asks for."""
    form = domain(site)
    return form is not None and site.over is None and rule.conditions == (Condition(form, (site.argument,)),)


def outer(site: Site) -> Site:
    """For an operator, the determinant that must not be 0, without parameters of its own."""
    if site.over is None or not isinstance(site.argument, Operator):
        return site
    determinant = replace(site.argument, name="determinant", arguments=())
    return replace(site, argument=determinant, parameters=site.parameters[site.over.own :])


def domain(site: Site) -> str | None:
    """Where the site's function is differentiated, as a condition on its argument; everywhere: none."""
    if site.function in {"log", "sqrt", "rsqrt"}:
        return "0 < {}"
    if site.function in {"arcsin", "arccos"}:
        return "0 < 1 - {0} * {0}"
    if "'" in site.function:
        return f"is_derive {{0}} 1 {unknown(site.function)} ({unknown(following(site.function))} {{0}})"
    return (
        "{} != 0"
        if site.function in {"inv", "inverse", "determinant", "maximum", "iszero", "abs", "sign", "relu", "heaviside"}
        else None
    )
