"""The whole API as it describes itself, asked with every role: no error of ours, no surprise.

What is described is taken at its word: requests that fit the description and requests that do not,
from a fixed seed, and each write's own example, on leads that are there. Every answer has a status,
a type and a shape that the description names; a role is refused what its description says, and is
not refused anything else.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from crm.people import Act, Caller, Role
from tests.every_question import told
from tests.serving import Server

SEED = 20231231
EXAMPLES = 2  # of each kind, for each operation
PARTS = 2  # as many as there are workers
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
NOT_ASKED = {
    "/api/v1/events/stream": "goes on for ever",
    "/api/v1/me/sign-out": "takes away the token everything else is asked with",
}
# A second or so for each answer: asked plainly, once by each role.
LONG = {"/api/v1/audit/verify", "/api/v1/forecast", "/api/v1/bulletins/{bulletin_id}/verify"}
# What a role may do, and still not with this lead or that ledger.
NOT_WITH_THIS = {"unit_not_allowed", "not_your_ledger"}

ASKED = {
    "as_of": "2023-12-31", "year": 2023, "kind": "monthly", "on": "2023-06-30", "group": "towns",
    "period": "2023-Q2", "metric": "projects", "since": "2023-01-01", "name": "某公司",
    "field": "stage",
}  # fmt: skip

Operation = APIOperation[Any, Any, Any, Any]


@pytest.fixture(scope="module")
def described(story: Server) -> list[Operation]:
    """Every operation of the API, as it describes itself."""
    config = schemathesis.Config()
    config.projects.default.generation.update(with_security_parameters=False)  # we say who asks
    schema = schemathesis.openapi.from_url(f"{story.base}/openapi.json", config=config)
    operations = []
    for result in schema.get_all_operations():
        assert isinstance(result, Ok), result.err()
        operations.append(result.ok())
    assert {one.path for one in operations} >= NOT_ASKED.keys()
    return [one for one in operations if one.path not in NOT_ASKED]


@pytest.fixture(scope="module")
def there(story: Server) -> dict[str, str]:
    """Values of path parameters that name something."""
    return told(story.client("manager"))


def strategies(operation: Operation, there: dict[str, str]) -> Iterator[SearchStrategy[Case]]:
    """Ways of asking: as described, otherwise, of what is there, and as the examples say."""
    for mode in GenerationMode:
        yield operation.as_strategy(generation_mode=mode)
    named = {name: value for name, value in there.items() if f"{{{name}}}" in operation.path}
    examples = [body.definition.get("schema", {}).get("example") for body in operation.body]
    if named and not any(examples):
        yield operation.as_strategy(path_parameters=named)
    for example in filter(None, examples):
        yield operation.as_strategy(path_parameters=named, body=example)


def plainly(operation: Operation, there: dict[str, str]) -> Iterator[Case]:
    """A question asked for what it must be asked, in each form it is answered in."""
    parameters = operation.definition.raw.get("parameters", ())
    query = {
        one["name"]: ASKED[one["name"]]
        for one in parameters
        if one["in"] == "query" and (one["required"] or one["name"] in ("as_of", "year"))
    }
    forms = [one["schema"]["enum"] for one in parameters if one["name"] == "format"]
    path = {one["name"]: there[one["name"]] for one in parameters if one["in"] == "path"
            and one["name"] in there}  # fmt: skip
    if operation.path.endswith("/lists/{name}"):
        path["name"] = "exited"
    if operation.method == "get" and operation.path.count("{") == len(path):
        for form in forms[0] if forms else [None]:
            more = {} if form is None else {"format": form}
            yield operation.Case(path_parameters=path, query={**query, **more})


def cases(operation: Operation, there: dict[str, str]) -> list[Case]:
    """The requests to ask of an operation: each time the same."""
    found = list(plainly(operation, there))
    for strategy in strategies(operation, there):

        @seed(SEED)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=strategy)
        def draw(case: Case) -> None:
            case.query.pop("at_least", None)  # waits for what is not there, and says so (504)
            found.append(case)

        with suppress(Unsatisfiable):  # some have nothing that could be said wrongly
            draw()
    assert found, operation.label
    return found[:1] if operation.path in LONG else found


def refusal(operation: Operation, case: Case, role: Role, answer: Any) -> str | None:
    """What is wrong with whom an answer refuses."""
    right, by = operation.definition.raw.get("x-right"), Caller("-", role)
    allowed = right is None or by.may(Act(right))
    code = answer.json()["code"] if answer.status_code == 403 else None
    if "persons" in case.query and code == "role_not_allowed":
        return None  # people's data takes more than the ledger without them
    if allowed and code not in {None, *NOT_WITH_THIS}:
        return f"{role} is refused what it may: {code}"
    if not allowed and code != "role_not_allowed":
        return f"{role} is not refused: {answer.status_code}"
    return None


def surprise(operation: Operation, case: Case, role: Role, answer: Any) -> str | None:
    """What the description does not say of this answer."""
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as failures:
        return "; ".join(str(failure) for failure in failures.exceptions)
    return refusal(operation, case, role, answer)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_answer_is_described(
    story: Server, described: list[Operation], there: dict[str, str], part: int
) -> None:
    tokens = {role: story.client(role.value).http.headers["Authorization"] for role in Role}
    surprises: dict[str, str] = {}
    done: dict[Role, set[str]] = {role: set() for role in Role}
    with requests.Session() as session:
        for operation in described[part::PARTS]:
            for case in cases(operation, there):
                a_file = case.query.get("format", "json") != "json"  # the same for all who may read
                for role in (Role.VIEWER,) if a_file else Role:
                    given_by = {"Authorization": tokens[role]}
                    answer = case.call(session=session, headers=given_by)
                    if answer.status_code < 300:
                        done[role].add(operation.label)
                    if wrong := surprise(operation, case, role, answer):
                        what = f"{operation.label}: {wrong.splitlines()[0]}"
                        told = f"{case.as_curl_command()}\n{answer.status_code} {answer.content!r}"
                        surprises.setdefault(what, f"{role}: {told[:1000]}")
    if surprises:
        pytest.fail("\n\n".join(f"{what}\n{told}" for what, told in surprises.items()), False)
    counts = {role: len(labels) for role, labels in done.items()}
    assert min(counts.values()) > 24, counts  # not all of it was refused
    assert counts[Role.MANAGER] > 36, counts
