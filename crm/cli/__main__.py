"""`python -m crm.cli` is `crm`."""

from crm.cli import main

main()
