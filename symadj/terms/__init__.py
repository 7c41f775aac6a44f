"""Sizes, terms and let-bound programs: the language that every other package speaks."""
