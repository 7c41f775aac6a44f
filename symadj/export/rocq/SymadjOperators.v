(* Inverses, determinants and products over ranges, as operators of SymadjAnalysis: their derivatives, and their laws.

   mat n A is the matrix of mathematical components with the entries A i j for i, j < n. det n A is its determinant, and
   inv n A i j the entry of its adjugate over its determinant, which is that of invmx wherever the determinant is not 0
   (invE). product n f is the product of f 0 .. f (n - 1).                                                              *)
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq fintype finfun bigop ssralg ssrnum order perm matrix.
From mathcomp.classical Require Import boolp classical_sets functions.
From mathcomp.analysis Require Import reals topology normedtype sequences derive exp trigo.
From Symadj Require Import Symadj SymadjAnalysis.
Set Implicit Arguments.
Unset Strict Implicit.
Import GRing.Theory Num.Theory Order.TTheory numFieldNormedType.Exports.
Local Open Scope ring_scope.

Section Definitions.
Variable R : realType.
Definition mat n (A : nat -> nat -> R) : 'M[R]_n := \matrix_(i < n, j < n) A i j.
Definition det n A : R := \det (mat n A).
Definition inv n A (i j : nat) : R :=
  if (insub i, insub j) is (Some i', Some j') then (\det (mat n A))^-1 * cofactor (mat n A) j' i' else 0.
Definition product n (f : nat -> R) : R := \prod_(i < n) f i.

