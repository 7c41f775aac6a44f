(* Inverses, determinants and products over ranges, as operators of SymadjAnalysis: their derivatives, and their laws.

   mat n A is the matrix of mathematical components with the entries A i j for i, j < n. det n A is its determinant, and
   inv n A i j the entry of its adjugate over its determinant, which is that of invmx wherever the determinant is not 0
   (invE). product n f is the product of f 0 .. f (n - 1), and maximum n f their greatest; it is differentiated where
   they are apart.                                                             *)
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

(* ------------------------------------------------------------------ the greatest of n numbers, where no two are equal *)

Section Maximum.
Variable R : realType.
Fixpoint maximum n (f : nat -> R) : R := if n is k.+1 then (if k is 0 then f 0%N else Num.max (maximum k f) (f k)) else f 0%N.
Lemma maximumS n f : maximum n.+2 f = Num.max (maximum n.+1 f) (f n.+1). Proof. by []. Qed.
Lemma maximum_in n f : exists2 i, (i < n.+1)%N & maximum n.+1 f = f i.
Proof.
elim: n => [|n [i lt e]]; first by exists 0%N.
by rewrite maximumS e; case: (leP (f i) (f n.+1)) => _; [exists n.+1 | exists i; rewrite // ltnW].
Qed.
Lemma maximum_ge n f i : (i < n)%N -> f i <= maximum n f.
Proof.
case: n => // n; elim: n => [|n ih]; first by case: i.
by rewrite maximumS le_maxr ltnS leq_eqVlt => /orP [/eqP ->|/ih ->]; rewrite ?lexx ?orbT.
Qed.
Lemma max_relu (a b : R) : Num.max a b = b + relu (a - b).
Proof. by rewrite /relu addr_maxr addrC subrK addr0. Qed.
Variables (U : normedModType R) (p : U).
Lemma hasd_maximum n (f df : nat -> U -> R) : (0 < n)%N -> (forall i j, ~~ (i == j) -> f i p != f j p) ->
  (forall i, is_diff p (f i) (df i)) ->
  is_diff p (fun q => maximum n (f^~ q))
    (fun w => \sum_(k < n) (f k p - maximum n (f^~ p) == 0)%:R * df k w).
Proof.
case: n => // n _ apart h; elim: n => [|n ih].
  by apply: is_diff_to (h 0%N) _ => w; rewrite big_ord_recl big_ord0 addr0 subrr eqxx mul1r.
have [i lt e] := maximum_in n (f^~ p).
have ne : maximum n.+1 (f^~ p) - f n.+1 p != 0 by rewrite e subr_eq0 apart // ltn_eqF.
rewrite (_ : (fun q => _) = (fun q => f n.+1 q + relu (maximum n.+1 (f^~ q) - f n.+1 q))); last first.
  by apply: funext => q; rewrite maximumS max_relu.
have hr := hasd_comp (derive_relu ne : is_derive ((fun q => maximum n.+1 (f^~ q) - f n.+1 q) p) 1 _ _) (hasdD ih (hasdN (h n.+1))).
refine (is_diff_to (hasdD (h n.+1) hr) _) => w.
pose g k := (f k p - maximum n.+2 (f^~ p) == 0)%:R * df k w.
rewrite [RHS](_ : _ = \sum_(k < n.+1) g k + g n.+1); last exact: big_ord_recr.
rewrite /g maximumS /heaviside subr_gt0.
case: (ltgtP (f n.+1 p) (maximum n.+1 (f^~ p))) => [c|c|c]; last by rewrite c subrr eqxx in ne.
  rewrite mul1r addrC subrK [X in _ = _ + X](_ : _ = 0) ?addr0; last by rewrite subr_eq0 (lt_eqF c) mul0r.
  by [].
rewrite mul0r addr0 subrr eqxx mul1r big1 ?add0r // => k _.
by rewrite subr_eq0 lt_eqF ?mul0r // (le_lt_trans _ c) // maximum_ge // ltn_ord.
Qed.
End Maximum.

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
Definition Omax : operator R := @Operator R
  (fun n A l => maximum n (A^~ 0%N)) (fun n A dA l => \sum_(k < n) (A k 0%N - maximum n (A^~ 0%N) == 0)%:R * dA k 0%N)
  (fun n A => (0 < n)%N /\ forall i j, ~~ (i == j) -> A i 0%N != A j 0%N)
  (fun U p n A dA d h l => hasd_maximum (proj1 d) (proj2 d) (fun i => h i 0%N)).
End Operators.
Arguments Oinv {R}. Arguments Odet {R}. Arguments Oprod {R}. Arguments Omax {R}.

(* ------------------------------------------------------------------ rules: values at composite matrices *)

Set Contextual Implicit.
Set Maximal Implicit Insertion.
Section Values.
Variable R : realType.
Implicit Types (n i j : nat) (A B : nat -> nat -> R) (a b d : nat -> R).

Lemma eq_mat n A B : (forall i j, A i j = B i j) -> mat n A = mat n B.
Proof. by move=> h; apply/matrixP => i j; rewrite !mxE h. Qed.
Lemma mat_tr n A B : (forall i j, A i j = B j i) -> mat n A = (mat n B)^T.
Proof. by move=> h; apply/matrixP => i j; rewrite !mxE h. Qed.
Lemma det_same n A B : (forall i j, A i j = B i j) -> det n A ^+ 1 = det n B.
Proof. by move=> h; rewrite expr1 /det (eq_mat h). Qed.
Lemma det_transposed n A B : (forall i j, A i j = B j i) -> det n A ^+ 1 = det n B.
Proof. by move=> h; rewrite expr1 /det (mat_tr h) det_tr. Qed.
Lemma inv_same n A B i j : (forall i j, A i j = B i j) -> inv n A i j ^+ 1 = inv n B i j.
Proof. by move=> h; rewrite expr1 /inv (eq_mat h). Qed.
Lemma inv_transposed n A B i j : (forall i j, A i j = B j i) -> inv n A i j ^+ 1 = inv n B j i.
Proof.
move=> h; rewrite expr1 /inv (mat_tr h) det_tr; case: insubP => [i' _ _|_]; case: insubP => [j' _ _|_] //.
rewrite /cofactor addnC; congr (_ * (_ * _)); rewrite -det_tr; congr (\det _).
by apply/matrixP => k l; rewrite !mxE.
Qed.
(* both ways of reading a symmetric inverse, so that they meet *)
Lemma inv_mirrored n A i j : (forall i j, A i j = A j i) ->
  inv n A i j ^+ 1 = 1 * 2%:R^-1 * (inv n A i j + inv n A j i).
Proof.
move=> h; have := @inv_transposed n A A i j h; rewrite expr1 => <-.
by rewrite -mulr2n -(mulr_natl (inv n A i j)) mul1r mulKf // pnatr_eq0.
Qed.
Lemma det_two A : det 2 A ^+ 1 = A 0%N 0%N * A 1%N 1%N - A 0%N 1%N * A 1%N 0%N.
Proof.
rewrite expr1 /det (expand_det_row _ ord0) !big_ord_recl big_ord0 addr0 /cofactor !det_mx11 !mxE /=.
by rewrite !expr0 ?expr1 mul1r mulN1r mulrN.
Qed.
Lemma det_mul n (A B : nat -> nat -> R) : det n (fun i j => \sum_(k < n) A i k * B k j) ^+ 1 = det n A * det n B.
Proof.
rewrite expr1 /det -det_mulmx; congr (\det _); apply/matrixP => i j; rewrite !mxE.
by apply: eq_bigr => k _; rewrite !mxE.
Qed.
Lemma mat_rows n d A : mat n (fun i j => d i * A i j) = diag_mx (\row_(i < n) d i) *m mat n A.
Proof.
apply/matrixP => i j; rewrite !mxE (bigD1 i) //= !mxE eqxx mulr1n big1 ?addr0 // => k ne.
by rewrite !mxE eq_sym (negbTE ne) mulr0n mul0r.
Qed.
Lemma mat_columns n d A : mat n (fun i j => d j * A i j) = mat n A *m diag_mx (\row_(i < n) d i).
Proof.
apply/matrixP => i j; rewrite !mxE (bigD1 j) //= !mxE eqxx mulr1n mulrC big1 ?addr0 // => k ne.
by rewrite !mxE (negbTE ne) mulr0n mulr0.
Qed.
Lemma det_rows n d A : det n (fun i j => d i * A i j) ^+ 1 = product n d * det n A.
Proof. by rewrite expr1 /det mat_rows det_mulmx det_diag; congr (_ * _); apply: eq_bigr => i _; rewrite mxE. Qed.
Lemma det_columns n d A : det n (fun i j => d j * A i j) ^+ 1 = product n d * det n A.
Proof. by rewrite expr1 /det mat_columns det_mulmx det_diag mulrC; congr (_ * _); apply: eq_bigr => i _; rewrite mxE. Qed.
Lemma det_opp n A : det n (fun i j => - A i j) ^+ 1 = product n (fun=> - 1) * det n A.
Proof. by rewrite -(@det_rows n (fun=> - 1) A) !expr1; congr det; apply: funext => i; apply: funext => j; rewrite mulN1r. Qed.
Lemma det_diagonal n d : det n (fun i j => (i == j)%:R * d i) ^+ 1 = product n d.
Proof.
rewrite expr1 /det (_ : mat n _ = diag_mx (\row_(i < n) d i)); last first.
  by apply/matrixP => i j; rewrite !mxE mulr_natl (inj_eq val_inj).
by rewrite det_diag; apply: eq_bigr => i _; rewrite mxE.
Qed.
Lemma det_inverse n A : det n A != 0 -> det n (inv n A) ^+ 1 = (det n A)^-1.
Proof.
by move=> h; apply: (mulfI h); rewrite expr1 mulfV // /det -det_mulmx mat_inv // det1.
Qed.
Lemma inv_inside n A i j : inv n A i j = ((i < n)%N && (j < n)%N)%:R * inv n A i j.
Proof. by case: (boolP (_ && _)) => h; rewrite ?mul1r // inv_out // mul0r. Qed.
(* a matrix that is inverse to another one is its inverse *)
Lemma inv_unique n A B (i j : 'I_n) : mat n A *m mat n B = 1%:M -> inv n A i j = B i j.
Proof.
move=> h; have [u _] := mulmx1_unit h.
have d : det n A != 0 by move: u; rewrite unitmxE unitfE.
rewrite invE //; have -> : invmx (mat n A) = mat n B by rewrite -[LHS]mulmx1 -h mulmxA mulVmx // mul1mx.
by rewrite mxE.
Qed.
Lemma inv_inverse n A i j : det n A != 0 -> inv n (inv n A) i j ^+ 1 = if (i < n)%N && (j < n)%N then A i j else 0.
Proof.
move=> d; rewrite expr1; case: (boolP (_ && _)) => [/andP [li lj]|o]; last exact: inv_out.
apply: (@inv_unique n _ _ (Ordinal li) (Ordinal lj)); exact: mulmx1C (mat_inv d).
Qed.
Lemma inv_mul n A B i j : det n A != 0 -> det n B != 0 ->
  inv n (fun i j => \sum_(k < n) A i k * B k j) i j ^+ 1 = \sum_(k < n) inv n B i k * inv n A k j.
Proof.
move=> da db; rewrite expr1; case: (boolP ((i < n)%N && (j < n)%N)) => [/andP [li lj]|o]; last first.
  rewrite inv_out // big1 // => k _; case/nandP: o => o.
    by rewrite (@inv_out _ _ B i k) ?mul0r // (negbTE o).
  by rewrite (@inv_out _ _ A k j) ?mulr0 // (negbTE o) andbF.
rewrite (@inv_unique n _ (fun i j => \sum_(k < n) inv n B i k * inv n A k j) (Ordinal li) (Ordinal lj)) //.
have p (C D : nat -> nat -> R) : mat n (fun i j => \sum_(k < n) C i k * D k j) = mat n C *m mat n D.
  by apply/matrixP => a b; rewrite !mxE; apply: eq_bigr => k _; rewrite !mxE.
by rewrite !p mulmxA -(mulmxA (mat n A)) mat_inv // mulmx1 mat_inv.
Qed.
Lemma inv_rows n d A i j : (forall i, d i != 0) -> det n A != 0 ->
  inv n (fun i j => d i * A i j) i j ^+ 1 = inv n A i j * (d j)^-1.
Proof.
move=> dn da; rewrite expr1; case: (boolP ((i < n)%N && (j < n)%N)) => [/andP [li lj]|o]; last by rewrite !inv_out ?mul0r.
apply: (@inv_unique n _ (fun i j => inv n A i j * (d j)^-1) (Ordinal li) (Ordinal lj)).
have e : mat n (fun i j => inv n A i j * (d j)^-1) = mat n (inv n A) *m diag_mx (\row_(i < n) (d i)^-1).
  rewrite -[RHS](@mat_columns n (fun i => (d i)^-1) (inv n A)); apply/matrixP => a b; by rewrite !mxE mulrC.
rewrite mat_rows e mulmxA -(mulmxA (diag_mx _)) mat_inv // mulmx1.
apply/matrixP => a b; rewrite mul_diag_mx !mxE; case: eqP => [->|_]; rewrite ?mulr1n ?mulr0n ?mulr0 //.
by rewrite mulfV.
Qed.
Lemma inv_diagonal n d i j : (forall i, d i != 0) ->
  inv n (fun i j => (i == j)%:R * d i) i j ^+ 1 = if (i < n)%N && (j < n)%N then (i == j)%:R * (d i)^-1 else 0.
Proof.
move=> dn; rewrite expr1; case: (boolP ((i < n)%N && (j < n)%N)) => [/andP [li lj]|o]; last by rewrite inv_out.
apply: (@inv_unique n _ (fun i j => (i == j)%:R * (d i)^-1) (Ordinal li) (Ordinal lj)).
apply/matrixP => a b; rewrite !mxE (bigD1 a) //= !mxE eqxx mul1r big1 ?addr0 => [|k ne]; last first.
  by rewrite !mxE (_ : (nat_of_ord a == k) = false) ?mul0r //; apply: contraNF ne => /eqP /val_inj ->.
by rewrite mulrCA mulfV // mulr1 -[in RHS](inj_eq val_inj).
Qed.
Lemma det_mul_neq n A B : det n A != 0 -> det n B != 0 -> det n (fun i j => \sum_(k < n) A i k * B k j) != 0.
Proof. by move=> da db; rewrite -[det _ _]expr1 det_mul mulf_neq0. Qed.
Lemma det_tr_neq n A : det n A != 0 -> det n (fun i j => A j i) != 0.
Proof. by move=> d; rewrite -[det n (fun _ _ => _)]expr1 (@det_transposed n _ A). Qed.
(* maxima *)
Lemma maximum_shift n a b : maximum n (fun i => a i + b 0%N) ^+ 1 = maximum n a + b 0%N.
Proof. by rewrite expr1; case: n => // n; elim: n => // n ih; rewrite !maximumS ih addr_maxl. Qed.
(* products *)
Lemma product_mul n a b : product n (fun i => a i * b i) ^+ 1 = product n a * product n b.
Proof. exact: big_split. Qed.
Lemma product_opp n a : product n (fun i => - a i) ^+ 1 = product n (fun=> - 1) * product n a.
Proof. by rewrite -(@product_mul n (fun=> - 1) a) expr1; apply: eq_bigr => i _; rewrite mulN1r. Qed.
Lemma product_one n : product n (fun=> 1 : R) ^+ 1 = 1. Proof. by rewrite expr1 /product big1_eq. Qed.
Lemma product_inv n a : product n (fun i => (a i)^-1) ^+ 1 = (product n a)^-1.
Proof. by rewrite expr1 /product prodfV. Qed.
Lemma product_ratio n (p q : R) : product n (fun=> p * q^-1) ^+ 1 = product n (fun=> p) * (product n (fun=> q))^-1.
Proof. by rewrite -product_inv expr1 -(@product_mul n (fun=> p) (fun=> q^-1)). Qed.
Lemma product_exp n a : product n (fun i => expR (a i)) ^+ 1 = expR (\sum_(i < n) a i).
Proof. by rewrite expr1 /product; elim/big_rec2: _ => [|i x y _ ->]; rewrite ?expR0 // expRD. Qed.
Lemma exp_sum_log n a : (forall i, 0 < a i) -> expR (\sum_(i < n) ln (a i)) ^+ 1 = product n a.
Proof.
move=> h; rewrite expr1 /product; elim/big_rec2: _ => [|i x y _ <-]; rewrite ?expR0 // expRD.
by congr (_ * _); rewrite lnK // posrE.
Qed.
Lemma product_others n a k : (forall i, a i != 0) ->
  product n (fun i => if ~~ (i == k) then a i else 1) ^+ 1 = product n a * (if (k < n)%N then (a k)^-1 else 1).
Proof.
move=> h; rewrite expr1 /product; case: ltnP => lt.
  rewrite [in RHS](bigD1 (Ordinal lt)) //= mulrAC mulfV // mul1r (bigD1 (Ordinal lt)) //= eqxx mul1r.
  apply: eq_bigr => i ne; rewrite (_ : (nat_of_ord i == k) = false) //.
  by apply: contraNF ne => /eqP e; apply/eqP; apply: val_inj.
by rewrite mulr1; apply: eq_bigr => i _; rewrite (_ : (nat_of_ord i == k) = false) // ltn_eqF // (leq_trans _ lt).
Qed.
End Values.
Unset Contextual Implicit.
Unset Maximal Implicit Insertion.

(* ------------------------------------------------------------------ equal but for the order of terms and factors *)

Section Same.
Variable R : realType.
Implicit Types a b c d : R.
Lemma same_add a b c d : a = c -> b = d -> a + b = c + d. Proof. by move=> -> ->. Qed.
Lemma same_add_swapped a b c d : a = d -> b = c -> a + b = c + d. Proof. by move=> -> ->; rewrite addrC. Qed.
Lemma same_mul a b c d : a = c -> b = d -> a * b = c * d. Proof. by move=> -> ->. Qed.
Lemma same_mul_swapped a b c d : a = d -> b = c -> a * b = c * d. Proof. by move=> -> ->; rewrite mulrC. Qed.
Lemma same_opp a b : a = b -> - a = - b. Proof. by move=> ->. Qed.
Lemma same_delta i j : (i == j :> nat)%:R = (j == i :> nat)%:R :> R. Proof. by rewrite eq_sym. Qed.
End Same.
Ltac same :=
  first
    [ reflexivity
    | given
    | symmetry; given
    | lazymatch goal with
      | |- GRing.add _ _ = _ => first [apply: same_add; same | apply: same_add_swapped; same]
      | |- GRing.mul _ _ = _ => first [apply: same_mul; same | apply: same_mul_swapped; same]
      | |- GRing.opp _ = _ => apply: same_opp; same
      | |- BigOp.bigop _ _ _ = _ => apply: eq_bigr => ? _; same
      | |- GRing.natmul _ _ = _ => exact: same_delta
      end ].
(* what a rule asks for: that a determinant, or a number, is not 0, or that two matrices are the same *)
Ltac apart :=
  match goal with
  | h : forall _, _ |- _ => solve [simple apply h; first [assumption | by rewrite eq_sym]]
  | |- is_true (negb (eq_op (GRing.opp _) (GRing.opp _))) => rewrite eqr_opp; apart
  end.
Ltac regular :=
  first [given | (apply: det_mul_neq; regular) | (apply: det_tr_neq; given) | positive | same].
