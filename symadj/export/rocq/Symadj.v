(* Symadj: identities between sums of products of tensor entries, for all sizes, decided by a program that is proved right.

   WHAT IS PROVED.  An expression (ex, below) is a scalar built from entries of tensors, numbers, sizes, one over a size,
   indicators of conditions on indices, cases, sums, products, and sums over ranges that may depend on other indices. den
   gives its value in a commutative ring, tensors being functions of natural numbers. prove e1 e2 computes, from the
   expressions alone, either None or a list of facts of linear arithmetic over the integers. The theorems that the
   generated files use are near the end:

     ring_identity       prove .. e1 e2 = Some facts -> the facts hold -> den e1 = den e2, in every comRingType;
     unit_identity       the same with division by positive integers, where these are units of a comUnitRingType;
     dual_identity       the same about a ring with an element e of square zero, and unit_dual_identity: this is how the
                         derivative of a polynomial map is stated without limits, f(x + e v) = f(x) + e Df(x)[v];
     unit_relations      the same where atoms are inverse to expressions, or to one another, and where rules replace a
                         power of an atom by an expression: what analysis needs;
     unit_same           two expressions that are equal once they are multiplied out, with no fact of arithmetic at all;
     adjoint0 .. 4       the adjoint lemma: for a linear L with L v = <v, b> for all v, and any u,
                         (forall v, L v = <v, u>) <-> u is entry by entry b, inside the shape.

   A generated theorem is stated in plain mathematical components. Its proof is one of these applied to its two sides as
   expressions; that their values are what the theorem says is seen by the kernel, by computation. A wrong translation
   is thus rejected, and so is a false claim: prove answers None, or asks for facts that are not so.

   HOW.  expand multiplies out to a list of monomials, num/dnm * \sum_(binders) [guards] * factors. Actions simplify them:
   an equation that binds an index is substituted, an index that stands nowhere becomes the length of its range, a range
   that depends on an index becomes a whole one with a guard, a composite subscript becomes a new index with an equation.
   Monomials that are equal up to a renaming of their binders form a class, and the sum of each class must vanish: by
   itself, or because its guards, weighted, cancel, which is a fact for lia. Which action to take, and which renaming to
   try, is chosen by code of which nothing is assumed (Section Heuristics): every action, and every renaming, is checked.

   No axioms: Print Assumptions check_sound says "Closed under the global context".  Rocq 8.16, mathcomp 1.15.           *)
From Coq Require Import ZArith Lia.
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq path choice fintype div bigop ssralg ssrnum.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Num.Theory.

(* ------------------------------------------------------------------ the language *)

(* index terms: natural numbers *)
Inductive it : Type :=
| V (x : nat)            (* a variable, bound or free; sizes are free variables *)
| C (k : nat)
| IA (t u : it) | IS (t u : it) | IM (t u : it) | ID (t u : it) | IR (t u : it)
| F (f : nat) (t : it)   (* an unknown function of naturals: an index table *)
| G (f : nat) (t u : it).

Inductive fm : Type :=
| Eq (t u : it) | Le (t u : it) | Lt (t u : it) | Tr | Not (f : fm) | And (f g : fm) | Or (f g : fm).

Inductive ex : Type :=
| Cst (c : Z) | Rat (p : Z) (q : positive)
| Atm (a : nat) (ts : seq it)
| Siz (t : it) | Isz (t : it)
| Ind (f : fm) | If (f : fm) (e1 e2 : ex)
| Add (e1 e2 : ex) | Opp (e : ex) | Mul (e1 e2 : ex)
| Sum (x : nat) (t : it) (f : fm) (e : ex).

Definition it_dec (t u : it) : {t = u} + {t <> u}.
Proof. by decide equality; apply: PeanoNat.Nat.eq_dec. Defined.
Definition it_eqMixin := comparableMixin it_dec.
Canonical it_eqType := EqType it it_eqMixin.
Definition fm_dec (f g : fm) : {f = g} + {f <> g}.
Proof. by decide equality; apply: it_dec. Defined.
Definition fm_eqMixin := comparableMixin fm_dec.
Canonical fm_eqType := EqType fm fm_eqMixin.

Fixpoint ivars (t : it) : seq nat :=
  match t with
  | V x => [:: x] | C _ => [::]
  | IA t u | IS t u | IM t u | ID t u | IR t u | G _ t u => ivars t ++ ivars u
  | F _ t => ivars t
  end.
Fixpoint fvars (f : fm) : seq nat :=
  match f with
  | Eq t u | Le t u | Lt t u => ivars t ++ ivars u
  | Tr => [::] | Not f => fvars f | And f g | Or f g => fvars f ++ fvars g
  end.

Definition val := nat -> nat.
Definition upd (r : val) (x v : nat) : val := fun y => if eqn y x then v else r y.

(* factors of a monomial *)
Inductive fa : Type := At (a : nat) (ts : seq it) | Sz (t : it) | Iz (t : it).
Definition fa_dec (f g : fa) : {f = g} + {f <> g}.
Proof. by decide equality; try apply: PeanoNat.Nat.eq_dec; try apply: it_dec; apply: (List.list_eq_dec it_dec). Defined.
Definition fa_eqMixin := comparableMixin fa_dec.
Canonical fa_eqType := EqType fa fa_eqMixin.
Definition favars (f : fa) : seq nat :=
  match f with At _ ts => flatten (map ivars ts) | Sz t | Iz t => ivars t end.

(* a renaming or substitution of variables by terms *)
Fixpoint isub (s : nat -> it) (t : it) : it :=
  match t with
  | V x => s x | C k => C k
  | IA t u => IA (isub s t) (isub s u) | IS t u => IS (isub s t) (isub s u)
  | IM t u => IM (isub s t) (isub s u) | ID t u => ID (isub s t) (isub s u)
  | IR t u => IR (isub s t) (isub s u) | F f t => F f (isub s t) | G f t u => G f (isub s t) (isub s u)
  end.
Fixpoint fsub s (f : fm) : fm :=
  match f with
  | Eq t u => Eq (isub s t) (isub s u) | Le t u => Le (isub s t) (isub s u) | Lt t u => Lt (isub s t) (isub s u)
  | Tr => Tr | Not f => Not (fsub s f) | And f g => And (fsub s f) (fsub s g) | Or f g => Or (fsub s f) (fsub s g)
  end.
Definition fasub s (f : fa) : fa :=
  match f with At a ts => At a (map (isub s) ts) | Sz t => Sz (isub s t) | Iz t => Iz (isub s t) end.

Section Integers.
Variables (fn : nat -> nat -> nat) (gn : nat -> nat -> nat -> nat).

Fixpoint iden (r : val) (t : it) : nat :=
  match t with
  | V x => r x | C k => k
  | IA t u => iden r t + iden r u | IS t u => iden r t - iden r u | IM t u => iden r t * iden r u
  | ID t u => iden r t %/ iden r u | IR t u => iden r t %% iden r u
  | F f t => fn f (iden r t) | G f t u => gn f (iden r t) (iden r u)
  end.
Fixpoint bden (r : val) (f : fm) : bool :=
  match f with
  | Eq t u => iden r t == iden r u | Le t u => iden r t <= iden r u | Lt t u => iden r t < iden r u
  | Tr => true | Not f => ~~ bden r f | And f g => bden r f && bden r g | Or f g => bden r f || bden r g
  end.

Definition agree (vs : seq nat) (r1 r2 : val) := forall y, y \in vs -> r1 y = r2 y.

Lemma agreeW vs ws r1 r2 : {subset vs <= ws} -> agree ws r1 r2 -> agree vs r1 r2.
Proof. by move=> sub h y /sub /h. Qed.
Lemma agree_catl vs ws r1 r2 : agree (vs ++ ws) r1 r2 -> agree vs r1 r2.
Proof. by apply: agreeW => y; rewrite mem_cat => ->. Qed.
Lemma agree_catr vs ws r1 r2 : agree (vs ++ ws) r1 r2 -> agree ws r1 r2.
Proof. by apply: agreeW => y; rewrite mem_cat orbC => ->. Qed.
Lemma agree_sym vs r1 r2 : agree vs r1 r2 -> agree vs r2 r1.
Proof. by move=> h y /h. Qed.

Lemma agree_upd vs r x i : x \notin vs -> agree vs (upd r x i) r.
Proof. by move=> xn y yin; rewrite /upd eqnE; case: eqP => // e; rewrite -e yin in xn. Qed.

(* substitution: r1 gives the terms s x the values that r2 gives x *)
Lemma iden_sub s r1 r2 t : (forall x, x \in ivars t -> iden r1 (s x) = r2 x) -> iden r1 (isub s t) = iden r2 t.
Proof.
elim: t => //= [x|t ht u hu|t ht u hu|t ht u hu|t ht u hu|t ht u hu|f t ht|f t ht u hu] h;
  rewrite ?ht ?hu // ?h ?inE // => y yin; apply: h; rewrite ?mem_cat ?yin ?orbT //.
Qed.
Lemma bden_sub s r1 r2 f : (forall x, x \in fvars f -> iden r1 (s x) = r2 x) -> bden r1 (fsub s f) = bden r2 f.
Proof.
elim: f => //= [t u|t u|t u|f hf|f hf g hg|f hf g hg] h;
 rewrite ?hf ?hg ?(@iden_sub s r1 r2 t) ?(@iden_sub s r1 r2 u) // => y yin; apply: h; rewrite ?mem_cat ?yin ?orbT //.
Qed.

Lemma isub_V t : isub V t = t.
Proof. by elim: t => //= [? -> ? ->|? -> ? ->|? -> ? ->|? -> ? ->|? -> ? ->|? ? ->|? ? -> ? ->]. Qed.
Lemma fsub_V f : fsub V f = f.
Proof. by elim: f => //= [? ?|? ?|? ?|? ->|? -> ? ->|? -> ? ->]; rewrite ?isub_V. Qed.
Lemma iden_agree r1 r2 t : agree (ivars t) r1 r2 -> iden r1 t = iden r2 t.
Proof. by move=> h; rewrite -{1}(isub_V t); apply: iden_sub. Qed.
Lemma bden_agree r1 r2 f : agree (fvars f) r1 r2 -> bden r1 f = bden r2 f.
Proof. by move=> h; rewrite -{1}(fsub_V f); apply: bden_sub. Qed.

Definition gvars (gs : seq fm) := flatten (map fvars gs).
Lemma gden_sub s r1 r2 gs : (forall x, x \in gvars gs -> iden r1 (s x) = r2 x) ->
  all (bden r1) (map (fsub s) gs) = all (bden r2) gs.
Proof.
elim: gs => //= g gs ih h; rewrite ih ?(@bden_sub s r1 r2) // => y yin; apply: h; rewrite /gvars /= mem_cat yin ?orbT //.
Qed.
Lemma gden_agree r1 r2 gs : agree (gvars gs) r1 r2 -> all (bden r1) gs = all (bden r2) gs.
Proof.
move=> h; apply: eq_in_all => g gin; apply: bden_agree; apply: agreeW h => y yin.
by apply/flattenP; exists (fvars g) => //; apply: map_f.
Qed.

(* --- obligations: arithmetic facts that the checker leaves to lia *)
Definition ob := (seq fm * seq (Z * seq fm))%type.

Definition comb (r : val) (l : seq (Z * seq fm)) : Z :=
  foldr (fun cg z => ((if all (bden r) cg.2 then cg.1 else 0) + z)%Z) 0%Z l.
Definition oden (o : ob) : Prop := forall r, all (bden r) o.1 -> comb r o.2 = 0%Z.
Definition holds (os : seq ob) : Prop := foldr (fun o P => oden o /\ P) True os.

