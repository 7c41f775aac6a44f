"""Proofs and formulas in the languages of others."""
