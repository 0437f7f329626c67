"""How we know: rules, folds, storage, HTTP, faults."""

from pathlib import Path

import pytest

# pytest shows what was compared in test modules only, unless told of the helpers before any of
# them is imported.
pytest.register_assert_rewrite(
    *(
        f"{__name__}.{path.stem}"
        for path in sorted(Path(__file__).parent.glob("*.py"))
        if not path.stem.startswith(("test_", "__"))
    )
)
