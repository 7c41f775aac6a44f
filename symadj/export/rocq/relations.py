"""What is known of the values at the sites of a tape: where they are differentiated, and what relates them.

* ``inv`` of a is a number w with w*a = 1, one over a root a number r with r*r*a = 1;
* exp a and exp(-a) are inverse to one another, as are a root and one over it, and a single entry and one over it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from symadj.export.rocq.assumptions import Premise, regular_matrices, symmetric_tensors
from symadj.export.rocq.domains import domain, is_domain, outer
from symadj.export.rocq.embedding import Closure, listed
from symadj.export.rocq.errors import NotExported
from symadj.export.rocq.granted import Granted
from symadj.export.rocq.kinks import KINKED
from symadj.export.rocq.names import identifier
from symadj.export.rocq.operator_values import Seen, operator_value
from symadj.export.rocq.orders import Order, linear, orders, proportional
from symadj.export.rocq.program import Program
from symadj.export.rocq.readable import expression, nat
from symadj.export.rocq.rule import Context, Value
from symadj.export.rocq.syntax import Expr, IVar, Operator, Opposite, Plus
from symadj.export.rocq.tape import OWN, Site, Tape
from symadj.export.rocq.theorem import conjunction
from symadj.export.rocq.values import value
from symadj.export.rocq.walking import instantiated, references, renamed

MOST_SITES = 100
FAMILY = {"exp": "exp", "sigmoid": "sigmoid", "softplus": "sigmoid", "tanh": "tanh"}
RELATED = {"inv": (1, "inv_relation"), "rsqrt": (2, "rsqrt_relation")}


class Relations:
    """The relations of a finished tape; ``calls`` are the texts of the tensors and lines at the point.

    ``moving`` are the tensors that a derivative is taken by, in which the first ``moved`` sites stand; in an identity
    there are none.
    """

    def __init__(
        self,
        tape: Tape,
        closures: Mapping[str, Closure],
        calls: Mapping[str, str],
        program: Program,
        granted: Granted,
        given: Sequence[Premise],
        moving: Collection[str],
        moved: int,
    ) -> None:
        local = bool(moving)
        self.moving = frozenset(moving)
        self.moved = moved
        self.program = program
        self.tape = tape
        self.calls = calls
        # where definitions are unfolded: nothing else in the context has any that matter
        self.where = f" in {', '.join(g.name for g in given)} |- *" if given else ""
        self.apart = [linear(Plus(a, Opposite(b))) for g in given if g.apart is not None for a, b in [g.apart]]
        below = tuple(g.below for g in given if g.below is not None)
        self.context = Context(
            program.see,
            program.unfolded,
            local,
            self._nonzero,
            lambda f, a: self._mixed(f, a, program, local),
            below,
        )
        self.rules = self._rules(closures)
        # the rules that ask for what their site's derivative asks for
        self.own = {k for k, rule, _ in self.rules if is_domain(rule, tape.sites[k])}
        self.related = [k for k, site in enumerate(tape.sites) if site.function in RELATED]
        self.texts = [self._relation(k, tape.copy(tape.sites[k], closures)) for k in self.related]
        self.paired = self._pairs()
        replaced = {k for k, rule, _ in self.rules if rule.power == 1}
        self.orders = orders(tape.sites, replaced, self.context)
        self.sides = [self._sides(order, closures) for order in self.orders]
        self.granted_rules = granted.rules(tape, closures)
        self.granted_relations = granted.relations(tape, closures)

    def _relation(self, number: int, text: str) -> str:
        power, _ = RELATED[self.tape.sites[number].function]
        return self._about(number, power, text)

    def _about(self, number: int, power: int, text: str) -> str:
        parameters = listed(f"{n}%N" for n in self.tape.sites[number].numbers)
        return f"({self.tape.first + number}%N, {power}%N, {parameters}, {text})"

    def _rules(self, closures: Mapping[str, Closure]) -> list[tuple[int, Value, str]]:
        """The rules for all sites, those among them that the rules themselves bring: site, rule, embedded value."""
        see = Seen(self.program.see, symmetric_tensors(self.program))
        invertible = {see.matrix_key(d) for d in regular_matrices(self.program)}
        found: list[tuple[int, Value, str]] = []
        number = 0
        while number < len(self.tape.sites):
            if number > MOST_SITES:
                raise NotExported("too many functions of different arguments")
            site = self.tape.sites[number]
            local = self.context.local and (not self._still(site) or self._nonzero(site.argument))
            rule = value(site.function, site.argument, replace(self.context, local=local))
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

    def _nonzero(self, argument: Expr) -> bool:
        """Whether a multiple of the argument is assumed not to be 0, or must not be for a kinked function of it."""
        form = linear(self.context.unfolded(argument))
        if any(proportional(form, apart) for apart in self.apart):
            return True
        return any(
            proportional(form, linear(self.context.unfolded(site.argument)))
            for k, site in enumerate(self.tape.sites)
            if not self._still(site) and (site.function == "heaviside" or (site.function in KINKED and k < self.moved))
        )

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
        return listed([*self.texts, *(text for text, _ in self.granted_relations)])

    def listed_rules(self) -> str:
        """The rules, as a list."""
        own = [self._about(number, rule.power, text) for number, rule, text in self.rules]
        first = self.tape.first
        same = [
            f"({first + o.second}%N, 1%N, {self._parameters(o)}, {self._product(o)})"
            for o in self.orders
            if o.rest is None
        ]
        return listed([*own, *(text for text, _ in self.granted_rules), *same])

    def _sides(self, order: Order, closures: Mapping[str, Closure]) -> tuple[str, str]:
        """The second argument of an order, and what it is by the first one, embedded."""
        first, second = (self.tape.sites[k] for k in (order.first, order.second))
        combined = self.tape.expression(order.combination(first.argument), self.tape.inside(first), closures)
        return self.tape.copy(second, closures), combined

    def products(self) -> str:
        """The products of two atoms that are known, as a list."""
        first = self.tape.first
        return listed(
            f"({first + o.first}%N, {first + o.second}%N, {self._parameters(o)}, {self._product(o)})"
            for o in self.orders
            if o.rest is not None
        )

    def _parameters(self, order: Order) -> str:
        return listed(f"{n}%N" for n in self.tape.sites[order.first].numbers)

    def _product(self, order: Order) -> str:
        return order.value(self.tape.atom(order.first), self.tape.atom(order.second))

    def call(self, name: str, known: str) -> str:
        """The checker's call for ``name``; ``known`` are its first arguments."""
        lists = f"{name}'relations {name}'rules {name}'products"
        return f"prove_with {known}\n  {self.pairs()} {lists} true None {name}'left {name}'right"

    def definitions(self, name: str, known: str) -> list[str]:
        """The lists of the call; that the checker says yes to what the orders rest on."""
        found = [
            f"Definition {name}'relations : seq relation := {self.listed()}.",
            f"Definition {name}'rules : seq relation := {self.listed_rules()}.",
            f"Definition {name}'products : seq relation := {self.products()}.",
        ]
        for k, (left, right) in enumerate(self.sides):
            found.append(f"Lemma {name}'order{k} : prove {known} true None\n  ({left})\n  ({right}) = Some [::].")
            found.append("Proof. by vm_compute. Qed.")
        return found

    def order_steps(self, lines: str, name: str, identity: Callable[[Sequence[str]], str], evidence: str) -> list[str]:
        """The premises of the orders, as tactics.

        ``identity`` is the checker's theorem up to its ``evidence``, with these free indices.
        """
        found: list[str] = []
        for k, order in enumerate(self.orders):
            first, second = self.tape.sites[order.first], self.tape.sites[order.second]
            same = {old: IVar(new) for old, new in zip(second.parameters, first.parameters, strict=True)}
            every = self._every(first)
            unfold = f"by intros; cbv beta delta [{lines}]{self.where}; positive_here"
            found.append(f"have factor'{k} : 0 < {self._text(order.factor)} by positive_here.")
            if order.rest is not None:
                found.append(f"have rest'{k} : {every}0 < {self._text(order.rest)}.\n  {unfold}.")
            argument, combined = instantiated(second.argument, same), order.combination(first.argument)
            introduced = "".join(f"move=> {identifier(p)}; " for p in first.parameters)
            proof = f"{identity(first.parameters)} {name}'order{k} I {evidence} I I I I"
            found.append(f"have between'{k} : {every}{self._text(argument)} = {self._text(combined)}.")
            found.append(f"  by {introduced}exact ({proof}).")
        return found

    def domains(self) -> list[str]:
        """For each of the sites in the derivative: its argument lies where it is differentiated, or does not move."""
        found = []
        for k, site in enumerate(self.tape.sites[: self.moved]):
            if domain(site) is None:
                found.append("(or_introl (fun=> I))")
            elif self._still(site):
                found.append("(or_intror (fun _ _ => erefl))")
            else:
                proof = self._at(f"domain'{k}", outer(site), "l'")
                found.append(f"(or_introl {proof})")
        return found

    def differentiated(self) -> list[int]:
        """The sites of which the derivative is taken."""
        return [k for k, site in enumerate(self.tape.sites[: self.moved]) if not self._still(site)]

    def domain_steps(self, lines: str, numbers: Collection[int]) -> list[str]:
        """The proofs that the arguments of these sites lie where their functions are differentiated, as tactics."""
        found: list[str] = []
        for k, site in enumerate(self.tape.sites):
            if (form := domain(site)) is None or k not in numbers:
                continue
            if site.function == "maximum":
                found += self._apart(k, site, lines)
                continue
            every, argument = self._readable(outer(site))
            found.append(f"have domain'{k} : {every}{form.format(argument)}.")
            found.append(f"  by intros; cbv beta delta [{lines}]{self.where}; positive_here.")
        return found

    def _still(self, site: Site) -> bool:
        """Whether nothing in the argument depends on the tensors that move; of operators nobody asks."""
        return site.over is None and self.moving.isdisjoint(
            tensor for name in references(site.argument) for tensor in self.program.uses(name)
        )

    def steps(self, lines: str) -> list[str]:
        """The proofs of the domains and of the pairs, as tactics; ``lines`` are the definitions to unfold."""
        inverted = {int(number) for _, _, name in self.paired for number in [name.partition("'")[2]]}
        found = self.domain_steps(lines, {*self.related, *self.own, *inverted, *self.differentiated()})
        for k, rule, _ in self.rules:
            for j, met in enumerate(rule.conditions if k not in self.own else ()):
                said = met.form.format(*(self._text(part) for part in met.parts))
                found.append(f"have met'{k}'{j} : {self._every(self.tape.sites[k])}{said}.")
                found.append(f"  by intros; cbv beta delta [{lines}]{self.where}; {met.tactic}.")
            if self.tape.sites[k].over is not None:
                every, left = self._readable(self.tape.sites[k])
                found.append(f"have rule'{k} : {every}{left} ^+ {rule.power} = {self._text(rule.value)}.")
                found.append(
                    f"  by intros; cbv beta delta [{lines}]{self.where}; apply: {self._lemma(rule)}; intros; regular."
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
        holds += [proof for _, proof in self.granted_relations]
        rules = [self._follows(k, rule) for k, rule, _ in self.rules] + [proof for _, proof in self.granted_rules]
        known = []
        for k, order in enumerate(self.orders):
            site = self.tape.sites[order.first]
            between, rest = (self._at(f"{n}'{k}", site, "l'") for n in ("between", "rest"))
            if order.rest is None:
                rules.append(f"(fun l' => {order.lemma} factor'{k} ({between} l'))")
            else:
                known.append(f"(fun l' => {order.lemma} factor'{k} ({rest} l') ({between} l'))")
        return f"{conjunction(holds)} {conjunction(rules)} {conjunction(known)} {conjunction(pairs)}"

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
            f"  by intros; split; [first [done | assumption] | intros; cbv beta delta [{lines}]{self.where}; apart].",
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
