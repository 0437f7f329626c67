"""How the program runs: settings, the event store, the few doors to it, people, ledgers, the CLI.

No business rule is here (see `domain`), and nothing of HTTP (see `api`).
"""
