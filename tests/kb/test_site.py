"""What site.yaml may say, and what happens when it says something else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.paths import Aim
from kb.site import Site, read_site
from tiering.files import SHIPPED_CONTENT


def _write(folder: Path, text: str) -> Path:
    (folder / "site.yaml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_site_has_no_problem() -> None:
    site, problems = read_site(SHIPPED_CONTENT)
    assert problems == []
    assert site.name == "Wrenfield"
    assert len(site.categories) >= 6
    assert site.logo is not None


def test_a_content_directory_without_a_site_gets_the_shipped_one(tmp_path: Path) -> None:
    assert read_site(tmp_path) == read_site(SHIPPED_CONTENT)


def test_a_site_needs_to_say_nothing(tmp_path: Path) -> None:
    assert read_site(_write(tmp_path, "{}\n")) == (Site(), [])


def test_learning_paths_name_whose_they_are(tmp_path: Path) -> None:
    fish = 'goal: Fish, summary: Far out., for: [anglers, "Eat, well"]'
    text = f"paths:\n  - {{{fish}}}\n  - {{goal: Sail, for: sailors}}\n"
    site, problems = read_site(_write(tmp_path, text))
    assert problems == []
    assert site.aims == (Aim("Fish", "Far out.", ("anglers", "Eat, well")), Aim("Sail", "", ("sailors",)))


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("paths:\n  - for: anglers\n", 2, "`paths.goal` is missing"),
        ("paths:\n  - {goal: Fish, fro: x}\n", 2, "unknown key"),
        ("name: A\nacent: '#112233'\n", 2, "unknown key `acent`; did you mean `accent`?"),
        ("name: A\naccent: '#12'\n", 2, "is not # and six hex digits"),
        ("name: A\naccent: red\n", 2, "'red' is not # and six hex digits"),
        ("\ntime_zone: Mars/Olympus\n", 2, "time_zone"),
        ("contact_email: nobody\n", 1, "contact_email"),
        ("contact_email: 'a@b.c\"><script>'\n", 1, "contact_email"),
        ("name: A\ncategories:\n  - slug: a b\n    title: A\n", 3, "slug"),
        ("categories:\n  - {slug: a, title: A, icon: skull}\n", 2, "icon"),
        (
            "categories:\n  - {slug: a, title: A}\n  - {slug: a, title: B}\n",
            1,
            "the slug `a` stands there twice",
        ),
        ("language: de\nlanguages: [en, xx]\n", 2, "`xx` is no language that we know"),
        ("languages: [en, ../de]\n", 1, "languages"),
        ("languages: de\n", 1, "languages"),
        ("name: A\nretention:\n  visits: soon\n", 3, "`retention.visits` is 'soon'; expected a whole number"),
        ("logo: ../secret.svg\n", 1, "no file ../secret.svg"),
        ("logo: /etc/passwd\n", 1, "one of these kinds"),
        ("logo: 'a\\0.svg'\n", 1, "logo"),
        ("accent: '#ffffff'\n", 1, "cannot be read on white"),
        ("name: A\nevents:\n  Sent: sends\n", 3, "'Sent' is no event; expected a name such as invoice.sent"),
        ("events: {signed_up: signs up}\n", 1, "`signed_up` is known without being declared"),
        ("events:\n  invoice.sent:\n", 2, "events.invoice.sent"),
        ("events: {a.b: does}\nfirst_value: a.c\n", 2, "expected one of the `events` of this file (a.b)"),
        ("- a\n- b\n", 1, "`key: value`"),
        ("name: [\n", 2, "not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, text: str, line: int, says: str) -> None:
    _, problems = read_site(_write(tmp_path, text))
    assert [(problem.path, problem.line) for problem in problems] == [("site.yaml", line)]
    assert says in problems[0].text


def test_a_site_declares_what_customers_do_in_the_product_and_what_they_came_for(tmp_path: Path) -> None:
    text = "events: {invoice.sent: sends a first invoice}\nfirst_value: invoice.sent\n"
    site, problems = read_site(_write(tmp_path, text))
    assert (site.events, site.first_value) == ({"invoice.sent": "sends a first invoice"}, "invoice.sent")
    assert problems == []


def test_one_wrong_key_costs_only_that_key(tmp_path: Path) -> None:
    site, problems = read_site(_write(tmp_path, "name: Harbour\naccent: blue\npopular: [a]\nnonsense: 1\n"))
    assert len(problems) == 2
    assert (site.name, site.popular, site.accent) == ("Harbour", ("a",), Site().accent)


def test_a_file_that_is_no_yaml_leaves_the_last_good_site(tmp_path: Path) -> None:
    good, _ = read_site(_write(tmp_path, "name: Harbour\n"))
    site, problems = read_site(_write(tmp_path, "name: {\n"), good)
    assert site is good
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("name: A\n", "public"),
        ("audience: signed-in\n", "signed-in"),
        ("audience: [1, 2]\n", "tier:1+tier:2"),
        ("audience: signd-in\n", "staff"),
        ("audience: signed-in\nacent: x\n", "signed-in"),
        ("audience: signed-in\nname: [unclosed\n", "staff"),
        ("name: [unclosed\n", "public"),
    ],
)
def test_articles_that_do_not_say_whom_they_are_for_are_closed_where_the_site_is_in_doubt(
    tmp_path: Path, text: str, key: str
) -> None:
    assert read_site(_write(tmp_path, text))[0].audience.key == key


def test_an_audience_that_is_none_is_reported_with_its_line(tmp_path: Path) -> None:
    _, problems = read_site(_write(tmp_path, "name: A\naudience: signd-in\n"))
    assert str(problems[0]).startswith("site.yaml:2: `audience`: 'signd-in' is no audience; expected public")


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/acme/help/edit/main/content/{path}",
        "http://git.local:3000/edit?file={path}&branch=main",
        "https://git.example/#{path}",
    ],
)
def test_colleagues_may_edit_at_an_address_that_names_the_path(tmp_path: Path, address: str) -> None:
    site, problems = read_site(_write(tmp_path, f"edit_url: '{address}'\n"))
    assert (site.edit_url, problems) == (address, [])


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/acme/help", "javascript:alert('{path}')", "//git.example/{path}", "/edit/{path}",
        "ftp://git.example/{path}", "https://{path}/edit", "https://git.example/{path}/{path}", "https:///{path}",
        "https://git.example/{path}\" onclick=\"x", "https://git.example/{path} x", "https://git.example/{path}{x}",
        "https://[git.example/{path}", "", "data:text/html,{path}", "https://git.example/ü/{path}",
    ],
)  # fmt: skip
def test_any_other_address_to_edit_at_is_a_mistake_and_none(tmp_path: Path, address: str) -> None:
    site, problems = read_site(_write(tmp_path, f"name: A\nedit_url: {json.dumps(address)}\n"))
    assert site.edit_url is None
    assert [(problem.line, "edit_url" in problem.text) for problem in problems] == [(2, True)]
    assert site.name == "A"


def test_the_house_speaks_its_own_language_first(tmp_path: Path) -> None:
    site, problems = read_site(_write(tmp_path, "language: de\nlanguages: [en, de, fr, en]\n"))
    assert problems == []
    assert (site.language, site.languages) == ("de", ("de", "en", "fr"))
    assert site.preferred("fr") == ("fr", "de", "en")
