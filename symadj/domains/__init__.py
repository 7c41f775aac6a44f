"""The check of accesses: every entry that a statement reads lies inside its tensor, for all sizes.

``checking.check_accesses`` raises with the least sizes and subscripts that leave an axis, and the guard that would mend
it.
"""
