"""The help centre of Lantern Bikes, an invented company, as Zendesk's public API answers for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HOST = "https://lantern.zendesk.example"

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.4\n%%EOF\n"

RENT = """<h1 id="h_01RENT"><strong>Before you ride</strong></h1>
<p>You&nbsp;need an account.
See <a href="https://lantern.zendesk.example/hc/en-us/articles/360002-Pay-for-a-ride#h_01CARD">how
to pay</a>, and <a href="#h_01RIDE">how to ride</a>.</p>
<div class="callout callout--warning"><p>Wear a <em>helmet</em>.</p></div>
<h3 id="h_01RIDE">Ride</h3>
<ol>
<li>Open <strong>Lantern</strong>.
<p><img src="/hc/article_attachments/900001/map.png" alt="The map with five bikes" width="400" /></p></li>
<li>Scan the code.<ul><li>It is under the saddle.</li></ul></li>
</ol>
<h2></h2>
<table><tbody><tr><td>City</td><td>Price | hour</td></tr>
<tr><td>Ghent</td><td>3&euro;</td></tr></tbody></table>
<pre class="language-json"><code>{"bike": "*7*"}</code></pre>
<p><iframe src="//www.youtube-nocookie.com/embed/abc" title="Riding in three minutes"></iframe></p>
<p><img src="https://cdn.elsewhere.example/seat.png" alt="A seat"></p>
"""

HOSTILE = """<p onclick="steal()">Hello<script>alert(1)</script><style>p{}</style>
<a href="javascript:alert(1)">click</a> <a href=" java\tscript:alert(1)">tab</a>
<img src="javascript:alert(1)" alt="x">
<img src="x" onerror="alert(1)" alt="\"><script>alert(2)</script>"> &lt;script&gt;alert(3)&lt;/script&gt;
<svg onload=alert(1)></svg><object data="x"></object><form action="//evil.example"><input name=q></form>
<a href="https://good.example/a b(c)">good</a> {{ company }} [x](javascript:alert(4)) <b>unclosed <i>tags
<!-- a comment <script>alert(5)</script> --><![CDATA[ cdata ]]> <h2>&nbsp;</h2>
"""


def article(number: int, title: str, body: str | None, **more: Any) -> dict[str, Any]:
    """Make an article as the API answers it; what is said in `more` stands instead."""
    locale = more.get("locale", "en-us")
    slug = title.replace(" ", "-").replace("?", "")
    return {
        "id": number,
        "url": f"{HOST}/api/v2/help_center/{locale}/articles/{number}.json",
        "html_url": f"{HOST}/hc/{locale}/articles/{number}-{slug}",
        "author_id": 3465,
        "comments_disabled": False,
        "draft": False,
        "promoted": False,
        "position": 0,
        "vote_sum": 3,
        "vote_count": 5,
        "section_id": 7001,
        "created_at": "2024-04-04T09:14:57Z",
        "updated_at": "2026-05-01T10:00:00Z",
        "name": title,
        "title": title,
        "source_locale": "en-us",
        "locale": locale,
        "outdated": False,
        "outdated_locales": [],
        "edited_at": "2026-05-01T10:00:00Z",
        "user_segment_id": None,
        "permission_group_id": 1,
        "content_tag_ids": [],
        "label_names": [],
        "body": body,
        **more,
    }


ARTICLES = [
    article(360001, "Rent a bike", RENT, label_names=["hire", "borrow, lend", "hire a bike"], position=2),
    article(
        360002, "Pay for a ride", "<h2 id='h_01CARD'>By card</h2><p>Any card.</p>", promoted=True, position=9
    ),
    article(360003, "What's in the box?", None, draft=True, section_id=7002),
    article(360004, "Service hours for partners", "<p>Nine to five.</p>", user_segment_id=5001),
    article(360005, "Signed in only", "<p>Welcome.</p>", user_segment_id=5002),
    article(360006, "Oddities", HOSTILE, section_id=None),
]
GERMAN = article(360001, "Ein Rad mieten", "<p>Öffnen Sie <b>Lantern</b>.</p>", locale="de")
SECTIONS = [
    {"id": 7001, "name": "Riding", "description": "", "locale": "en-us", "position": 1, "category_id": 8001},
    {
        "id": 7002,
        "name": "First days",
        "description": "",
        "locale": "en-us",
        "position": 0,
        "category_id": 8001,
    },
]
CATEGORIES = [
    {"id": 8001, "name": "Für Fahrer & riders", "description": "All about <riding>.", "locale": "en-us"},
]
SEGMENTS = [
    {"id": 5001, "name": "Partners", "user_type": "signed_in_users", "tags": ["partner"], "or_tags": []},
    {"id": 5002, "name": "Signed-in users", "user_type": "signed_in_users", "tags": [], "or_tags": []},
]
ATTACHMENTS = [
    {
        "id": 900001, "article_id": 360001, "file_name": "map.png", "content_type": "image/png",
        "inline": True,
        "content_url": f"{HOST}/hc/article_attachments/900001/map.png", "size": len(PNG),
    },
    {
        "id": 900002, "article_id": 360001, "file_name": "Price list.pdf", "content_type": "application/pdf",
        "content_url": f"{HOST}/hc/article_attachments/900002/Price%20list.pdf",
        "inline": False, "size": len(PDF),
    },
]  # fmt: skip


def export(folder: Path, articles: list[dict[str, Any]] | None = None) -> Path:
    """Write an export: two pages of articles, everything else, and one downloaded attachment."""
    folder.mkdir(parents=True, exist_ok=True)
    german = [GERMAN] if articles is None else []
    articles = ARTICLES if articles is None else articles
    half = (len(articles) + 1) // 2
    for number, part in enumerate((articles[:half], articles[half:]), 1):
        page = {"count": len(articles), "next_page": None, "page": number, "per_page": half, "articles": part}
        (folder / f"articles-{number}.json").write_text(json.dumps(page, indent=2))
    (folder / "sections.json").write_text(json.dumps({"sections": SECTIONS}))
    (folder / "categories.json").write_text(json.dumps({"categories": CATEGORIES}))
    (folder / "user_segments.json").write_text(json.dumps({"user_segments": SEGMENTS}))
    (folder / "attachments.json").write_text(json.dumps({"article_attachments": ATTACHMENTS}))
    (folder / "de").mkdir(exist_ok=True)
    (folder / "de/articles.json").write_text(json.dumps({"articles": german}, ensure_ascii=False))
    (folder / "attachments").mkdir(exist_ok=True)
    (folder / "attachments/900001-map.png").write_bytes(PNG)
    return folder
