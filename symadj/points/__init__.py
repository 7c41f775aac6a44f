"""The second tier: sums over integer points, where subscripts, ranges or conditions are affine.

It knows nothing of the first tier: what is handed to it are terms (``terms.PointTerm``: a weight, conditions, atoms
with subscripts), and ``equality.is_zero`` answers whether their sum vanishes for all sizes and entries. isl is loaded
only when a question is not settled by our own arithmetic.
"""
