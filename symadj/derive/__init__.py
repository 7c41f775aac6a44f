"""Backward formulas in the form that a person would write."""
