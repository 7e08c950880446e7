"""Whatever an agent's HTML holds, what is shown of it are exactly the words that may leave, or it is not shown."""

from __future__ import annotations

import re
import time
import tomllib
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from mailbot.core.commands import read_commands
from mailbot.core.compose import Head, compose
from mailbot.core.draft import Draft
from mailbot.core.htmltext import html_lines
from mailbot.core.letter import read_letter
from mailbot.core.quoting import new_words
from mailbot.core.richwords import pictures_by_name, rich_words, words_as_html
from tests.lettering import octets_of, read_mail

REPLIES = sorted((Path(__file__).parent.parent / "replies").glob("*.toml"))
ALLOWED = {
    "a": {"href", "rel"}, "b": set(), "blockquote": set(), "br": set(), "code": set(), "div": set(), "em": set(),
    "i": set(), "img": {"src", "alt", "width", "height"}, "li": set(), "ol": {"start"}, "p": set(), "pre": set(),
    "s": set(), "strong": set(), "sub": set(), "sup": set(), "table": {"border"}, "tbody": set(), "thead": set(),
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "tr": set(), "u": set(), "ul": set(),
}  # fmt: skip


def rich(html: str, words: str) -> str:
    """The words as HTML, with two pictures at hand."""
    return rich_words(html, words, frozenset(("a@x", "b@x"))).html


@pytest.mark.parametrize("reply", REPLIES, ids=lambda path: path.stem)
def test_a_reply_is_shown_as_its_writer_wrote_it(reply: Path) -> None:
    """From each mail program's own mail: the words without quote, signature and commands, with all that shapes them."""
    expected = tomllib.loads(reply.read_text(encoding="utf-8"))
    letter = read_letter(reply.with_suffix(".eml").read_bytes(), language="sv")
    orders = read_commands(letter.reply, ("sv",))
    pictures = frozenset(part.content_id for part in letter.attachments if part.inline)

    assert [command.name for command in orders.commands] == expected["commands"]
    assert orders.text == expected["words"]
    shown = rich_words(letter.html, orders.text, pictures)
    assert shown.html == expected["html"].replace("\n", "")
    assert list(shown.pictures) == expected["pictures"]


@pytest.mark.parametrize("reply", REPLIES, ids=lambda path: path.stem)
def test_a_reply_in_html_alone_is_shown_too(reply: Path) -> None:
    """Where the words were read from the HTML itself they are found in it, whatever the mail program."""
    letter = read_letter(reply.with_suffix(".eml").read_bytes(), language="sv")
    lines = html_lines(letter.html)
    words = read_commands(new_words(lines, lambda: lines)[0], ("sv",)).text
    pictures = frozenset(part.content_id for part in letter.attachments if part.inline)

    shown = rich_words(letter.html, words, pictures)
    assert told(shown.html) == told_of(words)
    assert list(shown.pictures) == tomllib.loads(reply.read_text(encoding="utf-8"))["pictures"]


