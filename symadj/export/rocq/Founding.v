(* The statement that symadj grew from, in the matrix form of mathematical components, for every commutative ring R and all
   sizes m and n: the adjoint of A |-> A x, for a fixed x, takes d to the outer product of d and x. In the Frobenius inner
   product, and for a matrix u,

     (forall A, <A x, d> = <A, u>)  iff  u = d x^T.                                                                         *)
From mathcomp Require Import ssreflect ssrfun ssrbool eqtype ssrnat seq fintype bigop ssralg matrix mxalgebra.
Set Implicit Arguments.
Unset Strict Implicit.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Founding.
Variables (R : comRingType) (m n : nat).
Implicit Types (A u : 'M[R]_(m, n)) (x : 'cV[R]_n) (d : 'cV[R]_m).

(* <A, u> is the sum of the products of the entries *)
Lemma trace_is_sum A u : \tr (A^T *m u) = \sum_i \sum_j A i j * u i j.
Proof.
rewrite exchange_big /mxtrace; apply: eq_bigr => j _ /=.
by rewrite mxE; apply: eq_bigr => i _; rewrite mxE.
Qed.

Theorem pairing A x d : \tr ((A *m x)^T *m d) = \tr (A^T *m (d *m x^T)).
Proof. by rewrite trmx_mul -mulmxA mxtrace_mulC -mulmxA. Qed.

Theorem nondegenerate u1 u2 : (forall A, \tr (A^T *m u1) = \tr (A^T *m u2)) -> u1 = u2.
Proof.
move=> h; apply/matrixP => i j; have := h (delta_mx i j); rewrite !trace_is_sum.
have pick u : \sum_k \sum_l delta_mx i j k l * u k l = u i j :> R.
  rewrite (bigD1 i) //= (bigD1 j) //= !big1 ?addr0 ?mxE ?eqxx ?mul1r //.
    by move=> k ne; rewrite big1 // => l _; rewrite mxE (negbTE ne) mul0r.
  by move=> l ne; rewrite mxE (negbTE ne) andbF mul0r.
by rewrite !pick.
Qed.

Theorem founding x d u : (forall A, \tr ((A *m x)^T *m d) = \tr (A^T *m u)) <-> u = d *m x^T.
Proof.
split=> [h|-> A]; last exact: pairing.
by apply: nondegenerate => A; rewrite -h pairing.
Qed.
End Founding.
Print Assumptions founding.
