"""How near are we to what the disk and the decoder allow? `make bench` prints it.

Everything is measured in one run and shown as a ratio to a bare limit measured beside it: a bare
durable insert of a row of the same size, a bare fetch and decode of the same rows. Seconds differ
from machine to machine; ratios travel.
"""
