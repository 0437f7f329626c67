"""通报: what a period's bulletin says, how it is published and proved, and how it is written.

`document` is what a bulletin is; `kinds` puts one together from the questions the API answers;
`publishing` freezes and verifies it; `writing` makes files of it. Plan clauses 29, 38, 67;
domain section 3.2.
"""