def test_a_letter_made_of_a_reply_tells_nothing_of_the_agents_mail() -> None:
    """Neither address, quote, hidden note, signature nor content id of the agent's mail is in the letter (Y9, Y10)."""
    letter = read_letter((REPLIES[0].parent / "gmail.eml").read_bytes())
    words = read_commands(letter.reply, ("sv",)).text
    shown = rich_words(letter.html, words, frozenset(part.content_id for part in letter.attachments))
    along = [part for part in letter.attachments if part.content_id in shown.pictures]
    head = Head("desk@example.com", "Desk", "anna@customer.example", "m@desk.example", datetime(2026, 1, 1, tzinfo=UTC))
    mail = read_mail(compose(Draft("s", words, shown.html), head, along))

    parts = [part for part in mail.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html", "image/png"]
    everything = mail.as_string() + "".join(octets_of(part).decode("utf-8", "replace") for part in parts)
    for private in ("agents.example", "secret", "INTERNAL", "070-123", "ii_", "gmail", "#close"):
        assert private not in everything
    page = parts[1]
    assert isinstance(page, EmailMessage)
    assert f'<img src="cid:{parts[2]["Content-ID"][1:-1]}"' in page.get_content()


SAID_OTHERWISE = [
    ("<p>a <b>b</b> <i>c</i>d</p>", "a *b* /c/d"),
    ("<p>a<b> b </b>c</p>", "a* b *c"),
    ("<p><b>*x</b>!</p>", "**x*!"),
    ("<p>see <a href='https://e.example/'>this</a>.</p>", "see this <https://e.example>."),
    ("<p>see <a href='https://e.example/'>this</a>.</p>", "see this<https://e.example/>."),
    ("<p>see <a href='https://e.example/'>this</a>.</p>", "see this [https://e.example/]."),
    ("<p>see <a href='mailto:a@e.example'>Anna</a></p>", "see Anna <a@e.example>"),
    ("<p>see <a href='https://e.example/'>this</a>.</p>", "see this."),
    ("<ul><li>a</li><li><b>b</b></li></ul>", "  * a\n  * *b*"),
    ("<ul><li>a<ul><li>b</li></ul></li></ul>", "• a\no b"),
    ("<ol><li>a</li><li>b</li></ol>", "1. a\n2) b"),
    ("<ol start=4><li>a</li><li>b</li></ol>", "4. a\n5. b"),
    ("<p>a</p><p><img src='cid:a@x' alt='My  shot'></p><p>b</p>", "a\n[cid:a@x]\nb"),
    ("<p>a</p><p><img src='cid:a@x' alt='My  shot'></p><p>b</p>", "a\n[My\nshot]\nb"),
    ("<p>a</p><p><img src='cid:a@x' alt='My  shot'></p><p>b</p>", "a\n[image: My shot]\nb"),
    ("<p>a</p><p><img src='cid:a@x' alt='My  shot'></p><p>b</p>", "a\n<My shot>\nb"),
    ("<p>a long line\nof html</p>", "a long\nline of html"),
    ("<p>a&nbsp;b&shy;c&#8203;d</p>", "a b\u00adcd"),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "a\tb"),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "a\nb"),
    ("<p>a<p>b", "a\n\nb"),
    ("<h2>a</h2>b<hr>c", "a\nb\nc"),
    ("<p>a</p><script>x</script><p>b</p>", "a\nb"),
    ("<p>a</p><!-- x --><p>b</p><svg>", "a\nb"),
]


