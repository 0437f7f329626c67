"""Who may come in: people, tokens, passwords, sessions, and what was done about access."""
