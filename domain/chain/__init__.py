"""An industry chain (产业链): who leads it, what it is to bring, which enterprises it courts.

One stream per chain name. `events` says what may be recorded, `known` which chains there are and
what holds of one on a day, `decisions` what is accepted.
"""
