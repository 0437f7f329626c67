"""Proof that nobody has rewritten the log.

Every stored event names the hash of the one before it in its stream (`chain`). The whole log is
sealed in sections into a Merkle tree (`merkle`, RFC 9162), whose leaves are kept in a file outside
the database (`seals`, `sealing`) and whose root is printed on every bulletin. `verifying` holds the
log against all of it and names what was altered, removed, inserted or moved.
"""
