"""The fold's rules as plain functions of numbers: one source for the desk and for backtests.

The desk calls `step` bar by bar (risk.positions translates); backtests compile the same functions
and call them a million times. So they keep to what a compiler of Python understands: scalars and
named tuples, times as whole seconds since 1970, nothing unknown but NaN, no exceptions.
"""