Lemma holds_cat o1 o2 : holds (o1 ++ o2) <-> holds o1 /\ holds o2.
Proof. by elim: o1 => /= [|o o1 ih]; [split=> //; case | rewrite ih; tauto]. Qed.

(* the same over Z and Prop, fit for lia *)
Fixpoint iz (r : val) (t : it) : Z :=
  match t with
  | V x => Z.of_nat (r x) | C k => Z.of_nat k
  | IA t u => (iz r t + iz r u)%Z | IS t u => Z.max 0 (iz r t - iz r u) | IM t u => (iz r t * iz r u)%Z
  | ID t u => (iz r t / iz r u)%Z
  | IR t u => (iz r t - iz r u * (iz r t / iz r u))%Z
  | F f t => Z.of_nat (fn f (iden r t)) | G f t u => Z.of_nat (gn f (iden r t) (iden r u))
  end.
Fixpoint bp (r : val) (f : fm) : Prop :=
  match f with
  | Eq t u => iz r t = iz r u | Le t u => (iz r t <= iz r u)%Z | Lt t u => (iz r t < iz r u)%Z
  | Tr => True | Not f => ~ bp r f | And f g => bp r f /\ bp r g | Or f g => bp r f \/ bp r g
  end.
Definition gp r (gs : seq fm) : Prop := foldr (fun g P => bp r g /\ P) True gs.
Fixpoint tree r (l : seq (Z * seq fm)) (acc : Z) : Prop :=
  match l with
  | [::] => acc = 0%Z
  | (c, g) :: l => (gp r g -> tree r l (acc + c)%Z) /\ (~ gp r g -> tree r l acc)
  end.
Definition ozden (o : ob) : Prop := forall r, gp r o.1 -> tree r o.2 0.
Definition zholds (os : seq ob) : Prop := foldr (fun o P => ozden o /\ P) True os.

Lemma izP r t : Z.of_nat (iden r t) = iz r t.
Proof.
elim: t => //= [t <- u <-|t <- u <-|t <- u <-|t <- u <-|t <- u <-].
- by rewrite -plusE; lia.
- by rewrite -minusE; lia.
- by rewrite -multE; lia.
- case: (iden r u) => [|d]; first by rewrite divn0 Zdiv.Zdiv_0_r.
  apply: (Z.div_unique_pos _ _ _ (Z.of_nat (iden r t %% d.+1))).
    by have /ltP := ltn_pmod (iden r t) (ltn0Sn d); lia.
  by rewrite {1}(divn_eq (iden r t) d.+1) -plusE -multE; lia.
- case: (iden r u) => [|d]; first by rewrite modn0; lia.
  have -> : (Z.of_nat (iden r t) / Z.of_nat d.+1)%Z = Z.of_nat (iden r t %/ d.+1).
    symmetry; apply: (Z.div_unique_pos _ _ _ (Z.of_nat (iden r t %% d.+1))).
      by have /ltP := ltn_pmod (iden r t) (ltn0Sn d); lia.
    by rewrite {1}(divn_eq (iden r t) d.+1) -plusE -multE; lia.
  by rewrite {2}(divn_eq (iden r t) d.+1) -plusE -multE; lia.
Qed.
Lemma bpP r f : bden r f <-> bp r f.
Proof.
elim: f => [t u|t u|t u||f hf|f hf g hg|f hf g hg] /=.
- by rewrite -!izP; split; [by move/eqP-> | by move/Znat.Nat2Z.inj->].
- by rewrite -!izP; split; [move/leP; lia | move=> h; apply/leP; lia].
- by rewrite -!izP; split; [move/ltP; lia | move=> h; apply/ltP; lia].
- by [].
- by split; [move/negP => n /hf | move=> h; apply/negP => /hf].
- by split; [case/andP => /hf ? /hg | case=> /hf -> /hg].
- by split; [case/orP => [/hf|/hg]; [left|right] | case=> [/hf ->|/hg ->]; rewrite ?orbT].
Qed.
Lemma gpP r gs : all (bden r) gs <-> gp r gs.
Proof. by elim: gs => //= g gs ih; split; [case/andP => /bpP ? /ih | case=> /bpP -> /ih]. Qed.
Lemma treeP r l acc : tree r l acc -> (acc + comb r l = 0)%Z.
Proof.
elim: l acc => [|[c g] l ih] acc /=; first by case: acc.
case=> h1 h2; case: (boolP (all (bden r) g)) => hg.
  by have := ih _ (h1 (iffLR (gpP r g) hg)); lia.
by have /ih := h2 (fun p => negP hg (iffRL (gpP r g) p)); lia.
Qed.
Lemma zholdsP os : zholds os -> holds os.
Proof.
elim: os => //= o os ih [ho hos]; split; last exact: ih.
by move=> r /gpP /ho /treeP.
Qed.
End Integers.

(* ------------------------------------------------------------------ values in a commutative ring *)

Inductive tensor (R : Type) : Type :=
| T0 of R | T1 of nat -> R | T2 of nat -> nat -> R | T3 of nat -> nat -> nat -> R
| T4 of nat -> nat -> nat -> nat -> R | T5 of nat -> nat -> nat -> nat -> nat -> R
| T6 of nat -> nat -> nat -> nat -> nat -> nat -> R
| TL of seq nat -> R.  (* given at its list of subscripts *)

Definition entry R (a : tensor R) (l : seq nat) : R :=
  match a with
  | T0 x => x | T1 x => x (nth 0 l 0) | T2 x => x (nth 0 l 0) (nth 0 l 1)
  | T3 x => x (nth 0 l 0) (nth 0 l 1) (nth 0 l 2)
  | T4 x => x (nth 0 l 0) (nth 0 l 1) (nth 0 l 2) (nth 0 l 3)
  | T5 x => x (nth 0 l 0) (nth 0 l 1) (nth 0 l 2) (nth 0 l 3) (nth 0 l 4)
  | T6 x => x (nth 0 l 0) (nth 0 l 1) (nth 0 l 2) (nth 0 l 3) (nth 0 l 4) (nth 0 l 5)
  | TL x => x l
  end.

(* a monomial: num/dnm * \sum over bs, where all gs hold, of the product of fs *)
Record mono := Mono { num : Z; dnm : positive; bs : seq (nat * it); gs : seq fm; fs : seq fa }.

Local Open Scope ring_scope.

Section Ring.
Variables (fn : nat -> nat -> nat) (gn : nat -> nat -> nat -> nat).
Variables (R : comRingType) (iv : nat -> R) (fld : bool) (env : seq (tensor R)).
(* iv is the inverse of a natural number; only where fld is it used as such *)
Hypothesis iv1 : iv 1 = 1.
Hypothesis ivM : forall a b, iv (a * b) = iv a * iv b.
Hypothesis ivK : fld -> forall a, (0 < a)%N -> a%:R * iv a = 1.

Notation iden := (iden fn gn).
Notation bden := (bden fn gn).

Definition zden (z : Z) : R :=
  match z with Z0 => 0 | Zpos p => (Pos.to_nat p)%:R | Zneg p => - (Pos.to_nat p)%:R end.
Definition atom (a : nat) (l : seq nat) : R := entry (nth (T0 0) env a) l.

Fixpoint den (r : val) (e : ex) : R :=
  match e with
  | Cst c => zden c | Rat p q => zden p * iv (Pos.to_nat q)
  | Atm a ts => atom a (map (iden r) ts)
  | Siz t => (iden r t)%:R | Isz t => iv (iden r t)
  | Ind f => (bden r f)%:R | If f e1 e2 => if bden r f then den r e1 else den r e2
  | Add e1 e2 => den r e1 + den r e2 | Opp e => - den r e | Mul e1 e2 => den r e1 * den r e2
  | Sum x t f e => \sum_(i < iden r t | bden (upd r x i) f) den (upd r x i) e
  end.

Lemma zdenE z a b : z = (Z.of_nat a - Z.of_nat b)%Z -> zden z = a%:R - b%:R.
Proof.
move=> e; case: z e => [|p|p] e /=.
- have -> : a = b by lia. by rewrite subrr.
- have -> : a = (Pos.to_nat p + b)%N by rewrite -plusE; lia. by rewrite natrD addrK.
- have -> : b = (Pos.to_nat p + a)%N by rewrite -plusE; lia. by rewrite natrD opprD addrCA subrr addr0.
Qed.
Lemma zsplit z : z = (Z.of_nat (Z.to_nat z) - Z.of_nat (Z.to_nat (- z)))%Z.
Proof. lia. Qed.
Lemma zdenD x y : zden (x + y) = zden x + zden y.
Proof.
rewrite (zdenE (zsplit x)) (zdenE (zsplit y)).
rewrite (@zdenE _ (Z.to_nat x + Z.to_nat y) (Z.to_nat (- x) + Z.to_nat (- y))); last by rewrite -!plusE; lia.
by rewrite !natrD opprD addrACA.
Qed.
Lemma zdenN x : zden (- x) = - zden x.
Proof. by case: x => [|p|p] /=; rewrite ?oppr0 ?opprK. Qed.
Lemma zdenM x y : zden (x * y) = zden x * zden y.
Proof.
rewrite (zdenE (zsplit x)) (zdenE (zsplit y)).
rewrite (@zdenE _ (Z.to_nat x * Z.to_nat y + Z.to_nat (- x) * Z.to_nat (- y))
  (Z.to_nat x * Z.to_nat (- y) + Z.to_nat (- x) * Z.to_nat y)); last by rewrite -!plusE -!multE; nia.
by rewrite !natrD !natrM mulrBl !mulrBr opprB opprD addrACA.
Qed.

Definition fden (r : val) (f : fa) : R :=
  match f with At a ts => atom a (map (iden r) ts) | Sz t => (iden r t)%:R | Iz t => iv (iden r t) end.
Definition gden (r : val) (gs : seq fm) : R := (all (bden r) gs)%:R.
Definition pden (r : val) (fs : seq fa) : R := \prod_(f <- fs) fden r f.
Definition body gs fs (r : val) : R := gden r gs * pden r fs.
Definition fsvars (fs : seq fa) := flatten (map favars fs).

Fixpoint msum (r : val) (bs : seq (nat * it)) (F : val -> R) : R :=
  match bs with [::] => F r | (x, t) :: bs => \sum_(i < iden r t) msum (upd r x i) bs F end.
Definition cden (p : Z) (q : positive) : R := zden p * iv (Pos.to_nat q).
Definition mden (r : val) (m : mono) : R := cden (num m) (dnm m) * msum r (bs m) (body (gs m) (fs m)).
Definition poden (r : val) (p : seq mono) : R := \sum_(m <- p) mden r m.

(* --- what a body depends on *)
Definition dep (vs : seq nat) (F : val -> R) := forall r1 r2, agree vs r1 r2 -> F r1 = F r2.
Definition names (bs : seq (nat * it)) := map fst bs.
Definition bvars (bs : seq (nat * it)) := flatten (map (fun b => ivars b.2) bs).

Lemma fden_sub s r1 r2 f : (forall x, x \in favars f -> iden r1 (s x) = r2 x) -> fden r1 (fasub s f) = fden r2 f.
Proof.
case: f => [a ts|t|t] /= h; last 2 first.
- by rewrite (@iden_sub _ _ s r1 r2).
- by rewrite (@iden_sub _ _ s r1 r2).
congr atom; elim: ts h => //= t ts ih h; congr cons.
  by apply: iden_sub => x xin; apply: h; rewrite mem_cat xin.
by apply: ih => x xin; apply: h; rewrite mem_cat xin orbT.
Qed.
Lemma pden_sub s r1 r2 l : (forall x, x \in fsvars l -> iden r1 (s x) = r2 x) ->
  pden r1 (map (fasub s) l) = pden r2 l.
Proof.
rewrite /pden big_map; elim: l => [|f l ih] h; first by rewrite !big_nil.
rewrite !big_cons ih; first rewrite (@fden_sub s r1 r2) //; move=> x xin; apply: h; rewrite /fsvars /= mem_cat xin ?orbT //.
Qed.
Lemma body_sub s r1 r2 g l : (forall x, x \in gvars g ++ fsvars l -> iden r1 (s x) = r2 x) ->
  body (map (fsub s) g) (map (fasub s) l) r1 = body g l r2.
Proof.
move=> h; rewrite /body /gden (@gden_sub _ _ s r1 r2) ?(@pden_sub s r1 r2) // => x xin; apply: h;
  by rewrite mem_cat xin ?orbT.
Qed.
Lemma fasub_V f : fasub V f = f.
Proof.
case: f => /= [a ts|t|t]; rewrite ?isub_V //; congr At.
by rewrite -[RHS]map_id; apply: eq_map => t; rewrite isub_V.
Qed.
Lemma body_dep g l : dep (gvars g ++ fsvars l) (body g l).
Proof.
move=> r1 r2 h; rewrite -(@body_sub V r1 r2); last by move=> x /h.
congr body; rewrite -[LHS]map_id; apply: eq_map => z; by rewrite ?fsub_V ?fasub_V.
Qed.

Lemma msum_dep vs F l : dep vs F -> dep (bvars l ++ vs) (fun r => msum r l F).
Proof.
move=> d; elim: l => [|[x t] l ih] /= r1 r2 h; first exact: d.
have e : iden r1 t = iden r2 t.
  by apply: iden_agree; apply: agreeW h => y yin; rewrite /bvars /= -catA mem_cat yin.
rewrite e; apply: eq_bigr => i _; apply: ih => y yin; rewrite /upd; case: (eqn y x) => //; apply: h.
by move: yin; rewrite /bvars /= !mem_cat => /orP [] ->; rewrite ?orbT.
Qed.
Lemma eq_msum r l F1 F2 : (forall r, F1 r = F2 r) -> msum r l F1 = msum r l F2.
Proof. by move=> e; elim: l r => [|[x t] l ih] r /=; [exact: e | apply: eq_bigr => i _; apply: ih]. Qed.
Lemma msum_cat r l1 l2 F : msum r (l1 ++ l2) F = msum r l1 (fun r => msum r l2 F).
Proof. by elim: l1 r => [|[x t] l1 ih] r //=; apply: eq_bigr => i _; rewrite ih. Qed.
Lemma msumD r l F1 F2 : msum r l (fun r => F1 r + F2 r) = msum r l F1 + msum r l F2.
Proof. by elim: l r => [|[x t] l ih] r //=; rewrite -big_split; apply: eq_bigr => i _; rewrite ih. Qed.
Lemma msum0 r l : msum r l (fun=> 0) = 0.
Proof. by elim: l r => [|[x t] l ih] r //=; rewrite big1. Qed.
Lemma msum_scale vs F1 F2 r l : dep vs F1 -> ~~ has (mem vs) (names l) ->
  msum r l (fun r => F1 r * F2 r) = F1 r * msum r l F2.
Proof.
move=> d; elim: l r => [|[x t] l ih] r //= /norP [xn hn].
rewrite mulr_sumr; apply: eq_bigr => i _; rewrite ih //; congr (_ * _).
by apply: d; apply: agree_upd.
Qed.
Lemma msum_mul vs1 vs2 F1 F2 r l1 l2 : dep vs1 F1 -> dep vs2 F2 ->
  ~~ has (mem vs1) (names l2) -> ~~ has (mem (bvars l2 ++ vs2)) (names l1) ->
  msum r (l1 ++ l2) (fun r => F1 r * F2 r) = msum r l1 F1 * msum r l2 F2.
Proof.
move=> d1 d2 h1 h2; rewrite msum_cat.
rewrite (@eq_msum _ _ _ (fun r => msum r l2 F2 * F1 r)); last first.
  by move=> r'; rewrite (msum_scale _ _ d1) // mulrC.
by rewrite (msum_scale _ _ (msum_dep (l := l2) d2)) // mulrC.
Qed.

(* a binder may be taken to the front, or to the end *)
Lemma msum_front vs F r l1 x t l2 : dep vs F -> x \notin names l1 -> x \notin bvars l1 -> ~~ has (mem (ivars t)) (names l1) ->
  msum r (l1 ++ (x, t) :: l2) F = \sum_(i < iden r t) msum (upd r x i) (l1 ++ l2) F.
Proof.
move=> d; elim: l1 r => [|[y s] l1 ih] r //= .
rewrite !inE => /norP [xy xl1] ; rewrite mem_cat => /norP [xs xb] /norP [yt ht].
under eq_bigr => j _.
  rewrite ih //; have -> : iden (upd r y j) t = iden r t by apply: iden_agree; apply: agree_upd.
  over.
rewrite exchange_big; apply: eq_bigr => i _ /=.
have -> : iden (upd r x i) s = iden r s by apply: iden_agree; apply: agree_upd.
apply: eq_bigr => j _; apply: (msum_dep d) => z _; rewrite /upd.
by case: eqnP => // ->; case: eqnP => // e; rewrite e eqxx in xy.
Qed.
Lemma msum_end vs F r x t l : dep vs F -> x \notin names l -> x \notin bvars l -> ~~ has (mem (ivars t)) (names l) ->
  msum r ((x, t) :: l) F = msum r l (fun r => \sum_(i < iden r t) F (upd r x i)).
Proof.
move=> d xl xb ht; have := msum_front r [::] d xl xb ht; rewrite cats0 => /= <-.
by rewrite -cat1s msum_cat.
Qed.

(* --- products of monomials; eps names an atom of square zero *)
Variable eps : option nat.
Hypothesis epsP : forall a, eps = Some a -> forall l1 l2, atom a l1 * atom a l2 = 0.

Definition is_eps (f : fa) : bool :=
  match eps, f with Some a, At b _ => eqn a b | _, _ => false end.

Lemma pden_eps r l : has is_eps l -> exists a ts c, eps = Some a /\ pden r l = atom a ts * c.
Proof.
elim: l => //= f l ih; case h: (is_eps f) => /=.
  move: h; rewrite /is_eps; case e: eps => [a|] //; case: f => // b ts /eqnP <- _.
  by exists a, (map (iden r) ts), (pden r l); rewrite /pden big_cons.
move=> /ih [a [ts [c [e ec]]]]; exists a, ts, (fden r f * c); split=> //.
by rewrite /pden big_cons -/(pden r l) ec mulrCA.
Qed.
Lemma pden_cat r l1 l2 : pden r (l1 ++ l2) = pden r l1 * pden r l2.
Proof. by rewrite /pden big_cat. Qed.
Lemma pden_eps2 r l1 l2 : has is_eps l1 -> has is_eps l2 -> pden r l1 * pden r l2 = 0.
Proof.
move=> /(pden_eps r) [a [t1 [c1 [ea ->]]]] /(pden_eps r) [b [t2 [c2 [eb ->]]]].
have e : b = a by move: eb; rewrite ea; case.
by rewrite e mulrACA epsP ?mul0r.
Qed.

Definition mvars (m : mono) := bvars (bs m) ++ gvars (gs m) ++ fsvars (fs m).

Definition mmul (m1 m2 : mono) : option (seq mono) :=
  if has (mem (gvars (gs m1) ++ fsvars (fs m1))) (names (bs m2)) then None
  else if has (mem (mvars m2)) (names (bs m1)) then None
  else if has is_eps (fs m1) && has is_eps (fs m2) then Some [::]
  else Some [:: Mono (num m1 * num m2) (dnm m1 * dnm m2) (bs m1 ++ bs m2) (gs m1 ++ gs m2) (fs m1 ++ fs m2)].

Lemma cdenM p1 q1 p2 q2 : cden (p1 * p2) (q1 * q2) = cden p1 q1 * cden p2 q2.
Proof. by rewrite /cden zdenM Pos2Nat.inj_mul multE ivM mulrACA. Qed.
Lemma cdenN p q : cden (- p) q = - cden p q.
Proof. by rewrite /cden zdenN mulNr. Qed.
Lemma cden11 : cden 1 1 = 1. Proof. by rewrite /cden /= mul1r iv1. Qed.

Lemma gden_cat r g1 g2 : gden r (g1 ++ g2) = gden r g1 * gden r g2.
Proof. by rewrite /gden all_cat -natrM mulnb. Qed.
Lemma body_cat g1 g2 f1 f2 r : body (g1 ++ g2) (f1 ++ f2) r = body g1 f1 r * body g2 f2 r.
Proof. by rewrite /body gden_cat pden_cat mulrACA. Qed.

Lemma mmulP m1 m2 p r : mmul m1 m2 = Some p -> poden r p = mden r m1 * mden r m2.
Proof.
rewrite /mmul; case: ifP => // /negbT h1; case: ifP => // /negbT h2.
have e := msum_mul r (@body_dep (gs m1) (fs m1)) (@body_dep (gs m2) (fs m2)) h1 h2.
rewrite /poden; case: ifP => [/andP [i1 i2] [<-]|_ [<-]]; rewrite ?big_nil ?big_seq1 /mden /=.
  rewrite mulrACA -e (eq_msum _ _ (_ : _ =1 fun=> 0)) ?msum0 ?mulr0 // => r'.
  by rewrite /body mulrACA pden_eps2 ?mulr0.
by rewrite cdenM mulrACA -e; congr (_ * _); apply: eq_msum => r'; rewrite body_cat.
Qed.

Fixpoint mmuls (m : mono) (p : seq mono) : option (seq mono) :=
  match p with
  | [::] => Some [::]
  | m2 :: p => match mmul m m2, mmuls m p with Some a, Some b => Some (a ++ b) | _, _ => None end
  end.
Fixpoint pmul (p1 p2 : seq mono) : option (seq mono) :=
  match p1 with
  | [::] => Some [::]
  | m :: p1 => match mmuls m p2, pmul p1 p2 with Some a, Some b => Some (a ++ b) | _, _ => None end
  end.
Lemma poden_cat r p q : poden r (p ++ q) = poden r p + poden r q.
Proof. by rewrite /poden big_cat. Qed.
Lemma mmulsP m p q r : mmuls m p = Some q -> poden r q = mden r m * poden r p.
Proof.
elim: p q => [|m2 p ih] q /=; first by case=> <-; rewrite /poden !big_nil mulr0.
case e: (mmul m m2) => [a|] //; case f: (mmuls m p) => [b|] // [<-].
by rewrite poden_cat (mmulP _ e) (ih _ f) /poden big_cons mulrDr.
Qed.
Lemma pmulP p1 p2 q r : pmul p1 p2 = Some q -> poden r q = poden r p1 * poden r p2.
Proof.
elim: p1 q => [|m p1 ih] q /=; first by case=> <-; rewrite /poden !big_nil mul0r.
case e: (mmuls m p2) => [a|] //; case f: (pmul p1 p2) => [b|] // [<-].
by rewrite poden_cat (mmulsP _ e) (ih _ f) [poden r (m :: _)]/poden big_cons mulrDl.
Qed.

(* --- conjunctions as lists, negation pushed one step *)
Fixpoint conjuncts (f : fm) : seq fm := match f with And f g => conjuncts f ++ conjuncts g | Tr => [::] | _ => [:: f] end.
Definition neg (f : fm) : fm := match f with Le t u => Lt u t | Lt t u => Le u t | Not f => f | _ => Not f end.
Lemma conjunctsP r f : all (bden r) (conjuncts f) = bden r f.
Proof. by elim: f => //= [t u|t u|t u|f _|f hf g hg|f _ g _]; rewrite ?andbT // all_cat hf hg. Qed.
Lemma negP' r f : bden r (neg f) = ~~ bden r f.
Proof. by case: f => //= [t u|t u|f]; rewrite ?ltnNge ?negbK // leqNgt. Qed.
(* --- expansion to a sum of monomials *)
Definition one (fs : seq fa) := Mono 1 1 [::] [::] fs.
Definition indm (f : fm) := Mono 1 1 [::] (conjuncts f) [::].
Fixpoint isz (t : it) : positive * seq fa :=
  match t with
  | C k => match k with 0 => (1%positive, [:: Iz t]) | k'.+1 => (Pos.of_succ_nat k', [::]) end
  | IM t u => let: (p, a) := isz t in let: (q, b) := isz u in (Pos.mul p q, a ++ b)
  | _ => (1%positive, [:: Iz t])
  end.
Definition bind (x : nat) (t : it) (f : fm) (m : mono) : option mono :=
  if has (mem (fvars f)) (names (bs m)) then None
  else Some (Mono (num m) (dnm m) ((x, t) :: bs m) (conjuncts f ++ gs m) (fs m)).
Fixpoint omap_all (A B : Type) (h : A -> option B) (l : seq A) : option (seq B) :=
  match l with
  | [::] => Some [::]
  | a :: l => match h a, omap_all h l with Some b, Some l => Some (b :: l) | _, _ => None end
  end.
Definition opp (m : mono) := Mono (- num m) (dnm m) (bs m) (gs m) (fs m).

Fixpoint expand (e : ex) : option (seq mono) :=
  match e with
  | Cst c => Some (if Z.eqb c 0 then [::] else [:: Mono c 1 [::] [::] [::]])
  | Rat p q => Some [:: Mono p q [::] [::] [::]]
  | Atm a ts => Some [:: one [:: At a ts]]
  | Siz t => Some [:: one [:: Sz t]]
  | Isz t => let: (q, l) := isz t in Some [:: Mono 1 q [::] [::] l]
  | Ind f => Some [:: indm f]
  | If f e1 e2 =>
    match expand e1, expand e2 with
    | Some p1, Some p2 =>
      match pmul [:: indm f] p1, pmul [:: indm (neg f)] p2 with Some a, Some b => Some (a ++ b) | _, _ => None end
    | _, _ => None
    end
  | Add e1 e2 => match expand e1, expand e2 with Some p1, Some p2 => Some (p1 ++ p2) | _, _ => None end
  | Opp e => match expand e with Some p => Some (map opp p) | None => None end
  | Mul e1 e2 => match expand e1, expand e2 with Some p1, Some p2 => pmul p1 p2 | _, _ => None end
  | Sum x t f e => match expand e with Some p => omap_all (bind x t f) p | None => None end
  end.

