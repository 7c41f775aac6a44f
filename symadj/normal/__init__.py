"""The decision procedure: normal forms of indexed polynomials."""