@pytest.mark.parametrize(("html", "words"), SAID_OTHERWISE)
def test_plain_text_may_say_what_the_tags_say(html: str, words: str) -> None:
    """Bullets, numbers, emphasis, link addresses and pictures' names stand in plain text alone; wrapping is nothing."""
    shown = rich(html, words)

    assert shown
    assert told(shown) == told(html)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<p>a</p>", ""),
        ("<p>a</p>", "a b"),
        ("<p>a b</p>", "a"),
        ("<p>ab</p>", "a b"),
        ("<p>a b</p>", "ab"),
        ("<p>b</p><p>a</p>", "a b"),
        ("<p>a</p>", "a *"),
        ("<p>a</p>", "*a*"),
        ("<p>a <b>b</b></p>", "a **b**"),
        ("<p>a</p>", "a <https://e.example>"),
        ("<p><a href='https://e.example/1'>a</a></p>", "a <https://e.example/2>"),
        ("<p><a href='file:///c:/x'>a</a></p>", "a <file:///c:/x>"),
        ("<p><a href='javascript:x()'>a</a></p>", "a <javascript:x()>"),
        ("<ol><li>a</li></ol>", "2. a"),
        ("<ol type=a><li>a</li></ol>", "a. a"),
        ("<ul><li>a</li></ul>", "- - a"),
        ("<p>a<img src='cid:c@x' alt=c></p>", "a[cid:c@x]"),
        ("<p>a<img src='https://t.example/x.png' alt=logo></p>", "a [logo]"),
        ("<p>a<img src='cid:a@x'></p>", "a [cid:b@x]"),
        ("<p>a</p><p style='display:none'>b</p>", "a b"),
        ("<p>a</p><blockquote type=cite>b</blockquote>", "a b"),
        ("<p>a</p><div id=divRplyFwdMsg>b</div><p>c</p>", "a c"),
        ("<p>a</p><svg></svg><p>b</p>", "a b"),
        ('<p>a</p><p title="x>b</p>', "a b"),
        ("<p>a</p><!-- x <p>b</p>", "a b"),
        ("<div>" * 100 + "a", "a"),
        ("<b>x</b>" * 20_000, "x" * 20_000),
        ("<p>" + "&amp;" * 200_000 + "</p>", "&" * 200_000),
        ("<p>a</p>" + "x" * 600_000 + "<p>b</p>", "a b"),
    ],
    ids=range(29),
)
def test_what_does_not_come_out_exactly_is_refused(html: str, words: str) -> None:
    """A word too many, too few, elsewhere, hidden, quoted, or beyond the bounds: nothing is shown of the HTML."""
    assert rich(html, words) == ""


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p class=x id=y style='color:red' onclick='x()'>a</p>", "<p>a</p>"),
        ("<p class=MsoNormal>a<o:p></o:p></p>", "<div>a</div>"),
        ("<font color=red><center>a</center></font>", "<div>a</div>"),
        ("<a href='https://e.example/?a=1&amp;b=\"' target=_blank>a</a>",
         '<a href="https://e.example/?a=1&amp;b=&quot;" rel="noopener">a</a>'),
        ("<a href=' HTTP://e.example/x'>a</a>", '<a href="HTTP://e.example/x" rel="noopener">a</a>'),
        ("<a href='javascript:x'>a</a>", "a"),
        ("<a href='//e.example'>a</a>", "a"),
        ("<a href='cid:a@x'>a</a>", "a"),
        ("<p>a<img src='https://t.example/pixel.gif'></p>", "<p>a</p>"),
        ("<p>a<img src='data:image/png;base64,AA'></p>", "<p>a</p>"),
        ("<p>a<img src='cid:c@x'></p>", "<p>a</p>"),
        ("<p>a<img src='cid:a@x' srcset='https://t.example/x' width=10 height=5em></p>",
         '<p>a<img src="cid:a@x" alt="" width="10"></p>'),
        ("<p>a<img src='cid:a@x' alt='C:\\erik\\x.png'></p>", '<p>a<img src="cid:a@x" alt=""></p>'),
        ("<p>a<img src='cid:a@x' alt='&quot;our&quot; &amp; x'></p>",
         '<p>a<img src="cid:a@x" alt="&quot;our&quot; &amp; x"></p>'),
        ("<table bgcolor=red border=2><tr><td colspan=2 width=9>a</td></tr><tr><td></td><td> </td></tr></table>",
         '<table border="1"><tbody><tr><td colspan="2">a</td></tr></tbody></table>'),
        ("<table><tr><td></td><td>a</td></tr></table>",
         "<table><tbody><tr><td></td><td>a</td></tr></tbody></table>"),
        ("<table><tr><td></td></tr></table><p>a</p>", "<p>a</p>"),
        ("<form action='https://e.example'><input value=x>a<button>b</button></form>", "ab"),
        ("<style>p{}</style><title>x</title><link href=x><meta a=b><base href=x>a", "a"),
        ("<p>a &lt;img src=x onerror=x()&gt; b</p>", "<p>a &lt;img src=x onerror=x()&gt; b</p>"),
        ("<p>a<br><br><br><br><br><br><br><br><br>b</p>", "<p>a<br><br><br><br><br><br>b</p>"),
        ("<p>a</p>b<p>c</p>", "<p>a</p>b<p>c</p>"),
        ("a<hr>b", "a<br>b"),
        ("<div>a<div>#close</div>b</div>", "<div>a<br>b</div>"),
    ],
)  # fmt: skip
def test_only_harmless_markup_is_left(html: str, shown: str) -> None:
    """No style, script, form, remote picture, odd link or foreign attribute comes out (T32, G12)."""
    assert rich(html, "\n".join(line.text for line in html_lines(html) if line.text != "#close")) == shown


@pytest.mark.parametrize(
    ("html", "words", "shown"),
    [
        ("{a}<p>w</p>", "w", ["a@x"]),
        ("<p>#close</p>{a}<p>w</p>", "w", ["a@x"]),
        ("<p>w</p>{a}<p>#close</p>", "w", ["a@x"]),
        ("<p>w</p><p>#close</p>{a}", "w", ["a@x"]),
        ("<p>w</p>{a}<p>-- </p>{b}<p>Erik</p>", "w", ["a@x"]),
        ("<p>w</p>{a}<blockquote type=cite>{b}q</blockquote>", "w", ["a@x"]),
        ("<p>w</p><blockquote type=cite>{b}q</blockquote>{a}<p>v</p>", "w v", ["a@x"]),
        ("<p>w</p>{a}<div class=gmail_signature>{b}Erik</div>", "w", ["a@x"]),
        ("<p>w</p>{a}<div id=divRplyFwdMsg></div>{b}", "w", ["a@x"]),
        ("<p>w</p>{a}<p>Mvh</p><p>Erik</p>{b}<p>Tel 1</p>", "w Mvh Erik", ["a@x"]),
        ("<p>w</p>{a}<p>Mvh</p><table><tr><td>{b}</td><td>Erik<br>Tel 1</td></tr></table>", "w Mvh Erik", ["a@x"]),
        ("<p>w</p><p>Mvh</p><p>Erik</p>{a}", "w Mvh Erik", ["a@x"]),
        ("<p>w</p><p>Mvh</p>{a}<p>Erik</p><p>Tel 1</p>", "w Mvh [cid:a@x] Erik", ["a@x"]),
        ("<p>w {a} v {b}</p>", "w v", ["a@x", "b@x"]),
        ("<p>w</p>{b}{a}{b}", "w", ["b@x", "a@x"]),
        ("<p>w</p><div style='display:none'>{a}</div>", "w", []),
        ("<div id=Signature><p>Erik</p>{a}</div>", "Erik", []),
    ],
)
def test_pictures_in_the_words_are_shown_and_those_of_signature_and_quote_are_not(
    html: str, words: str, shown: list[str]
) -> None:
    """A picture belongs to the words that it stands among, or that name it."""
    html = html.replace("{a}", '<div><img src="cid:a@x"></div>').replace("{b}", '<div><img src="cid:b@x"></div>')
    found = rich_words(html, words, frozenset(("a@x", "b@x")))

    assert list(found.pictures) == shown
    assert list(dict.fromkeys(re.findall('src="cid:([^"]*)"', found.html))) == shown
    assert found.html


