"""Pages: what they show, in both languages, and that nothing in them comes from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import stanagraph.api.server
from stanagraph.api.server.wording import french
from stanagraph.api.words import Words, read_catalogue
from stanagraph.graph.releases import Releases

SERVER = Path(stanagraph.api.server.__file__).parent
HTML = {"Accept": "text/html"}
VERDICT = "/v1/verdicts?equipment=pzh-2000&munition=vulcano-155-glr"
PAGES = ["/", "/?class=missile&gapClass=all", "/v1/gaps", "/v1/matrix?class=155mm", VERDICT, "/docs", "/nothing"]


class Page(HTMLParser):
    """The elements of a page with their attributes, and its rows by table."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.rows: dict[str, int] = {}
        self._table = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.elements.append((tag, named))
        if tag == "table":
            self._table = named.get("class", "")
        elif tag == "tr":
            self.rows[self._table] = self.rows.get(self._table, 0) + 1

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Who can use whose munitions", "155 mm artillery ammunition", "Poland", "not known", "as of", "Gaps"]),
        (
            "fr",
            ["Qui peut employer", "munitions d’artillerie de 155 mm", "Pologne", "non connu", "en date de", "Lacunes"],
        ),
    ],
)
def test_the_overview_shows_matrix_and_gaps(
    client: TestClient, identifier: str, language: str, words: list[str]
) -> None:
    by_header = client.get("/", headers={**HTML, "Accept-Language": language})
    assert by_header.headers["content-language"] == language
    assert f'<html lang="{language}">' in by_header.text
    assert all(word in by_header.text for word in [*words, identifier, "SIPRI"])
    page = Page(by_header.text)
    items = client.get("/v1/matrix?class=155mm").json()["items"]
    assert page.rows["matrix"] == 2 + len({item["using"] for item in items})
    assert page.rows["gaps ranked"] == 1 + min(100, client.get("/v1/gaps?class=155mm").json()["total"])
    assert client.get(f"/?lang={language}").headers["content-language"] == language


def test_a_cell_shows_its_interval_and_its_unknown_share(client: TestClient) -> None:
    items = client.get("/v1/matrix?class=155mm").json()["items"]
    item = next(item for item in items if 0 < item["lower"] < item["upper"])
    row = client.get(f"/v1/matrix?class=155mm&using={item['using']}&providing={item['providing']}", headers=HTML).text
    cell = re.search(r'<td class="[^"]*t\d+ u\d+[^"]*" title="([^"]+)"><span>(.*?)</span>', row)
    assert cell is not None
    assert cell[2] == f"{round(100 * item['lower'])}–{round(100 * item['upper'])}"
    assert f"{item['unknown']} not known" in cell[1]


def test_no_stock_known_is_not_zero(client: TestClient) -> None:
    text = client.get("/").text
    assert "no stock known" in text
    assert re.search(r'<td class="(own )?no-stock[^"]*" title="[^"]*No stock known\."><span class="dot">·</span>', text)


@pytest.mark.parametrize("path", PAGES)
def test_nothing_in_a_page_comes_from_elsewhere(client: TestClient, path: str) -> None:
    page = Page(client.get(path, headers=HTML).text)
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "img", "iframe", "object", "embed", "audio", "video", "source", "base"}
    assert all(link["href"].startswith("data:") for link in page.of("link"))
    assert all(use["href"].startswith("#") for use in page.of("use"))
    assert not any(name == "style" or name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert "@import" not in client.get(path, headers=HTML).text
    assert set(re.findall(r"url\(([^)]*)\)", client.get(path, headers=HTML).text)) <= {"#hatch"}


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_admits_the_style_of_the_page(client: TestClient, path: str) -> None:
    response = client.get(path, headers=HTML)
    style = re.search(r"<style>(.*?)</style>", response.text, re.S)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/v1/gaps", "/v1/matrix?class=155mm", VERDICT])
def test_the_links_of_a_page_lead_somewhere(client: TestClient, path: str) -> None:
    page = Page(client.get(path, headers=HTML).text)
    links = {a["href"].partition("#")[0] for a in page.of("a") if not a["href"].startswith(("http", "#"))}
    downloads = [link for link in links if "format=" in link]
    assert {link.rpartition("format=")[2].partition("&")[0] for link in downloads} >= {"json", "csv", "turtle"}
    chosen = [link for link in links if "/v1/verdicts" not in link] + sorted(links)[-3:]
    for link in chosen:
        target = path.partition("?")[0] + link if link.startswith("?") else link
        assert client.get(target, headers=HTML).status_code == 200, target


def test_pages_of_gaps_follow_each_other(client: TestClient) -> None:
    first = Page(client.get("/v1/gaps", headers=HTML).text)
    following = next(a["href"] for a in first.of("a") if a.get("rel") == "next")
    second = client.get(following, headers=HTML).text
    assert "Gaps 101–200 of" in second


def test_every_view_tells_how_it_was_computed(client: TestClient) -> None:
    text = client.get("/").text
    assert text.count("How was this computed?") == 2
    assert "VALUES (?class) { (&lt;https://w3id.org/stanagraph/id/munition-class/155mm&gt;" in text


def test_what_a_reader_sends_is_never_markup(client: TestClient) -> None:
    for path in ("/", "/v1/gaps", "/v1/matrix"):
        for name in ("class", "nation", "cause", "asOf", "lang", "cursor"):
            text = client.get(path, params={name: '"><script>alert(1)</script>'}, headers=HTML).text
            assert "<script" not in text


def test_what_a_source_says_is_never_markup(public_home: Path) -> None:
    from fastapi import Request

    from stanagraph.api.server.rendering import render

    evil = "<script>alert(1)</script>"
    problem = {"status": 404, "detail": evil, "suggestions": [evil]}
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "server": ("a", 80)}
    text = render("problem.html", Request(scope), "en", problem=problem, title="There is nothing here")
    assert evil not in text
    assert text.count("&lt;script&gt;") == 2
    assert Releases(public_home).current().identifier not in text


def test_a_wrong_class_of_the_overview_still_shows_the_way(client: TestClient) -> None:
    assert "155mm" in client.get("/?class=155m", headers=HTML).text


def test_every_message_of_the_pages_has_its_french() -> None:
    used = set()
    for path in [*SERVER.rglob("*.html"), *SERVER.rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        for found in re.findall(r"""(?:\b_|\bwords|\bmessage)\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""", text):
            used.add(found[1:-1].replace("\\'", "'"))
    assert len(used) > 50
    shared = {words for catalogue in Words.catalogues for words in read_catalogue(catalogue)}
    assert used - set(french()) - shared == set()
    assert set(french()) - used == set()


def test_french_keeps_every_placeholder() -> None:
    for english, translated in french().items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", translated)), english


def test_a_chosen_language_is_kept(client: TestClient) -> None:
    page = Page(client.get("/?lang=fr", headers={**HTML, "Accept-Language": "en"}).text)
    links = [a["href"] for a in page.of("a") if not a["href"].startswith(("http", "#", "?"))]
    assert links
    assert all("lang=fr" in link for link in links)
    fields = [field for field in page.of("input") if field["name"] == "lang"]
    assert [field["value"] for field in fields] == ["fr", "fr"]
