"""Passwords: argon2 by pwdlib, a few at a time.

One hash takes some 64 MB and a core for a moment, by design; forty log-ins at once must not take
the machine.
"""

import threading

from pwdlib import PasswordHash

_AT_ONCE = 2


class Passwords:
    """Makes and checks hashes. Safe for many threads."""

    def __init__(self) -> None:
        self._hash = PasswordHash.recommended()
        self._turns = threading.Semaphore(_AT_ONCE)
        self._nobodys: str | None = None

    def hashed(self, password: str) -> str:
        with self._turns:
            return self._hash.hash(password)

    def right(self, password: str, kept: str | None) -> bool:
        """Whether it is the one. Without one that was kept it takes as long, and is not."""
        against = kept or self._of_nobody()
        with self._turns:
            return self._hash.verify(password, against) and kept is not None

    def _of_nobody(self) -> str:
        if self._nobodys is None:
            self._nobodys = self.hashed("nobody's")
        return self._nobodys