MARKS = re.compile(r"<https?://[^>]*>|(?:^|(?<=\s))(?:-|>|\d+\.)(?=\s|$)")


def told(html: str) -> list[str]:
    """The words of some HTML as another reader finds them, without bullets, quote marks and addresses of links."""
    return told_of("\n".join(line.text for line in html_lines(html)))


def told_of(words: str) -> list[str]:
    """The same of plain words."""
    words = words.replace("\u00ad", "")
    plain = re.sub(r"(?m)^ *(?:[*•·]|\d+\.)(?=\s|$)|\[[^\]]*\]", "", words)
    return re.sub(r"[*/_|]", "", MARKS.sub(" ", plain)).split()


texts = st.text("ab é#&", min_size=1, max_size=6).map(lambda text: text.replace("&", "&amp;"))
NEVER = [
    "<span style='display:none'>Q</span>", "<!-- Q -->", "<![if Q]>", "<script>Q</script>", "<style>Q{}</style>",
    "<img src='https://Q.example/x'>", "<img src='cid:a@x' alt='Q@Q' title=Q>", "<blockquote type=cite>Q</blockquote>",
    "<div class=gmail_quote><div class=gmail_attr>Q</div></div>", "<div class=gmail_signature>Q</div>", "<hr id=Q>",
    "<p class=Q style='x:Q' data-q=Q onclick=Q></p>",
]  # fmt: skip
TAGS = [
    "p", "p class=MsoNormal", "div", "span id=Q", "b", "i", "u", "s", "ul", "ol", "li", "table", "tr", "td", "th",
    "pre", "blockquote", "h1", "a href='https://e.example/'", "a href='javascript:Q'", "font face=Q", "sub", "section",
    "code", "tbody", "center", "body", "o:p", "em", "strong",
]  # fmt: skip


def nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Elements around some content; now and then an end tag is forgotten."""
    return st.builds(
        lambda tag, content, ends: f"<{tag}>{''.join(content)}" + (f"</{tag.split()[0]}>" if ends else ""),
        st.sampled_from(TAGS),
        st.lists(inner, max_size=4),
        st.sampled_from((True, True, True, True, False)),
    )


pages = st.lists(
    st.recursive(texts | st.sampled_from(("<br>", "\n", "&nbsp;", *NEVER)), nested, max_leaves=15), max_size=5
).map("".join)


@settings(deadline=None)
@given(page=pages, keep=st.lists(st.booleans(), min_size=1, max_size=8))
def test_the_text_shown_is_the_words_or_nothing(page: str, keep: list[bool]) -> None:
    """Whatever the HTML and whichever of its lines may leave, the result says these and no more; Q never leaves."""
    lines = [line.text for line in html_lines(page) if "Q" not in line.text]
    words = "\n".join(line for number, line in enumerate(lines) if keep[number % len(keep)])
    html = rich(page, words)

    assert html == "" or told(html) == told_of(words)
    assert "Q" not in html
    check_markup(html)


@settings(deadline=None)
@given(page=st.text("<>/ab \"'=&;-!p#\n") | pages, words=st.text("ab é#&*-<>[]:\n") | st.text())
def test_any_text_at_all_is_read_without_harm(page: str, words: str) -> None:
    """Nothing raises, and what comes out is of the allowed kinds and has the letters of the words, in their order."""
    html = rich(page, words)

    check_markup(html)
    letters = iter(re.sub(r"\s", "", words))
    assert all(letter in letters for letter in re.sub(r"[\s•]", "", LexborHTMLParser(html).text() if html else ""))
    if html:
        assert [c for c in words if c in "abé"] == [c for c in LexborHTMLParser(html).text() if c in "abé"]


lines_of_words = st.lists(st.text("abé&", min_size=1, max_size=5), min_size=1, max_size=4).map(" ".join)
inlines = st.builds(
    lambda words, tag: f"<{tag}>{words.replace('&', '&amp;')}</{tag.split()[0]}>",
    lines_of_words,
    st.sampled_from(("b", "i", "span", "a href='https://e.example/'", "font color=red")),
)
blocks = st.one_of(
    st.lists(inlines, min_size=1, max_size=3).map(lambda parts: f"<p>{' '.join(parts)}</p>\n"),
    st.lists(inlines, min_size=1, max_size=3).map(lambda parts: f"<div>{'<br>'.join(parts)}</div><div><br></div>"),
    st.lists(inlines, min_size=1, max_size=3).map(lambda items: f"<ul><li>{'</li><li>'.join(items)}</li></ul>"),
    st.lists(inlines, min_size=1, max_size=3).map(lambda items: f"<ol><li>{'</li><li>'.join(items)}</li></ol>"),
    st.lists(inlines, min_size=1, max_size=3).map(
        lambda cells: f"<table><tr><td>{'</td><td>'.join(cells)}</td></tr></table>"
    ),
)


@settings(deadline=None)
@given(parts=st.lists(blocks, min_size=1, max_size=5), command=st.sampled_from(("", "<p>#close</p>")))
def test_what_mail_programs_write_is_never_refused(parts: list[str], command: str) -> None:
    """Paragraphs, lists, tables, links and emphasis come out whole, with a quote below and a command on top."""
    page = command + "".join(parts) + "<blockquote type=cite>old</blockquote>"
    words = "\n".join(line.text for line in html_lines("".join(parts)))
    html = rich(page, words)

    assert told(html) == told_of(words)
    assert len(re.findall("<(?:li|td|a|b|i)>", html)) == len(re.findall("<(?:li|td|a|b|i)>", page))


def check_markup(html: str) -> None:
    """Only allowed elements and attributes, and no address but those given."""
    for node in LexborHTMLParser(f"<body>{html}").css("body *"):
        assert node.attributes.keys() <= ALLOWED[node.tag or ""]
        assert node.attributes.get("src", "cid:a@x") in {"cid:a@x", "cid:b@x"}
        assert (node.attributes.get("href") or "https:").startswith("https:")


@pytest.mark.parametrize(
    "piece",
    ["<ul><li>a", "<div>", "<p>a", "<b><p>", "a<br>", "<td>a</td>", "<a href='", "<img src=cid:a@x>", "<!-->", "< ",
     "&amp;", "&", "<pre>a\n", "a\n", "#x<br><img src=cid:a@x>a<br>", "<ol><li>a</ol>", "</p>", "<table>a"],
)  # fmt: skip
@pytest.mark.parametrize("words", ["a " * 100_000, "[cid:a@x] " * 50_000])
def test_half_a_megabyte_of_anything_takes_no_long_time(piece: str, words: str) -> None:
    """A tree builder takes a minute and more over some of these; this is linear in both texts."""
    page = piece * (512 * 1024 // len(piece))
    started = time.process_time()
    rich(page, words)
    rich("<pre>" + page, page)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("", ""),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("\n\na\r\n\r\n\r\nb\n", "<p>a</p>\n<p>b</p>"),
        ('<b> & "c"', '<p>&lt;b&gt; &amp; "c"</p>'),
        ("a\n    b\tc", "<p>a<br>\n&nbsp;&nbsp;&nbsp; b&nbsp;&nbsp; c</p>"),
    ],
)
def test_plain_words_become_paragraphs(words: str, html: str) -> None:
    """Blank lines part paragraphs, other line breaks and indentation stay, nothing is markup."""
    assert words_as_html(words) == html


@settings(deadline=None)
@given(words=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf")) | st.sampled_from("\n\r\t <&>")))
def test_plain_words_lose_nothing_on_the_way_to_html(words: str) -> None:
    """Read back, the HTML says the same words in the same order."""
    assert " ".join(line.text for line in html_lines(words_as_html(words))).split() == words.split()


def test_pictures_in_plain_words_are_told_by_their_names() -> None:
    """Outlook's plain text names a picture by its content id, which tells when and where it was made (Y9)."""
    words = "See [cid:image001.png@01DC5B2F.1A2B3C40] and [cid:other@host] and [cid: x]."

    assert pictures_by_name(words, {"image001.png@01DC5B2F.1A2B3C40": "shot.png"}) == (
        "See [shot.png] and [...] and [cid: x]."
    )
