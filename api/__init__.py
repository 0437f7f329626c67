"""How the program is reached over HTTP: contract.md's routes, roles, errors and formats."""
