"""What members write becomes HTML that can do nothing."""

from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup

from forum.kernel import html

PAYLOADS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(alt) onerror=eval(src) alt=1>",
    '<img """><script>alert(1)</script>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<math href=javascript:alert(1)>x</math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=/stimmen/1 method=post><button>x</button></form>",
    "<button formaction=/stimmen/1>x</button>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css';</style>",
    "<div style=background:url(javascript:alert(1))>x</div>",
    "<p hx-get=/stelle/1 hx-trigger=load>x</p>",
    "<p data-hx-post=/abmelden data-hx-trigger=load>x</p>",
    "<a hx-post='/stimmen/1' hx-vals='{\"value\":\"agree\"}'>x</a>",
    "<p hx-on:click=alert(1)>x</p>",
    "<p hx-on--load=alert(1)>x</p>",
    "<div id=notices hx-swap-oob=true>x</div>",
    "<p id=inhalt class=button accesskey=x tabindex=1 autofocus>x</p>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a target=_blank rel=opener href=https://evil.example>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:alert(1))",
    "[x](file:///etc/passwd)",
    '[x](https://example.org "onmouseover=alert(1)")',
    '[x](https://example.org" onmouseover="alert(1))',
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "<javascript:alert(1)>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "> <script>alert(1)</script>",
    "- <img src=x onerror=alert(1)>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "\u003cscript\u003ealert(1)\u003c/script\u003e",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "<a href=https://example.org/\u202egnp.exe>x</a>",
]
ALLOWED = {"p", "br", "strong", "em", "ul", "ol", "li", "blockquote", "code", "pre", "a", "s"}


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("around", ["{}", "**{}**", "Text\n\n> {}\n\nText", "1. {}"])
def test_nothing_that_acts_survives(payload, around):
    shown = BeautifulSoup(html.render(html.plain(around.format(payload))), "html.parser")

    assert {tag.name for tag in shown.find_all(True)} <= ALLOWED
    for tag in shown.find_all(True):
        assert set(tag.attrs) <= ({"href", "rel"} if tag.name == "a" else set())
        if "href" in tag.attrs:
            assert urlsplit(tag["href"]).scheme in {"", "https", "http", "mailto"}
            assert {"nofollow", "noopener"} <= set(tag["rel"])
    assert not shown.find_all(string=lambda text: type(text).__name__ == "Comment")


def test_what_people_need_survives():
    shown = html.render(
        "**fett** *kursiv* ~~weg~~\n\n> Zitat\n\n- eins\n- zwei\n\nhttps://example.org und `Code`"
    )

    for part in (
        "<strong>fett</strong>",
        "<em>kursiv</em>",
        "<s>weg</s>",
        "<blockquote>",
        "<li>eins</li>",
        '<a href="https://example.org" rel="nofollow ugc noopener">',
        "<code>Code</code>",
    ):
        assert part in shown


def test_a_comment_has_no_headings_of_its_own():
    assert "<h" not in html.render("# Groß\n\nAuch groß\n=====")


@pytest.mark.parametrize("unwanted", ["\x00", "\x08", "\x1b", "\x7f", "\x85", "\u202e", "\u2066"])
def test_characters_nobody_types_are_taken_out(unwanted):
    assert html.plain(f"a{unwanted}b") == "ab"
