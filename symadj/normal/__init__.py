"""The decision procedure: normal forms of indexed polynomials, and Presburger sets where subscripts are affine."""
