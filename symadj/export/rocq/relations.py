"""What is known of the values at the sites of a tape: where they are differentiated, and what relates them.

* ``inv`` of a is a number w with w*a = 1, one over a root a number r with r*r*a = 1;
* exp a and exp(-a) are inverse to one another, as are a root and one over it, and a single entry and one over it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from symadj.export.rocq.assumptions import regular_matrices, symmetric_tensors
from symadj.export.rocq.embedding import Closure, listed
from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.names import following, identifier, unknown
from symadj.export.rocq.operator_values import Seen, operator_value
from symadj.export.rocq.program import Program
from symadj.export.rocq.readable import expression, nat
from symadj.export.rocq.syntax import Expr, IVar, Operator, Opposite
from symadj.export.rocq.tape import OWN, Site, Tape
from symadj.export.rocq.theorem import conjunction
from symadj.export.rocq.values import Context, Value, value
from symadj.export.rocq.walking import instantiated, renamed

MOST_SITES = 100
FAMILY = {"exp": "exp", "sigmoid": "sigmoid", "softplus": "sigmoid", "tanh": "tanh"}
RELATED = {"inv": (1, "inv_relation"), "rsqrt": (2, "rsqrt_relation")}


class Relations:
    """The relations of a finished tape; ``calls`` are the texts of the tensors and lines at the point."""

    def __init__(
        self, tape: Tape, closures: Mapping[str, Closure], calls: Mapping[str, str], program: Program, local: bool
    ) -> None:
        self.tape = tape
        self.calls = calls
        self.rules = self._rules(closures, program, local)
        # the rules that ask for what their site's derivative asks for
        self.own = {
            k
            for k, rule, _ in self.rules
            if rule.conditions == ((domain(s := tape.sites[k]), s.argument),) and s.over is None
        }
        self.related = [k for k, site in enumerate(tape.sites) if site.function in RELATED]
        self.texts = [self._relation(k, tape.copy(tape.sites[k], closures)) for k in self.related]
        self.paired = self._pairs()

    def _relation(self, number: int, text: str) -> str:
        power, _ = RELATED[self.tape.sites[number].function]
        return self._about(number, power, text)

    def _about(self, number: int, power: int, text: str) -> str:
        parameters = listed(f"{n}%N" for n in self.tape.sites[number].numbers)
        return f"({self.tape.first + number}%N, {power}%N, {parameters}, {text})"

    def _rules(self, closures: Mapping[str, Closure], program: Program, local: bool) -> list[tuple[int, Value, str]]:
        """The rules for all sites, those among them that the rules themselves bring: site, rule, embedded value."""
        context = Context(program.see, local, lambda f, a: self._mixed(f, a, program, local))
        see = Seen(program.see, symmetric_tensors(program))
        invertible = {see.matrix_key(d) for d in regular_matrices(program)}
        found: list[tuple[int, Value, str]] = []
        number = 0
        while number < len(self.tape.sites):
            if number > MOST_SITES:
                raise NotExported("too many functions of different arguments")
            site = self.tape.sites[number]
            rule = value(site.function, site.argument, context)
            if site.over is not None:
                replaced = {k for k, other, _ in found if other.lemma in {"inv_same", "det_same"}}
                rule = operator_value(number, self.tape.sites, replaced, invertible, see)
            if rule is not None and site.numbers:
                self.tape.following = max(self.tape.following, site.numbers[-1] + 1)
            if rule is not None and not (rule.lemma == "sqrt_square" and self._inverted(site)):
                inside = self.tape.inside(site)
                found.append((number, rule, self.tape.expression(rule.value, inside, closures)))
            number += 1
        return found

    def _inverted(self, root: Site) -> bool:
        """Whether one over the root is a site too; then their product is 1, and the square of the root stays."""
        return any((s.function, s.text) == ("rsqrt", root.text) for s in self.tape.sites)

    def _mixed(self, function: str, argument: Expr, program: Program, local: bool) -> bool:
        """Whether a function made from exponentials of the argument stands beside others of it.

        In an identity any others count, since their arguments can be the parts of this one.
        """

        def base(part: Expr) -> str:
            seen = program.see(part)
            return base(seen.part) if isinstance(seen, Opposite) else repr(seen)

        kinds = {
            FAMILY[site.function]
            for site in self.tape.sites
            if site.function in FAMILY and (not local or base(site.argument) == base(argument))
        }
        return len(kinds) > 1 or (function == "softplus" and any(s.function == "log" for s in self.tape.sites))

    def _pairs(self) -> list[tuple[str, str, str]]:
        """Pairs of atoms, and the name of the proof of each."""
        found: list[tuple[str, str, str]] = []
        first = self.tape.first
        for k, site in enumerate(self.tape.sites):
            if site.function == "inv" and (entry := self._alone(site)) is not None:
                found.append((str(first + k), entry, f"inverse'{k}"))
            for j, other in enumerate(self.tape.sites):
                if site.numbers != other.numbers:
                    continue
                if (site.function, other.function) == ("sqrt", "rsqrt") and site.text == other.text:
                    found.append((str(first + k), str(first + j), f"root'{k}"))
                if (site.function, other.function) == ("exp", "exp") and other.text == f"Opp ({site.text})":
                    found.append((str(first + k), str(first + j), f"powers'{k}"))
        return found

    def _alone(self, site: Site) -> str | None:
        """The atom that the argument is, where it is one at the site's parameters in order."""
        head, _, rest = site.text.partition(" ")
        number, _, subscripts = rest.partition(" ")
        return number if head == "Atm" and subscripts == listed(f"V {n}" for n in site.numbers) else None

    def pairs(self) -> str:
        """The pairs, as a list."""
        return listed(f"({a}%N, {b}%N)" for a, b, _ in self.paired)

    def listed(self) -> str:
        """The relations, as a list."""
        return listed(self.texts)

    def listed_rules(self) -> str:
        """The rules, as a list."""
        return listed(self._about(number, rule.power, text) for number, rule, text in self.rules)

    def domains(self, moved: int) -> list[str]:
        """For each of the first ``moved`` sites the proof that its argument lies in the domain of its derivative."""
        return [
            "(fun=> I)" if domain(site) is None else self._at(f"domain'{k}", _outer(site), "l'")
            for k, site in enumerate(self.tape.sites[:moved])
        ]

    def steps(self, lines: str, moved: int) -> list[str]:
        """The proofs of the domains and of the pairs, as tactics; ``lines`` are the definitions to unfold."""
        found: list[str] = []
        for k, site in enumerate(self.tape.sites):
            form = domain(site)
            if form is not None and (k < moved or k in self.related or k in self.own):
                every, argument = self._readable(_outer(site))
                if site.function == "maximum":
                    found += self._apart(k, site, lines)
                    continue
                found.append(f"have domain'{k} : {every}{form.format(argument)}.")
                found.append(f"  by intros; cbv beta delta [{lines}] in *; positive.")
        for k, rule, _ in self.rules:
            for j, (form, part) in enumerate(rule.conditions if k not in self.own else ()):
                found.append(f"have met'{k}'{j} : {self._every(self.tape.sites[k])}{form.format(self._text(part))}.")
                found.append(f"  by intros; cbv beta delta [{lines}] in *; positive.")
            if self.tape.sites[k].over is not None:
                every, left = self._readable(self.tape.sites[k])
                found.append(f"have rule'{k} : {every}{left} ^+ {rule.power} = {self._text(rule.value)}.")
                found.append(
                    f"  by intros; cbv beta delta [{lines}] in *; apply: {self._lemma(rule)}; intros; regular."
                )
        for first, second, name in self.paired:
            del first, second
            kind, _, number = name.partition("'")
            site = self.tape.sites[int(number)]
            every, argument = self._readable(site)
            arguments = "".join(f" {identifier(p)}" for p in site.parameters)
            head = f"fun{arguments} => " if arguments else ""
            have = {
                "inverse": (f"{argument}^-1 * {argument} = 1", f"inv_pair (domain'{number}{arguments})"),
                "root": (
                    f"Num.sqrt {argument} * (Num.sqrt {argument})^-1 = 1",
                    f"sqrt_pair (domain'{number}{arguments})",
                ),
                "powers": (f"expR {argument} * expR (- {argument}) = 1", "exp_pair _"),
            }[kind]
            found.append(f"have {name} : {every}{have[0]} := {head}{have[1]}.")
        return found

    def proofs(self) -> str:
        """The last arguments of ``unit_relations``: that the relations and the pairs hold."""
        holds: list[str] = []
        for k in self.related:
            site = self.tape.sites[k]
            _, lemma = RELATED[site.function]
            entries = "".join(f" (nth 0%N l' {j})" for j in range(len(site.parameters)))
            holds.append(f"(fun l' => {lemma} (domain'{k}{entries}))")
        pairs = [self._at(name, self.tape.sites[int(name.partition("'")[2])], "l'") for _, _, name in self.paired]
        rules = [self._follows(k, rule) for k, rule, _ in self.rules]
        return f"{conjunction(holds)} {conjunction(rules)} {conjunction(pairs)}"

    def _apart(self, number: int, site: Site, lines: str) -> list[str]:
        """That there are numbers of which the greatest is taken, and that no two are equal."""
        if not isinstance(site.argument, Operator):
            raise TypeError("a maximum is an operator")
        row, body = site.argument.row, site.argument.body
        sides = [self._text(instantiated(body, {row: IVar(name)})) for name in OWN]
        first, second = (identifier(name) for name in OWN)
        least = f"(0 < {nat(site.argument.size)})%N"
        every = f"forall {first} {second} : nat, ~~ ({first} == {second} :> nat)%N -> {sides[0]} != {sides[1]}"
        return [
            f"have domain'{number} : {self._every(site)}{least} /\\ {every}.",
            f"  by intros; split; [first [done | assumption] | intros; cbv beta delta [{lines}] in *; apart].",
        ]

    def _lemma(self, rule: Value) -> str:
        """The lemma, with the family that it is about where it would not be found."""
        if rule.along is None:
            return rule.lemma
        index, body = rule.along
        return f"(@{rule.lemma} _ _ (fun {identifier(index)} : nat => {self._text(body)}))"

    def _follows(self, number: int, rule: Value) -> str:
        site = self.tape.sites[number]
        entries = "".join(f" (nth 0%N l' {j})" for j in range(len(site.parameters)))
        if site.over is not None:
            return f"(fun l' => rule'{number}{entries})"
        if rule.conditions:
            names = (
                [f"domain'{number}"]
                if number in self.own
                else [f"met'{number}'{j}" for j in range(len(rule.conditions))]
            )
            premises = " ".join(f"({name}{entries})" for name in names)
            return f"(fun l' => {rule.lemma} {premises})"
        return f"(fun=> {rule.lemma})"

    def _at(self, proof: str, site: Site, subscripts: str) -> str:
        if not site.parameters:
            return f"(fun=> {proof})"
        entries = " ".join(f"(nth 0%N {subscripts} {j})" for j in range(len(site.parameters)))
        return f"(fun {subscripts} => {proof} {entries})"

    def _readable(self, site: Site) -> tuple[str, str]:
        """The quantifier over the site's parameters, and its argument in parentheses."""
        return self._every(site), self._text(site.argument)

    def _every(self, site: Site) -> str:
        names = " ".join(identifier(p) for p in site.parameters)
        return f"forall {names} : nat, " if names else ""

    def _text(self, part: Expr) -> str:
        return f"({expression(renamed(part, self.calls))} : R)"


def _outer(site: Site) -> Site:
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
