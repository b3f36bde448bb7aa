"""Slack's markup becomes safe HTML, as Slack itself shows it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.playground import dates
from bot.playground.people import CAST, CHANNELS, OLIVIA, VERA, direct_channel
from bot.playground.words import Words

NOON = 1_795_348_800  # Sunday, 22 November 2026, 12:00 UTC
WORDS = Words(VERA, {one.id: one for one in CAST}, {one.id: one for one in CHANNELS}, float(NOON))

SHOWN = {
    "*bold* _italic_ ~gone~": "<strong>bold</strong> <em>italic</em> <del>gone</del>",
    "2*3*4 and snake_case_name": "2*3*4 and snake_case_name",
    "* not bold *": "* not bold *",
    "`*code*` &lt;b&gt; &amp;amp;": "<code>*code*</code> &lt;b&gt; &amp;amp;",
    "```\na < b\n*c*\n```": "<pre>a &lt; b\n*c*</pre>",
    "a\nb": "a<br>b",
    "&gt; one\n>two\nthree": "<blockquote>one<br>two</blockquote>three",
    ":tada: :unheard_of:": "🎉 :unheard_of:",
    "<!here> <!subteam^S1|@csm>": (
        '<span class="mention all">@here</span> <span class="mention">@csm</span>'
    ),
    f"<@{VERA.id}> <@{OLIVIA.id}> <@U0|who>": (
        '<span class="mention me">@Vera Novak</span> <span class="mention">@Olivia Okafor</span> '
        '<span class="mention">@who</span>'
    ),
    "<#C05SL4M8RTD>": '<span class="mention">#sales</span>',
    "<https://a.example/x?a=1&amp;b=2|A &lt;B&gt;>": (
        '<a href="https://a.example/x?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">A &lt;B&gt;</a>'
    ),
    "<mailto:a@b.example|a@b.example>": (
        '<a href="mailto:a@b.example" target="_blank" rel="noopener noreferrer">a@b.example</a>'
    ),
    "<javascript:alert(1)|press>": "press (javascript:alert(1))",
    f"<!date^{NOON}^{{date_short_pretty}} at {{time}}|then>": "<time>today at 12:00</time>",
    "<!date^99999999999999^{date}|then>": "<time>then</time>",
}


@pytest.mark.parametrize(("markup", "html"), SHOWN.items())
def test_markup_looks_as_in_slack(markup: str, html: str) -> None:
    assert WORDS.mrkdwn(markup) == html


def test_plain_text_has_no_markup() -> None:
    assert WORDS.text({"type": "plain_text", "text": "*a* <b> :tada:\n&amp;"}) == "*a* &lt;b&gt; 🎉<br>&amp;"
    assert WORDS.text({"type": "plain_text", "text": ":tada:", "emoji": False}) == ":tada:"


def test_markdown_blocks_are_read() -> None:
    text = (
        "# Title\n- **a**\n- [b](https://b.example)\n\n1. one\n> said <i>\n---\n```\nx <\n```\nlast `c`\nend"
    )
    assert WORDS.markdown(text) == (
        '<p class="heading">Title</p><ul><li><strong>a</strong></li><li>'
        '<a href="https://b.example" target="_blank" rel="noopener noreferrer">b</a></li></ul>'
        "<ol><li>one</li></ol><blockquote>said &lt;i&gt;</blockquote><hr><pre>x &lt;</pre>"
        "<p>last <code>c</code><br>end</p>"
    )


DATES = {
    "{date_num}": "2026-11-22",
    "{date}": "22 November 2026",
    "{date_short}": "22 Nov 2026",
    "{date_long}": "Sunday, 22 November 2026",
    "{date_pretty}": "today",
    "{time} {time_secs}": "17:30 17:30:00",
    "{ago}": "just now",
    "{unheard_of}": "{unheard_of}",
}


@pytest.mark.parametrize(("pattern", "words"), DATES.items())
def test_dates_stand_in_the_readers_zone(pattern: str, words: str) -> None:
    assert dates.shown(NOON, pattern, 19_800, NOON + 30) == words


def test_near_days_and_spans_have_words() -> None:
    day = 86_400
    assert dates.shown(NOON - day, "{date_long_pretty}", 0, NOON) == "yesterday"
    assert dates.shown(NOON + day, "{date_short_pretty}", 0, NOON) == "tomorrow"
    assert dates.shown(NOON - 3 * day, "{ago}", 0, NOON) == "3 days ago"
    assert dates.shown(NOON + 3700, "{ago}", 0, NOON) == "in 1 hour"


class _Tags(HTMLParser):
    """Collects what a browser would take for tags, attributes and links."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


ALLOWED = {"a", "strong", "em", "del", "code", "pre", "blockquote", "br", "span", "time", "p", "hr"}
ALLOWED |= {"ul", "ol", "li"}
SIGNS = [*"\"'*_~`<>|&#)", "```", "&lt;", "&gt;", "<@", "<!date^1^", "](", "\n", "- ", "{date}"]
TRICKS = ["<script>", "<img src=x onerror=alert(1)>", '<https://x.example/"onclick=', "[a](https://"]
WORDY = ["javascript:", "\ue0000\ue001", "\u202e", ":tada:", "word", " "]
HOSTILE = st.lists(st.sampled_from(SIGNS + TRICKS + WORDY), max_size=14).map("".join)


@given(HOSTILE)
def test_nothing_hostile_becomes_a_tag_or_an_attribute(text: str) -> None:
    for html in (WORDS.mrkdwn(text), WORDS.plain(text), WORDS.markdown(text)):
        tags = _Tags()
        tags.feed(str(html))
        for tag, attributes in tags.found:
            assert tag in ALLOWED
            assert {name for name, _ in attributes} <= {"class", "href", "target", "rel"}
            for name, value in attributes:
                assert name != "href" or str(value).startswith(("https://", "http://", "mailto:", "tel:"))


def test_the_direct_message_belongs_to_one_person() -> None:
    assert direct_channel(VERA, "longtail").members[0] == VERA.id
