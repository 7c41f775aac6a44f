(* Differentials of expressions with functions of the reals in them, over mathcomp-analysis.

   WHAT IS PROVED.  A site is a function (exp, ln, one over, square root, one over a root, sin, cos, logistic, tanh,
   softplus; or an unknown one with its derivative) at an argument that is an expression in tensors and in earlier sites,
   or an operator (SymadjOperators has them: inverse, determinant, product, maximum) of a matrix of such arguments. Where every argument lies in the domain
   of its function's derivative (domains), and the tensors are differentiable functions of a point of a normed space
   (smooth), theorem differential says that the value of an expression is differentiable there, with the differential that
   dden computes. A generated file then proves by Symadj.unit_relations that this is the claimed pairing.

   derive_sqrt .. derive_relu are the derivatives that mathcomp-analysis 0.6 does not have, those of |x|, max(x, 0), the
   sign and the unit step at x != 0 among them; Section Values has the rules for functions at composite arguments
   (exp (a + b) = exp a * exp b); positive proves signs from the shape of an expression; real_adjoint0 .. 4 carry the adjoint lemma over to directional derivatives.

   It rests on the three axioms of mathcomp-analysis (extensionality of propositions and functions, and choice).           *)
From Coq Require Import Lia.
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq fintype bigop ssralg ssrnum order.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals topology normedtype sequences derive exp trigo realfun.
From Symadj Require Import Symadj.
Set Implicit Arguments.
Unset Strict Implicit.
Import GRing.Theory Num.Theory Order.TTheory.
Import numFieldNormedType.Exports.
Local Open Scope ring_scope.

Section Rules.
Variables (R : realType) (U : normedModType R) (p : U).
Implicit Types (f g df dg : U -> R).

Lemma hasd_cst (c : R) : is_diff p (fun=> c) (fun=> 0).
Proof. exact: is_diff_cst. Qed.
Lemma hasdD f g df dg : is_diff p f df -> is_diff p g dg -> is_diff p (fun q => f q + g q) (fun w => df w + dg w).
Proof. exact: is_diffD. Qed.
Lemma hasdN f df : is_diff p f df -> is_diff p (fun q => - f q) (fun w => - df w).
Proof. exact: is_diffN. Qed.
Lemma hasdM f g df dg : is_diff p f df -> is_diff p g dg ->
  is_diff p (fun q => f q * g q) (fun w => df w * g p + f p * dg w).
Proof.
move=> hf hg; apply: is_diff_eq (is_diffM hf hg) _; apply: funext => w.
by rewrite addrC /=; congr (_ + _); rewrite mulrC.
Qed.
Lemma hasd_sum n (P : pred 'I_n) (f df : 'I_n -> U -> R) : (forall i, is_diff p (f i) (df i)) ->
  is_diff p (fun q => \sum_(i < n | P i) f i q) (fun w => \sum_(i < n | P i) df i w).
