"""The shipped content keeps its promises: every service, enough articles, a cast for every rule."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

CONTENT = Path(__file__).parents[2] / "content"
ARTICLES = CONTENT / "articles"

# For each service what tiers 1, 2 and 3 get: Y included, A a counted allowance, - nothing.
LEVELS = {
    "executive-sponsorship": {"later-stage": "Y--", "early-stage": "Y--"},
    "quarterly-business-review": {"later-stage": "A--", "early-stage": "A--"},
    "proactive-communication": {"later-stage": "YY-", "early-stage": "---"},
    "assigned-csm": {"later-stage": "YY-", "early-stage": "Y--"},
    "assigned-technical-resource": {"later-stage": "Y--", "early-stage": "---"},
    "adoption-monitoring": {"later-stage": "YY-", "early-stage": "YY-"},
    "survey-monitoring": {"later-stage": "YY-", "early-stage": "YY-"},
    "best-practice-advice": {"later-stage": "Y--", "early-stage": "Y--"},
    "training": {"later-stage": "YY-", "early-stage": "Y--"},
    "health-check": {"later-stage": "Y--", "early-stage": "---"},
    "renewal": {"later-stage": "YY-", "early-stage": "YY-"},
    "escalation-management": {"later-stage": "YY-", "early-stage": "YY-"},
    "support-case-monitoring": {"later-stage": "Y--", "early-stage": "Y--"},
    "upsell": {"later-stage": "YY-", "early-stage": "YY-"},
    "programme-management": {"later-stage": "Y--", "early-stage": "---"},
    "on-site-visit": {"later-stage": "Y--", "early-stage": "Y--"},
    "knowledge-base": {"later-stage": "YYY", "early-stage": "YYY"},
    "self-paced-courses": {"later-stage": "YYY", "early-stage": "YYY"},
    "certification": {"later-stage": "YYY", "early-stage": "YYY"},
    "onboarding-mails": {"later-stage": "YYY", "early-stage": "YYY"},
    "adoption-tips": {"later-stage": "YYY", "early-stage": "YYY"},
    "renewal-reminders": {"later-stage": "YYY", "early-stage": "YYY"},
    "office-hours": {"later-stage": "YYY", "early-stage": "YYY"},
    "community": {"later-stage": "YYY", "early-stage": "YYY"},
    "product-news": {"later-stage": "YYY", "early-stage": "YYY"},
}
WORDS = {"Y": "included", "A": "allowance", "-": "no"}

# What customers must never read: how they are sorted, or what we call those at the end of the list.
INTERNAL = re.compile(
    r"\btiers?\b|long.?tail|\bsegments?\b|\b(?:high|mid|digital|low).touch\b", re.IGNORECASE
)


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def head_and_body(path: Path) -> tuple[dict[str, Any], str]:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return YAML(typ="safe").load(head), body


def rows(name: str) -> list[dict[str, str]]:
    with (CONTENT / "sample" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


SERVICES = {path.stem: head_and_body(path) for path in sorted((CONTENT / "services").glob("*.md"))}
TEXTS = {
    path.relative_to(ARTICLES).with_suffix("").as_posix(): head_and_body(path)
    for path in sorted(ARTICLES.rglob("*.md"))
}
TRANSLATIONS = {slug: text for slug, text in TEXTS.items() if "." in slug}
PAGES = {slug: text for slug, text in TEXTS.items() if slug not in TRANSLATIONS}
HANDBOOK = {slug: page for slug, page in PAGES.items() if slug.startswith("handbook/")}
FOR_CUSTOMERS = {slug: page for slug, page in PAGES.items() if slug not in HANDBOOK}
# Pages that are no articles: for everybody, and, from the handbook alone, for colleagues.
PUBLIC_PAGES = {"/account", "/office-hours", "/contact", "/courses", "/services"}
STAFF_PAGES = {
    f"/staff/{page}"
    for page in (
        "",
        "articles",
        "deflection",
        "feedback",
        "import",
        "policy",
        "report",
        "requests",
        "searches",
    )
}
ACCOUNTS = rows("accounts.csv")
CONTACTS = rows("contacts.csv")
RATES: dict[str, float] = {"USD": 1.0, **load(CONTENT / "tiers.yaml")["rates"]}
CUSTOMERS = [row for row in ACCOUNTS if row["status"] == "customer"]


# Services


def test_the_catalogue_holds_every_service_of_the_plan_and_no_other() -> None:
    assert SERVICES.keys() == LEVELS.keys()


@pytest.mark.parametrize("service", LEVELS)
def test_each_service_promises_each_tier_what_the_plan_says(service: str) -> None:
    head, _ = SERVICES[service]
    wanted = {
        preset: {tier: WORDS[mark] for tier, mark in enumerate(marks, start=1)}
        for preset, marks in LEVELS[service].items()
    }
    assert head["id"] == service
    assert head["levels"] == wanted


@pytest.mark.parametrize("service", LEVELS)
def test_each_service_has_a_definition_and_an_approver_where_it_can_be_refused(service: str) -> None:
    head, body = SERVICES[service]
    refused = any("no" in levels.values() for levels in head["levels"].values())
    assert 60 <= len(body.split()) <= 140
    assert not INTERNAL.search(body), "customers read definitions on the services page"
    assert bool(head.get("approver")) == refused
    assert (head["hours"] > 0) == (head["delivery"] == "person") == refused


def test_a_refused_service_names_an_article_of_its_own() -> None:
    instead = {service: head["instead"] for service, (head, _) in SERVICES.items() if "approver" in head}
    offered = Counter(slug for slugs in instead.values() for slug in slugs)
    assert len(instead) == 16
    assert all(instead.values())
    assert offered.keys() <= FOR_CUSTOMERS.keys()
    assert set(offered.values()) == {1}, "an article that answers two services answers neither"


def test_only_the_review_is_counted_and_only_the_visit_has_a_condition() -> None:
    counted = {service: head["allowance"] for service, (head, _) in SERVICES.items() if "allowance" in head}
    bound = {service: head["condition"] for service, (head, _) in SERVICES.items() if "condition" in head}
    assert counted == {"quarterly-business-review": {"times": 4, "per": "year"}}
    assert bound == {"on-site-visit": {"arr": ">= 250000"}}


def test_what_is_sold_has_a_price() -> None:
    prices = {service: head["price"] for service, (head, _) in SERVICES.items() if "price" in head}
    assert prices.keys() == {"training", "health-check", "programme-management"}
    assert all(price["amount"] > 0 and price["currency"] == "USD" for price in prices.values())


def test_no_word_for_a_service_belongs_to_two() -> None:
    words = Counter(
        word
        for service, (head, _) in SERVICES.items()
        for word in {word.casefold() for word in (service, head["name"], *head["aliases"])}
    )
    assert [word for word, times in words.items() if times > 1] == []


# Articles


def test_there_are_enough_articles_in_the_categories_of_the_site() -> None:
    shelves = Counter(slug.split("/")[0] for slug in PAGES)
    listed = [entry["slug"] for entry in load(CONTENT / "site.yaml")["categories"]]
    assert len(FOR_CUSTOMERS) >= 60
    assert len(HANDBOOK) >= 8
    assert len(shelves) == 10
    assert shelves.keys() == set(listed)
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("slug", PAGES)
def test_each_article_answers_one_task_in_steps(slug: str) -> None:
    head, body = PAGES[slug]
    assert 150 <= len(body.split()) <= 450
    assert re.search(r"^1\. ", body, re.MULTILINE), "numbered steps"
    assert re.search(r"^## ", body, re.MULTILINE), "headings"
    assert head["title"]
    assert 30 <= len(head["summary"]) <= 200
    assert head["owner"]
    assert head["last_reviewed"].year == 2026
    assert head["review_every"] in (90, 180)


@pytest.mark.parametrize("slug", [*FOR_CUSTOMERS, *TRANSLATIONS])
def test_no_article_tells_customers_how_they_are_sorted(slug: str) -> None:
    head, body = TEXTS[slug]
    assert not INTERNAL.search(" ".join([head["title"], head["summary"], *head["keywords"], body]))


def test_the_handbook_is_for_colleagues_alone_and_the_rest_for_everybody() -> None:
    assert {head.get("audience") for head, _ in HANDBOOK.values()} == {"staff"}
    for_everybody = (*FOR_CUSTOMERS.values(), *TRANSLATIONS.values())
    assert {head.get("audience") for head, _ in for_everybody} == {None}


@pytest.mark.parametrize("slug", FOR_CUSTOMERS)
def test_nothing_leads_a_customer_into_the_handbook(slug: str) -> None:
    head, body = FOR_CUSTOMERS[slug]
    assert not [one for one in head["related"] if one in HANDBOOK]
    assert "handbook/" not in body
    assert "/staff" not in body


@pytest.mark.parametrize("slug", TRANSLATIONS)
def test_each_translation_has_an_original_and_follows_its_last_review(slug: str) -> None:
    original, _, language = slug.rpartition(".")
    assert language in load(CONTENT / "site.yaml")["languages"]
    assert TRANSLATIONS[slug][0]["last_reviewed"] >= PAGES[original][0]["last_reviewed"]


@pytest.mark.parametrize("slug", TEXTS)
def test_links_pictures_and_related_articles_exist(slug: str) -> None:
    head, body = TEXTS[slug]
    folder = (ARTICLES / slug).parent
    targets = re.findall(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)", body)
    pages = PUBLIC_PAGES | (STAFF_PAGES if slug in HANDBOOK else set())
    for _, _, target in targets:
        page, _, service = target.partition("#")
        assert page in pages or (folder / target).is_file(), target
        assert not service or service in SERVICES, target
    assert all(words for _, words, _ in targets), "links and pictures say what they are"
    assert set(head.get("related", [])) <= PAGES.keys() - {slug}


def test_the_set_uses_everything_an_author_may_use() -> None:
    text = "\n".join(body for _, body in PAGES.values())
    for used in (
        r"^\|",
        r"^!!! note",
        r"^!!! tip",
        r"^!!! warning",
        r"^ *```python",
        r"^```json",
        r"^=== \"",
        r"^{{ include:",
        r"^!\[",
    ):
        assert re.search(used, text, re.MULTILINE), used


def test_no_two_articles_share_a_title_or_a_place() -> None:
    titles = Counter(head["title"].casefold() for head, _ in PAGES.values())
    places = Counter((slug.split("/")[0], head["order"]) for slug, (head, _) in PAGES.items())
    assert max(titles.values()) == max(places.values()) == 1


# Site, golden queries, people, maps


def test_the_home_page_shows_articles_that_exist() -> None:
    popular = load(CONTENT / "site.yaml")["popular"]
    assert 5 <= len(popular) == len(set(popular)) <= 6
    assert set(popular) <= FOR_CUSTOMERS.keys()


def test_the_pictures_are_drawings_without_scripts_or_anything_from_outside() -> None:
    pictures = [CONTENT / load(CONTENT / "site.yaml")["logo"], *ARTICLES.rglob("*.svg")]
    assert len(pictures) >= 2
    for picture in pictures:
        for element in ElementTree.parse(picture).iter():
            assert not element.tag.endswith(("script", "foreignObject", "image", "use", "style")), picture
            assert not [key for key in element.attrib if key.startswith("on") or key.endswith("href")], (
                picture
            )


def test_golden_queries_are_judged_and_none_copies_a_title() -> None:
    golden = load(CONTENT / "golden.yaml")
    titles = {head["title"].casefold() for head, _ in PAGES.values()}
    queries = [entry["query"].casefold() for entry in golden]
    assert len(golden) == len(set(queries)) >= 40
    assert not titles & set(queries)
    assert all(entry["relevant"] and set(entry["relevant"]) <= FOR_CUSTOMERS.keys() for entry in golden)


def test_nobody_ships_with_power_over_your_workspace() -> None:
    shipped = load(CONTENT / "people.yaml")
    assert shipped.pop("commands") == {"tier": "/tier", "kb": "/kb"}
    assert shipped.pop("quiet_hours") == {"begin": "18:00", "end": "08:30", "weekends": "yes"}
    assert shipped == {"default_role": "viewer", "ops": [], "managers": []}


def test_the_example_map_never_makes_a_companys_own_revenue_its_arr() -> None:
    columns = load(CONTENT / "maps" / "crm-export.yaml")["columns"]
    assert columns[" Revenue "] == {"to": "attributes.company_revenue", "scale": 1000000}
    assert columns["Subsidiary_Of"] == "parent"
    assert "arr" not in [target for target in columns.values() if isinstance(target, str)]


# The sample


def dollars(row: dict[str, str]) -> float:
    return float(row["arr"]) * RATES[row["currency"]]


def named(name: str) -> dict[str, str]:
    return next(row for row in ACCOUNTS if row["name"] == name)


def test_the_sample_fills_every_band() -> None:
    known = [row for row in CUSTOMERS if row["arr"]]
    assert len(ACCOUNTS) == 60
    assert Counter(row["status"] for row in ACCOUNTS) == {"customer": 51, "prospect": 6, "churned": 3}
    assert sum(dollars(row) >= 100_000 for row in known) == 8
    assert sum(10_000 <= dollars(row) < 100_000 for row in known) == 21
    assert len(CUSTOMERS) - len(known) == 1
    assert {row["currency"] for row in ACCOUNTS} == {"USD", "EUR", "GBP"}


def test_acme_is_a_large_customer_who_lacks_the_engineer_it_was_promised() -> None:
    acme = named("Acme Corporation")
    assert (acme["aliases"].split(";")[0], acme["domain"]) == ("Acme", "acme.example")
    assert dollars(acme) >= 100_000
    assert acme["csm"]
    assert acme["sponsor"]
    assert acme["engineer"] == ""
    assert named("Initech")["status"] == "customer"


def test_families_are_deep_and_one_parent_stands_below_its_child() -> None:
    by_key = {key: row for row in ACCOUNTS for key in (row["id"], row["name"])}
    order = {row["id"]: place for place, row in enumerate(ACCOUNTS)}
    parents = {row["id"]: by_key[row["parent"]]["id"] for row in ACCOUNTS if row["parent"]}
    globex = named("Globex")["id"]
    assert list(parents.values()).count(globex) >= 4
    assert globex in {parents.get(parent) for parent in parents.values()}, "a grandchild"
    assert any(order[parent] > order[child] for child, parent in parents.items())
    assert len(set(parents.values())) >= 3
    for child in parents:
        line = [child]
        while line[-1] in parents:
            line.append(parents[line[-1]])
            assert len(line) == len(set(line)), "a family must not go round in a circle"


def test_two_accounts_of_one_name_differ_in_what_the_bot_shows() -> None:
    names = Counter(row["name"] for row in ACCOUNTS)
    assert [name for name, times in names.items() if times > 1] == ["Northwind Traders"]
    twins = [row for row in ACCOUNTS if row["name"] == "Northwind Traders"]
    assert all(len({twin[column] for twin in twins}) == 2 for column in ("id", "domain", "country", "csm"))


@pytest.mark.parametrize(
    "column",
    [
        "advocate_reference",
        "advocate_case_study",
        "advocate_referrals",
        "own_resources",
        "hard_to_reach",
        "narrow_use",
    ],
)
def test_every_sign_that_moves_an_account_occurs(column: str) -> None:
    said = {row[column] for row in CUSTOMERS} - {""}
    assert said
    assert said <= ({str(n) for n in range(1, 10)} if column.endswith("referrals") else {"yes", "no"})


def test_small_pilots_with_a_large_future_occur() -> None:
    pilots = [row for row in CUSTOMERS if row["arr"] and row["potential_arr"] and dollars(row) < 10_000]
    assert any(float(row["potential_arr"]) >= 100_000 for row in pilots)
    assert any(row["potential_arr"] for row in ACCOUNTS if row["status"] == "prospect")


def test_names_are_as_odd_as_real_ones() -> None:
    names = {row["name"] for row in ACCOUNTS}
    assert {"Müller & Söhne GmbH", "Crêperie Bretonne", "Ōsaka Tea", "O'Malley & Daughters Ltd"} <= names
    assert any(name.endswith(", Inc.") for name in names)


def test_every_address_is_one_that_cannot_exist() -> None:
    domains = [row["domain"] for row in ACCOUNTS]
    freemail = [
        mail for row in CONTACTS for mail in row["emails"].split(";") if not mail.endswith(".example")
    ]
    assert all(domain.endswith(".example") for domain in domains)
    assert len(domains) == len(set(domains))
    assert len(freemail) == 1
    local, at, provider = freemail[0].partition("@")
    assert at + provider == "@gmail.com"
    assert len(local.replace(".", "")) > 30, "longer than the provider allows"


def test_contacts_are_unique_people_of_accounts_that_exist() -> None:
    mails = [mail for row in CONTACTS for mail in row["emails"].split(";")]
    assert 100 <= len(CONTACTS) == len({row["id"] for row in CONTACTS})
    assert len(mails) == len({mail.casefold() for mail in mails})
    assert sum(";" in row["emails"] for row in CONTACTS) >= 3
    assert {row["account"] for row in CONTACTS} == {row["id"] for row in ACCOUNTS}
    assert {row["role"] for row in CONTACTS} == {"member", "manager"}


def test_the_guide_explains_every_key_that_the_files_use() -> None:
    guide = (CONTENT / "README.md").read_text(encoding="utf-8")
    heads = [head for head, _ in (*SERVICES.values(), *PAGES.values())]
    keys = {key for head in heads for key in head}
    keys |= {key for name in ("site", "people", "tiers") for key in load(CONTENT / f"{name}.yaml")}
    keys |= (ACCOUNTS[0].keys() | CONTACTS[0].keys()) - {"employees"}
    assert sorted(key for key in keys if f"`{key}`" not in guide) == []
