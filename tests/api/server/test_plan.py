"""Plans over HTTP: those of the command line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stanagraph.api.plans import as_json
from stanagraph.graph.planning import Weights, make_plan, read_situation
from stanagraph.graph.releases import Releases

ASK = "/v1/plan?class=155mm&budget=3"


def test_it_is_the_plan_of_the_release(client: TestClient, public_home: Path) -> None:
    release = Releases(public_home).current()
    situation, questions = read_situation(release.open(), {"class": "155mm"})
    found = make_plan(situation, Weights().of, budget=Decimal(3), seconds=30)
    answer = client.get(ASK)
    told = answer.json()
    assert told["optimal"]
    assert told["effort"] <= 3
    wanted = as_json(found, found.steps, questions, release.identifier)
    assert told["achieved"]["gaps"] == wanted["achieved"]["gaps"]
    assert told["whole"] == wanted["whole"]
    assert client.get(ASK, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304


def test_rows_are_the_steps(client: TestClient) -> None:
    steps = client.get(ASK).json()["steps"]
    lines = client.get(f"{ASK}&format=csv").text.splitlines()
    assert len(lines) == len(steps) + 1
    assert client.get(f"{ASK}&format=turtle").headers["content-type"].startswith("text/turtle")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("class=154mm", 404),
        ("nation=Polnd", 404),
        ("budget=-1", 422),
        ("budget=NaN", 422),
        ("budget=1e400", 422),
        ("seconds=16", 422),
        ("seconds=inf", 422),
        ("count=all", 422),
        ("asOf=yesterday", 422),
        ("format=html", 406),
    ],
)
def test_what_cannot_be_asked_is_told(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/v1/plan?{query}").status_code == status


def test_a_budget_that_reaches_for_nothing_is_told(client: TestClient) -> None:
    answer = client.get("/v1/plan?class=155mm&budget=0")
    assert answer.status_code == 422
    assert answer.json()["type"].endswith("/budget-too-small")