Lemma mden_const r p q g l : mden r (Mono p q [::] g l) = cden p q * body g l r.
Proof. by []. Qed.
Lemma indmP r f : poden r [:: indm f] = (bden r f)%:R.
Proof. by rewrite /poden big_seq1 mden_const cden11 mul1r /body /pden big_nil mulr1 /gden conjunctsP. Qed.
Lemma iszP r t : iv (Pos.to_nat (isz t).1) * pden r (isz t).2 = iv (iden r t).
Proof.
have base u : iv 1 * pden r [:: Iz u] = iv (iden r u) by rewrite iv1 mul1r /pden big_seq1.
elim: t => [x|[|k]|t ht u hu|t ht u hu|t ht u hu|t ht u hu|t ht u hu|f t ht|f t ht u hu] /=; try exact: base.
  by rewrite SuccNat2Pos.id_succ /pden big_nil mulr1.
case: (isz t) ht => p a /= ht; case: (isz u) hu => q b /= hu.
by rewrite Pos2Nat.inj_mul multE ivM pden_cat mulrACA ht hu ivM.
Qed.
Lemma oppP r p : poden r (map opp p) = - poden r p.
Proof.
rewrite /poden big_map (big_morph _ (@opprD R) (@oppr0 R)); apply: eq_bigr => m _.
by rewrite /mden /= cdenN mulNr.
Qed.
Lemma bindP r x t f p q : omap_all (bind x t f) p = Some q ->
  poden r q = \sum_(i < iden r t | bden (upd r x i) f) poden (upd r x i) p.
Proof.
elim: p q => [|m p ih] q /=.
  by case=> <-; rewrite /poden big_nil big1 // => i _; rewrite big_nil.
case e: (bind x t f m) => [a|] //; case g: (omap_all _ p) => [b|] // [<-].
rewrite /poden big_cons -/(poden r b) (ih _ g); under [RHS]eq_bigr do rewrite big_cons.
rewrite [RHS]big_split /=; congr (_ + _); move: e; rewrite /bind; case: ifP => // /negbT h [<-].
rewrite /mden /= -big_distrr /=; congr (_ * _); rewrite [RHS]big_mkcond; apply: eq_bigr => i _ /=.
have d : dep (fvars f) (fun r => (bden r f)%:R) by move=> r1 r2 /bden_agree ->.
rewrite (@eq_msum _ _ _ (fun r => (bden r f)%:R * body (gs m) (fs m) r)); last first.
  by move=> r'; rewrite /body gden_cat {1}/gden conjunctsP mulrA.
by rewrite (msum_scale _ _ d) //; case: (bden _ f); rewrite ?mul1r ?mul0r.
Qed.

Arguments pmul : simpl never.
Lemma expandP e p r : expand e = Some p -> poden r p = den r e.
Proof.
elim: e p r => /= [c|a b|a ts|t|t|f|f e1 h1 e2 h2|e1 h1 e2 h2|e h|e1 h1 e2 h2|x t f e h] p r.
- case: Z.eqb_spec => [-> [<-]|_ [<-]]; first by rewrite /poden big_nil.
  by rewrite /poden big_seq1 mden_const /cden iv1 mulr1 /body /gden /pden big_nil !mulr1.
- by case=> <-; rewrite /poden big_seq1 mden_const /body /gden /pden big_nil !mulr1.
- by case=> <-; rewrite /poden big_seq1 mden_const cden11 mul1r /body /gden /pden big_seq1 mul1r.
- by case=> <-; rewrite /poden big_seq1 mden_const cden11 mul1r /body /gden /pden big_seq1 mul1r.
- have := iszP r t; case: (isz t) => q l /= e [<-].
  by rewrite /poden big_seq1 mden_const /body /gden /= mul1r /cden /= mul1r.
- by case=> <-; rewrite indmP.
- case e1': (expand e1) => [p1|] //; case e2': (expand e2) => [p2|] //.
  case a1: (pmul [:: indm f] p1) => [q1|] //; case a2: (pmul [:: indm (neg f)] p2) => [q2|] // [<-].
  rewrite poden_cat (pmulP _ a1) (pmulP _ a2) !indmP negP' (h1 _ _ e1') (h2 _ _ e2').
  by case: (bden r f); rewrite mul1r mul0r ?addr0 ?add0r.
- case e1': (expand e1) => [p1|] //; case e2': (expand e2) => [p2|] // [<-].
  by rewrite poden_cat (h1 _ _ e1') (h2 _ _ e2').
- by case e': (expand e) => [p1|] // [<-]; rewrite oppP (h _ _ e').
- case e1': (expand e1) => [p1|] //; case e2': (expand e2) => [p2|] // e.
  by rewrite (pmulP _ e) (h1 _ _ e1') (h2 _ _ e2').
- case e': (expand e) => [p1|] // /bindP ->; apply: eq_bigr => i _; exact: h.
Qed.

(* --- simplification: every action keeps the value, whoever chose it *)
Variable H : seq fm.              (* what is known of the free variables *)
(* (f, t) in the first list: every value of the index table f is below t; in the second, of the one of two indices *)
Variable bounded : seq (nat * it) * seq (nat * it).

Notation holds := (holds fn gn).
Notation oden := (oden fn gn).
Definition ranges (l : seq (nat * it)) := map (fun b => Lt (V b.1) b.2) l.
Fixpoint wfb (l : seq (nat * it)) : bool :=
  match l with
  | [::] => true
  | (x, t) :: l => [&& x \notin names l, x \notin ivars t, ~~ has (mem (ivars t)) (names l) & wfb l]
  end.
Definition hvars := gvars H ++ flatten (map (fun b => ivars b.2) (bounded.1 ++ bounded.2)).
Definition wf (l : seq (nat * it)) : bool := wfb l && ~~ has (mem hvars) (names l).
Definition known (r : val) : Prop :=
  [/\ all (bden r) H, forall f t, (f, t) \in bounded.1 -> forall i, (fn f i < iden r t)%N
    & forall f t, (f, t) \in bounded.2 -> forall i j, (gn f i j < iden r t)%N].

Lemma knownP r1 r2 : agree hvars r1 r2 -> known r1 -> known r2.
Proof.
move=> h [k1 k2 k3]; have e f t : (f, t) \in bounded.1 ++ bounded.2 -> iden r2 t = iden r1 t.
  move=> ft; apply: iden_agree; apply: agree_sym; apply: agreeW (agree_catr h) => y yin; apply/flattenP.
  by exists (ivars t) => //; exact: (map_f (fun b : nat * it => ivars b.2) ft).
split; first by rewrite (@gden_agree _ _ r2 r1) //; apply: agree_sym; apply: agree_catl h.
  by move=> f t ft i; rewrite (e f) ?mem_cat ?ft //; exact: k2.
by move=> f t ft i j; rewrite (e f) ?mem_cat ?ft ?orbT //; exact: k3.
Qed.

