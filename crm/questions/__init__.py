"""The questions staff ask, whole: from the two clocks to what is shown, for API and command line.

A question takes the program, the clocks and what it is asked of, and gives an `Answer` or, where
the API answers in pages, a `Listed`. It raises `BadInput` and `NotFound`.
"""
