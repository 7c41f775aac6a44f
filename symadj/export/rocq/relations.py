"""What is known of the values at the sites of a tape: where they are differentiated, and what relates them.

* ``inv`` of a is a number w with w*a = 1, one over a root a number r with r*r*a = 1;
* exp a and exp(-a) are inverse to one another, as are a root and one over it, and a single entry and one over it.
"""

from __future__ import annotations

from collections.abc import Mapping

from symadj.export.rocq.embedding import Closure, listed
from symadj.export.rocq.names import identifier
from symadj.export.rocq.readable import expression
from symadj.export.rocq.tape import Site, Tape
from symadj.export.rocq.theorem import conjunction
from symadj.export.rocq.walking import renamed

COPIES = 3
RELATED = {"inv": (1, "inv_relation"), "rsqrt": (2, "rsqrt_relation")}


class Relations:
    """The relations of a finished tape; ``calls`` are the texts of the tensors and lines at the point."""

    def __init__(self, tape: Tape, closures: Mapping[str, Closure], calls: Mapping[str, str]) -> None:
        self.tape = tape
        self.calls = calls
        self.related = [k for k, site in enumerate(tape.sites) if site.function in RELATED]
        self.texts = [
            self._relation(k, tape.copy(tape.sites[k], closures)) for k in self.related for _ in range(COPIES)
        ]
        self.paired = self._pairs()

    def _relation(self, number: int, text: str) -> str:
        site = self.tape.sites[number]
        power, _ = RELATED[site.function]
        parameters = listed(f"{n}%N" for n in site.numbers)
        return f"({self.tape.first + number}%N, {power}%N, {parameters}, {text})"

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

    def domains(self, moved: int) -> list[str]:
        """For each of the first ``moved`` sites the proof that its argument lies in the domain of its derivative."""
        return [
            "(fun=> I)" if domain(site) is None else self._at(f"domain'{k}", site, "l'")
            for k, site in enumerate(self.tape.sites[:moved])
        ]

    def steps(self, lines: str, moved: int) -> list[str]:
        """The proofs of the domains and of the pairs, as tactics; ``lines`` are the definitions to unfold."""
        found: list[str] = []
        for k, site in enumerate(self.tape.sites):
            form = domain(site)
            if form is not None and (k < moved or k in self.related):
                every, argument = self._readable(site)
                found.append(f"have domain'{k} : {every}{form.format(argument)}.")
                found.append(f"  by intros; cbv beta delta [{lines}]; positive.")
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
            holds += [f"(fun l' => {lemma} (domain'{k}{entries}))"] * COPIES
        pairs = [self._at(name, self.tape.sites[int(name.partition("'")[2])], "l'") for _, _, name in self.paired]
        return f"{conjunction(holds)} {conjunction(pairs)}"

    def _at(self, proof: str, site: Site, subscripts: str) -> str:
        if not site.parameters:
            return f"(fun=> {proof})"
        entries = " ".join(f"(nth 0%N {subscripts} {j})" for j in range(len(site.parameters)))
        return f"(fun {subscripts} => {proof} {entries})"

    def _readable(self, site: Site) -> tuple[str, str]:
        """The quantifier over the site's parameters, and its argument in parentheses."""
        names = " ".join(identifier(p) for p in site.parameters)
        argument = expression(renamed(site.argument, self.calls))
        return (f"forall {names} : nat, " if names else ""), f"({argument})"


def domain(site: Site) -> str | None:
    """Where the site's function is differentiated, as a condition on its argument; everywhere: none."""
    if site.function in {"log", "sqrt", "rsqrt"}:
        return "0 < {}"
    return "{} != 0" if site.function == "inv" else None