Lemma msum_in K r l F1 F2 : wf l -> ~~ has (mem (gvars K)) (names l) -> known r -> all (bden r) K ->
  (forall r', known r' -> all (bden r') (K ++ ranges l) -> F1 r' = F2 r') -> msum r l F1 = msum r l F2.
Proof.
rewrite /wf; elim: l K r => [|[x t] l ih] K r /=.
  by move=> _ _ kn kk h; apply: h => //; rewrite cats0.
case/andP => /and4P [xl xt tl wl] /norP [xh hh] /norP [xk hk] kn kk h.
apply: eq_bigr => i _; apply: (ih (rcons K (Lt (V x) t))).
- by rewrite wl.
- apply/negP => /hasP [y yl]; rewrite /= /gvars map_rcons flatten_rcons mem_cat => /orP [yk|].
    by move/hasP: hk; case; exists y.
  rewrite /= inE => /orP [/eqP e|yt]; first by rewrite -e yl in xl.
  by move/hasP: tl; case; exists y.
- by apply: knownP kn; apply: agree_sym; apply: agree_upd.
- rewrite all_rcons (@gden_agree _ _ _ r) ?kk ?andbT /=; last exact: agree_upd.
  have -> : iden (upd r x i) t = iden r t by apply: iden_agree; apply: agree_upd.
  by rewrite /upd eqnE eqxx.
- by move=> r' kr; rewrite -cats1 -catA => a; apply: h.
Qed.
Lemma msum_in0 r l F1 F2 : wf l -> known r ->
  (forall r', known r' -> all (bden r') (ranges l) -> F1 r' = F2 r') -> msum r l F1 = msum r l F2.
Proof. by move=> w k h; apply: (@msum_in [::]) => //; elim: (names l). Qed.

(* what is known of the index functions in some formulas *)
Fixpoint calls (t : it) : seq it :=
  match t with
  | V _ | C _ => [::] | F f u => t :: calls u | G _ u v => t :: calls u ++ calls v
  | IA t u | IS t u | IM t u | ID t u | IR t u => calls t ++ calls u
  end.
Fixpoint fcalls (f : fm) : seq it :=
  match f with
  | Eq t u | Le t u | Lt t u => calls t ++ calls u
  | Tr => [::] | Not f => fcalls f | And f g | Or f g => fcalls f ++ fcalls g
  end.
Definition bound_facts (t : it) : seq fm :=
  match t with
  | F f _ => [seq Lt t b.2 | b <- bounded.1 & eqn b.1 f]
  | G f _ _ => [seq Lt t b.2 | b <- bounded.2 & eqn b.1 f]
  | _ => [::] end.
Definition base (gs : seq fm) : seq fm := H ++ flatten (map bound_facts (undup (flatten (map fcalls gs)))).
Lemma baseP gs r : known r -> all (bden r) (base gs).
Proof.
case=> kh kb kc; rewrite all_cat kh /=; apply/allP => g /flattenP [l /mapP [t _ ->]].
case: t => //= [f t|f t u] /mapP [[f' w]]; rewrite mem_filter => /= /andP [/eqnP <- inb] -> /=; first exact: kb inb _.
exact: kc inb _ _.
Qed.

Definition both (p : mono * seq ob) (m : mono) := forall r, known r -> holds p.2 -> mden r p.1 = mden r m.
(* the obligation that K implies g, and that K makes g1 and g2 equivalent *)
Definition implies K g : ob := (K, [:: (1%Z, [:: g]); ((-1)%Z, [::])]).
Definition equivalent K g1 g2 : ob := (K, [:: (1%Z, g1); ((-1)%Z, g2)]).
Lemma impliesP K g r : oden (implies K g) -> all (bden r) K -> bden r g.
Proof. by move=> o k; have := o r k; rewrite /= andbT; case: (bden r g). Qed.
Lemma equivalentP K g1 g2 r : oden (equivalent K g1 g2) -> all (bden r) K -> all (bden r) g1 = all (bden r) g2.
Proof. by move=> o k; have := o r k; rewrite /=; case: (all _ g1); case: (all _ g2). Qed.

(* guards replaced *)
Definition reguard (m : mono) g : mono * seq ob :=
  if wf (bs m) then (Mono (num m) (dnm m) (bs m) g (fs m), [:: equivalent (base (gs m ++ g) ++ ranges (bs m)) (gs m) g]) else (m, [::]).
Lemma reguardP m g : both (reguard m g) m.
Proof.
rewrite /reguard; case: ifP => [w|_] r // k [/= o _]; rewrite /mden /=; congr (_ * _).
apply: (msum_in0 w k) => r' k' a; rewrite /body /gden (equivalentP o) //.
by rewrite all_cat a andbT; exact: baseP.
Qed.

(* an equation with two digits: t = d q + r, where r < d, says that q = t / d and r = t mod d *)
Definition either_way (m : mono) (t u : it) : fm := if Eq t u \in gs m then Eq t u else Eq u t.
Definition digits (m : mono) (t u d q x : it) : mono * seq ob :=
  let g := either_way m t u in
  if wf (bs m) && (g \in gs m) then
    (Mono (num m) (dnm m) (bs m) (Eq q (ID t d) :: Eq x (IR t d) :: rem g (gs m)) (fs m),
     [:: implies (base [::] ++ ranges (bs m)) (Eq u (IA (IM d q) x)); implies (base [::] ++ ranges (bs m)) (Lt x d)])
  else (m, [::]).
Lemma digits_eq d q x t : (x < d)%N -> (t == d * q + x)%N = (q == t %/ d)%N && (x == t %% d)%N.
Proof.
move=> lt; have d0 : (0 < d)%N by apply: leq_trans lt.
apply/eqP/andP => [->|[/eqP eq /eqP ex]]; last by rewrite eq ex mulnC -divn_eq.
by rewrite mulnC divnMDl // divn_small // addn0 modnMDl modn_small.
Qed.
Lemma digitsP m t u d q x : both (digits m t u d q x) m.
Proof.
rewrite /digits; set g := either_way m t u; case: ifP => [/andP [w gin]|_] r // k [/= o1 [o2 _]]; rewrite /mden /=; congr (_ * _).
apply: (msum_in0 w k) => r' k' a; have kn : all (bden r') (base [::] ++ ranges (bs m)) by rewrite all_cat baseP.
have /eqP eu := impliesP o1 kn; have lt := impliesP o2 kn; rewrite /= in eu lt.
rewrite /body; congr (_ * _); rewrite /gden; congr ((nat_of_bool _)%:R).
rewrite (perm_all _ (perm_to_rem gin)) /= andbA; congr (_ && _).
have -> : bden r' g = (iden r' t == iden r' u) by rewrite /g /either_way; case: ifP => _ //=; rewrite eq_sym.
by rewrite eu digits_eq.
Qed.

(* what a guard between numbers says; a guard that does not hold leaves nothing *)
Definition closed (g : fm) : option bool :=
  match g with
  | Eq (C a) (C b) => Some (a == b) | Le (C a) (C b) => Some (a <= b)%N | Lt (C a) (C b) => Some (a < b)%N
  | Not (Eq (C a) (C b)) => Some (a != b) | _ => None
  end.
Lemma closedP g b r : closed g = Some b -> bden r g = b.
Proof. by case: g => // [[]//? []//?|[]//? []//?|[]//? []//?|[]// []//? []//?] [<-]. Qed.
Definition dead (m : mono) : bool := has (fun g => closed g == Some false) (gs m).
(* guards dropped that are known, or twice there *)
Definition is_known (l : seq (nat * it)) (g : fm) : bool :=
  (g \in H ++ ranges l) || (closed g == Some true) ||
  match g with Tr => true | Eq t u => t == u | Lt (F f _) u => (f, u) \in bounded.1 | Lt (G f _ _) u => (f, u) \in bounded.2 | Le t u => t == u | _ => false end.
Definition drop_known (m : mono) : mono * seq ob :=
  if dead m then (Mono 0 1 [::] [::] [::], [::])
  else if wf (bs m) then (Mono (num m) (dnm m) (bs m) (undup [seq g <- gs m | ~~ is_known (bs m) g]) (fs m), [::])
  else (m, [::]).
Lemma drop_knownP m : both (drop_known m) m.
Proof.
rewrite /drop_known; case: ifP => [/hasP [g gin /eqP c] r k _|_].
  rewrite [LHS]/mden /cden /= !mul0r /mden (eq_msum _ _ (_ : _ =1 fun=> 0)) ?msum0 ?mulr0 // => r'.
  by rewrite /body /gden (_ : all _ _ = false) ?mul0r //; apply/negbTE/allPn; exists g => //; rewrite (closedP _ c).
case: ifP => [w|_] r // k _; rewrite /mden /=; congr (_ * _).
apply: (msum_in0 w k) => r' k' a; rewrite /body /gden; congr ((nat_of_bool _)%:R * _).
have -> : all (bden r') (undup [seq g <- gs m | ~~ is_known (bs m) g]) = all (bden r') [seq g <- gs m | ~~ is_known (bs m) g].
  by apply: eq_all_r => y; rewrite mem_undup.
elim: (gs m) => //= g l ih; case kn: (is_known _ g) => /=; last by rewrite ih.
rewrite ih; suff -> : bden r' g by [].
move: kn; rewrite /is_known; case/orP; [case/orP; last by move/eqP/(closedP r')|]; last first.
  case: g => //= [t u|t u|[] //= f t]; [by move/eqP-> | by move/eqP-> | |].
    by move=> u b; case: k' => _ /(_ _ _ b).
  by move=> v u b; case: k' => _ _ /(_ _ _ b).
by rewrite mem_cat => /orP [] h; [case: k' => /allP /(_ _ h) | move/allP: a => /(_ _ h)].
Qed.

(* a binder moved to the end *)
Fixpoint pick (x : nat) (l : seq (nat * it)) : option (it * seq (nat * it)) :=
  match l with
  | [::] => None
  | (y, t) :: l => if eqn y x then Some (t, l) else match pick x l with Some (u, l) => Some (u, (y, t) :: l) | None => None end
  end.
Definition loose (x : nat) (t : it) (l : seq (nat * it)) : bool :=
  [&& x \notin names l, x \notin bvars l & ~~ has (mem (ivars t)) (names l)].
Lemma pickP x l t l' : pick x l = Some (t, l') -> exists l1 l2, l = l1 ++ (x, t) :: l2 /\ l' = l1 ++ l2.
Proof.
elim: l l' => //= [[y s] l ih] l'; case: eqnP => [->|_].
  by case=> <- <-; exists [::], l.
case e: (pick x l) => [[u k]|] // [eu <-]; rewrite eu in e; have [l1 [l2 [-> ->]]] := ih _ e.
by exists ((y, s) :: l1), l2.
Qed.
Lemma names_cat l1 l2 : names (l1 ++ l2) = names l1 ++ names l2. Proof. exact: map_cat. Qed.
Lemma bvars_cat l1 l2 : bvars (l1 ++ l2) = bvars l1 ++ bvars l2.
Proof. by rewrite /bvars map_cat flatten_cat. Qed.
Lemma msum_front' vs F r x t l l' : dep vs F -> pick x l = Some (t, l') -> loose x t l' ->
  msum r l F = \sum_(i < iden r t) msum (upd r x i) l' F.
Proof.
move=> d /pickP [l1 [l2 [-> ->]]] /and3P []; rewrite names_cat bvars_cat !mem_cat => /norP [xn _] /norP [xb _].
by rewrite has_cat => /norP [ht _]; apply: msum_front d _ _ _.
Qed.
Lemma msum_pick vs F r x t l l' : dep vs F -> pick x l = Some (t, l') -> loose x t l' ->
  msum r l F = msum r l' (fun r => \sum_(i < iden r t) F (upd r x i)).
Proof.
by move=> d p lo; rewrite (msum_front' _ d p lo); case/and3P: lo => ? ? ?; rewrite -(msum_end _ d).
Qed.

Lemma sum_eq T u (f : nat -> R) : \sum_(i < T) (nat_of_ord i == u)%:R * f i = (u < T)%:R * f u.
Proof.
case: ltnP => [lt|le].
  rewrite (bigD1 (Ordinal lt)) //= eqxx mul1r big1 ?addr0 ?mul1r // => i ne.
  by rewrite (_ : (nat_of_ord i == u) = false) ?mul0r //; apply/negbTE; apply: contraNneq ne => e; apply/eqP; apply: val_inj.
rewrite mul0r big1 // => i _; rewrite (_ : (nat_of_ord i == u) = false) ?mul0r //.
by apply/negbTE; rewrite neq_ltn (leq_trans (ltn_ord i) le).
Qed.

Definition put (x : nat) (u : it) : nat -> it := fun y => if eqn y x then u else V y.
Lemma putP r x u : forall y, iden r (put x u y) = upd r x (iden r u) y.
Proof. by move=> y; rewrite /put /upd; case: eqnP. Qed.

(* a binder x with the guard x = u goes, u put for x *)
Definition elim_eq (m : mono) (x : nat) (u : it) : mono * seq ob :=
  match pick x (bs m) with
  | Some (t, l) =>
    if [&& loose x t l, x \notin ivars u & (Eq (V x) u \in gs m) || (Eq u (V x) \in gs m)] then
      (Mono (num m) (dnm m) l (Lt u t :: map (fsub (put x u)) (gs m)) (map (fasub (put x u)) (fs m)), [::])
    else (m, [::])
  | None => (m, [::])
  end.
Lemma elim_eqP m x u : both (elim_eq m x u) m.
Proof.
rewrite /elim_eq; case p: (pick x (bs m)) => [[t l]|] //; case: ifP => // /and3P [lo xu gin] r _ _.
rewrite /mden /=; congr (_ * _); rewrite (msum_pick _ (@body_dep _ _) p lo); apply: eq_msum => r'.
set B := body (gs m) (fs m).
transitivity (\sum_(i < iden r' t) (nat_of_ord i == iden r' u)%:R * B (upd r' x i)).
  rewrite (sum_eq _ _ (fun i => B (upd r' x i))) /B -(@body_sub (put x u) r' (upd r' x (iden r' u))); last by move=> y _; apply: putP.
  by rewrite /body /gden /= -mulnb natrM mulrA.
apply: eq_bigr => i _; rewrite /B /body /gden; case: (boolP (all _ (gs m))) => [a|_]; last by rewrite !mul0r mulr0.
suff -> : nat_of_ord i == iden r' u by rewrite !mul1r.
have e : iden (upd r' x i) u = iden r' u by apply: iden_agree; apply: agree_upd.
have ex : upd r' x i x = i by rewrite /upd eqnE eqxx.
by case/orP: gin => /(allP a) /=; rewrite e ex // eq_sym.
Qed.

(* a binder that stands nowhere is the length of its range *)
Definition unused (m : mono) (x : nat) : mono * seq ob :=
  match pick x (bs m) with
  | Some (t, l) =>
    if loose x t l && (x \notin gvars (gs m) ++ fsvars (fs m)) then (Mono (num m) (dnm m) l (gs m) (Sz t :: fs m), [::])
    else (m, [::])
  | None => (m, [::])
  end.
Lemma unusedP m x : both (unused m x) m.
Proof.
rewrite /unused; case p: (pick x (bs m)) => [[t l]|] //; case: ifP => // /andP [lo xn] r _ _.
rewrite /mden /=; congr (_ * _); rewrite (msum_pick _ (@body_dep _ _) p lo); apply: eq_msum => r'.
under [RHS]eq_bigr => i _ do rewrite (@body_dep _ _ (upd r' x i) r' (agree_upd _ _ xn)).
by rewrite sumr_const card_ord -mulr_natl /body /pden big_cons /= mulrCA.
Qed.

(* a wider range, with a guard *)
Fixpoint split_at (x : nat) (l : seq (nat * it)) : option (seq (nat * it) * it * seq (nat * it)) :=
  match l with
  | [::] => None
  | (y, t) :: l => if eqn y x then Some ([::], t, l)
                   else match split_at x l with Some (a, u, b) => Some ((y, t) :: a, u, b) | None => None end
  end.
Lemma split_atP x l l1 t l2 : split_at x l = Some (l1, t, l2) -> l = l1 ++ (x, t) :: l2.
Proof.
elim: l l1 => //= [[y s] l ih] l1; case: eqnP => [->|_]; first by case=> <- <- <-.
by case e: (split_at x l) => [[[a u] b]|] // [<- eu eb]; rewrite eu eb in e; rewrite (ih _ e).
Qed.
Definition widen (m : mono) (x : nat) (w : it) : mono * seq ob :=
  match split_at x (bs m) with
  | Some (l1, t, l2) =>
    if [&& wf l1, x \notin ivars t & ~~ has (mem (x :: ivars t)) (names l2)] then
      (Mono (num m) (dnm m) (l1 ++ (x, w) :: l2) (Lt (V x) t :: gs m) (fs m), [:: implies (base [:: Le t w] ++ ranges l1) (Le t w)])
    else (m, [::])
  | None => (m, [::])
  end.
Lemma widenP m x w : both (widen m x w) m.
Proof.
rewrite /widen; case p: (split_at x (bs m)) => [[[l1 t] l2]|] //; case: ifP => // /and3P [wl xt hn] r k [/= o _].
rewrite /mden /= (split_atP p); congr (_ * _); rewrite !msum_cat; apply: (msum_in0 wl k) => r' kh a /=.
have le : (iden r' t <= iden r' w)%N by apply: (impliesP o); rewrite all_cat baseP.
rewrite (big_ord_widen _ (fun i => msum (upd r' x i) l2 (body (gs m) (fs m))) le) [RHS]big_mkcond.
apply: eq_bigr => i _.
have d : dep (x :: ivars t) (fun r => (bden r (Lt (V x) t))%:R).
  by move=> r1 r2 h; rewrite (@bden_agree _ _ r1 r2 (Lt (V x) t)).
rewrite (@eq_msum _ _ _ (fun r => (bden r (Lt (V x) t))%:R * body (gs m) (fs m) r)); last first.
  by move=> r2; rewrite /body /gden mulrA -natrM mulnb.
rewrite (msum_scale _ _ d) //=.
have -> : iden (upd r' x i) t = iden r' t by apply: iden_agree; apply: agree_upd.
by rewrite {1}/upd eqnE eqxx; case: ltnP; rewrite ?mul1r ?mul0r.
Qed.

(* a subscript u becomes a bound variable z with the guard z = u *)
Definition intro (m : mono) (z : nat) (w u : it) (f' : seq fa) : mono * seq ob :=
  if [&& wf (bs m), z \notin gvars (gs m), z \notin ivars u & map (fasub (put z u)) f' == fs m] then
    (Mono (num m) (dnm m) (bs m ++ [:: (z, w)]) (Eq (V z) u :: gs m) f', [:: implies (base (Lt u w :: gs m) ++ ranges (bs m) ++ gs m) (Lt u w)])
  else (m, [::]).
Lemma introP m z w u f' : both (intro m z w u f') m.
Proof.
rewrite /intro; case: ifP => // /and4P [wl zg zu /eqP e] r k [/= o _].
rewrite /mden /= msum_cat; congr (_ * _); apply: (msum_in0 wl k) => r' kh a /=.
case: (boolP (all (bden r') (gs m))) => [ag|ng]; last first.
  rewrite {2}/body /gden (negbTE ng) mul0r big1 // => i _; rewrite /body /gden /= (@gden_agree _ _ _ r').
    by rewrite (negbTE ng) andbF mul0r.
  exact: agree_upd.
transitivity (\sum_(i < iden r' w) (nat_of_ord i == iden r' u)%:R * pden (upd r' z i) f').
  apply: eq_bigr => i _; rewrite /body /gden /= (@gden_agree _ _ _ r'); last exact: agree_upd.
  have -> : iden (upd r' z i) u = iden r' u by apply: iden_agree; apply: agree_upd.
  by rewrite ag andbT {1}/upd eqnE eqxx.
rewrite (sum_eq _ _ (fun i => pden (upd r' z i) f')).
have -> : (iden r' u < iden r' w)%N by apply: (impliesP o); rewrite !all_cat -all_cat baseP // a ag.
by rewrite /body /gden ag !mul1r -e (@pden_sub (put z u) r' (upd r' z (iden r' u))) // => y _; apply: putP.
Qed.

(* a size and its inverse *)
Lemma pden_perm r l1 l2 : perm_eq l1 l2 -> pden r l1 = pden r l2.
Proof. by move=> p; apply: perm_big. Qed.
Definition cancel_size (m : mono) (t : it) : mono * seq ob :=
  let f1 := rem (Sz t) (fs m) in
  if [&& fld, wf (bs m), Lt (C 0) t \in H, Sz t \in fs m & Iz t \in f1] then
    (Mono (num m) (dnm m) (bs m) (gs m) (rem (Iz t) f1), [::])
  else (m, [::]).
Lemma cancel_sizeP m t : both (cancel_size m t) m.
Proof.
rewrite /cancel_size; case: ifP => // /and5P [f wl th s i] r k _; rewrite /mden /=; congr (_ * _).
apply: (msum_in0 wl k) => r' [kh _ _] _; rewrite /body; congr (_ * _).
rewrite (pden_perm _ (perm_to_rem s)) /pden big_cons (perm_big _ (perm_to_rem i)) big_cons /= mulrA ivK ?mul1r //.
by move/allP: kh => /(_ _ th).
Qed.

(* two atoms whose product is 1 *)
Variable pairs : seq (nat * nat).
Hypothesis pairP : forall a b, (a, b) \in pairs -> forall l, atom a l * atom b l = 1.
Definition cancel_pair (m : mono) (a b : nat) (ts : seq it) : mono * seq ob :=
  let f1 := rem (At a ts) (fs m) in
  if [&& (a, b) \in pairs, At a ts \in fs m & At b ts \in f1] then
    (Mono (num m) (dnm m) (bs m) (gs m) (rem (At b ts) f1), [::])
  else (m, [::]).
Lemma cancel_pairP m a b ts : both (cancel_pair m a b ts) m.
Proof.
rewrite /cancel_pair; case: ifP => // /and3P [ab s i] r k _; rewrite /mden /=; congr (_ * _).
apply: eq_msum => r'; rewrite /body; congr (_ * _).
rewrite (pden_perm _ (perm_to_rem s)) /pden big_cons (perm_big _ (perm_to_rem i)) big_cons /= mulrA.
by rewrite (pairP ab) mul1r.
Qed.

Inductive action :=
| Reguard of seq fm | Digits of it & it & it & it & it | Drop | Elim of nat & it | Unused of nat | Widen of nat & it
| Intro of nat & it & it & seq fa | Cancel of it | Pair of nat & nat & seq it.
Definition act (m : mono) (a : action) : mono * seq ob :=
  match a with
  | Reguard g => reguard m g | Digits t u d q x => digits m t u d q x | Drop => drop_known m | Elim x u => elim_eq m x u | Unused x => unused m x
  | Widen x w => widen m x w | Intro z w u f => intro m z w u f | Cancel t => cancel_size m t | Pair a b ts => cancel_pair m a b ts
  end.
Lemma actP m a : both (act m a) m.
Proof.
case: a => *; [exact: reguardP|exact: digitsP|exact: drop_knownP|exact: elim_eqP|exact: unusedP|exact: widenP|exact: introP|exact: cancel_sizeP|exact: cancel_pairP].
Qed.

Section Drive.
Variable next : mono -> option action.
Fixpoint drive (fuel : nat) (m : mono) : mono * seq ob :=
  match fuel with
  | 0 => (m, [::])
  | n.+1 => match next m with
    | None => (m, [::])
    | Some a => let: (m1, o1) := act m a in let: (m2, o2) := drive n m1 in (m2, o1 ++ o2)
    end
  end.
Lemma driveP fuel m : both (drive fuel m) m.
Proof.
elim: fuel m => //= n ih m; case: (next m) => // a; have := @actP m a; case: (act m a) => m1 o1 h1.
have := ih m1; case: (drive n m1) => m2 o2 h2 r k /holds_cat [a1 a2].
by rewrite (h2 r k a2) (h1 r k a1).
Qed.
End Drive.

(* --- sizes as factors are taken apart: (m + n)%:R = m%:R + n%:R, and so on *)
Definition spoly := seq (Z * seq fa).
Definition sden (r : val) (p : spoly) : R := \sum_(c <- p) zden c.1 * pden r c.2.
Definition cross (p q : spoly) : spoly := [seq ((a.1 * b.1)%Z, a.2 ++ b.2) | a <- p, b <- q].
Definition snegate (p : spoly) : spoly := [seq ((- a.1)%Z, a.2) | a <- p].
Fixpoint siz (t : it) : spoly * seq ob :=
  match t with
  | C k => ([:: (Z.of_nat k, [::])], [::])
  | IA t u => let: (p, o1) := siz t in let: (q, o2) := siz u in (p ++ q, o1 ++ o2)
  | IM t u => let: (p, o1) := siz t in let: (q, o2) := siz u in (cross p q, o1 ++ o2)
  | IS t u => let: (p, o1) := siz t in let: (q, o2) := siz u in (p ++ snegate q, implies H (Le u t) :: o1 ++ o2)
  | _ => ([:: (1%Z, [:: Sz t])], [::])
  end.
Fixpoint sizes (l : seq fa) : spoly * seq ob :=
  match l with
  | [::] => ([:: (1%Z, [::])], [::])
  | f :: l => let: (p, o1) := match f with Sz t => siz t | _ => ([:: (1%Z, [:: f])], [::]) end in
              let: (q, o2) := sizes l in (cross p q, o1 ++ o2)
  end.
Lemma sden_cat r p q : sden r (p ++ q) = sden r p + sden r q.
Proof. by rewrite /sden big_cat. Qed.
Lemma sden1 r l : sden r [:: (1%Z, l)] = pden r l.
Proof. by rewrite /sden big_seq1 mul1r. Qed.
Lemma crossP r p q : sden r (cross p q) = sden r p * sden r q.
Proof.
rewrite /cross; elim: p => [|a p ih] /=; first by rewrite /sden !big_nil mul0r.
rewrite sden_cat ih [sden r (a :: p)]/sden big_cons mulrDl; congr (_ + _).
rewrite /sden big_map mulr_sumr; apply: eq_bigr => b _; by rewrite /= zdenM pden_cat mulrACA.
Qed.
Lemma snegateP r p : sden r (snegate p) = - sden r p.
Proof.
rewrite /sden big_map (big_morph _ (@opprD R) (@oppr0 R)); apply: eq_bigr => a _; by rewrite /= zdenN mulNr.
Qed.
Lemma zden_nat k : zden (Z.of_nat k) = k%:R.
Proof. by rewrite (@zdenE _ k 0) ?subr0 //; lia. Qed.
Lemma sizP r t : all (bden r) H -> holds (siz t).2 -> sden r (siz t).1 = (iden r t)%:R.
Proof.
move=> h; have base u : sden r [:: (1%Z, [:: Sz u])] = (iden r u)%:R by rewrite sden1 /pden big_seq1.
elim: t => [x|k|t ht u hu|t ht u hu|t ht u hu|t ht u hu|t ht u hu|f t ht|f t ht u hu] /=; try by move=> _; exact: base.
- by rewrite /sden big_seq1 /pden big_nil mulr1 zden_nat.
- case: (siz t) ht => p o1 ht; case: (siz u) hu => q o2 hu /holds_cat [/ht a /hu b].
  by rewrite sden_cat a b natrD.
- case: (siz t) ht => p o1 ht; case: (siz u) hu => q o2 hu /= [o /holds_cat [/ht a /hu b]].
  by rewrite sden_cat snegateP a b natrB //; apply: (impliesP o).
- case: (siz t) ht => p o1 ht; case: (siz u) hu => q o2 hu /holds_cat [/ht a /hu b].
  by rewrite crossP a b natrM.
Qed.
Lemma sizesP r l : all (bden r) H -> holds (sizes l).2 -> sden r (sizes l).1 = pden r l.
Proof.
move=> h; elim: l => [|f l ih] /=; first by rewrite sden1.
case: (sizes l) ih => q o2 /= ih.
have e f' : sden r [:: (1%Z, [:: f'])] = fden r f' by rewrite sden1 /pden big_seq1.
case: f => [a ts|t|t]; rewrite /pden big_cons -/(pden r l).
- by move=> /ih <-; rewrite crossP e.
- by have := @sizP r t h; case: (siz t) => p o1 /= hp /holds_cat [/hp a /ih <-]; rewrite crossP a.
- by move=> /ih <-; rewrite crossP e.
Qed.
Definition split_sizes (m : mono) : seq mono * seq ob :=
  if wf (bs m) then
    let: (p, o) := sizes (fs m) in ([seq Mono (num m * c.1) (dnm m) (bs m) (gs m) c.2 | c <- p], o)
  else ([:: m], [::]).
Lemma split_sizesP m r : known r -> holds (split_sizes m).2 -> poden r (split_sizes m).1 = mden r m.
Proof.
rewrite /split_sizes; case: ifP => [w|_] k; last by rewrite /poden big_seq1.
case e: (sizes (fs m)) => [p o] /= ho; rewrite /poden big_map /mden /=.
transitivity (cden (num m) (dnm m) * \sum_(c <- p) msum r (bs m) (fun r => zden c.1 * body (gs m) c.2 r)).
  rewrite mulr_sumr; apply: eq_bigr => c _ /=.
  rewrite (@msum_scale [::] (fun=> zden c.1)) //; last by elim: (names _).
  by rewrite /cden zdenM -!mulrA; congr (_ * _); rewrite mulrCA.
congr (_ * _).
have {e} -> : msum r (bs m) (body (gs m) (fs m)) = msum r (bs m) (fun r => \sum_(c <- p) zden c.1 * body (gs m) c.2 r).
  apply: (msum_in0 w k) => r' [kh _ _] _; have := @sizesP r' (fs m) kh; rewrite e => /(_ ho) s.
  by rewrite /body -s /sden mulr_sumr; apply: eq_bigr => c _; rewrite mulrCA.
elim: p {ho} => [|c p ih].
  by rewrite big_nil (eq_msum _ _ (_ : _ =1 fun=> 0)) ?msum0 // => r'; rewrite big_nil.
by rewrite big_cons ih -msumD; apply: eq_msum => r'; rewrite big_cons.
Qed.

(* --- alpha equivalence: a renaming s of the second monomial's binders, checked binder by binder *)
Definition tov (s : nat -> nat) : nat -> it := fun y => V (s y).
Fixpoint amatch (s : nat -> nat) (zs ys : seq nat) (l1 l2 : seq (nat * it)) {struct l1} : option (seq nat) :=
  match l1, ys with
  | [::], _ => if l2 is [::] then Some zs else None
  | (x, t) :: l1, y :: ys =>
    match pick y l2 with
    | Some (t2, l2) =>
      if [&& loose y t2 l2, eqn (s y) x, isub (tov s) t2 == t, all (mem zs) (ivars t2)
         & all (fun z => eqn z y || ~~ eqn (s z) x) zs] then amatch s (y :: zs) ys l1 l2 else None
    | None => None
    end
  | _, _ => None
  end.
Definition rel (s : nat -> nat) (zs : seq nat) (r1 r2 : val) := forall z, z \in zs -> r1 (s z) = r2 z.
Lemma amatchP s zs ys l1 l2 zs' vs F1 F2 r1 r2 : amatch s zs ys l1 l2 = Some zs' -> dep vs F2 -> rel s zs r1 r2 ->
  (forall r1 r2, rel s zs' r1 r2 -> F1 r1 = F2 r2) -> msum r1 l1 F1 = msum r2 l2 F2.
Proof.
move=> + d; elim: l1 zs ys l2 r1 r2 => [|[x t] l1 ih] zs ys l2 r1 r2 /=.
  by case: l2 => // -[<-] rl h; apply: h.
case: ys => [|y ys] //; case p: (pick y l2) => [[t2 l2']|] //; case: ifP => // /and5P [lo /eqnP sy /eqP et zt zx] am rl h.
rewrite (msum_front' _ d p lo) -et (@iden_sub _ _ (tov s) r1 r2); last by move=> z /(allP zt) /rl.
apply: eq_bigr => i _; apply: (ih _ _ _ _ _ am) h => z; rewrite inE /upd.
case: (eqVneq z y) => [-> _|ne /= zin]; first by rewrite sy !eqnE !eqxx.
have := allP zx _ zin; rewrite /= !eqnE (negbTE ne) /=.
by case: (s z == x) => //= _; rewrite rl.
Qed.

(* a class: monomials with the same binders and factors, each with its coefficient and guards *)
Record cls := Cls { cbs : seq (nat * it); cfs : seq fa; ents : seq (Z * positive * seq fm) }.
Definition clden (r : val) (c : cls) : R :=
  \sum_(e <- ents c) cden e.1.1 e.1.2 * msum r (cbs c) (body e.2 (cfs c)).
Definition assoc (s : seq (nat * nat)) (y : nat) : nat := (fix go s := match s with [::] => y | (a, b) :: s => if eqn a y then b else go s end) s.

Definition join (c : cls) (m : mono) (s : seq (nat * nat)) (ys : seq nat) : option cls :=
  let g := map (fsub (tov (assoc s))) (gs m) in
  let zs := [seq z <- mvars m | eqn (assoc s z) z & z \notin names (bs m)] in
  match amatch (assoc s) zs ys (cbs c) (bs m) with
  | Some zs' =>
    if all (mem zs') (gvars (gs m) ++ fsvars (fs m)) && perm_eq (map (fasub (tov (assoc s))) (fs m)) (cfs c)
    then Some (Cls (cbs c) (cfs c) ((num m, dnm m, g) :: ents c)) else None
  | None => None
  end.
Lemma joinP c m s ys c' r : join c m s ys = Some c' -> clden r c' = mden r m + clden r c.
Proof.
rewrite /join; case am: (amatch _ _ _ _ _) => [zs'|] //; case: ifP => // /andP [sub pe] [<-].
rewrite /clden big_cons /=; congr (_ + _); rewrite /mden; congr (_ * _).
apply: (amatchP am (@body_dep _ _)); first by move=> z; rewrite mem_filter => /andP [/andP [/eqnP -> _] _].
move=> r1 r2 rl; rewrite -(@body_sub (tov (assoc s)) r1 r2); last by move=> z /(allP sub) /rl.
by rewrite /body (pden_perm _ pe).
Qed.

Definition solo (m : mono) : cls := Cls (bs m) (fs m) [:: (num m, dnm m, gs m)].
Lemma soloP m r : clden r (solo m) = mden r m.
Proof. by rewrite /clden big_seq1. Qed.

(* the sum over a class is zero *)
Fixpoint same_den (q : positive) (l : seq (Z * positive * seq fm)) : bool :=
  match l with [::] => true | (_, d, _) :: l => Pos.eqb d q && same_den q l end.
Definition product_den (l : seq (Z * positive * seq fm)) : positive := foldr (fun e p => Pos.mul e.1.2 p) 1%positive l.
Definition rescale (D : positive) (e : Z * positive * seq fm) : option (Z * seq fm) :=
  let: (p, d, g) := e in
  let k := Z.to_pos (Zpos D / Zpos d) in
  if Pos.eqb (Pos.mul d k) D then if Pos.eqb k 1 || fld then Some ((p * Zpos k)%Z, g) else None else None.
Lemma cden_scale p d k : fld -> cden (p * Zpos k) (d * k) = cden p d.
Proof.
move=> f; rewrite cdenM /cden -[RHS]mulr1 -mulrA -[RHS]mulrA; congr (_ * (_ * _)).
by rewrite /= ivK //; have := Pos2Nat.is_pos k => /ltP.
Qed.
Lemma rescaleP D e c : rescale D e = Some c -> c.2 = e.2 /\ cden c.1 D = cden e.1.1 e.1.2.
Proof.
case: e => [[p d] g]; rewrite /rescale; move: (Z.to_pos _) => k; case: Pos.eqb_spec => // <-.
case: Pos.eqb_spec => [-> [<-]|_ /=]; first by rewrite /= Z.mul_1_r Pos.mul_1_r.
by case: ifP => // f [<-]; rewrite /= cden_scale.
Qed.

Definition same_guards (g h : seq fm) : bool := all (mem h) g && all (mem g) h.
Fixpoint insert (c : Z) (g : seq fm) (l : seq (Z * seq fm)) : seq (Z * seq fm) :=
  match l with
  | [::] => [:: (c, g)]
  | (d, h) :: l => if same_guards g h then ((c + d)%Z, h) :: l else (d, h) :: insert c g l
  end.
Definition collect (l : seq (Z * seq fm)) := [seq c <- foldr (fun c l => insert c.1 c.2 l) [::] l | ~~ Z.eqb c.1 0].
Notation comb := (comb fn gn).
Lemma same_guardsP r g h : same_guards g h -> all (bden r) g = all (bden r) h.
Proof.
case/andP => /allP gh /allP hg; apply/idP/idP => /allP a; apply/allP => x; [move/hg|move/gh]; exact: a.
Qed.
Lemma insertP r c g l : comb r (insert c g l) = ((if all (bden r) g then c else 0) + comb r l)%Z.
Proof.
elim: l => [|[d h] l ih] //=; case: ifP => [/(same_guardsP r) ->|_] /=; last by rewrite ih; lia.
by case: (all _ h); lia.
Qed.
Lemma collectP r l : comb r (collect l) = comb r l.
Proof.
have -> : comb r (collect l) = comb r (foldr (fun c l => insert c.1 c.2 l) [::] l).
  rewrite /collect; elim: (foldr _ _ _) => //= -[c g] k ih; case: Z.eqb_spec => /= [->|_]; rewrite ih //.
  by case: ifP; lia.
by elim: l => //= c l ih; rewrite insertP ih.
Qed.
Lemma zden_comb r l : zden (comb r l) = \sum_(c <- l) zden c.1 * gden r c.2.
Proof.
elim: l => [|[c g] l ih] /=; first by rewrite big_nil.
by rewrite big_cons zdenD ih /gden /=; case: (all _ g); rewrite ?mulr1 ?mulr0.
Qed.

Definition settle (c : cls) : option (seq ob) :=
  let q := match ents c with (_, d, _) :: _ => d | [::] => 1%positive end in
  let D := if same_den q (ents c) then q else product_den (ents c) in
  match omap_all (rescale D) (ents c) with
  | None => None
  | Some l =>
    match collect l with
    | [::] => Some [::]
    | k => if wf (cbs c) && has (fun c => ~~ nilp c.2) k then Some [:: (base (flatten (map snd k)) ++ ranges (cbs c), k)] else None
    end
  end.
Lemma settleP c os r : settle c = Some os -> known r -> holds os -> clden r c = 0.
Proof.
rewrite /settle; set D := (if _ then _ else _); case e: (omap_all _ _) => [l|] // s k ho.
have {e} -> : clden r c = iv (Pos.to_nat D) * msum r (cbs c) (fun r => (\sum_(c <- l) zden c.1 * gden r c.2) * pden r (cfs c)).
  rewrite /clden; elim: (ents c) l e {s} => [|a es ih] l /=.
    case=> <-; rewrite big_nil (eq_msum _ _ (_ : _ =1 fun=> 0)) ?msum0 ?mulr0 // => r'.
    by rewrite big_nil mul0r.
  case ra: (rescale D a) => [b|] //; case ee: (omap_all _ es) => [l'|] // [<-].
  rewrite big_cons (ih _ ee) -[in RHS](eq_msum r (cbs c) (F1 := fun r => zden b.1 * body b.2 (cfs c) r +
    (\sum_(c0 <- l') zden c0.1 * gden r c0.2) * pden r (cfs c))); last first.
    by move=> r'; rewrite big_cons mulrDl /body mulrA.
  rewrite msumD mulrDr; congr (_ + _); have [eg ec] := rescaleP ra; rewrite -ec eg /cden.
  rewrite (@msum_scale [::] (fun=> zden b.1)) //; last by elim: (names _).
  by rewrite mulrA; congr (_ * _); rewrite mulrC.
have z : forall r', comb r' l = 0%Z -> (\sum_(c <- l) zden c.1 * gden r' c.2) * pden r' (cfs c) = 0.
  by move=> r' e; rewrite -zden_comb e mul0r.
case ec: (collect l) s => [|a k'].
  move=> _; rewrite (eq_msum _ _ (_ : _ =1 fun=> 0)) ?msum0 ?mulr0 // => r'.
  by apply: z; rewrite -collectP ec.
case: ifP => // /andP [w _] [eo]; rewrite (@msum_in0 r (cbs c) _ (fun=> 0) w k) ?msum0 ?mulr0 // => r' kh ar.
apply: z; rewrite -collectP ec; move: ho; rewrite -eo /= => -[o _]; apply: (o r').
by rewrite all_cat ar baseP.
Qed.

(* --- inverses: where an atom to the power e, times a known expression, is 1, factors are raised to one power *)
Fixpoint bind_from (j : nat) (r : val) (ps l : seq nat) : val :=
  match ps with [::] => r | p :: ps => bind_from j.+1 (upd r p (nth 0%N l j)) ps l end.
Definition bindl := bind_from 0.
Lemma bind_fromE j ps r l y : uniq ps -> bind_from j r ps l y = if y \in ps then nth 0%N l (j + index y ps) else r y.
Proof.
elim: ps j r => //= p ps ih j r /andP [pn u]; rewrite ih // inE [p == y]eq_sym /upd eqnE.
case: (eqVneq y p) => [->|ne] /=; first by rewrite (negbTE pn) addn0.
by case: ifP => // _; rewrite addSnnS.
Qed.
Lemma bindlE ps r l y : uniq ps -> bindl r ps l y = if y \in ps then nth 0%N l (index y ps) else r y.
Proof. exact: bind_fromE. Qed.
Definition puts (ps : seq nat) (ts : seq it) : nat -> it := fun y => if y \in ps then nth (V y) ts (index y ps) else V y.
Lemma putsP r ps ts y : uniq ps -> size ts = size ps -> iden r (puts ps ts y) = bindl r ps (map (iden r) ts) y.
Proof.
move=> u sz; rewrite bindlE // /puts; case: ifP => // yin.
by rewrite (nth_map (V y)) // sz index_mem.
Qed.
Definition msub (s : nat -> it) (m : mono) : mono :=
  Mono (num m) (dnm m) (map (fun b => (b.1, isub s b.2)) (bs m)) (map (fsub s) (gs m)) (map (fasub s) (fs m)).
Fixpoint sub_ok (s : nat -> it) (vs zs : seq nat) (l : seq (nat * it)) : bool :=
  match l with
  | [::] => all (mem zs) vs
  | (x, t) :: l => [&& all (mem zs) (ivars t), s x == V x, all (fun z => eqn z x || (x \notin ivars (s z))) zs
                     & sub_ok s vs (x :: zs) l]
  end.
Lemma msum_sub s vs F1 F2 l zs r1 r2 : sub_ok s vs zs l -> (forall z, z \in zs -> iden r1 (s z) = r2 z) ->
  (forall r1 r2, (forall z, z \in vs -> iden r1 (s z) = r2 z) -> F1 r1 = F2 r2) ->
  msum r1 (map (fun b => (b.1, isub s b.2)) l) F1 = msum r2 l F2.
Proof.
move=> + + h; elim: l zs r1 r2 => [|[x t] l ih] zs r1 r2 /=.
  by move=> /allP sub e; apply: h => z /sub /e.
case/and4P => /allP tz /eqP sx /allP zx ok e; rewrite (@iden_sub _ _ s r1 r2); last by move=> z /tz /e.
apply: eq_bigr => i _; apply: ih ok _ => z; rewrite inE; case: (eqVneq z x) => [-> _|ne /= zin].
  by rewrite sx /= /upd !eqnE !eqxx.
have := zx _ zin; rewrite eqnE (negbTE ne) /= => xn; rewrite (@iden_agree _ _ _ r1); last exact: agree_upd.
by rewrite e // /upd eqnE (negbTE ne).
Qed.
Definition msub_ok s (m : mono) : bool :=
  sub_ok s (gvars (gs m) ++ fsvars (fs m)) [seq z <- mvars m | z \notin names (bs m)] (bs m).
Lemma msubP s r1 r2 m : msub_ok s m -> (forall z, iden r1 (s z) = r2 z) -> mden r1 (msub s m) = mden r2 m.
Proof.
move=> ok e; rewrite /mden; congr (_ * _); apply: (msum_sub ok) => [z _|r1' r2' h]; first exact: e.
exact: body_sub.
Qed.
Lemma mden_dep m : dep (mvars m) (fun r => mden r m).
Proof. by move=> r1 r2 a; rewrite /mden; congr (_ * _); apply: (msum_dep (@body_dep (gs m) (fs m))). Qed.

(* atom (ratom R) at l to the power (rpow R), times rval R at the parameters l, is 1 *)
Record rela := Rela { ratom : nat; rpow : nat; rpar : seq nat; rval : seq mono; rwith : seq nat }.
Variable r0 : val.
Definition true_rela (q : rela) := forall l, atom (ratom q) l ^+ rpow q * poden (bindl r0 (rpar q) l) (rval q) = 1.

Definition strip (m : mono) := Mono (num m) (dnm m) [::] (gs m) (fs m).
Definition wrap (l : seq (nat * it)) (m : mono) := Mono (num m) (dnm m) (l ++ bs m) (gs m) (fs m).
Lemma stripP r m : mden r m = msum r (bs m) (fun r => mden r (strip m)).
Proof. by rewrite (@msum_scale [::] (fun=> cden (num m) (dnm m))) //; elim: (names _). Qed.
Lemma wrapP r l q : poden r (map (wrap l) q) = msum r l (fun r => poden r q).
Proof.
elim: q => [|m q ih]; first by rewrite /poden big_nil (eq_msum _ _ (_ : _ =1 fun=> 0)) ?msum0 // => r'; rewrite big_nil.
rewrite [LHS]/poden big_cons -/(poden _ _) ih.
rewrite -[RHS](eq_msum r l (F1 := fun r => mden r m + poden r q)); last by move=> r'; rewrite [RHS]/poden big_cons.
rewrite msumD; congr (_ + _); rewrite /mden /= msum_cat (@msum_scale [::] (fun=> cden (num m) (dnm m))) //.
by elim: (names _).
Qed.
Lemma msum_agree vs r l F1 F2 : ~~ has (mem vs) (names l) -> (forall r', agree vs r' r -> F1 r' = F2 r') ->
  msum r l F1 = msum r l F2.
Proof.
elim: l r => [|[x t] l ih] r /=; first by move=> _; apply.
move=> /norP [xn hn] h; apply: eq_bigr => i _; apply: ih => // r' a; apply: h => y yin.
by rewrite a // (agree_upd _ _ xn).
Qed.

(* the binders of a monomial get other names: all of them the numbers from off on *)
Definition refresh (off : nat) (m : mono) : option mono :=
  let s := [seq (b.1, b.1 + off)%N | b <- bs m] in
  let t := tov (assoc s) in
  let m' := Mono (num m) (dnm m) [seq (assoc s b.1, isub t b.2) | b <- bs m] (map (fsub t) (gs m)) (map (fasub t) (fs m)) in
  match join (solo m') m s (names (bs m)) with Some _ => Some m' | None => None end.
Lemma refreshP off m m' r : refresh off m = Some m' -> mden r m' = mden r m.
Proof.
rewrite /refresh; set s := [seq _ | _ <- _]; set t := tov _; set k := Mono _ _ _ _ _.
case j: (join _ _ _ _) => [c|] // [<-]; have := joinP r j; rewrite soloP.
move: j; rewrite /join; case: (amatch _ _ _ _ _) => // zs; case: ifP => // _ [<-].
rewrite /clden !big_cons big_nil addr0 /= -/t => e.
have : mden r k + mden r k = mden r m + mden r k by rewrite -e.
exact: addIr.
Qed.

(* the value of a relation at subscripts ts, for use inside of m: its binders are none of m *)
Definition instance (q : rela) (ts : seq it) (m : mono) : option (seq mono) :=
  let s := puts (rpar q) ts in
  let off := (foldr maxn 0%N (names (bs m) ++ mvars m ++ flatten [seq names (bs a) ++ mvars a | a <- rval q] ++ rpar q)).+1%N in
  match omap_all (refresh off) (rval q) with
  | Some p =>
    let vs := [seq z <- flatten (map mvars p) | z \notin rpar q] in
    if [&& uniq (rpar q), eqn (size ts) (size (rpar q)), all (fun a => msub_ok s a && all (fun z => (z \in rpar q) || (z \in vs)) (mvars a)) p
       & ~~ has (mem vs) (names (bs m))] then Some (map (msub s) p) else None
  | None => None
  end.
Lemma refreshesP off p p' r : omap_all (refresh off) p = Some p' -> poden r p' = poden r p.
Proof.
elim: p p' => [|m p ih] p' /=; first by case=> <-.
case e: (refresh off m) => [a|] //; case f: (omap_all _ p) => [b|] // [<-].
by rewrite /poden !big_cons (refreshP _ e) -!/(poden _ _) (ih _ f).
Qed.
Lemma instanceP q ts m p : instance q ts m = Some p ->
  exists2 vs, ~~ has (mem vs) (names (bs m)) &
    forall r, agree vs r r0 -> poden r p = poden (bindl r0 (rpar q) (map (iden r) ts)) (rval q).
Proof.
rewrite /instance; set s := puts _ _; set off := _.+1.
case f: (omap_all _ _) => [p'|] //; set vs := [seq z <- _ | _]; case: ifP => // /and4P [u /eqnP sz ok hn] [<-].
exists vs => // r ag; rewrite -(refreshesP _ f); move: vs ok ag {hn} => vs; elim: p' {f} => [|a p' ih] /= => [_|/andP [/andP [oka /allP va] ok]] ag.
  by rewrite /poden !big_nil.
rewrite /poden !big_cons -!/(poden _ _) ih //; congr (_ + _).
rewrite (@msubP s r (bindl r (rpar q) (map (iden r) ts)) _ oka); last by move=> z; exact: putsP.
apply: mden_dep => z zin; rewrite !bindlE //; case: ifP => // zn; apply: ag.
by move: (va z zin); rewrite zn.
Qed.

Definition raise (q : rela) (ts : seq it) (m : mono) : option (seq mono) :=
  match instance q ts m with
  | Some p =>
    match pmul [:: one (nseq (rpow q) (At (ratom q) ts))] p with
    | Some a => match pmul [:: strip m] a with Some b => Some (map (wrap (bs m)) b) | None => None end
    | None => None
    end
  | None => None
  end.
Lemma poden1 r m : poden r [:: m] = mden r m. Proof. by rewrite /poden big_seq1. Qed.
Lemma pden_nseq r n f : pden r (nseq n f) = fden r f ^+ n.
Proof. by elim: n => [|n ih] /=; rewrite /pden ?big_nil // big_cons -/(pden _ _) ih exprS. Qed.
Lemma raiseP q ts m p : true_rela q -> raise q ts m = Some p -> poden r0 p = mden r0 m.
Proof.
move=> tr; rewrite /raise; case i: (instance q ts m) => [c|] //; have [vs hn ic] := instanceP i.
case e1: (pmul [:: one _] _) => [b|] //; case e2: (pmul [:: strip m] b) => [a|] // [<-].
rewrite wrapP stripP; apply: (msum_agree hn) => r' ag.
rewrite (pmulP _ e2) (pmulP _ e1) (ic _ ag) !poden1 (mden_const r' 1) cden11 mul1r.
by rewrite /body /gden /= mul1r pden_nseq /= (tr (map (iden r') ts)) mulr1.
Qed.

(* a rule: atom (ratom R) at l to the power (rpow R), times the atoms (rwith R) at l, is rval R at the parameters l *)
Fixpoint times_atoms (l : seq nat) (ws : seq nat) (x : R) : R :=
  match ws with [::] => x | b :: ws => times_atoms l ws (x * atom b l) end.
Definition true_rule (q : rela) :=
  forall l, times_atoms l (rwith q) (atom (ratom q) l ^+ rpow q) = poden (bindl r0 (rpar q) l) (rval q).
Definition ruled (q : rela) (ts : seq it) : seq fa := nseq (rpow q) (At (ratom q) ts) ++ [seq At b ts | b <- rwith q].
Lemma ruledP r q ts : pden r (ruled q ts) = times_atoms (map (iden r) ts) (rwith q) (atom (ratom q) (map (iden r) ts) ^+ rpow q).
Proof.
rewrite /ruled pden_cat pden_nseq /=; move: (_ ^+ _) => x; elim: (rwith q) x => [|b ws ih] x /=; first by rewrite /pden big_nil mulr1.
by rewrite -ih /pden big_cons mulrA.
Qed.
Definition rewrite_by (q : rela) (ts : seq it) (m : mono) : option (seq mono) :=
  let fs' := foldr (fun f l => rem f l) (fs m) (ruled q ts) in
  if perm_eq (fs m) (ruled q ts ++ fs') then
    match instance q ts m with
    | Some p =>
      match pmul [:: Mono (num m) (dnm m) [::] (gs m) fs'] p with Some b => Some (map (wrap (bs m)) b) | None => None end
    | None => None
    end
  else None.
Lemma rewrite_byP q ts m p : true_rule q -> rewrite_by q ts m = Some p -> poden r0 p = mden r0 m.
Proof.
move=> tr; rewrite /rewrite_by; set l := foldr _ _ _; case: ifP => // pe.
case i: (instance q ts m) => [c|] //; have [vs hn ic] := instanceP i.
case e: (pmul _ c) => [b|] // [<-]; rewrite wrapP stripP; apply: (msum_agree hn) => r' ag.
rewrite (pmulP _ e) (ic _ ag) poden1 /strip !mden_const -mulrA; congr (_ * _).
rewrite /body (pden_perm _ pe) pden_cat ruledP (tr (map (iden r') ts)) -mulrA; congr (_ * _).
exact: mulrC.
Qed.

(* the choice of the factor to raise, and of the factor to replace: untrusted *)
Section Rewriting.
Variable step : rela -> seq it -> mono -> option (seq mono).
Variable holds' : rela -> Prop.
Hypothesis stepP : forall q ts m p, holds' q -> step q ts m = Some p -> poden r0 p = mden r0 m.
Variables (choose : mono -> option (nat * seq it)) (rels : seq rela).
Fixpoint all_hold (l : seq rela) : Prop := match l with [::] => True | q :: l => holds' q /\ all_hold l end.
Fixpoint steps (fuel : nat) (m : mono) : seq mono :=
  match fuel with
  | 0 => [:: m]
  | n.+1 =>
    match choose m with
    | Some (i, ts) =>
      match step (nth (Rela 0 0 [::] [::] [::]) rels i) ts m with
      | Some p => if (i < size rels)%N then flatten (map (steps n) p) else [:: m]
      | None => [:: m]
      end
    | None => [:: m]
    end
  end.
Lemma stepsP fuel m : all_hold rels -> poden r0 (steps fuel m) = mden r0 m.
Proof.
have nth_holds l i : all_hold l -> (i < size l)%N -> holds' (nth (Rela 0 0 [::] [::] [::]) l i).
  by elim: l i => //= q l ih [|i] [h hs] // lt; apply: ih.
move=> h; elim: fuel m => [|n ih] m /=; first by rewrite /poden big_seq1.
have base : poden r0 [:: m] = mden r0 m by rewrite /poden big_seq1.
case: (choose m) => [[i ts]|] //; case e: (step _ ts m) => [p|] //; case: ifP => // lt.
rewrite -(stepP (nth_holds _ _ h lt) e); elim: p {e} => //= a p ih2.
by rewrite poden_cat ih ih2 [RHS]/poden big_cons.
Qed.
End Rewriting.

(* --- the search and the choice of actions are parameters: nothing is assumed of them *)
Variables next next_entries : mono -> option action.
Variable search : cls -> mono -> bool -> option (seq (nat * nat) * seq nat).
Variable tidy : mono -> seq fa.

Fixpoint add_to (strict : bool) (cs : seq cls) (m : mono) : option (seq cls) :=
  match cs with
  | [::] => None
  | c :: cs =>
    match (if search c m strict is Some (s, ys) then join c m s ys else None) with
    | Some c' => Some (c' :: cs)
    | None => match add_to strict cs m with Some cs => Some (c :: cs) | None => None end
    end
  end.
Definition add_class (cs : seq cls) (m : mono) : seq cls :=
  match add_to true cs m with
  | Some cs => cs
  | None => match add_to false cs m with Some cs => cs | None => solo m :: cs end
  end.
Definition csden r cs : R := \sum_(c <- cs) clden r c.
Lemma add_toP b cs m cs' r : add_to b cs m = Some cs' -> csden r cs' = mden r m + csden r cs.
Proof.
elim: cs cs' => //= c cs ih cs'.
case e: (match search c m b with Some (s, ys) => join c m s ys | None => None end) => [c'|].
  move: e; case: (search c m b) => // -[s ys] j [<-].
  by rewrite /csden !big_cons (joinP _ j) addrA.
case a: (add_to b cs m) => [cs2|] // [<-]; rewrite /csden !big_cons.
have := ih _ a; rewrite /csden => ->; exact: addrCA.
Qed.
Lemma add_classP cs m r : csden r (add_class cs m) = mden r m + csden r cs.
Proof.
rewrite /add_class; case a: (add_to true cs m) => [c|]; first exact: add_toP a.
by case b: (add_to false cs m) => [c|]; [exact: add_toP b | rewrite /csden big_cons soloP].
Qed.

(* the factors in another order *)
Definition order (m : mono) : mono :=
  let l := tidy m in if perm_eq l (fs m) then Mono (num m) (dnm m) (bs m) (gs m) l else m.
Lemma orderP m r : mden r (order m) = mden r m.
Proof.
rewrite /order; case: ifP => // p; rewrite /mden /=; congr (_ * _).
by apply: eq_msum => r'; rewrite /body (pden_perm _ p).
Qed.

Fixpoint simplify (fuel : nat) (p : seq mono) : seq mono * seq ob :=
  match p with
  | [::] => ([::], [::])
  | m :: p =>
    let: (m1, o1) := drive next fuel m in
    let: (q, o2) := split_sizes m1 in
    let: (q', o3) := simplify fuel p in
    (q ++ q', o1 ++ o2 ++ o3)
  end.
Fixpoint simplify2 (next : mono -> option action) (fuel : nat) (p : seq mono) : seq mono * seq ob :=
  match p with
  | [::] => ([::], [::])
  | m :: p =>
    let: (m1, o1) := drive next fuel m in
    let: (q', o3) := simplify2 next fuel p in
    (order m1 :: q', o1 ++ o3)
  end.
Lemma simplifyP fuel p r : known r -> holds (simplify fuel p).2 -> poden r (simplify fuel p).1 = poden r p.
Proof.
move=> k; elim: p => //= m p ih; have := @driveP next fuel m; case: (drive next fuel m) => m1 o1 d.
have := @split_sizesP m1 r k; case: (split_sizes m1) => q o2 /= s; case: (simplify fuel p) ih => q' o3 /= ih.
move=> /holds_cat [h1 /holds_cat [h2 h3]]; rewrite poden_cat (s h2) (ih h3) [RHS]/poden big_cons.
by rewrite (d r k h1).
Qed.
Lemma simplify2P nx fuel p r : known r -> holds (simplify2 nx fuel p).2 -> poden r (simplify2 nx fuel p).1 = poden r p.
Proof.
move=> k; elim: p => //= m p ih; have := @driveP nx fuel m; case: (drive nx fuel m) => m1 o1 d.
case: (simplify2 nx fuel p) ih => q' o3 /= ih /holds_cat [h1 h3].
by rewrite /poden !big_cons orderP (d r k h1) -!/(poden _ _) (ih h3).
Qed.

Definition classes (p : seq mono) : seq cls := foldl add_class [::] p.
Lemma classesP p r : csden r (classes p) = poden r p.
Proof.
suff e cs : csden r (foldl add_class cs p) = poden r p + csden r cs by rewrite /classes e /csden big_nil addr0.
elim: p cs => [|m p ih] cs /=; first by rewrite /poden big_nil add0r.
by rewrite ih add_classP /poden big_cons addrCA addrA.
Qed.

(* (k, e, ps, a): about the atom k at l to the power e, and a at the parameters ps = l. A relation says that their
   product is 1, a rule that they are equal; a product of the atoms k and e at l that it is a. *)
Definition relation := (nat * nat * seq nat * ex)%type.
Definition to_rela (q : relation) : option rela :=
  let: (k, e, ps, a) := q in match expand a with Some p => Some (Rela k e ps p [::]) | None => None end.
Definition to_product (q : relation) : option rela :=
  let: (k, e, ps, a) := q in match expand a with Some p => Some (Rela k 1 ps p [:: e]) | None => None end.
Definition relation_holds (q : relation) : Prop :=
  let: (k, e, ps, a) := q in forall l, atom k l ^+ e * den (bindl r0 ps l) a = 1.
Definition rule_holds (q : relation) : Prop :=
  let: (k, e, ps, a) := q in forall l, atom k l ^+ e = den (bindl r0 ps l) a.
Definition product_holds (q : relation) : Prop :=
  let: (k, e, ps, a) := q in forall l, atom k l * atom e l = den (bindl r0 ps l) a.
Fixpoint products_hold (qs : seq relation) : Prop :=
  match qs with [::] => True | q :: qs => product_holds q /\ products_hold qs end.
Fixpoint relations_hold (qs : seq relation) : Prop :=
  match qs with [::] => True | q :: qs => relation_holds q /\ relations_hold qs end.
Fixpoint rules_hold (qs : seq relation) : Prop :=
  match qs with [::] => True | q :: qs => rule_holds q /\ rules_hold qs end.
Variable pick_relation : seq rela -> seq mono -> mono -> option (nat * seq it).
Variable pick_rule : seq rela -> mono -> option (nat * seq it).
Arguments steps : simpl never.
Definition raised (rels : seq rela) (p : seq mono) : seq mono :=
  if rels is [::] then p else flatten (map (steps raise (pick_relation rels p) rels 8) p).
Definition rewritten (rules : seq rela) (p : seq mono) : seq mono :=
  if rules is [::] then p else flatten (map (steps rewrite_by (pick_rule rules) rules 60) p).
Lemma steps_all (step : rela -> seq it -> mono -> option (seq mono)) (holds' : rela -> Prop) (stepP : forall q ts m p, holds' q -> step q ts m = Some p -> poden r0 p = mden r0 m)
  choose rels fuel p : all_hold holds' rels -> poden r0 (flatten (map (steps step choose rels fuel) p)) = poden r0 p.
Proof. by move=> h; elim: p => //= m p ih; rewrite poden_cat (stepsP stepP) // ih [RHS]/poden big_cons. Qed.
Lemma raisedP rels p : all_hold true_rela rels -> poden r0 (raised rels p) = poden r0 p.
Proof. by rewrite /raised; case: rels => // q rels; apply: steps_all; apply: raiseP. Qed.
Lemma rewrittenP rules p : all_hold true_rule rules -> poden r0 (rewritten rules p) = poden r0 p.
Proof. by rewrite /rewritten; case: rules => // q rules; apply: steps_all; apply: rewrite_byP. Qed.
Definition close (p : seq mono) : option (seq ob) := omap flatten (omap_all settle (classes p)).
Lemma closeP p os r : close p = Some os -> known r -> holds os -> poden r p = 0.
Proof.
rewrite /close -classesP => + k; elim: (classes p) os => [|c cs ih] os /=; first by rewrite /csden big_nil.
case sc: (settle c) => [o|] //; case ss: (omap_all _ cs) => [oss|] // [<-] /= /holds_cat [ho hos].
by rewrite /csden big_cons (settleP sc k ho) add0r; apply: (ih (flatten oss)) hos; rewrite ss.
Qed.
(* simplified; if that does not do, with relations; and if that does not do, with free entries made sums *)
Definition finish (p : seq mono * seq ob) : option (seq ob) := omap (cat p.2) (close p.1).
Definition attempts (us rs : seq rela) (fuel : nat) (p : seq mono) : option (seq ob) :=
  match finish (p, [::]) with
  | Some os => Some os
  | None =>
    match finish (simplify2 next fuel (rewritten us (raised rs p))) with
    | Some os => Some os
    | None => finish (simplify2 next_entries fuel p)
    end
  end.
Definition check (rels rules products : seq relation) (fuel : nat) (e1 e2 : ex) : option (seq ob) :=
  match expand (Add e1 (Opp e2)), omap_all to_rela rels, omap_all to_rela rules, omap_all to_product products with
  | Some p, Some rs, Some us, Some ws =>
    let us := us ++ ws in
    let: (p1, o1) := simplify fuel (rewritten us p) in
    let: (p2, o2) := simplify2 next fuel p1 in
    omap (fun os => o1 ++ o2 ++ os) (attempts us rs fuel p2)
  | _, _, _, _ => None
  end.
Lemma finish_first p os : finish p = Some os -> holds os -> holds p.2.
Proof. by rewrite /finish; case: (close p.1) => [o|] // [<-] /holds_cat []. Qed.
Lemma finishP p os r : finish p = Some os -> known r -> holds os -> (holds p.2 -> poden r p.1 = 0).
Proof.
rewrite /finish; case c: (close p.1) => [o|] // [<-] k /holds_cat [_ h] _; exact: closeP c k h.
Qed.
Lemma to_relaP rels rs : relations_hold rels -> omap_all to_rela rels = Some rs -> all_hold true_rela rs.
Proof.
elim: rels rs => [|[[[k e] ps] a] rels ih] rs /=; first by move=> _ [<-].
case=> h hs; case x: (expand a) => [p|] //; case y: (omap_all _ rels) => [qs|] // [<-] /=.
split; last exact: ih hs y.
by move=> l; rewrite /= (expandP _ x) h.
Qed.
Lemma to_ruleP rules rs : rules_hold rules -> omap_all to_rela rules = Some rs -> all_hold true_rule rs.
Proof.
elim: rules rs => [|[[[k e] ps] a] rules ih] rs /=; first by move=> _ [<-].
case=> h hs; case x: (expand a) => [p|] //; case y: (omap_all _ rules) => [qs|] // [<-] /=.
split; last exact: ih hs y.
by move=> l; rewrite /= (expandP _ x) h.
Qed.
Lemma to_productP products rs : products_hold products -> omap_all to_product products = Some rs -> all_hold true_rule rs.
Proof.
elim: products rs => [|[[[k e] ps] a] products ih] rs /=; first by move=> _ [<-].
case=> h hs; case x: (expand a) => [p|] //; case y: (omap_all _ products) => [qs|] // [<-] /=.
split; last exact: ih hs y.
by move=> l; rewrite /= (expandP _ x) expr1 h.
Qed.
Lemma all_hold_cat holds' us ws : all_hold holds' us -> all_hold holds' ws -> all_hold holds' (us ++ ws).
Proof. by elim: us => //= u us ih [hu hs] hw; split; [|exact: ih]. Qed.
Lemma attemptsP us rs fuel p os : all_hold true_rule us -> all_hold true_rela rs -> attempts us rs fuel p = Some os ->
  known r0 -> holds os -> poden r0 p = 0.
Proof.
move=> tu tr; rewrite /attempts; case f: (finish (p, [::])) => [o|]; first by case=> <- k h; apply: (finishP f k h).
case g: (finish _) => [o|] e k h.
  have := @simplify2P next fuel (rewritten us (raised rs p)) r0 k; rewrite (rewrittenP _ tu) (raisedP _ tr) => <-.
    by case: e => e; rewrite -e in h; apply: (finishP g k h); apply: finish_first g h.
  by case: e => e; rewrite -e in h; apply: finish_first g h.
have <- := @simplify2P next_entries fuel p r0 k (finish_first e h); exact: finishP e k h (finish_first e h).
Qed.
Theorem check_sound rels rules products fuel e1 e2 os : check rels rules products fuel e1 e2 = Some os ->
  relations_hold rels -> rules_hold rules -> products_hold products -> known r0 -> holds os -> den r0 e1 = den r0 e2.
Proof.
rewrite /check; case x: (expand _) => [p|] //; case y: (omap_all to_rela rels) => [rs|] //.
case w: (omap_all to_rela rules) => [us'|] //; case v: (omap_all to_product products) => [ws|] //.
move: (us' ++ ws) (fun uh ph => all_hold_cat (to_ruleP uh w) (to_productP ph v)) => us tu'.
have q1 := @simplifyP fuel (rewritten us p) r0; case: (simplify fuel _) q1 => p1 o1 q1.
have q2 := @simplify2P next fuel p1 r0; case: (simplify2 next fuel p1) q2 => p2 o2 q2.
case a: (attempts _ _ _ _) => [o|] // [<-] rh uh ph k /= /holds_cat [h1 /holds_cat [h2 h3]].
have tu := tu' uh ph; have sub : poden r0 p = den r0 (Add e1 (Opp e2)) := expandP _ x.
apply/eqP; rewrite -subr_eq0 -[X in X == _]/(den r0 (Add e1 (Opp e2))) -sub -(rewrittenP _ tu); apply/eqP.
by rewrite -(q1 k h1) -(q2 k h2) (attemptsP tu (to_relaP rh y) a k h3).
Qed.
End Ring.
Local Close Scope ring_scope.

(* ------------------------------------------------------------------ the untrusted part: what to try *)

Section Heuristics.
Variable H : seq fm.
Variable bounded : seq (nat * it) * seq (nat * it).
Variable axes : seq (seq it).     (* the axes of every atom *)
Variable pairs : seq (nat * nat).

(* linear forms: (term, coefficient) pairs and a constant *)
Definition lform := (seq (it * Z) * Z)%type.
Fixpoint ladd1 (t : it) (c : Z) (l : seq (it * Z)) : seq (it * Z) :=
  match l with
  | [::] => [:: (t, c)]
  | (u, d) :: l => if t == u then (if Z.eqb (c + d) 0 then l else (u, (c + d)%Z) :: l) else (u, d) :: ladd1 t c l
  end.
Definition ladd (a b : lform) : lform := (foldr (fun tc l => ladd1 tc.1 tc.2 l) a.1 b.1, (a.2 + b.2)%Z).
Definition lscale (k : Z) (a : lform) : lform :=
  if Z.eqb k 0 then ([::], 0%Z) else ([seq (tc.1, (k * tc.2)%Z) | tc <- a.1], (k * a.2)%Z).
Fixpoint lin (t : it) : lform :=
  match t with
  | C k => ([::], Z.of_nat k)
  | IA t u => ladd (lin t) (lin u)
  | IS t u => ladd (lin t) (lscale (-1) (lin u))
  | IM t u => match lin t, lin u with
              | ([::], k), b => lscale k b
              | a, ([::], k) => lscale k a
              | _, _ => ([:: (IM t u, 1%Z)], 0%Z)
              end
  | _ => ([:: (t, 1%Z)], 0%Z)
  end.
Definition plus (t u : it) : it := match t, u with C 0, _ => u | _, C 0 => t | _, _ => IA t u end.
Definition times (k : Z) (t : it) : it := if Z.eqb k 1 then t else IM (C (Z.to_nat k)) t.
Definition unlin (a : lform) : it * it :=
  (foldr (fun tc t => if Z.ltb 0 tc.2 then plus (times tc.2 tc.1) t else t) (C (Z.to_nat a.2)) a.1,
   foldr (fun tc t => if Z.ltb tc.2 0 then plus (times (- tc.2) tc.1) t else t) (C (Z.to_nat (- a.2))) a.1).
Definition minus (t u : it) : it := match u with C 0 => t | _ => IS t u end.
Definition lnorm (t : it) : it := let: (p, q) := unlin (lin t) in minus p q.

Definition bound_of (l : seq (nat * it)) (x : nat) : option it := (fix go l := match l with [::] => None | (y, t) :: l => if eqn y x then Some t else go l end) l.
Definition touches (l : seq (nat * it)) (t : it) : bool := has (mem (names l)) (ivars t).

(* an upper bound of a term whose binders take their greatest (or least) values *)
Fixpoint upper (l : seq (nat * it)) (up : bool) (fuel : nat) (t : it) : it :=
  match fuel with 0 => t | fuel'.+1 =>
  match t with
  | V x => match bound_of l x with Some b => if up then minus (upper l up fuel' b) (C 1) else C 0 | None => t end
  | IA t u => IA (upper l up fuel' t) (upper l up fuel' u)
  | IS t u => IS (upper l up fuel' t) (upper l (~~ up) fuel' u)
  | IM t u => IM (upper l up fuel' t) (upper l up fuel' u)
  | ID t u => ID (upper l up fuel' t) (upper l (~~ up) fuel' u)
  | F f _ => match bound_of bounded.1 f with Some b => if up then minus b (C 1) else C 0 | None => t end
  | G f _ _ => match bound_of bounded.2 f with Some b => if up then minus b (C 1) else C 0 | None => t end
  | _ => t
  end end.

Fixpoint first (A B : Type) (f : A -> option B) (l : seq A) : option B :=
  match l with [::] => None | a :: l => match f a with Some b => Some b | None => first f l end end.

(* the axes in which x stands alone as a subscript *)
Definition axes_of (x : nat) (l : seq fa) : seq it :=
  flatten [seq match f with
               | At a ts => [seq tn.2 | tn <- zip ts (nth [::] axes a) & tn.1 == V x]
               | _ => [::] end | f <- l].

Definition try_widen (m : mono) : option action :=
  first (fun b : nat * it =>
    if touches (bs m) b.2 then
      let w := lnorm (upper (bs m) true 20 b.2) in
      let a := axes_of b.1 (fs m) in
      Some (Widen b.1 (if w \in a then w else match a with [::] => w | n :: _ => n end))
    else None) (rev (bs m)).

Definition numeric (t : it) : bool := if t is C _ then true else false.
Definition is_index_function (t : it) : bool := match t with F _ _ | G _ _ _ => true | _ => false end.
Definition can_elim (m : mono) (x : nat) (u : it) : bool :=
  (x \notin ivars u) && match pick x (bs m) with Some (t, l) => loose x t l | None => false end.
Definition elim_side (numbers entries : bool) (m : mono) (strong : bool) (t u : it) : option action :=
  match t with
  | V x =>
    if can_elim m x u && (if strong then x \notin fsvars (fs m) else
        [|| match u with V y => (~~ entries && (y \notin names (bs m))) || (bound_of (bs m) x == bound_of (bs m) y) | C _ => numbers && (if bound_of (bs m) x is Some b then numeric b else false) | _ => false end
          | is_index_function u])
    then Some (Elim x u) else None
  | _ => None
  end.
Definition try_elim (numbers entries : bool) (m : mono) (strong : bool) : option action :=
  first (fun g => match g with
    | Eq t u => match elim_side numbers entries m strong t u with Some a => Some a | None => elim_side numbers entries m strong u t end
    | _ => None end) (gs m).

(* an equation that is linear in a binder that stands in no factor, solved for it *)
Definition try_solve (m : mono) : option action :=
  first (fun g => match g with
    | Eq t u =>
      let d := ladd (lin t) (lscale (-1) (lin u)) in
      first (fun tc : it * Z => match tc with
        | (V x, c) =>
          if [&& x \in names (bs m), x \notin fsvars (fs m), (Z.eqb c 1 || Z.eqb c (-1)),
                 all (fun tc' => (tc'.1 == V x) || (x \notin ivars tc'.1)) d.1 & can_elim m x (C 0)] then
            let rest := ([seq tc' <- d.1 | tc'.1 != V x], d.2) in
            let: (p, q) := unlin (lscale (- c) rest) in
            let new := match q with C 0 => [:: Eq (V x) p] | _ => [:: Le q p; Eq (V x) (IS p q)] end in
            if new == [:: g] then None else Some (Reguard (new ++ rem g (gs m)))
          else None
        | _ => None end) d.1
    | _ => None end) (gs m).

(* an equation of which one side is a binder below b and else multiples of b *)
Fixpoint quotient (b t : it) : option it :=
  if t == b then Some (C 1) else
  match t with
  | IM t u => match quotient b t, quotient b u with
              | Some q, _ => Some (if q is C 1 then u else IM q u)
              | None, Some q => Some (if q is C 1 then t else IM t q)
              | None, None => None
              end
  | _ => None
  end.
Definition try_digits (m : mono) : option action :=
  let side t u :=
    let: (terms, k) := lin u in
    first (fun tc : it * Z => match tc with
      | (V y, Zpos 1) =>
        match bound_of (bs m) y with
        | Some (C _) | None => None
        | Some b =>
          let rest := [seq tc' <- terms | tc'.1 != V y] in
          let qs := [seq (quotient b tc'.1, tc'.2) | tc' <- rest] in
          if [&& Z.eqb k 0, all (fun qc : option it * Z => (if qc.1 is Some _ then true else false) && Z.ltb 0 qc.2) qs
                & has (fun qc : option it * Z => if qc.1 is Some (C _) then false else true) qs] then
            Some (Digits t u b (foldr (fun qc t => if qc.1 is Some q then plus (times qc.2 q) t else t) (C 0) qs) (V y))
          else None
        end
      | _ => None end) terms in
  first (fun g => match g with
    | Eq t u => match side t u with Some a => Some a | None => side u t end
    | _ => None end) (gs m).

(* an equation that says that two variables are the same, said so *)
Definition try_straighten (m : mono) : option action :=
  first (fun g => match g with
    | Eq t u =>
      match ladd (lin t) (lscale (-1) (lin u)) with
      | ([:: (V x, Zpos 1); (V y, Zneg 1)], Z0) | ([:: (V x, Zneg 1); (V y, Zpos 1)], Z0) =>
        if (g == Eq (V x) (V y)) || (g == Eq (V y) (V x)) then None else Some (Reguard (Eq (V x) (V y) :: rem g (gs m)))
      | _ => None end
    | _ => None end) (gs m).

(* two binders that are the same term are the same *)
Definition try_merge (m : mono) : option action :=
  first (fun g => match g with
    | Eq (V x) t =>
      if (x \in names (bs m)) && (if t is V _ then false else true) then
        first (fun h => match h with
          | Eq (V y) u => if [&& y != x, t == u, y \in names (bs m) & bound_of (bs m) x == bound_of (bs m) y]
                          then Some (Reguard (Eq (V y) (V x) :: rem h (gs m))) else None
          | _ => None end) (gs m)
      else None
    | _ => None end) (gs m).

Definition fresh (m : mono) : nat := (foldr maxn 0 (names (bs m) ++ mvars m ++ gvars H)).+1.
Fixpoint try_subscripts (numbers entries : bool) (m : mono) (pre ts : seq it) (ns : seq it) (rebuild : seq it -> seq fa) : option action :=
  match ts, ns with
  | t :: ts', n :: ns' =>
    let plain := match t with
      | V x => match bound_of (bs m) x with Some b => b == n | None => ~~ entries end
      | C _ => numbers && numeric n  (* along an axis of so and so many, numbers stay *)
      | F _ _ | G _ _ _ => true
      | _ => false end in
    if plain then try_subscripts numbers entries m (rcons pre t) ts' ns' rebuild
    else let z := fresh m in Some (Intro z n t (rebuild (pre ++ V z :: ts')))
  | _, _ => None
  end.
Fixpoint try_intro (numbers entries : bool) (m : mono) (pre l : seq fa) : option action :=
  match l with
  | [::] => None
  | At a ts :: l' =>
    match try_subscripts numbers entries m [::] ts (nth [::] axes a) (fun ts => rev pre ++ At a ts :: l') with
    | Some x => Some x | None => try_intro numbers entries m (At a ts :: pre) l' end
  | f :: l' => try_intro numbers entries m (f :: pre) l'
  end.

Definition or_else (a : option action) (b : unit -> option action) : option action :=
  match a with Some _ => a | None => b tt end.
(* the next action; with numbers, these stay along axes of numeric length; with entries, a free subscript is made a sum *)
Definition next_action (numbers entries : bool) (m : mono) : option action :=
  if ~~ wf H bounded (bs m) then None else
  if [|| dead m, has (is_known H bounded (bs m)) (gs m) | ~~ uniq (gs m)] then Some Drop else
  or_else (try_widen m) (fun _ =>
  or_else (try_elim numbers entries m true) (fun _ =>
  or_else (try_elim numbers entries m false) (fun _ =>
  or_else (try_solve m) (fun _ =>
  or_else (try_straighten m) (fun _ =>
  or_else (try_digits m) (fun _ =>
  or_else (try_merge m) (fun _ =>
  or_else (try_intro numbers entries m [::] (fs m)) (fun _ =>
  or_else (first (fun b : nat * it => if (b.1 \notin gvars (gs m) ++ fsvars (fs m)) && can_elim m b.1 (C 0)
                                     then Some (Unused b.1) else None) (bs m)) (fun _ =>
  or_else (first (fun f => match f with
    | At a ts => first (fun ab : nat * nat => if eqn ab.1 a && (At ab.2 ts \in rem f (fs m)) then Some (Pair ab.1 ab.2 ts) else None) pairs
    | _ => None end) (fs m)) (fun _ =>
  first (fun f => match f with
    | Iz t => if (Sz t \in fs m) && (Lt (C 0) t \in H) then Some (Cancel t) else None | _ => None end) (fs m))))))))))).

(* the search for a renaming: pairs (binder of the second, binder of the first) *)
Definition renaming := seq (nat * nat).
Fixpoint lookup (s : renaming) (y : nat) : option nat :=
  match s with [::] => None | (a, b) :: s => if eqn a y then Some b else lookup s y end.
Fixpoint unify (l1 l2 : seq (nat * it)) (s : renaming) (t u : it) : option renaming :=
  match t, u with
  | V x, V y =>
    match lookup s y with
    | Some x' => if eqn x x' then Some s else None
    | None =>
      match bound_of l2 y, bound_of l1 x with
      | Some b, Some a => if (a == b) && ~~ has (fun ab => eqn ab.2 x) s then Some ((y, x) :: s) else None
      | None, None => if eqn x y then Some s else None
      | _, _ => None
      end
    end
  | C j, C k => if eqn j k then Some s else None
  | IA a b, IA c d | IS a b, IS c d | IM a b, IM c d | ID a b, ID c d | IR a b, IR c d =>
    match unify l1 l2 s a c with Some s => unify l1 l2 s b d | None => None end
  | F f a, F g c => if eqn f g then unify l1 l2 s a c else None
  | G f a b, G g c d => if eqn f g then match unify l1 l2 s a c with Some s => unify l1 l2 s b d | None => None end else None
  | _, _ => None
  end.
Fixpoint unifys l1 l2 s (ts us : seq it) : option renaming :=
  match ts, us with
  | [::], [::] => Some s
  | t :: ts, u :: us => match unify l1 l2 s t u with Some s => unifys l1 l2 s ts us | None => None end
  | _, _ => None
  end.
Definition unif l1 l2 s (f g : fa) : option renaming :=
  match f, g with
  | At a ts, At b us => if eqn a b then unifys l1 l2 s ts us else None
  | Sz t, Sz u | Iz t, Iz u => unify l1 l2 s t u
  | _, _ => None
  end.
Section Search.
Variables (l1 l2 : seq (nat * it)) (done : renaming -> bool).
Fixpoint pair_factors (f1 f2 : seq fa) (s : renaming) (k : renaming -> option renaming) {struct f1} : option renaming :=
  match f1 with
  | [::] => match f2 with [::] => k s | _ => None end
  | f :: f1 =>
    (fix go (pre post : seq fa) : option renaming :=
      match post with
      | [::] => None
      | g :: post =>
        match (match unif l1 l2 s f g with Some s => pair_factors f1 (rev pre ++ post) s k | None => None end) with
        | Some s => Some s
        | None => go (g :: pre) post
        end
      end) [::] f2
  end.
Fixpoint pair_binders (b2 : seq (nat * it)) (s : renaming) : option renaming :=
  match b2 with
  | [::] => if done s then Some s else None
  | (y, t) :: b2 =>
    match lookup s y with
    | Some _ => pair_binders b2 s
    | None => first (fun xa : nat * it => if (xa.2 == t) && ~~ has (fun ab => eqn ab.2 xa.1) s
                                         then pair_binders b2 ((y, xa.1) :: s) else None) l1
    end
  end.
End Search.
Definition head (f : fa) : nat * nat := match f with At a ts => (a.+2, size ts) | Sz _ => (0, 0) | Iz _ => (1, 0) end.
Definition search_pairs (c : cls) (m : mono) (strict : bool) : option (renaming * seq nat) :=
  if (size (cbs c) == size (bs m)) && perm_eq (map head (cfs c)) (map head (fs m)) then
    let done s := ~~ strict || has (fun e => same_guards (map (fsub (tov (assoc s))) (gs m)) e.2) (ents c) in
    match pair_factors (cbs c) (bs m) (cfs c) (fs m) [::] (pair_binders (cbs c) done (bs m)) with
    | Some s => Some (s, [seq (match lookup [seq (ab.2, ab.1) | ab <- s] b.1 with Some y => y | None => 0 end) | b <- cbs c])
    | None => None
    end
  else None.

(* factors in an order in which each touches the ones before it, where that is possible *)
Fixpoint tidy_from (fuel : nat) (seen : seq nat) (l : seq fa) : seq fa :=
  match fuel, l with
  | n.+1, f :: l' =>
    let g := match [seq g <- l | has (mem seen) (favars g)] with g :: _ => g | [::] => f end in
    g :: tidy_from n (favars g ++ seen) (rem g l)
  | _, _ => l
  end.
Definition tidy_factors (m : mono) : seq fa :=
  let names' := names (bs m) in
  let l := sort (fun f g => match f, g with At a _, At b _ => (a <= b)%N | At _ _, _ => true | _, At _ _ => false | _, _ => true end) (fs m) in
  tidy_from (size l) [::] l.

(* which factor to raise, by which relation: the highest power that an atom has anywhere is the aim *)
Definition most (k : nat) (p : seq mono) : nat :=
  foldr maxn 0 [seq foldr maxn 0 [seq match f with At a _ => if eqn a k then count (pred1 f) (fs m) else 0 | _ => 0 end | f <- fs m] | m <- p].
(* a relation without a power multiplies what has no entry of its atom, at the indices of the same axes *)
Definition place (q : rela) (m : mono) (x : nat) : option it :=
  let axes_at f := match f with At a ts => zip ts (nth [::] axes a) | _ => [::] end in
  match [seq tn.2 | tn <- flatten [seq axes_at f | f <- flatten (map fs (rval q))] & tn.1 == V x] with
  | n :: _ => first (fun tn : it * it => match tn with (V _, n') => if n' == n then Some tn.1 else None | _ => None end)
                    (flatten (map axes_at (fs m)))
  | [::] => None
  end.
Definition pick_multiplier (q : rela) (p : seq mono) (m : mono) : option (seq it) :=
  let has_atom m := has (fun f => match f with At a _ => eqn a (ratom q) | _ => false end) (fs m) in
  if has has_atom p && ~~ has_atom m then
    foldr (fun x acc => match place q m x, acc with Some t, Some ts => Some (t :: ts) | _, _ => None end) (Some [::]) (rpar q)
  else None.
Definition pick_relation (rels : seq rela) (p : seq mono) (m : mono) : option (nat * seq it) :=
  first (fun i =>
    let q := nth (Rela 0 0 [::] [::] [::]) rels i in
    if rpow q is 0 then omap (pair i) (pick_multiplier q p m) else
    let own := [seq f <- fs m | match f with At a _ => eqn a (ratom q) | _ => false end] in
    let like := [seq f <- fs m | match f with At a ts => eqn (size ts) (size (rpar q)) && has (fun q => eqn (ratom q) a) rels | _ => false end] in
    let other := [seq f <- fs m | match f with At a ts => eqn (size ts) (size (rpar q)) | _ => false end] in
    first (fun f => match f with
      | At _ ts => if (count (pred1 (At (ratom q) ts)) (fs m) + rpow q <= most (ratom q) p)%N then Some (i, ts) else None
      | _ => None end)
      (if rpar q is [::] then [:: At (ratom q) [::]] else if own is [::] then take 1 (like ++ other) else own)) (iota 0 (size rels)).

(* which factor to replace, by which rule: the first that one is about *)
Definition pick_rule (rules : seq rela) (m : mono) : option (nat * seq it) :=
  first (fun f => match f with
    | At a ts => first (fun i => let q := nth (Rela 0 0 [::] [::] [::]) rules i in
        if eqn (ratom q) a && (rpow q <= count (pred1 f) (fs m))%N && all (fun b => At b ts \in rem f (fs m)) (rwith q) then Some (i, ts) else None) (iota 0 (size rules))
    | _ => None end) (fs m).

Definition prove_with (rels rules products : seq relation) (fld : bool) (eps : option nat) (e1 e2 : ex) : option (seq ob) :=
  let by_number n := check fld eps H bounded pairs (next_action n false) (next_action false true) search_pairs
    tidy_factors pick_relation pick_rule rels rules products 60 e1 e2 in
  if by_number true is Some [::] then Some [::] else by_number false.  (* either leaves nothing open, or is not taken *)
Lemma prove_cases rels rules products fld eps e1 e2 os : prove_with rels rules products fld eps e1 e2 = Some os ->
  exists next, check fld eps H bounded pairs next (next_action false true) search_pairs
    tidy_factors pick_relation pick_rule rels rules products 60 e1 e2 = Some os.
Proof.
rewrite /prove_with; case e: (check _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _) => [[|a l]|] h.
- by exists (next_action true false); rewrite e.
- by exists (next_action false false).
- by exists (next_action false false).
Qed.
End Heuristics.
Definition prove H bounded axes := prove_with H bounded axes [::] [::] [::] [::].
(* whether the two are equal once they are multiplied out, with no action taken: then nothing is asked of any index *)
Definition same (e1 e2 : ex) : bool :=
  if check true None [::] ([::], [::]) [::] (fun=> None) (fun=> None) search_pairs tidy_factors
    (fun _ _ _ => None) (fun _ _ => None) [::] [::] [::] 0 e1 e2 is Some [::] then true else false.

(* ------------------------------------------------------------------ what the generated files use *)

Local Open Scope ring_scope.

Definition hyps (fn : nat -> nat -> nat) gn (r : val) (H : seq fm) : Prop := foldr (fun f P => bden fn gn r f /\ P) True H.
Definition below (fn : nat -> nat -> nat) (gn : nat -> nat -> nat -> nat) (r : val) (l : seq (nat * it) * seq (nat * it)) : Prop :=
  foldr (fun ft P => (forall i, (fn ft.1 i < iden fn gn r ft.2)%N) /\ P)
    (foldr (fun ft P => (forall i j, (gn ft.1 i j < iden fn gn r ft.2)%N) /\ P) True l.2) l.1.
Lemma knownI fn gn H l r : hyps fn gn r H -> below fn gn r l -> known fn gn H l r.
Proof.
case: l => l1 l2 h b; split; first by elim: H h => //= f H ih [-> /ih].
  move=> f t; elim: l1 b => //= -[g u] l ih [bg bl]; rewrite inE => /orP [/eqP [-> ->] //|]; exact: ih.
move=> f t; have {b} : below fn gn r ([::], l2) by elim: l1 b => //= ft l ih [_ /ih].
elim: l2 => //= -[g u] l ih [bg bl]; rewrite inE => /orP [/eqP [-> ->] //|]; exact: ih.
Qed.
Definition tables1 (l : seq (nat -> nat)) : nat -> nat -> nat := nth (fun=> 0%N) l.
Definition tables2 (l : seq (nat -> nat -> nat)) : nat -> nat -> nat -> nat := nth (fun _ _ => 0%N) l.
Definition one_inverse (R : ringType) (n : nat) : R := 1.
Definition inverse (R : comUnitRingType) (n : nat) : R := n%:R^-1.
(* positive integers are invertible: true in every field of characteristic zero, and in dual numbers over one *)
Definition divisible (R : comUnitRingType) := forall k, (0 < k)%N -> k%:R \is a @GRing.unit R.
Lemma numField_divisible (R : numFieldType) : divisible [comUnitRingType of R].
Proof. by move=> k p; rewrite unitfE pnatr_eq0 -lt0n. Qed.

Section Use.
Variables (sizes : seq nat) (t1 : seq (nat -> nat)) (t2 : seq (nat -> nat -> nat)).
Variables (H : seq fm) (bounded : seq (nat * it) * seq (nat * it)) (axes : seq (seq it)) (e1 e2 : ex) (os : seq ob).
Let fn := tables1 t1.
Let gn := tables2 t2.
Let r := nth 0%N sizes.
Definition ring_den (R : comRingType) (env : seq (tensor R)) e := den fn gn (@one_inverse R) env r e.
Definition unit_den (R : comUnitRingType) (env : seq (tensor R)) e := den fn gn (@inverse R) env r e.

Lemma no_square_zero (R : comRingType) (env : seq (tensor R)) a : None = Some a -> forall l1 l2, atom env a l1 * atom env a l2 = 0.
Proof. by []. Qed.
Lemma one_square_zero (R : comRingType) (e : R) (env : seq (tensor R)) : e * e = 0 ->
  forall a, Some 0%N = Some a -> forall l1 l2, atom (T0 e :: env) a l1 * atom (T0 e :: env) a l2 = 0.
Proof. by move=> h a [<-]. Qed.
Definition pairs_hold (R : comRingType) (env : seq (tensor R)) (l : seq (nat * nat)) : Prop :=
  foldr (fun ab P => (forall ts, atom env ab.1 ts * atom env ab.2 ts = 1) /\ P) True l.
Lemma pairs_in (R : comRingType) (env : seq (tensor R)) l : pairs_hold env l ->
  forall a b, (a, b) \in l -> forall ts, atom env a ts * atom env b ts = 1.
Proof.
elim: l => //= -[c d] l ih [h hl] a b; rewrite inE => /orP [/eqP [-> ->] //|]; exact: ih.
Qed.
Lemma no_pairs (R : comRingType) (env : seq (tensor R)) a b : (a, b) \in [::] -> forall ts, atom env a ts * atom env b ts = 1.
Proof. by []. Qed.
Lemma one1 (R : comRingType) : @one_inverse R 1 = 1. Proof. by []. Qed.
Lemma oneM (R : comRingType) a b : @one_inverse R (a * b) = one_inverse R a * one_inverse R b.
Proof. by rewrite /one_inverse mulr1. Qed.
Lemma oneK (R : comRingType) : false -> forall a, (0 < a)%N -> a%:R * @one_inverse R a = 1. Proof. by []. Qed.
Lemma inverse1 (R : comUnitRingType) : @inverse R 1 = 1. Proof. by rewrite /inverse invr1. Qed.
Lemma inverseM (R : comUnitRingType) : divisible R -> forall a b, @inverse R (a * b) = inverse R a * inverse R b.
Proof.
move=> u [|a] [|b]; rewrite /inverse ?muln0 ?mul0n ?invr0 ?mulr0 ?mul0r // natrM invrM ?u //; exact: mulrC.
Qed.
Lemma inverseK (R : comUnitRingType) : divisible R -> true -> forall a, (0 < a)%N -> a%:R * @inverse R a = 1.
Proof. by move=> u _ a p; rewrite /inverse divrr ?u. Qed.

(* an identity in every commutative ring *)
Theorem ring_identity (R : comRingType) (env : seq (tensor R)) :
  prove H bounded axes false None e1 e2 = Some os -> zholds fn gn os -> hyps fn gn r H -> below fn gn r bounded ->
  ring_den env e1 = ring_den env e2.
Proof.
move=> /prove_cases [next c] /zholdsP z h b; apply: (check_sound (@one1 R) (@oneM R) (@oneK R) _ (no_pairs _) c Logic.I Logic.I Logic.I (knownI h b) z).
exact: no_square_zero.
Qed.
(* an identity in every commutative ring, about elements one of which, e, has square zero *)
Theorem dual_identity (R : comRingType) (e : R) (env : seq (tensor R)) : e * e = 0 ->
  prove H bounded axes false (Some 0%N) e1 e2 = Some os -> zholds fn gn os -> hyps fn gn r H -> below fn gn r bounded ->
  ring_den (T0 e :: env) e1 = ring_den (T0 e :: env) e2.
Proof.
move=> ee /prove_cases [next c] /zholdsP z h b.
have sq := @one_square_zero R e env ee.
rewrite /ring_den; exact: (check_sound (@one1 R) (@oneM R) (@oneK R) sq (no_pairs _) c Logic.I Logic.I Logic.I (knownI h b) z).
Qed.
(* the same where integers can be divided by *)
Theorem unit_identity (R : comUnitRingType) (env : seq (tensor R)) : divisible R ->
  prove H bounded axes true None e1 e2 = Some os -> zholds fn gn os -> hyps fn gn r H -> below fn gn r bounded ->
  unit_den env e1 = unit_den env e2.
Proof.
move=> u /prove_cases [next c] /zholdsP z h b; apply: (check_sound (@inverse1 R) (inverseM u) (inverseK u) _ (no_pairs _) c Logic.I Logic.I Logic.I (knownI h b) z).
exact: no_square_zero.
Qed.
(* the same with inverses: see relations_hold *)
Theorem unit_relations (R : comUnitRingType) (env : seq (tensor R)) pairs rels rules products : divisible R ->
  prove_with H bounded axes pairs rels rules products true None e1 e2 = Some os -> zholds fn gn os -> hyps fn gn r H -> below fn gn r bounded ->
  relations_hold fn gn (@inverse R) env r rels -> rules_hold fn gn (@inverse R) env r rules -> products_hold fn gn (@inverse R) env r products -> pairs_hold env pairs -> unit_den env e1 = unit_den env e2.
Proof.
move=> u /prove_cases [next c] /zholdsP z h b q w v ps; apply: (check_sound (@inverse1 R) (inverseM u) (inverseK u) _ (pairs_in ps) c q w v (knownI h b) z).
exact: no_square_zero.
Qed.
Theorem unit_dual_identity (R : comUnitRingType) (e : R) (env : seq (tensor R)) : divisible R -> e * e = 0 ->
  prove H bounded axes true (Some 0%N) e1 e2 = Some os -> zholds fn gn os -> hyps fn gn r H -> below fn gn r bounded ->
  unit_den (T0 e :: env) e1 = unit_den (T0 e :: env) e2.
Proof.
move=> u ee /prove_cases [next c] /zholdsP z h b; have sq := @one_square_zero R e env ee.
rewrite /unit_den; exact: (check_sound (@inverse1 R) (inverseM u) (inverseK u) sq (no_pairs _) c Logic.I Logic.I Logic.I (knownI h b) z).
Qed.
Theorem unit_same (R : comUnitRingType) (env : seq (tensor R)) : divisible R -> same e1 e2 -> unit_den env e1 = unit_den env e2.
Proof.
move=> u; rewrite /same; case c: (check _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _) => [[|? ?]|] // _.
have k : known fn gn [::] ([::], [::]) r := @knownI fn gn [::] ([::], [::]) r Logic.I Logic.I.
exact: (check_sound (@inverse1 R) (inverseM u) (inverseK u) (@no_square_zero R env) (no_pairs _) c Logic.I Logic.I Logic.I k Logic.I).
Qed.
End Use.
Arguments unit_same sizes t1 t2 {e1 e2} R env _ _.
Arguments ring_identity sizes t1 t2 {H bounded axes e1 e2 os} R env _ _ _ _.
Arguments dual_identity sizes t1 t2 {H bounded axes e1 e2 os} R {e} env _ _ _ _ _.
Arguments unit_identity sizes t1 t2 {H bounded axes e1 e2 os} R env _ _ _ _ _.
Arguments unit_relations sizes t1 t2 {H bounded axes e1 e2 os} R env {pairs rels rules products} _ _ _ _ _ _ _ _ _.
Arguments unit_dual_identity sizes t1 t2 {H bounded axes e1 e2 os} R {e} env _ _ _ _ _ _.

(* ------------------------------------------------------------------ the adjoint lemma, entry by entry *)

Section Adjoint.
Variable R : comRingType.
Implicit Types (i j k l : nat).

Lemma sum_delta n i (u : nat -> R) : (i < n)%N -> \sum_(a < n) (nat_of_ord a == i)%:R * u a = u i.
Proof.
move=> lt; rewrite (bigD1 (Ordinal lt)) //= eqxx mul1r big1 ?addr0 // => a ne.
by rewrite (_ : (nat_of_ord a == i) = false) ?mul0r //; apply/negbTE; apply: contraNneq ne => e; apply/eqP; apply: val_inj.
Qed.
Lemma scaled_delta n k (f : nat -> R) (v : R) : (k < n)%N -> \sum_(c < n) v * (nat_of_ord c == k)%:R * f c = v * f k.
Proof. by move=> lt; rewrite -(sum_delta f lt) mulr_sumr; apply: eq_bigr => c _; rewrite mulrA. Qed.
Lemma adjoint0 (L : R -> R) (b : R) : (forall v : R, L v = v * b) ->
  forall u : R, (forall v : R, L v = v * u) <-> u = b.
Proof. by move=> h u; split=> [e|-> //]; have := e 1; rewrite h !mul1r. Qed.
Lemma adjoint1 n (L : (nat -> R) -> R) (b : nat -> R) :
  (forall v : nat -> R, L v = \sum_(i < n) v i * b i) ->
  forall u : nat -> R, (forall v : nat -> R, L v = \sum_(i < n) v i * u i) <-> (forall i, (i < n)%N -> u i = b i).
Proof.
move=> h u; split=> [e i lt|e v]; last by rewrite h; apply: eq_bigr => i _; rewrite e.
by have := e (fun a => (a == i)%:R); rewrite h !sum_delta.
Qed.
Lemma adjoint2 m n (L : (nat -> nat -> R) -> R) (b : nat -> nat -> R) :
  (forall v : nat -> nat -> R, L v = \sum_(i < m) \sum_(j < n) v i j * b i j) ->
  forall u : nat -> nat -> R, (forall v : nat -> nat -> R, L v = \sum_(i < m) \sum_(j < n) v i j * u i j) <->
            (forall i j, (i < m)%N -> (j < n)%N -> u i j = b i j).
Proof.
move=> h u; split=> [e i j li lj|e v]; last by rewrite h; do 2!apply: eq_bigr => ? _; rewrite e.
have s (w : nat -> nat -> R) : \sum_(a < m) \sum_(b < n) ((nat_of_ord a == i)%:R * (nat_of_ord b == j)%:R) * w a b = w i j :> R.
  rewrite -[RHS](sum_delta (w i) lj) -[RHS](sum_delta (fun i => \sum_(b < n) (nat_of_ord b == j)%:R * w i b) li).
  by apply: eq_bigr => a _; rewrite mulr_sumr; apply: eq_bigr => c _; rewrite mulrA.
by have := e (fun a b => (a == i)%:R * (b == j)%:R); rewrite h !s.
Qed.
Lemma adjoint3 m n o (L : (nat -> nat -> nat -> R) -> R) (b : nat -> nat -> nat -> R) :
  (forall v : nat -> nat -> nat -> R, L v = \sum_(i < m) \sum_(j < n) \sum_(k < o) v i j k * b i j k) ->
  forall u : nat -> nat -> nat -> R, (forall v : nat -> nat -> nat -> R, L v = \sum_(i < m) \sum_(j < n) \sum_(k < o) v i j k * u i j k) <->
            (forall i j k, (i < m)%N -> (j < n)%N -> (k < o)%N -> u i j k = b i j k).
Proof.
move=> h u; split=> [e i j k li lj lk|e v]; last by rewrite h; do 3!apply: eq_bigr => ? _; rewrite e.
have := @adjoint2 m n (fun v => L (fun a b c => v a b * (c == k)%:R)) (fun a c => b a c k).
case/(_ _ (fun a c => u a c k)) => [v|e1 _].
  by rewrite h; do 2!apply: eq_bigr => ? _; rewrite (scaled_delta (b _ _)).
by apply: e1 => // v; rewrite e; do 2!apply: eq_bigr => ? _; rewrite (scaled_delta (u _ _)).
Qed.
Lemma adjoint4 m n o p (L : (nat -> nat -> nat -> nat -> R) -> R) (b : nat -> nat -> nat -> nat -> R) :
  (forall v : nat -> nat -> nat -> nat -> R, L v = \sum_(i < m) \sum_(j < n) \sum_(k < o) \sum_(l < p) v i j k l * b i j k l) ->
  forall u : nat -> nat -> nat -> nat -> R, (forall v : nat -> nat -> nat -> nat -> R, L v = \sum_(i < m) \sum_(j < n) \sum_(k < o) \sum_(l < p) v i j k l * u i j k l) <->
            (forall i j k l, (i < m)%N -> (j < n)%N -> (k < o)%N -> (l < p)%N -> u i j k l = b i j k l).
Proof.
move=> h u; split=> [e i j k l li lj lk ll|e v]; last by rewrite h; do 4!apply: eq_bigr => ? _; rewrite e.
have := @adjoint3 m n o (fun v => L (fun a b c d => v a b c * (d == l)%:R)) (fun a c d => b a c d l).
case/(_ _ (fun a c d => u a c d l)) => [v|e1 _].
  by rewrite h; do 3!apply: eq_bigr => ? _; rewrite (scaled_delta (b _ _ _)).
by apply: e1 => // v; rewrite e; do 3!apply: eq_bigr => ? _; rewrite (scaled_delta (u _ _ _)).
Qed.
End Adjoint.

Definition facts_of (r : option (seq ob)) : seq ob := if r is Some os then os else [::].

(* obligations: arithmetic over the integers, by lia *)
Ltac obligations o :=
  cbv [o zholds ozden gp tree bp iz foldr fst snd];
  repeat match goal with |- _ /\ _ => split | |- True => exact I | |- forall _, _ => intro end;
  Z.to_euclidean_division_equations; first [lia | nia].
