"""How we know: rules, folds, storage, HTTP, faults."""