Lemma inv_ord n A (i j : 'I_n) : inv n A i j = (\det (mat n A))^-1 * cofactor (mat n A) j i.
Proof. by rewrite /inv !valK. Qed.
Lemma inv_out n A i j : ~~ ((i < n)%N && (j < n)%N) -> inv n A i j = 0.
Proof. by rewrite /inv; case: insubP => // i' -> _; case: insubP => // j' -> _. Qed.
Lemma invE n A (i j : 'I_n) : det n A != 0 -> inv n A i j = invmx (mat n A) i j.
Proof. by move=> d; rewrite inv_ord /invmx unitmxE unitfE -/(det n A) d !mxE. Qed.
End Definitions.

(* ------------------------------------------------------------------ derivatives *)

Section Derivatives.
Variables (R : realType) (U : normedModType R) (p : U).

Lemma same_diff (f df dg : U -> R) : is_diff p f df -> is_diff p f dg -> df = dg.
Proof. by case=> _ <- [_ <-]. Qed.
Lemma hasd_mulc c (f df : U -> R) : is_diff p f df -> is_diff p (fun q => c * f q) (fun w => c * df w).
Proof. by move=> h; apply: is_diff_to (hasdM (hasd_cst p c) h) _ => w; rewrite mul0r add0r. Qed.
Lemma hasd_all (I : finType) (f df : I -> U -> R) : (forall i, is_diff p (f i) (df i)) ->
  is_diff p (fun q => \sum_i f i q) (fun w => \sum_i df i w).
Proof.
move=> h; have e (g : I -> U -> R) : (fun q => \sum_i g i q) = \sum_i g i.
  by apply: funext => q; elim/big_rec2: _ => // i y1 y2 _ ->.
rewrite !e; elim/big_rec2: _ => [|i a b _ ab]; first exact: is_diff_cst.
exact: is_diffD.
Qed.

Definition others (n : nat) (f : nat -> R) (k : nat) : R := \prod_(i < n) (if ~~ (nat_of_ord i == k) then f i else 1).
Lemma hasd_product n (f df : nat -> U -> R) : (forall i, is_diff p (f i) (df i)) ->
  is_diff p (fun q => \prod_(i < n) f i q) (fun w => \sum_(k < n) others n (f^~ p) k * df k w).
Proof.
move=> h; elim: n => [|n ih].
  have -> : (fun q => \prod_(i < 0) f i q) = (fun=> 1 : R) by apply: funext => q; rewrite big_ord0.
  by apply: is_diff_to (hasd_cst p 1) _ => w; rewrite big_ord0.
have -> : (fun q => \prod_(i < n.+1) f i q) = (fun q => (\prod_(i < n) f i q) * f n q).
  by apply: funext => q; rewrite big_ord_recr.
apply: is_diff_to (hasdM ih (h n)) _ => w; rewrite big_ord_recr /=; congr (_ + _).
  rewrite mulr_suml; apply: eq_bigr => k _; rewrite /others [in RHS]big_ord_recr /=.
  by rewrite gtn_eqF ?ltn_ord //= mulrAC.
rewrite /others big_ord_recr /= eqxx mulr1; congr (_ * _); apply: eq_bigr => i _.
by rewrite ltn_eqF ?ltn_ord.
Qed.

Lemma hasd_det n (M dM : U -> 'M[R]_n) : (forall i j, is_diff p (fun q => M q i j) (fun w => dM w i j)) ->
  is_diff p (fun q => \det (M q)) (fun w => \sum_a \sum_b cofactor (M p) a b * dM w a b).
Proof.
case: n M dM => [|n] M dM h.
  have -> : (fun q => \det (M q)) = (fun=> 1 : R) by apply: funext => q; rewrite det_mx00.
  by apply: is_diff_to (hasd_cst p 1) _ => w; rewrite big_ord0.
pose f (s : 'S_n.+1) (i : nat) (q : U) : R := M q (inord i) (s (inord i)).
pose df (s : 'S_n.+1) (i : nat) (w : U) : R := dM w (inord i) (s (inord i)).
have hs (s : 'S_n.+1) : is_diff p (fun q => (-1) ^+ s * \prod_i M q i (s i))
    (fun w => (-1) ^+ s * \sum_(k < n.+1) others n.+1 (f s ^~ p) k * df s k w).
  apply: hasd_mulc; have -> : (fun q => \prod_i M q i (s i)) = (fun q => \prod_(i < n.+1) f s i q).
    by apply: funext => q; apply: eq_bigr => i _; rewrite /f inord_val.
  by apply: hasd_product => i; exact: h.
apply: is_diff_to (hasd_all hs) _ => w; under eq_bigr do rewrite mulr_sumr.
rewrite exchange_big; apply: eq_bigr => k _ /=.
pose N : 'M[R]_n.+1 := \matrix_(i, j) (if i == k then dM w i j else M p i j).
transitivity (\det N).
  apply: eq_bigr => s _; congr (_ * _); rewrite [RHS](bigD1 k) //= !mxE eqxx mulrC /df inord_val; congr (_ * _).
  rewrite /others (bigD1 k) //= eqxx mul1r; apply: eq_bigr => i ne.
  by rewrite /f inord_val !mxE (negbTE ne) (_ : (nat_of_ord i == k) = false) //; apply: contraNF ne => /eqP /val_inj ->.
rewrite (expand_det_row N k); apply: eq_bigr => b _; rewrite mulrC mxE eqxx /cofactor; congr (_ * \det _ * _).
by apply/matrixP => i j; rewrite !mxE (_ : (lift k i == k) = false) //; apply/negbTE; rewrite eq_sym neq_lift.
Qed.

Variables (n : nat) (A dA : U -> nat -> nat -> R).
Hypothesis h : forall i j, is_diff p (fun q => A q i j) (fun w => dA w i j).
Let M q := mat n (A q).
Let dM w := mat n (dA w).
Lemma hasd_mat (i j : 'I_n) : is_diff p (fun q => M q i j) (fun w => dM w i j).
Proof.
rewrite (_ : (fun q => M q i j) = (fun q => A q i j)); last by apply: funext => q; rewrite mxE.
by apply: is_diff_to (h i j) _ => w; rewrite mxE.
Qed.
Lemma hasd_cofactor (i j : 'I_n) : exists d, is_diff p (fun q => cofactor (M q) i j) d.
Proof.
eexists; apply: hasd_mulc; apply: (@hasd_det _ (fun q => row' i (col' j (M q))) (fun w => row' i (col' j (dM w)))).
move=> a b; rewrite (_ : (fun q => _) = (fun q => M q (lift i a) (lift j b))); last by apply: funext => q; rewrite !mxE.
by apply: is_diff_to (hasd_mat (lift i a) (lift j b)) _ => w; rewrite !mxE.
Qed.
Hypothesis nz : det n (A p) != 0.
Lemma mat_inv (B : nat -> nat -> R) : det n B != 0 -> mat n B *m mat n (inv n B) = 1%:M.
Proof.
move=> d; rewrite (_ : mat n (inv n B) = invmx (mat n B)) ?mulmxV ?unitmxE ?unitfE //.
by apply/matrixP => i j; rewrite mxE invE.
Qed.
Lemma hasd_inv (i j : 'I_n) : is_diff p (fun q => inv n (A q) i j)
  (fun w => - \sum_(a < n) \sum_(b < n) inv n (A p) i a * dA w a b * inv n (A p) b j).
Proof.
pose I0 := mat n (inv n (A p)); pose D := \det (M p).
have D0 : D != 0 by exact: nz.
(* the adjugate is differentiable, and its derivative is found from M * adj M = det M *)
have ex (a : 'I_n * 'I_n) : exists d : U -> R, is_diff p (fun q => (\adj (M q)) a.1 a.2) d.
  have [d hd] := hasd_cofactor a.2 a.1; exists d.
  by rewrite (_ : (fun q => _) = (fun q => cofactor (M q) a.2 a.1)) //; apply: funext => q; rewrite mxE.
have [d hd] := choice ex.
pose dD (w : U) : R := \sum_a \sum_b cofactor (M p) a b * dM w a b.
pose dAdj w : 'M[R]_n := \matrix_(a, b) d (a, b) w.
have key w : dM w *m \adj (M p) + M p *m dAdj w = (dD w)%:M.
  apply/matrixP => a b; have h1 : is_diff p (fun q => \sum_c M q a c * (\adj (M q)) c b)
      (fun w => \sum_c (dM w a c * (\adj (M p)) c b + M p a c * d (c, b) w)).
    by apply: hasd_all => c; apply: hasdM; [exact: hasd_mat | exact: (hd (c, b))].
  have h2 : is_diff p (fun q => \sum_c M q a c * (\adj (M q)) c b) (fun w => dD w * (a == b)%:R).
    have -> : (fun q => \sum_c M q a c * (\adj (M q)) c b) = (fun q => (a == b)%:R * \det (M q)).
      by apply: funext => q; have /matrixP /(_ a b) := mul_mx_adj (M q); rewrite !mxE => ->; rewrite mulr_natl.
    by apply: is_diff_to (hasd_mulc _ (hasd_det hasd_mat)) _ => v; rewrite mulrC.
  have /(congr1 (fun f => f w)) /= e := same_diff h1 h2.
  rewrite !mxE -mulr_natr -e -big_split /=; apply: eq_bigr => c _; by rewrite /dAdj !mxE.
pose di (w : U) : R := - (D^-1 * D^-1) * dD w * (\adj (M p)) i j + D^-1 * d (i, j) w.
have hi : is_diff p (fun q => inv n (A q) i j) di.
  have -> : (fun q => inv n (A q) i j) = (fun q => (\det (M q))^-1 * (\adj (M q)) i j).
    by apply: funext => q; rewrite inv_ord mxE.
  exact: hasdM (hasd_comp (derive_inv nz) (hasd_det hasd_mat)) (hd (i, j)).
apply: is_diff_to hi _ => w; rewrite /di.
pose dI : 'M[R]_n := - (D^-1 * D^-1) * dD w *: \adj (M p) + D^-1 *: dAdj w.
have invI : I0 = D^-1 *: \adj (M p) by apply/matrixP => a b; rewrite !mxE inv_ord.
have e : M p *m dI = - (dM w *m I0).
  rewrite /dI mulmxDr -!scalemxAr mul_mx_adj invI -scalemxAr.
  have -> : M p *m dAdj w = (dD w)%:M - dM w *m \adj (M p) by rewrite -key addrC addKr.
  have -> : - (D^-1 * D^-1) * dD w *: (\det (M p))%:M = - (D^-1 *: (dD w)%:M) :> 'M[R]_n.
    rewrite !scale_scalar_mx -raddfN /=; congr (_ %:M); rewrite !mulNr; congr (- _).
    by rewrite mulrAC -[D^-1 * D^-1 * _]mulrA mulVf // mulr1.
  by rewrite scalerBr addrA addNr add0r.
have -> : - (D^-1 * D^-1) * dD w * (\adj (M p)) i j + D^-1 * d (i, j) w = dI i j by rewrite !mxE.
have -> : dI = - (I0 *m dM w *m I0).
  have V : I0 *m M p = 1%:M by rewrite /I0 (mulmx1C (mat_inv nz)).
  by rewrite -[LHS]mul1mx -V -mulmxA e mulmxN mulmxA.
rewrite !mxE; congr (- _); under eq_bigr do rewrite mxE mulr_suml.
by rewrite exchange_big; apply: eq_bigr => a _; apply: eq_bigr => b _; rewrite !mxE.
Qed.
Lemma hasd_inv_nat (i j : nat) : is_diff p (fun q => inv n (A q) i j)
  (fun w => - \sum_(a < n) \sum_(b < n) inv n (A p) i a * dA w a b * inv n (A p) b j).
Proof.
case: (boolP ((i < n)%N && (j < n)%N)) => [/andP [li lj]|out]; first exact: (hasd_inv (Ordinal li) (Ordinal lj)).
under eq_fun do rewrite inv_out //; apply: is_diff_to (hasd_cst p 0) _ => w.
rewrite big1 ?oppr0 // => a _; rewrite big1 // => b _; case/nandP: out => o.
  by rewrite (@inv_out _ _ _ i a) ?mul0r // (negbTE o).
by rewrite (@inv_out _ _ _ b j) ?mulr0 // (negbTE o) andbF.
Qed.
Lemma hasd_det_inv : is_diff p (fun q => det n (A q))
  (fun w => det n (A p) * \sum_(a < n) \sum_(b < n) inv n (A p) b a * dA w a b).
Proof.
apply: is_diff_to (hasd_det hasd_mat) _ => w; rewrite mulr_sumr; apply: eq_bigr => a _; rewrite mulr_sumr.
by apply: eq_bigr => b _; rewrite inv_ord mulrA mulrA mulfV // mul1r mxE.
Qed.
End Derivatives.

(* ------------------------------------------------------------------ the operators *)

Section Operators.
Variable R : realType.
Definition Oinv : operator R := @Operator R
  (fun n A l => inv n A (nth 0%N l 0) (nth 0%N l 1))
  (fun n A dA l => - \sum_(a < n) \sum_(b < n) inv n A (nth 0%N l 0) a * dA a b * inv n A b (nth 0%N l 1))
  (fun n A => det n A != 0) (fun U p n A dA nz h l => hasd_inv_nat h nz _ _).
Definition Odet : operator R := @Operator R
  (fun n A l => det n A) (fun n A dA l => det n A * \sum_(a < n) \sum_(b < n) inv n A b a * dA a b)
  (fun n A => det n A != 0) (fun U p n A dA nz h l => hasd_det_inv h nz).
Definition Oprod : operator R := @Operator R
  (fun n A l => product n (A^~ 0%N)) (fun n A dA l => \sum_(k < n) others n (A^~ 0%N) k * dA k 0%N)
  (fun _ _ => True) (fun U p n A dA _ h l => hasd_product n (fun i => h i 0%N)).
End Operators.
Arguments Oinv {R}. Arguments Odet {R}. Arguments Oprod {R}.
