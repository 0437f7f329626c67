"""One file for each change of the lasting tables, never edited once released."""
