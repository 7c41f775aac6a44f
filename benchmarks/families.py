"""Statements that grow: how the time depends on their size is the question."""

from __future__ import annotations

from symadj.notation import statement
from symadj.terms.statement import Statement


def tanh_mlp(depth: int) -> Statement:
    """``h_k = tanh(W_k h_(k-1))``, with the gradients of the input and of all weights."""
    shapes = ["h0: n", *(f"W{k}: n n" for k in range(1, depth + 1))]
    forward: list[str] = []
    backward: list[str] = []
    for k in range(1, depth + 1):
        forward.append(f"z{k}[i] = sum(W{k}[i,j]*h{k - 1}[j] for j in range(n))")
        forward.append(f"h{k}[i] = tanh(z{k}[i])")
    for k in range(depth, 0, -1):
        backward.append(f"dz{k}[i] = dh{k}[i]*(1 - h{k}[i]**2)")
        backward.append(f"dW{k}[i,j] = dz{k}[i]*h{k - 1}[j]")
        backward.append(f"dh{k - 1}[j] = sum(W{k}[i,j]*dz{k}[i] for i in range(n))")
    return statement(f"tanh_mlp_{depth}", shapes=", ".join(shapes), forward=forward, backward=backward)


def relu_mlp(depth: int) -> Statement:
    """``h_k = relu(W_k h_(k-1) + c_k)``, with lines and masks of its own in backward, and a hypothesis each layer."""
    shapes = ["h0: n", *(f"W{k}: n n, c{k}: n" for k in range(1, depth + 1))]
    forward = [f"h{k} = relu(W{k} @ h{k - 1} + c{k})" for k in range(1, depth + 1)]
    backward: list[str] = []
    coming = f"dh{depth}"
    for k in range(depth, 0, -1):
        going = f"e{k - 1}" if k > 1 else "dh0"
        backward += [f"g{k} = {coming}*(h{k} > 0)", f"dW{k} = outer(g{k}, h{k - 1})", f"dc{k} = g{k}"]
        backward.append(f"{going} = W{k}.T @ g{k}")
        coming = going
    return statement(f"relu_mlp_{depth}", shapes=", ".join(shapes), forward=forward, backward=backward)


def matrix_chain(length: int) -> Statement:
    """The product of ``length`` square matrices, with the gradients of all of them."""
    shapes = [f"W{k}: n n" for k in range(1, length + 1)]
    forward = ["P1[i,j] = W1[i,j]"]
    backward: list[str] = []
    for k in range(2, length + 1):
        forward.append(f"P{k}[i,j] = sum(P{k - 1}[i,k]*W{k}[k,j] for k in range(n))")
    for k in range(length, 1, -1):
        backward.append(f"dW{k}[i,j] = sum(P{k - 1}[k,i]*dP{k}[k,j] for k in range(n))")
        backward.append(f"dP{k - 1}[i,j] = sum(dP{k}[i,k]*W{k}[j,k] for k in range(n))")
    backward.append("dW1[i,j] = dP1[i,j]")
    return statement(f"matrix_chain_{length}", shapes=", ".join(shapes), forward=forward, backward=backward)


def stacked_convolutions(depth: int) -> Statement:
    """``h_k[i] = sum(w_k[j]*h_(k-1)[i+j])``, with the gradients of the input and of all kernels."""
    length = {k: f"n+{depth - k}*l-{depth - k}" if k < depth else "n" for k in range(depth + 1)}
    shapes = [f"h{k}: {length[k]}" for k in range(depth + 1)] + [f"w{k}: l" for k in range(1, depth + 1)]
    forward = [f"h{k}[i] = sum(w{k}[j]*h{k - 1}[i+j] for j in range(l))" for k in range(1, depth + 1)]
    backward: list[str] = []
    for k in range(depth, 0, -1):
        backward.append(f"dw{k}[j] = sum(dh{k}[i]*h{k - 1}[i+j] for i in range({length[k]}))")
        backward.append(f"dh{k - 1}[i] = sum(w{k}[j]*dh{k}[i-j] for j in range(l) if 0 <= i - j < {length[k]})")
    return statement(f"convolutions_{depth}", shapes=", ".join(shapes), forward=forward, backward=backward)


def stencil(side: int) -> Statement:
    """A square stencil with constant weights, unrolled to ``side**2`` terms, and its adjoint."""
    reach = range(side)
    forward = " + ".join(f"{1 + side * a + e}*x[i+{a},j+{e}]" for a in reach for e in reach)
    backward = " + ".join(
        f"({1 + side * a + e}*dy[f-{a},g-{e}] if 0 <= f - {a} < h and 0 <= g - {e} < w else 0)"
        for a in reach
        for e in reach
    )
    return statement(
        f"stencil_{side}",
        shapes=f"x: h+{side - 1} w+{side - 1}, y: h w",
        forward=[f"y[i,j] = {forward}"],
        backward=[f"dx[f,g] = {backward}"],
    )
