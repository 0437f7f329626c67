"""Limits of guessing: how often an address, or a name, may be wrong in a minute."""

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

UNKNOWN_TOKENS = RateLimitItemPerMinute(30)
SIGN_INS = RateLimitItemPerMinute(20)
WAIT = 60
"""Seconds after which anybody may try again."""


class TooManyAttempts(Exception):
    """Wait a minute (HTTP 429)."""

    detail = f"尝试过于频繁，请{WAIT}秒后再试"


class Guessing:
    """What was tried wrongly in this process lately.

    In memory: a restart forgives, and several servers each count for themselves. What must not be
    forgiven, wrong passwords of one name, is counted in the database (`crm.access.signing_in`).
    """

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def refuse_flood(self, limit: RateLimitItem, whose: str) -> None:
        """Raises `TooManyAttempts` when there were as many as the limit allows."""
        if not self._limiter.test(limit, whose):
            raise TooManyAttempts

    def wrong(self, limit: RateLimitItem, whose: str) -> bool:
        """One more wrong attempt; whether it is the last that is listened to for now."""
        self._limiter.hit(limit, whose)
        return not self._limiter.test(limit, whose)
