"""Pages for people: logging in, what is mine, a lead's history to print."""
