"""The two ways a request can be wrong: it breaks a business rule, or it is not well formed.

`code` is stable English for programs; `detail` is Chinese that a staff member understands.
Nothing is recorded when one of these is raised.
"""


class Refused(Exception):
    """A broken business rule (HTTP 409)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class BadInput(Exception):
    """A field that cannot be taken as it stands (HTTP 422)."""

    code = "invalid_input"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message

    @property
    def detail(self) -> str:
        return self.message


class NotFound(Exception):
    """The thing named is not there (HTTP 404)."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def require_text(text: str, field: str) -> None:
    """Raises `BadInput` where nothing is written."""
    if not text.strip():
        raise BadInput(field, "不能为空")