Proof.
move=> h.
have e (g : 'I_n -> U -> R) : (fun q => \sum_(i < n | P i) g i q) = \sum_(i < n | P i) g i.
  by apply: funext => q; elim/big_rec2: _ => // i y1 y2 _ ->.
rewrite !e; elim/big_rec2: _ => [|i a b _ ab]; first exact: is_diff_cst.
exact: is_diffD.
Qed.
Lemma hasd_comp (g : R -> R) (g' : R) f df : is_derive (f p) 1 g g' -> is_diff p f df ->
  is_diff p (fun q => g (f q)) (fun w => g' * df w).
Proof.
move=> hg hf; have [dg eg] := hg.
have hd : is_diff (f p) g (fun h => h * g').
  apply: DiffDef; first exact/derivable1_diffP.
  rewrite diff1E; last exact/derivable1_diffP.
  by apply: funext => h; rewrite derive1E eg.
have hgf := @is_diff_comp _ _ _ _ f df g _ p hf hd.
by apply: is_diff_eq hgf _; apply: funext => w /=; rewrite mulrC.
Qed.
End Rules.

Section Functions.
Variable R : realType.
Implicit Types x : R.

Definition rsqrt x : R := (Num.sqrt x)^-1.
Definition sigmoid x : R := (1 + expR (- x))^-1.
Definition softplus x : R := ln (1 + expR x).
Definition tanh x : R := (expR x - expR (- x)) / (expR x + expR (- x)).
Definition relu x : R := Num.max x 0.
Definition heaviside x : R := (0 < x)%R%:R.
(* pi, locked: what it is defined to be must not be unfolded where two expressions are compared *)
Definition the_pi : R := locked pi.
Lemma the_piE : the_pi = pi. Proof. by rewrite /the_pi -lock. Qed.
Lemma the_pi_gt0 : 0 < the_pi. Proof. by rewrite the_piE pi_gt0. Qed.

Lemma derive_inv x : x != 0 -> is_derive x 1 (fun y : R => y^-1) (- (x^-1 * x^-1)).
Proof.
move=> nz; have h := @is_deriveV R id x 1 1 nz (is_derive_id x 1).
by apply: (is_derive_eq h); rewrite /GRing.scale /= mulr1 expr2 invrM ?unitfE.
Qed.
Lemma derive_sqrt x : 0 < x -> is_derive x 1 (Num.sqrt : R -> R) (2%:R^-1 * rsqrt x).
Proof.
move=> pos; have sp : 0 < Num.sqrt x by rewrite sqrtr_gt0.
have e : Num.sqrt x ^+ 2 = x by rewrite sqr_sqrtr // ltW.
have h : is_derive (Num.sqrt x) 1 (fun y : R => y ^+ 2) (2%:R * Num.sqrt x).
  have i := is_derive_id (Num.sqrt x) (1 : R).
  have := @is_deriveX R _ id 1 (Num.sqrt x) 1 1 i; rewrite expr1 => h.
  by apply: (is_derive_eq h); rewrite /GRing.scale /= mulr1.
have := @is_derive_inverse R (fun y => y ^+ 2) Num.sqrt _ (Num.sqrt x) _ _ h.
rewrite e /rsqrt -invfM mulrC; apply.
- near=> y; rewrite sqrtr_sqr ger0_norm //; apply: ltW; near: y.
  by apply: open_nbhs_nbhs; split; [exact: (@open_gt R 0) | exact: sp].
- near=> y; apply: exprn_continuous.
- by rewrite mulf_neq0 ?pnatr_eq0 ?gt_eqF.
Unshelve. all: by end_near.
Qed.
Lemma derive_rsqrt x : 0 < x -> is_derive x 1 rsqrt (- (2%:R^-1 * (rsqrt x * rsqrt x * rsqrt x))).
Proof.
move=> pos; have sp : Num.sqrt x != 0 by rewrite gt_eqF // sqrtr_gt0.
have h := @is_deriveV R Num.sqrt x _ 1 sp (derive_sqrt pos).
apply: (is_derive_eq h); rewrite /GRing.scale /= /rsqrt mulNr; congr (- _).
by rewrite -exprVn expr2 mulrCA.
Qed.
Lemma derive_sigmoid x : is_derive x 1 sigmoid (sigmoid x * (1 - sigmoid x)).
Proof.
have nz : 1 + expR (- x) != 0 by apply: lt0r_neq0; apply: addr_gt0; [exact: ltr01 | exact: expR_gt0].
have h1 : is_derive x 1 (fun y : R => 1 + expR (- y)) (- expR (- x)).
  have a := @is_derive1_comp R expR (fun y : R => - y) x _ _ (is_derive_expR (- x)) (is_deriveN (is_derive_id x 1)).
  have b := is_deriveD (is_derive_cst (1 : R) x 1) a.
  by apply: (is_derive_eq b); rewrite add0r mulrN1.
have h := @is_deriveV R (fun y => 1 + expR (- y)) x _ 1 nz h1.
apply: (is_derive_eq h); rewrite /GRing.scale /= mulrN mulNr opprK -exprVn expr2 -/(sigmoid x).
rewrite -mulrA; congr (_ * _); rewrite /sigmoid.
by apply: (mulfI nz); rewrite mulrBr mulr1 mulVKf // divff // addrC addKr.
Qed.
Lemma derive_softplus x : is_derive x 1 softplus (sigmoid x).
Proof.
have p : 0 < 1 + expR x by apply: addr_gt0; [exact: ltr01 | exact: expR_gt0].
have h1 : is_derive x 1 (fun y : R => 1 + expR y) (expR x).
  have b := is_deriveD (is_derive_cst (1 : R) x 1) (is_derive_expR x).
  by apply: (is_derive_eq b); rewrite add0r.
have a := @is_derive1_comp R (@ln R) (fun y : R => 1 + expR y) x _ _ (is_derive1_ln p) h1.
apply: (is_derive_eq a); rewrite /sigmoid expRN.
have ez : expR x != 0 by apply: lt0r_neq0; exact: expR_gt0.
rewrite -{1}[expR x]mul1r -[X in _ = X^-1](mulfK ez) mulrDl mul1r mulVf // invfM invrK addrC mulrC //.
Qed.
Lemma derive_tanh x : is_derive x 1 tanh (1 - tanh x * tanh x).
Proof.
set a := expR x; set b := expR (- x).
have nz : a + b != 0 by apply: lt0r_neq0; apply: addr_gt0; exact: expR_gt0.
have hb : is_derive x 1 (fun y : R => expR (- y)) (- b).
  have h := @is_derive1_comp R expR (fun y : R => - y) x _ _ (is_derive_expR (- x)) (is_deriveN (is_derive_id x 1)).
  by apply: (is_derive_eq h); rewrite mulrN1.
have hn := is_deriveB (is_derive_expR x) hb.
have hd := is_deriveD (is_derive_expR x) hb.
have h := is_deriveM hn (@is_deriveV R (expR + (fun y : R => expR (- y))) x _ 1 nz hd).
apply: (is_derive_eq h); rewrite /GRing.scale /= opprK -/a -/b /tanh -/a -/b.
change ((a - b) * (- (a + b) ^- 2 * (a - b)) + (a + b)^-1 * (a + b) = 1 - (a - b) / (a + b) * ((a - b) / (a + b))).
rewrite mulVf // addrC; congr (_ + _); rewrite mulNr mulrN -exprVn expr2; congr (- _).
by rewrite -!mulrA; congr (_ * _); congr (_ * _); rewrite mulrC.
Qed.
(* functions with a kink at 0: elsewhere each is locally the identity, its opposite, or constant *)
Lemma derive_near (f g : R -> R) x d : (\forall y \near x, f y = g y) -> is_derive x 1 f d -> is_derive x 1 g d.
Proof.
move=> e /is_derive1_caratheodory [k [fk ck kx]]; apply/is_derive1_caratheodory.
have ex : f x = g x := nbhs_singleton e.
exists (fun z => if z == x then d else (g z - g x) / (z - x)); split; last by rewrite eqxx.
  by move=> z; case: eqP => [->|/eqP]; rewrite ?subrr ?mulr0 // -subr_eq0 => /divfK ->.
rewrite /prop_for /= eqxx -kx; apply: cvg_trans ck; apply: (@near_eq_cvg _ _ (nbhs x)).
near=> z; case: eqP => [-> //|/eqP nz].
have <- : f z = g z by near: z.
by rewrite -ex fk mulfK // subr_eq0.
Unshelve. all: by end_near. Qed.
Lemma near_sign x : x != 0 -> \forall y \near x, (0 < (y : R)) = (0 < x) /\ (y : R) != 0.
Proof.
move=> nz; case: (ltrgt0P x) nz => [h|h|->]; rewrite ?eqxx // => _.
  near=> y; have p : 0 < (y : R) by near: y; apply: open_nbhs_nbhs; split; [exact: (@open_gt R 0) | exact: h].
  by rewrite p gt_eqF.
near=> y; have p : (y : R) < 0 by near: y; apply: open_nbhs_nbhs; split; [exact: (@open_lt R 0) | exact: h].
by rewrite lt_eqF // ltNge ltW.
Unshelve. all: by end_near.
Qed.
Lemma derive_heaviside x : x != 0 -> is_derive x 1 heaviside 0.
Proof.
move=> nz; apply: (derive_near _ (is_derive_cst (heaviside x) x 1)).
by near=> y; rewrite /heaviside; have [-> _] : (0 < (y : R)) = (0 < x) /\ (y : R) != 0 by near: y; exact: near_sign.
Unshelve. all: by end_near.
Qed.
Lemma sgE x : x != 0 -> Num.sg x = heaviside x + heaviside x - 1.
Proof.
by rewrite /heaviside; case: (ltrgt0P x) => [h|h|->] nz; [rewrite gtr0_sg // addrK | rewrite ltr0_sg // addr0 sub0r | ].
Qed.
Lemma derive_sign x : x != 0 -> is_derive x 1 (Num.sg : R -> R) 0.
Proof.
move=> nz; apply: (derive_near _ (is_derive_cst (Num.sg x) x 1)).
near=> y; have [e ny] : (0 < (y : R)) = (0 < x) /\ (y : R) != 0 by near: y; exact: near_sign.
by rewrite !sgE // /heaviside e.
Unshelve. all: by end_near.
Qed.
Lemma derive_zero x : x != 0 -> is_derive x 1 (fun y : R => (y == 0)%:R : R) 0.
Proof.
move=> nz; apply: (derive_near _ (is_derive_cst (0 : R) x 1)).
near=> y; have [_ /negbTE -> //] : (0 < (y : R)) = (0 < x) /\ (y : R) != 0 by near: y; exact: near_sign.
Unshelve. all: by end_near.
Qed.
Lemma derive_scaled (c x : R) : is_derive x 1 (fun y => y * c) c.
Proof.
have h := is_deriveM (is_derive_id x (1 : R)) (is_derive_cst c x 1).
by apply: (is_derive_eq h); rewrite /GRing.scale /= mulr0 add0r mulr1.
Qed.
Lemma derive_abs x : x != 0 -> is_derive x 1 (fun y : R => `|y|) (Num.sg x).
Proof.
move=> nz; apply: (derive_near _ (derive_scaled (Num.sg x) x)).
near=> y; have [e ny] : (0 < (y : R)) = (0 < x) /\ (y : R) != 0 by near: y; exact: near_sign.
by rewrite normrEsg mulrC !sgE // /heaviside e.
Unshelve. all: by end_near.
Qed.
Lemma reluE x : relu x = x * heaviside x.
Proof. by rewrite /relu /heaviside; case: (ltrP 0 x) => h; rewrite ?mulr1 ?mulr0 ?(max_l (ltW h)) ?(max_r h). Qed.
Lemma derive_relu x : x != 0 -> is_derive x 1 relu (heaviside x).
Proof.
move=> nz; apply: (derive_near _ (derive_scaled (heaviside x) x)).
near=> y; have [e ny] : (0 < (y : R)) = (0 < x) /\ (y : R) != 0 by near: y; exact: near_sign.
by rewrite reluE /heaviside e.
Unshelve. all: by end_near.
Qed.
End Functions.

(* ------------------------------------------------------------------ expressions with functions in them *)

(* Ffun f d: a function f of which nothing is known but that d is its derivative, where that is asked for *)
Inductive fname (R : realType) := Fexp | Flog | Finv | Fsqrt | Frsqrt | Fsin | Fcos | Fsigmoid | Ftanh | Fsoftplus
| Fatan | Fabs | Fsign | Frelu | Fheaviside | Fpi | Fasin | Facos | Fzero | Ffun (f d : R -> R).
Arguments Fexp {R}. Arguments Flog {R}. Arguments Finv {R}. Arguments Fsqrt {R}. Arguments Frsqrt {R}.
Arguments Fsin {R}. Arguments Fcos {R}. Arguments Fsigmoid {R}. Arguments Ftanh {R}. Arguments Fsoftplus {R}.
Arguments Fatan {R}. Arguments Fabs {R}. Arguments Fsign {R}. Arguments Frelu {R}. Arguments Fheaviside {R}.
Arguments Fpi {R}. Arguments Fasin {R}. Arguments Facos {R}. Arguments Fzero {R}.

Section Sites.
Variable R : realType.
Implicit Type x : R.

Definition sem (f : fname R) x : R :=
  match f with
  | Fexp => expR x | Flog => ln x | Finv => x^-1 | Fsqrt => Num.sqrt x | Frsqrt => (Num.sqrt x)^-1
  | Fsin => sin x | Fcos => cos x | Fsigmoid => sigmoid x | Ftanh => tanh x | Fsoftplus => softplus x
  | Fatan => atan x | Fabs => `|x| | Fsign => Num.sg x | Frelu => relu x | Fheaviside => heaviside x | Fpi => the_pi R
  | Fasin => asin x | Facos => acos x | Fzero => (x == 0)%:R | Ffun f _ => f x
  end.
Definition dsem (f : fname R) x : R :=
  match f with
  | Fexp => expR x | Flog => x^-1 | Finv => - (x^-1 * x^-1)
  | Fsqrt => 1 * 2%:R^-1 * (Num.sqrt x)^-1
  | Frsqrt => - (1 * 2%:R^-1 * ((Num.sqrt x)^-1 * (Num.sqrt x)^-1 * (Num.sqrt x)^-1))
  | Fsin => cos x | Fcos => - sin x | Fsigmoid => sigmoid x * (1 - sigmoid x)
  | Ftanh => 1 - tanh x * tanh x | Fsoftplus => sigmoid x
  | Fatan => (1 + x * x)^-1 | Fabs => Num.sg x | Frelu => heaviside x | Fsign | Fheaviside | Fpi => 0
  | Fasin => (Num.sqrt (1 - x * x))^-1 | Facos => - (Num.sqrt (1 - x * x))^-1 | Fzero => 0 | Ffun _ d => d x
  end.
(* where the function is differentiated *)
Definition dom (f : fname R) x : Prop :=
  match f with Flog | Fsqrt | Frsqrt => 0 < x | Finv | Fabs | Fsign | Frelu | Fheaviside | Fzero => x != 0
  | Fasin | Facos => 0 < 1 - x * x | Ffun f d => is_derive x 1 f (d x) | _ => True end.
Lemma in_unit x : 0 < 1 - x * x -> -1 < x < 1.
Proof.
by rewrite subr_gt0 -expr2 -real_normK ?num_real // expr_lt1 ?normr_ge0 // ltr_norml.
Qed.
Lemma semP f x : dom f x -> is_derive x 1 (sem f) (dsem f x).
Proof.
case: f => [|||||||||||||||||||f d] /= h; rewrite ?mul1r.
- exact: is_derive_expR. - exact: is_derive1_ln. - exact: derive_inv. - exact: derive_sqrt. - exact: derive_rsqrt.
- exact: is_derive_sin. - exact: is_derive_cos. - exact: derive_sigmoid. - exact: derive_tanh. - exact: derive_softplus.
- by rewrite -expr2; exact: is_derive1_atan. - exact: derive_abs.
  - exact: derive_sign. - exact: derive_relu. - exact: derive_heaviside. - exact: is_derive_cst.
  - by rewrite -expr2; apply: is_derive1_asin; apply: in_unit. - by rewrite -expr2; apply: is_derive1_acos; apply: in_unit.
  - exact: derive_zero.
  - exact: h.
Qed.

(* An operator takes a matrix of n rows and columns (for some n), entries outside included, to a family of numbers, and
   is differentiated where odom holds: inverse, determinant, product. *)
Record operator := Operator {
  oval : nat -> (nat -> nat -> R) -> seq nat -> R;
  oder : nat -> (nat -> nat -> R) -> (nat -> nat -> R) -> seq nat -> R;
  odom : nat -> (nat -> nat -> R) -> Prop;
  olaw : forall (U : normedModType R) (p : U) n (A dA : U -> nat -> nat -> R), odom n (A p) ->
    (forall i j, is_diff p (fun q => A q i j) (fun w => dA w i j)) ->
    forall l, is_diff p (fun q => oval n (A q) l) (fun w => oder n (A p) (dA w) l) }.

(* a site: a function, its index parameters, and its argument, in terms of the tensors and of earlier sites; or an
   operator, how many subscripts it has itself, the parameters after these, row and column, the size, and the entry *)
Inductive site := Site (f : fname R) (ps : seq nat) (e : ex) | Over (o : operator) (k : nat) (ps : seq nat) (x y : nat) (t : it) (e : ex).
Variables (fn : nat -> nat -> nat) (gn : nat -> nat -> nat -> nat) (r : val).
Notation den := (den fn gn (@inverse R)).
Definition at_ (ps : seq nat) (k : nat) (l : seq nat) : val := bind_from k r ps l.
Lemma at_drop ps k l : at_ ps k l = at_ ps 0 (drop k l).
Proof.
rewrite /at_; have e j r' : bind_from (k + j) r' ps l = bind_from j r' ps (drop k l).
  by elim: ps j r' => //= x ps ih j r'; rewrite nth_drop -addnS ih.
by rewrite -[k in LHS]addn0.
Qed.
Definition value (env : seq (tensor R)) (s : site) : tensor R :=
  match s with
  | Site f ps e => TL (fun l => sem f (den env (bindl r ps l) e))
  | Over o k ps x y t e => TL (fun l =>
      oval o (iden fn gn (at_ ps k l) t) (fun i j => den env (upd (upd (at_ ps k l) x i) y j) e) l)
  end.
Fixpoint values (tape : seq site) (env : seq (tensor R)) : seq (tensor R) :=
  match tape with [::] => env | s :: tape => values tape (rcons env (value env s)) end.

(* the derivative of an expression, given those of its tensors *)
Fixpoint dden (env denv : seq (tensor R)) (r : val) (e : ex) : R :=
  match e with
  | Cst _ | Rat _ _ | Siz _ | Isz _ | Ind _ => 0
  | Atm a ts => atom denv a (map (iden fn gn r) ts)
  | If f e1 e2 => if bden fn gn r f then dden env denv r e1 else dden env denv r e2
  | Add e1 e2 => dden env denv r e1 + dden env denv r e2
  | Opp e => - dden env denv r e
  | Mul e1 e2 => dden env denv r e1 * den env r e2 + den env r e1 * dden env denv r e2
  | Sum x t f e => \sum_(i < iden fn gn r t | bden fn gn (upd r x i) f) dden env denv (upd r x i) e
  end.
Definition dvalue (env denv : seq (tensor R)) (s : site) : tensor R :=
  match s with
  | Site f ps e => TL (fun l => dsem f (den env (bindl r ps l) e) * dden env denv (bindl r ps l) e)
  | Over o k ps x y t e => TL (fun l =>
      oder o (iden fn gn (at_ ps k l) t) (fun i j => den env (upd (upd (at_ ps k l) x i) y j) e)
        (fun i j => dden env denv (upd (upd (at_ ps k l) x i) y j) e) l)
  end.
Fixpoint dvalues (tape : seq site) (env denv : seq (tensor R)) : seq (tensor R) :=
  match tape with [::] => denv | s :: tape => dvalues tape (rcons env (value env s)) (rcons denv (dvalue env denv s)) end.
(* what an expression moves by, all its sites differentiated *)
Definition moves (tape : seq site) (env denv : seq (tensor R)) (e : ex) : R :=
  dden (values tape env) (dvalues tape env denv) r e.
(* every site's argument lies where its function is differentiated *)
Definition in_domain (env : seq (tensor R)) (s : site) : Prop :=
  match s with
  | Site f ps e => forall l, dom f (den env (bindl r ps l) e)
  | Over o k ps x y t e => forall l,
      odom o (iden fn gn (at_ ps 0 l) t) (fun i j => den env (upd (upd (at_ ps 0 l) x i) y j) e)
  end.

Section Diff.
Variables (U : normedModType R) (p : U).
Definition smooth (env denv : U -> seq (tensor R)) : Prop :=
  (forall q q', size (env q) = size (env q')) /\ (forall q w, size (env q) = size (denv w)) /\
  forall a, (a < size (env p))%N -> forall l, is_diff p (fun q => atom (env q) a l) (fun w => atom (denv w) a l).
(* every site's argument lies where its function is differentiated, or does not move *)
Definition unmoved (env : U -> seq (tensor R)) (s : site) : Prop :=
  match s with
  | Site f ps e => forall q l, den (env q) (bindl r ps l) e = den (env p) (bindl r ps l) e
  | Over _ _ _ _ _ _ _ => False
  end.
Fixpoint domains (tape : seq site) (env : U -> seq (tensor R)) : Prop :=
  match tape with
  | [::] => True
  | s :: tape => (in_domain (env p) s \/ unmoved env s) /\ domains tape (fun q => rcons (env q) (value (env q) s))
  end.
Lemma smooth_all env denv : smooth env denv -> forall a l, is_diff p (fun q => atom (env q) a l) (fun w => atom (denv w) a l).
Proof.
case=> s1 [s2 h] a l; case: (ltnP a (size (env p))) => [lt|le]; first exact: h.
have -> : (fun q => atom (env q) a l) = (fun=> 0 : R).
  by apply: funext => q; rewrite /atom nth_default // (s1 q p).
have -> : (fun w => atom (denv w) a l) = (fun=> 0 : R).
  by apply: funext => w; rewrite /atom nth_default // -(s2 p w).
exact: hasd_cst.
Qed.

Lemma denP env denv e : (forall a l, is_diff p (fun q => atom (env q) a l) (fun w => atom (denv w) a l)) ->
  forall r, is_diff p (fun q => den (env q) r e) (fun w => dden (env p) (denv w) r e).
Proof.
move=> h; elim: e => /= [c|a b|a ts|t|t|f|f e1 h1 e2 h2|e1 h1 e2 h2|e he|e1 h1 e2 h2|x t f e he] r'; try exact: hasd_cst.
- exact: h.
- by case: (bden _ _ _ f).
- exact: hasdD.
- exact: hasdN.
- exact: hasdM.
- by apply: hasd_sum => i; apply: he.
Qed.
Lemma atom_rcons env (t : tensor R) a l : atom (rcons env t) a l =
  if (a < size env)%N then atom env a l else if a == size env then entry t l else atom [::] 0 l.
Proof. by rewrite /atom nth_rcons; case: ltnP => // _; case: eqP. Qed.
Lemma smooth_value env denv s : smooth env denv -> in_domain (env p) s \/ unmoved env s ->
  forall l, is_diff p (fun q => entry (value (env q) s) l) (fun w => entry (dvalue (env p) (denv w) s) l).
Proof.
move=> sm; have h := smooth_all sm; rewrite /value /dvalue.
case: s => [f ps e|o k ps x y t e] [d|still] l //=.
- by apply: (hasd_comp (semP (d l))); apply: denP.
- have zero w : dden (env p) (denv w) (bindl r ps l) e = 0.
    have := @denP env denv e h (bindl r ps l).
    have -> : (fun q => den (env q) (bindl r ps l) e) = (fun=> den (env p) (bindl r ps l) e) by apply: funext => q; exact: still.
    case=> _ dv; have [_ cv] := hasd_cst p (den (env p) (bindl r ps l) e).
    by rewrite -[LHS]/((fun w => dden _ _ _ _) w) -dv cv.
  have -> : (fun w => dsem f (den (env p) (bindl r ps l) e) * dden (env p) (denv w) (bindl r ps l) e) = (fun=> 0 : R).
    by apply: funext => w; rewrite zero mulr0.
  have -> : (fun q => sem f (den (env q) (bindl r ps l) e)) = (fun=> sem f (den (env p) (bindl r ps l) e)).
    by apply: funext => q; rewrite still.
  exact: hasd_cst.
- have := @olaw o U p _ (fun q i j => den (env q) (upd (upd (at_ ps k l) x i) y j) e)
    (fun w i j => dden (env p) (denv w) (upd (upd (at_ ps k l) x i) y j) e) _ (fun i j => denP e h _) l.
  by apply; have := d (drop k l); rewrite -at_drop.
Qed.
Lemma smooth_step env denv s : smooth env denv -> in_domain (env p) s \/ unmoved env s ->
  smooth (fun q => rcons (env q) (value (env q) s)) (fun w => rcons (denv w) (dvalue (env p) (denv w) s)).
Proof.
move=> sm d; have hv := smooth_value sm d; have h := smooth_all sm; case: sm => s1 [s2 _].
split; first by move=> q q'; rewrite !size_rcons (s1 q q').
split; first by move=> q w; rewrite !size_rcons (s2 q w).
move=> a _ l.
have -> : (fun q => atom (rcons (env q) (value (env q) s)) a l) =
  (if (a < size (env p))%N then fun q => atom (env q) a l else if a == size (env p) then
   fun q => entry (value (env q) s) l else fun=> 0).
  by apply: funext => q; rewrite atom_rcons (s1 q p); case: ifP => // _; case: ifP.
have -> : (fun w => atom (rcons (denv w) (dvalue (env p) (denv w) s)) a l) =
  (if (a < size (env p))%N then fun w => atom (denv w) a l else if a == size (env p) then
   fun w => entry (dvalue (env p) (denv w) s) l else fun=> 0).
  by apply: funext => w; rewrite atom_rcons -(s2 p w); case: ifP => // _; case: ifP.
by case: ifP => _; [exact: h | case: ifP => _; [exact: hv | exact: hasd_cst]].
Qed.
Lemma smooth_tape tape env denv : smooth env denv -> domains tape env ->
  smooth (fun q => values tape (env q)) (fun w => dvalues tape (env p) (denv w)).
Proof. by elim: tape env denv => //= s tape ih env denv h [d ds]; apply: ih (smooth_step h d) ds. Qed.

(* the differential of an expression with functions in it *)
Theorem differential tape env denv e : smooth env denv -> domains tape env ->
  is_diff p (fun q => den (values tape (env q)) r e)
            (fun w => dden (values tape (env p)) (dvalues tape (env p) (denv w)) r e).
Proof. by move=> h d; apply: denP; apply: smooth_all; apply: smooth_tape. Qed.
Lemma smooth_nil : smooth (fun=> [::]) (fun=> [::]). Proof. by []. Qed.
Lemma smooth_cons (t dt : U -> tensor R) env denv :
  (forall l, is_diff p (fun q => entry (t q) l) (fun w => entry (dt w) l)) -> smooth env denv ->
  smooth (fun q => t q :: env q) (fun w => dt w :: denv w).
Proof.
move=> h [s1 [s2 s3]]; split; first by move=> q q' /=; rewrite (s1 q q').
by split; [move=> q w /=; rewrite (s2 q w) | case=> [_|a lt] l; [exact: h | exact: s3]].
Qed.
End Diff.
End Sites.
Arguments smooth_nil {R U} p.
Arguments smooth_cons {R U p} t dt {env denv} _ _.

(* ------------------------------------------------------------------ what the generated files use *)

Section Use.
Variable R : realType.

Lemma is_diff_to (U : normedModType R) (p : U) (f df dg : U -> R) : is_diff p f df -> (forall w, df w = dg w) -> is_diff p f dg.
Proof. by move=> h e; apply: is_diff_eq h _; apply: funext. Qed.
(* along a line *)
Lemma hasd_line (a b : R) : is_diff (0 : R) (fun q => a + q * b) (fun w => w * b).
Proof.
have h := hasdD (hasd_cst (0 : R) a) (hasdM (is_diff_id (0 : R)) (hasd_cst (0 : R) b)).
by apply: is_diff_to h _ => w; rewrite add0r mul0r addr0.
Qed.
Lemma derive_along (f df : R -> R) (d : R) : is_diff (0 : R) f df -> df 1 = d -> is_derive (0 : R) 1 f d.
Proof.
move=> h <-; have df0 : differentiable f 0 by case: h.
apply: DeriveDef; first exact/derivable1_diffP.
by rewrite deriveE //; case: h => _ ->.
Qed.
Lemma is_derive_unique (f : R -> R) (a b : R) : is_derive (0 : R) 1 f a -> is_derive (0 : R) 1 f b -> a = b.
Proof. by case=> _ <- [_ <-]. Qed.
(* relations between a function's values *)
Lemma inv_relation (a : R) : a != 0 -> a^-1 ^+ 1 * a = 1.
Proof. by move=> h; rewrite expr1 mulVf. Qed.
Lemma rsqrt_relation (a : R) : 0 < a -> (Num.sqrt a)^-1 ^+ 2 * a = 1.
Proof.
move=> h; have s : Num.sqrt a != 0 by rewrite gt_eqF // sqrtr_gt0.
by rewrite -{2}(sqr_sqrtr (ltW h)) -exprMn mulVf // expr1n.
Qed.
Lemma inv_pair (a : R) : a != 0 -> a^-1 * a = 1.
Proof. exact: mulVf. Qed.
Lemma sqrt_pair (a : R) : 0 < a -> Num.sqrt a * (Num.sqrt a)^-1 = 1.
Proof. by move=> h; rewrite divff // gt_eqF // sqrtr_gt0. Qed.
Lemma exp_pair (a : R) : expR a * expR (- a) = 1.
Proof. exact: expRxMexpNx_1. Qed.
(* equations added up, for proofs line by line *)
Lemma add_equal (a b c d : R) : a = b -> c = d -> a + c = b + d. Proof. by move=> -> ->. Qed.
Lemma by_equations (a b c d l r : R) : a = b -> c = d -> l + (b + d) = r + (a + c) -> l = r.
Proof. by move=> -> ->; exact: addIr. Qed.
Lemma real_divisible : divisible [comUnitRingType of R].
Proof. exact: (numField_divisible [numFieldType of R]). Qed.
End Use.

(* rules: how a function's value at a composite argument, or a power of it, is replaced *)
(* equations that are granted: see granted.py *)
Section Granted.
Variable R : realType.
Lemma granted_rule (a b : R) : a = b -> a ^+ 1 = b. Proof. by []. Qed.
Lemma granted_symmetry (a b : R) : a = b -> a ^+ 1 = 1 * 2%:R^-1 * a + 1 * 2%:R^-1 * b.
Proof. by move=> <-; rewrite expr1 !mul1r -mulrDr -mulr2n -(mulr_natl a) mulKf // pnatr_eq0. Qed.
Lemma granted_one (a b : R) : b = 1 -> a ^+ 0 * b = 1. Proof. by move=> ->; rewrite expr0 mulr1. Qed.
End Granted.

Set Contextual Implicit.
Set Maximal Implicit Insertion.
Section Values.
Variable R : realType.
Implicit Types a b c : R.
Lemma exp_add a b : expR (a + b) ^+ 1 = expR a * expR b. Proof. exact: expRD. Qed.
Lemma exp_add_opp a b : expR (- (a + b)) ^+ 1 = expR (- a) * expR (- b). Proof. by rewrite expr1 opprD expRD. Qed.
Lemma exp_opp_opp a : expR (- - a) ^+ 1 = expR a. Proof. by rewrite opprK. Qed.
Lemma exp_mul_add c a b : expR (c * (a + b)) ^+ 1 = expR (c * a) * expR (c * b).
Proof. by rewrite expr1 mulrDr expRD. Qed.
Lemma exp_add_mul c a b : expR ((a + b) * c) ^+ 1 = expR (a * c) * expR (b * c).
Proof. by rewrite expr1 mulrDl expRD. Qed.
Lemma exp_mul_opp c a : expR (c * - a) ^+ 1 = expR (- (c * a)). Proof. by rewrite mulrN. Qed.
Lemma exp_opp_mul c a : expR (- a * c) ^+ 1 = expR (- (a * c)). Proof. by rewrite mulNr. Qed.
Lemma exp_one_mul a : expR (1 * a) ^+ 1 = expR a. Proof. by rewrite mul1r. Qed.
Lemma exp_minus_one_mul a : expR (- 1 * a) ^+ 1 = expR (- a). Proof. by rewrite mulN1r. Qed.
Lemma exp_opp_one_mul a : expR (- (1 * a)) ^+ 1 = expR (- a). Proof. by rewrite mul1r. Qed.
Lemma exp_two_mul a : expR (2%:R * a) ^+ 1 = expR a * expR a. Proof. by rewrite expr1 mulr_natl mulr2n expRD. Qed.
Lemma exp_zero : expR (0 : R) ^+ 1 = 1. Proof. exact: expR0. Qed.
Lemma exp_log a : 0 < a -> expR (ln a) ^+ 1 = a. Proof. by move=> h; rewrite expr1 lnK // posrE. Qed.
Lemma exp_opp_log a : 0 < a -> expR (- ln a) ^+ 1 = a^-1. Proof. by move=> h; rewrite expr1 expRN lnK // posrE. Qed.
Lemma one_add_exp_gt0 a : 0 < 1 + expR a. Proof. by apply: addr_gt0; [exact: ltr01 | exact: expR_gt0]. Qed.
Lemma exp_softplus a : expR (softplus a) ^+ 1 = 1 + expR a.
Proof. by rewrite expr1 /softplus lnK // posrE one_add_exp_gt0. Qed.
Lemma sigmoid_exp a : sigmoid a ^+ 1 = expR a * (1 + expR a)^-1.
Proof.
have p : expR a != 0 by rewrite gt_eqF // expR_gt0.
by rewrite expr1 /sigmoid expRN (_ : 1 + (expR a)^-1 = (1 + expR a) / expR a) ?invf_div // mulrDl mul1r mulfV // addrC.
Qed.
Lemma sigmoid_opp a : sigmoid (- a) ^+ 1 = 1 - sigmoid a.
Proof.
have p : 1 + expR a != 0 by rewrite gt_eqF // one_add_exp_gt0.
have := @sigmoid_exp a; rewrite !expr1 => ->; rewrite /sigmoid opprK.
by apply: (mulIf p); rewrite mulVf // mulrBl mul1r -mulrA mulVf // mulr1 addrK.
Qed.
Lemma exp_opp_softplus a : expR (- softplus a) ^+ 1 = 1 - sigmoid a.
Proof. by have := @sigmoid_opp a; rewrite !expr1 => <-; rewrite expRN -[expR _]expr1 exp_softplus /sigmoid opprK. Qed.
Lemma tanh_opp a : tanh (- a) ^+ 1 = - tanh a.
Proof. by rewrite expr1 /tanh opprK -mulNr opprB [expR a + _]addrC. Qed.
Lemma tanh_exp a : tanh a ^+ 1 = (expR a - expR (- a)) * (expR a + expR (- a))^-1. Proof. by []. Qed.
Lemma softplus_log a : softplus a ^+ 1 = ln (1 + expR a). Proof. by []. Qed.
Lemma softplus_opp a : softplus (- a) ^+ 1 = softplus a - a.
Proof.
have e b : expR (softplus b) = 1 + expR b by rewrite -exp_softplus.
apply: expR_inj; rewrite expr1 [in RHS]expRD !e !expRN.
by rewrite mulrDl mul1r mulfV ?gt_eqF ?expR_gt0 // addrC.
Qed.
Lemma log_exp a : ln (expR a) ^+ 1 = a. Proof. exact: expK. Qed.
Lemma log_one : ln (1 : R) ^+ 1 = 0. Proof. exact: ln1. Qed.
Lemma log_mul a b : 0 < a -> 0 < b -> ln (a * b) ^+ 1 = ln a + ln b. Proof. by move=> *; apply: lnM; rewrite posrE. Qed.
Lemma log_inv a : 0 < a -> ln (a^-1) ^+ 1 = - ln a. Proof. by move=> h; apply: lnV; rewrite posrE. Qed.
Lemma sin_add a b : sin (a + b) ^+ 1 = sin a * cos b + cos a * sin b. Proof. exact: sinD. Qed.
Lemma cos_add a b : cos (a + b) ^+ 1 = cos a * cos b - sin a * sin b. Proof. exact: cosD. Qed.
Lemma sin_opp a : sin (- a) ^+ 1 = - sin a. Proof. exact: sinN. Qed.
Lemma cos_opp a : cos (- a) ^+ 1 = cos a. Proof. exact: cosN. Qed.
Lemma sin_two_mul a : sin (2%:R * a) ^+ 1 = sin a * cos a + cos a * sin a.
Proof. by rewrite expr1 mulr_natl mulr2n sinD. Qed.
Lemma cos_two_mul a : cos (2%:R * a) ^+ 1 = cos a * cos a - sin a * sin a.
Proof. by rewrite expr1 mulr_natl mulr2n cosD. Qed.
Lemma cos_square a : cos a ^+ 2 = 1 - sin a * sin a. Proof. by rewrite -expr2 -(cos2Dsin2 a) addrK. Qed.
Lemma sqrt_square a : 0 < a -> Num.sqrt a ^+ 2 = a. Proof. by move=> h; rewrite sqr_sqrtr // ltW. Qed.
Lemma abs_square a : `|a| ^+ 2 = a * a. Proof. by rewrite real_normK ?num_real. Qed.
Lemma abs_opp a : `|- a| ^+ 1 = `|a|. Proof. exact: normrN. Qed.
Lemma abs_opp_diff a b : `|a - b| ^+ 1 = `|b - a|. Proof. exact: distrC. Qed.
Lemma abs_sign a : `|a| ^+ 1 = a * Num.sg a. Proof. by rewrite expr1 normrEsg mulrC. Qed.
Lemma relu_abs a : relu a ^+ 1 = 1 * 2%:R^-1 * (a + `|a|).
Proof.
rewrite expr1 reluE /heaviside mul1r; case: (ltrP 0 a) => h.
  by rewrite gtr0_norm // -mulr2n -(mulr_natl a) mulKf ?mulr1 // pnatr_eq0.
by rewrite ler0_norm // subrr !mulr0.
Qed.
Lemma relu_sign a : relu a ^+ 1 = 1 * 2%:R^-1 * (a + a * Num.sg a).
Proof. by rewrite relu_abs normrEsg [a * _]mulrC. Qed.
Lemma sign_square a : a != 0 -> Num.sg a ^+ 2 = 1. Proof. by move=> h; rewrite sqr_sg h. Qed.
Lemma same_value (f : R -> R) a b c : 0 < a -> (0 < a -> b = c) -> f b ^+ 1 = f c.
Proof. by move=> h e; rewrite expr1 e. Qed.
Lemma sign_zero : Num.sg (0 : R) ^+ 1 = 0. Proof. exact: sgr0. Qed.
Lemma abs_zero : `|0 : R| ^+ 1 = 0. Proof. exact: normr0. Qed.
Lemma heaviside_zero : heaviside (0 : R) ^+ 1 = 0. Proof. by rewrite /heaviside ltxx. Qed.
Lemma heaviside_positive a : 0 < a -> heaviside a ^+ 1 = 1. Proof. by rewrite /heaviside => ->. Qed.
Lemma sign_positive a : 0 < a -> Num.sg a ^+ 1 = 1. Proof. exact: gtr0_sg. Qed.
Lemma sign_negative a : a < 0 -> Num.sg a ^+ 1 = -1. Proof. exact: ltr0_sg. Qed.
Lemma sign_mul a b : Num.sg (a * b) ^+ 1 = Num.sg a * Num.sg b. Proof. exact: sgrM. Qed.
Lemma abs_mul a b : `|a * b| ^+ 1 = `|a| * `|b|. Proof. exact: normrM. Qed.
Lemma sign_inv a : Num.sg (a^-1) ^+ 1 = Num.sg a. Proof. exact: sgrV. Qed.
Lemma abs_inv a : `|a^-1| ^+ 1 = `|a|^-1. Proof. exact: normfV. Qed.
Lemma sign_exp_diff a b : Num.sg (expR a - expR b) ^+ 1 = Num.sg (a - b).
Proof.
rewrite expr1; case: (ltrgtP a b) => [h|h|->]; last by rewrite !subrr.
  by rewrite !ltr0_sg // subr_lt0 // ltr_expR.
by rewrite !gtr0_sg // subr_gt0 // ltr_expR.
Qed.
Lemma sign_exp_one a : Num.sg (expR a - 1) ^+ 1 = Num.sg a.
Proof. by have := @sign_exp_diff a 0; rewrite expR0 subr0. Qed.
Lemma sign_one_exp a : Num.sg (1 - expR a) ^+ 1 = Num.sg (- a).
Proof. by have := @sign_exp_diff 0 a; rewrite expR0 sub0r. Qed.
Lemma at_sides (f : R -> R) a b c d : a != 0 -> (0 < a -> b = c) -> (a < 0 -> b = d) ->
  f b ^+ 1 = 1 * 2%:R^-1 * (1 + Num.sg a) * f c + 1 * 2%:R^-1 * (1 - Num.sg a) * f d.
Proof.
move=> nz above below; have two : 1 * 2%:R^-1 * (1 + 1) = 1 :> R by rewrite mul1r -(natrD _ 1 1) mulVf // pnatr_eq0.
rewrite expr1; case: (ltrgt0P a) nz => [h|h|->]; rewrite ?eqxx // => _.
  by rewrite gtr0_sg // above // two subrr mulr0 mul0r mul1r addr0.
by rewrite ltr0_sg // below // opprK two subrr mulr0 mul0r mul1r add0r.
Qed.
Lemma sign_split a b c d : a != 0 -> (0 < a -> b = c) -> (a < 0 -> b = d) ->
  Num.sg b ^+ 1 = 1 * 2%:R^-1 * (1 + Num.sg a) * Num.sg c + 1 * 2%:R^-1 * (1 - Num.sg a) * Num.sg d.
Proof. exact: at_sides. Qed.
Lemma heaviside_split a b c d : a != 0 -> (0 < a -> b = c) -> (a < 0 -> b = d) ->
  heaviside b ^+ 1 = 1 * 2%:R^-1 * (1 + Num.sg a) * heaviside c + 1 * 2%:R^-1 * (1 - Num.sg a) * heaviside d.
Proof. exact: at_sides. Qed.
Lemma sign_above a b k c : 0 < k -> 0 < c -> b = k * a + c -> Num.sg a * Num.sg b = 1 + Num.sg a - Num.sg b.
Proof.
move=> k0 c0 ->; case: (ltrgt0P a) => [h|h|->].
- by rewrite !gtr0_sg ?mul1r ?addrK // addr_gt0 // mulr_gt0.
- by rewrite ltr0_sg // mulN1r subrr add0r.
- by rewrite mulr0 add0r sgr0 mul0r addr0 gtr0_sg // subrr.
Qed.
Lemma sign_either a b k c : 0 < k -> 0 < c -> b = - (k * a) + c -> Num.sg a * Num.sg b = Num.sg a + Num.sg b - 1.
Proof.
move=> k0 c0 ->; case: (ltrP 0 a) => [h|h]; first by rewrite [Num.sg a]gtr0_sg // mul1r [1 + _]addrC addrK.
by rewrite [Num.sg (_ + c)]gtr0_sg ?mulr1 ?addrK // ltr_paddl // oppr_ge0 pmulr_rle0.
Qed.
Lemma sign_neither a b k c : 0 < k -> 0 < c -> b = - (k * a) - c -> Num.sg a * Num.sg b = - 1 - Num.sg a - Num.sg b.
Proof.
move=> k0 c0 ->; case: (ltrP a 0) => [h|h]; first by rewrite [Num.sg a]ltr0_sg // mulN1r subrr add0r.
rewrite [Num.sg (- _ - c)]ltr0_sg ?mulrN1 ?opprK; first by rewrite addrAC addNr add0r.
by rewrite -opprD oppr_lt0 ltr_paddl // mulr_ge0 // ltW.
Qed.
Lemma sign_same a b k : 0 < k -> b = k * a -> Num.sg b ^+ 1 = Num.sg a.
Proof. by move=> h ->; rewrite expr1 sgrM gtr0_sg // mul1r. Qed.
Lemma sign_turned a b k : 0 < k -> b = - (k * a) -> Num.sg b ^+ 1 = - Num.sg a.
Proof. by move=> h ->; rewrite expr1 sgrN sgrM gtr0_sg // mul1r. Qed.
Lemma heaviside_within a b : heaviside (b - `|a|) ^+ 1 = heaviside (b - a) * heaviside (a + b).
Proof.
by rewrite expr1 /heaviside -natrM mulnb !subr_gt0 ltr_norml andbC -[- b < a]subr_gt0 opprK.
Qed.
Lemma heaviside_beyond a b : heaviside (`|a| - b) ^+ 1 = 1 - (1 - heaviside (a - b)) * (1 - heaviside (- (a + b))).
Proof.
rewrite expr1 /heaviside oppr_gt0 !subr_gt0 ltr_normr -[b < - a]subr_gt0 -opprD oppr_gt0.
by case: (b < a); case: (a + b < 0); rewrite ?subrr ?subr0 ?mul0r ?mulr0 ?mulr1 ?subrr ?subr0.
Qed.
Lemma sign_opp a : Num.sg (- a) ^+ 1 = - Num.sg a. Proof. exact: sgrN. Qed.
Lemma sign_opp_diff a b : Num.sg (a - b) ^+ 1 = - Num.sg (b - a). Proof. by rewrite -sgrN opprB. Qed.
Lemma zero_opp_diff a b : (a - b == 0)%:R ^+ 1 = (b - a == 0)%:R :> R.
Proof. by rewrite expr1 !subr_eq0 eq_sym. Qed.
Lemma zero_minus_opp a b : (a - - b == 0)%:R ^+ 1 = (- a - b == 0)%:R :> R.
Proof. by rewrite expr1 opprK -opprD oppr_eq0. Qed.
Lemma heaviside_sign a : a != 0 -> heaviside a ^+ 1 = 1 * 2%:R^-1 * (1 + Num.sg a).
Proof. by move=> h; rewrite sgE // addrC subrK -mulr2n -(mulr_natl (heaviside a)) mul1r mulKf // pnatr_eq0. Qed.
End Values.
Unset Contextual Implicit.
Unset Maximal Implicit Insertion.

(* ------------------------------------------------------------------ signs, from the shape of an expression *)

Section Signs.
Variable R : realType.
Implicit Types a b : R.
Lemma sum_pos n (f : 'I_n -> R) : (0 < n)%N -> (forall i, 0 < f i) -> 0 < \sum_(i < n) f i.
Proof.
case: n f => // n f _ h; rewrite big_ord_recl; apply: ltr_paddr; last exact: h.
by apply: sumr_ge0 => i _; apply: ltW.
Qed.
Lemma sum_pos_first n (P : pred 'I_n) (f : 'I_n -> R) : (0 < n)%N -> (forall i : 'I_n, nat_of_ord i = 0%N -> P i) ->
  (forall i, 0 < f i) -> 0 < \sum_(i < n | P i) f i.
Proof.
case: n P f => // n P f _ p h; rewrite big_mkcond big_ord_recl /= p //; apply: ltr_paddr; last exact: h.
by apply: sumr_ge0 => i _; case: ifP => // _; apply: ltW.
Qed.
Lemma sum_nonneg n (P : pred 'I_n) (f : 'I_n -> R) : (forall i, 0 <= f i) -> 0 <= \sum_(i < n | P i) f i.
Proof. by move=> h; apply: sumr_ge0. Qed.
Lemma prod_pos n (f : 'I_n -> R) : (forall i, 0 < f i) -> 0 < \prod_(i < n) f i.
Proof. by move=> h; apply: prodr_gt0. Qed.
Lemma prod_neq n (f : 'I_n -> R) : (forall i, f i != 0) -> \prod_(i < n) f i != 0.
Proof. by move=> h; apply/prodf_neq0. Qed.
Lemma square_nonneg a : 0 <= a * a. Proof. by rewrite -expr2 sqr_ge0. Qed.
Lemma inv_pos a : 0 < a -> 0 < a^-1. Proof. by rewrite invr_gt0. Qed.
Lemma inv_nonneg a : 0 <= a -> 0 <= a^-1. Proof. by rewrite invr_ge0. Qed.
Lemma sqrt_pos a : 0 < a -> 0 < Num.sqrt a. Proof. by rewrite sqrtr_gt0. Qed.
Lemma sqrt_nonneg a : 0 <= Num.sqrt a. Proof. exact: sqrtr_ge0. Qed.
Lemma square_pos a : a != 0 -> 0 < a ^+ 2. Proof. by move=> h; rewrite exprn_even_gt0. Qed.
Lemma nat_pos n : (0 < n)%N -> 0 < n%:R :> R. Proof. by rewrite ltr0n. Qed.
Lemma nat_nonneg n : 0 <= n%:R :> R. Proof. exact: ler0n. Qed.
Lemma sigmoid_pos a : 0 < sigmoid a.
Proof. by apply: inv_pos; apply: addr_gt0; [exact: ltr01 | exact: expR_gt0]. Qed.
Lemma sub_pos a b : b < a -> 0 < a - b. Proof. by rewrite subr_gt0. Qed.
Lemma abs_pos a : a != 0 -> 0 < `|a|. Proof. by rewrite normr_gt0. Qed.
Lemma neq_sym a b : a != b -> b != a. Proof. by rewrite eq_sym. Qed.
Lemma pos_of_neq a : a != 0 -> 0 <= a -> 0 < a. Proof. by rewrite lt0r => -> ->. Qed.
Lemma unit_pos a : -1 < a -> a < 1 -> 0 < 1 - a * a.
Proof.
by move=> h k; rewrite -expr2 subr_gt0 -real_normK ?num_real // expr_lt1 ?normr_ge0 // ltr_norml h.
Qed.
Lemma diff_neq a b : a != b -> a - b != 0. Proof. by rewrite subr_eq0. Qed.
Lemma diff_neq_lt a b : a < b -> a - b != 0. Proof. by move=> h; rewrite subr_eq0 lt_eqF. Qed.
Lemma sum_neq a b : a != - b -> a + b != 0. Proof. by rewrite addr_eq0. Qed.
Lemma abs_neq a b : `|a| != b -> 0 <= b -> a != b.
Proof. by move=> + h; apply: contraNneq => ->; rewrite ger0_norm. Qed.
Lemma abs_neq_opp a b : `|a| != b -> 0 <= b -> a != - b.
Proof. by move=> + h; apply: contraNneq => ->; rewrite normrN ger0_norm. Qed.
Lemma exp_neq_one a : a != 0 -> expR a - 1 != 0.
Proof. by rewrite subr_eq0; apply: contraNneq => h; apply/eqP; apply: expR_inj; rewrite h expR0. Qed.
Lemma one_neq_exp a : a != 0 -> 1 - expR a != 0.
Proof. by move/exp_neq_one; rewrite !subr_eq0 eq_sym. Qed.
Lemma sub_nonneg a b : b <= a -> 0 <= a - b. Proof. by rewrite subr_ge0. Qed.
Lemma softplus_pos a : 0 < softplus a.
Proof. by rewrite /softplus ln_gt0 // ltr_addl expR_gt0. Qed.
Lemma log_pos a : 0 < a -> 0 < ln (1 + a). Proof. by move=> h; rewrite ln_gt0 // ltr_addl. Qed.
Lemma relu_pos a : 0 < a -> 0 < relu a. Proof. by move=> h; rewrite reluE /heaviside h mulr1. Qed.
Lemma relu_nonneg a : 0 <= relu a. Proof. by rewrite /relu le_maxr lexx orbT. Qed.
Lemma heaviside_pos a : 0 < a -> 0 < heaviside a. Proof. by rewrite /heaviside => ->; exact: ltr01. Qed.
Lemma heaviside_nonneg a : 0 <= heaviside a. Proof. exact: ler0n. Qed.
Lemma root_pos a : 0 < Num.sqrt a -> 0 < a. Proof. by rewrite sqrtr_gt0. Qed.
Lemma nonneg_neq_pos a : a != 0 -> 0 <= a -> 0 < a. Proof. by rewrite lt0r => ->. Qed.
End Signs.

(* a hypothesis, as it stands *)
Ltac given :=
  match goal with
  | h : ?P |- ?P => exact h
  | h : forall _, _ |- _ => solve [simple apply h]
  end.
(* that a natural number is positive, from what is known of others *)
Ltac whole :=
  solve
    [ assumption
    | done
    | repeat match goal with
        | h : is_true (leq ?a ?b) |- _ => lazymatch goal with _ : Peano.le a b |- _ => fail | _ => have := elimT ssrnat.leP h; intro end
        end;
      apply: (introT ssrnat.leP); rewrite -?plusE -?minusE -?multE; nia ].
(* powers as products, so that x ^+ 2 and x * x are one *)
Ltac powers_multiplied := cbv beta iota zeta delta [GRing.exp iterop iteri] in *.
Ltac positive :=
  lazymatch goal with
  | |- is_true (@Order.lt _ _ _ ?e) =>
    first
      [ given
      | lazymatch e with
        | expR _ => exact: expR_gt0
        | sigmoid _ => exact: sigmoid_pos
        | softplus _ => exact: softplus_pos
        | the_pi _ => exact: the_pi_gt0
        | relu _ => apply: relu_pos; positive
        | heaviside _ => apply: heaviside_pos; positive
        | ln _ => apply: log_pos; positive
        | GRing.one _ => exact: ltr01
        | GRing.natmul _ _ => apply: nat_pos; whole
        | GRing.inv _ => apply: inv_pos; positive
        | Num.sqrt _ => apply: sqrt_pos; positive
        | Num.norm _ => apply: abs_pos; positive
        | GRing.mul _ _ => apply: mulr_gt0; positive
        | GRing.exp _ _ => first [apply: exprn_gt0; positive | apply: square_pos; positive]
        | GRing.add _ _ =>
          first [apply: sub_pos; given | apply: unit_pos; given | apply: addr_gt0; positive | apply: ltr_paddl; positive | apply: ltr_paddr; positive]
        | BigOp.bigop _ _ _ =>
          first [ (apply: prod_pos => ?; positive)
                | (apply: sum_pos; [whole | move=> ?; positive])
                | (apply: sum_pos_first; [whole | by move=> ? -> | move=> ?; positive]) ]
        | if _ then _ else _ => case: ifP => _; positive
        end
      | (apply: root_pos; given)
      | (apply: (lt_le_trans ltr01); given) ]
  | |- is_true (@Order.le _ _ _ ?e) =>
    first
      [ given
      | lazymatch e with
        | GRing.zero _ => exact: lexx
        | GRing.one _ => exact: ler01
        | GRing.natmul _ _ => exact: nat_nonneg
        | Num.sqrt _ => exact: sqrt_nonneg
        | Num.norm _ => exact: normr_ge0
        | relu _ => exact: relu_nonneg
        | heaviside _ => exact: heaviside_nonneg
        | GRing.exp _ _ => first [exact: sqr_ge0 | apply: exprn_ge0; positive]
        | GRing.mul ?a ?a => exact: square_nonneg
        | GRing.mul _ _ => apply: mulr_ge0; positive
        | GRing.inv _ => apply: inv_nonneg; positive
        | GRing.add _ _ => first [apply: sub_nonneg; given | apply: addr_ge0; positive]
        | BigOp.bigop _ _ _ => apply: sum_nonneg => ?; positive
        | if _ then _ else _ => case: ifP => _; positive
        end
      | (apply: ltW; positive) ]
  | |- is_true (negb (eq_op ?e _)) =>
    first
      [ given
      | (apply: lt0r_neq0; positive)
      | (apply: ltr0_neq0; given)
      | lazymatch e with
        | GRing.mul _ _ => apply: mulf_neq0; positive
        | BigOp.bigop _ _ _ => apply: prod_neq => ?; positive
        | GRing.inv _ => apply: invr_neq0; positive
        | GRing.exp _ _ => apply: expf_neq0; positive
        | GRing.opp _ => rewrite oppr_eq0; positive
        | Num.norm _ => rewrite normr_eq0; positive
        | GRing.add (expR _) (GRing.opp (GRing.one _)) => apply: exp_neq_one; positive
        | GRing.add (GRing.one _) (GRing.opp (expR _)) => apply: one_neq_exp; positive
        | GRing.add _ _ =>
          first [ (apply: diff_neq; positive) | (apply: diff_neq_lt; given) | (apply: sum_neq; positive)
                | (rewrite oppr_eq0; positive) ]
        end
      | (apply: neq_sym; given)
      | match goal with _ : context [Num.norm _] |- _ => idtac end;
        first
          [ (apply: abs_neq; [given | positive])
          | (apply: neq_sym; apply: abs_neq; [given | positive])
          | match goal with |- context [_ == GRing.opp _] => (apply: abs_neq_opp; [given | positive]) end
          | (apply: neq_sym; match goal with |- context [_ == GRing.opp _] => (apply: abs_neq_opp; [given | positive]) end) ] ]
  | |- _ => given
  end.
(* what an expression is where the argument of a kink in it is positive, or negative *)
Lemma relu_above (R : realType) (a : R) : 0 < a -> relu a = a. Proof. by move=> h; rewrite reluE /heaviside h mulr1. Qed.
Lemma relu_below (R : realType) (a : R) : a < 0 -> relu a = 0.
Proof. by move=> h; rewrite reluE /heaviside ltNge ltW // mulr0. Qed.
Lemma heaviside_above (R : realType) (a : R) : 0 < a -> heaviside a = 1. Proof. by rewrite /heaviside => ->. Qed.
Lemma heaviside_below (R : realType) (a : R) : a < 0 -> heaviside a = 0.
Proof. by move=> h; rewrite /heaviside ltNge ltW. Qed.
Lemma there_and_back (R : realType) (a b : R) : a + (b - a) = b. Proof. by rewrite addrC subrK. Qed.
Ltac without_units := do 3! rewrite ?there_and_back ?mul1r ?mulr1 ?mul0r ?mulr0 ?subrr ?oppr0 ?opprK ?add0r ?addr0.
Ltac above_kink :=
  match goal with h : is_true (@Order.lt _ _ (GRing.zero _) _) |- _ =>
    rewrite ?(relu_above h) ?(gtr0_norm h) ?(gtr0_sg h) ?(heaviside_above h); without_units; reflexivity
  end.
Ltac below_kink :=
  match goal with h : is_true (@Order.lt _ _ _ (GRing.zero _)) |- _ =>
    rewrite ?(relu_below h) ?(ltr0_norm h) ?(ltr0_sg h) ?(heaviside_below h); without_units; reflexivity
  end.
(* the same, with the definitions already unfolded *)
Ltac positive_here :=
  first
    [ positive
    | powers_multiplied; positive
    | (apply: nonneg_neq_pos; [given | positive])
    | match goal with
      | |- context [relu ?a] =>
        have : a != 0 by positive
      end;
      let nz := fresh in move=> nz; move: (nz); rewrite neq_lt => /orP [];
      (let h := fresh in move=> h; rewrite ?(relu_above h) ?(relu_below h); without_units; positive) ].

(* ------------------------------------------------------------------ the adjoint lemma for directional derivatives *)

Section RealAdjoint.
Variable R : realType.
Variable P : (R -> R) -> R -> Prop.
Hypothesis unique : forall f a b, P f a -> P f b -> a = b.
Lemma real_adjoint0 (f : R -> R -> R) (b : R) : (forall v, P (f v) (v * b)) ->
  forall u, (forall v, P (f v) (v * u)) <-> u = b.
Proof.
move=> h u; have [to _] := @adjoint0 R (fun v => v * b) b (fun=> erefl) u.
by split=> [g|-> //]; apply: to => v; exact: unique (h v) (g v).
Qed.
Lemma real_adjoint1 n (f : (nat -> R) -> R -> R) (b : nat -> R) :
  (forall v, P (f v) (\sum_(i < n) v i * b i)) ->
  forall u : nat -> R, (forall v, P (f v) (\sum_(i < n) v i * u i)) <-> (forall i : nat, (i < n)%N -> u i = b i).
Proof.
move=> h u; have [to from] := @adjoint1 R n (fun v => \sum_(i < n) v i * b i) b (fun=> erefl) u.
by split=> [g|e v]; [apply: to => v; exact: unique (h v) (g v) | rewrite -(from e)].
Qed.
Lemma real_adjoint2 m n (f : (nat -> nat -> R) -> R -> R) (b : nat -> nat -> R) :
  (forall v, P (f v) (\sum_(i < m) \sum_(j < n) v i j * b i j)) ->
  forall u : nat -> nat -> R, (forall v, P (f v) (\sum_(i < m) \sum_(j < n) v i j * u i j)) <->
    (forall i j : nat, (i < m)%N -> (j < n)%N -> u i j = b i j).
Proof.
move=> h u; have [to from] := @adjoint2 R m n (fun v => \sum_(i < m) \sum_(j < n) v i j * b i j) b (fun=> erefl) u.
by split=> [g|e v]; [apply: to => v; exact: unique (h v) (g v) | rewrite -(from e)].
Qed.
Lemma real_adjoint3 m n o (f : (nat -> nat -> nat -> R) -> R -> R) (b : nat -> nat -> nat -> R) :
  (forall v, P (f v) (\sum_(i < m) \sum_(j < n) \sum_(k < o) v i j k * b i j k)) ->
  forall u : nat -> nat -> nat -> R, (forall v, P (f v) (\sum_(i < m) \sum_(j < n) \sum_(k < o) v i j k * u i j k)) <->
    (forall i j k : nat, (i < m)%N -> (j < n)%N -> (k < o)%N -> u i j k = b i j k).
Proof.
move=> h u.
have [to from] := @adjoint3 R m n o (fun v => \sum_(i < m) \sum_(j < n) \sum_(k < o) v i j k * b i j k) b (fun=> erefl) u.
by split=> [g|e v]; [apply: to => v; exact: unique (h v) (g v) | rewrite -(from e)].
Qed.
Lemma real_adjoint4 m n o p (f : (nat -> nat -> nat -> nat -> R) -> R -> R) (b : nat -> nat -> nat -> nat -> R) :
  (forall v, P (f v) (\sum_(i < m) \sum_(j < n) \sum_(k < o) \sum_(l < p) v i j k l * b i j k l)) ->
  forall u : nat -> nat -> nat -> nat -> R,
    (forall v, P (f v) (\sum_(i < m) \sum_(j < n) \sum_(k < o) \sum_(l < p) v i j k l * u i j k l)) <->
    (forall i j k l : nat, (i < m)%N -> (j < n)%N -> (k < o)%N -> (l < p)%N -> u i j k l = b i j k l).
Proof.
move=> h u; have [to from] := @adjoint4 R m n o p
  (fun v => \sum_(i < m) \sum_(j < n) \sum_(k < o) \sum_(l < p) v i j k l * b i j k l) b (fun=> erefl) u.
by split=> [g|e v]; [apply: to => v; exact: unique (h v) (g v) | rewrite -(from e)].
Qed.
End RealAdjoint.
