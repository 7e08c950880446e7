"""The sender's new words are found, in every language and program, and none of them is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.core.htmltext import html_lines
from mailbot.core.lines import Mark, plain_lines
from mailbot.core.quoting import new_words


def _plain(text: str) -> str:
    lines = plain_lines(text)
    return new_words(lines, lambda: lines)[0]


def _html(html: str) -> str:
    lines = html_lines(html)
    return new_words(lines, lambda: lines)[0]


INTRODUCTIONS = [
    "On Mon, Nov 23, 2026 at 11:15 AM Support <help@example.com> wrote:",
    "On 2026-11-23 11:15, Support wrote:",
    "Support <help@example.com> wrote on 23/11/2026 11:15:",
    "Den mån 23 nov. 2026 kl 11:15 skrev Support <help@example.se>:",
    "mån 23 nov. 2026 kl. 11:15 skrev Support <help@example.se>:",
    "23 nov. 2026 kl. 11:15 skrev Support <help@example.se>:",
    "Den 2026-11-23 kl. 11:15, skrev Support:",
    "Den man. 23. nov. 2026 kl. 11.15 skrev Support <help@example.dk>:",
    "Den 23-11-2026 kl. 11:15 skrev Support:",
    "man. 23. nov. 2026 kl. 11:15 skrev Support <help@example.no>:",
    "ma 23. marrask. 2026 klo 11.15 Tuki (help@example.fi) kirjoitti:",
    "Tuki <help@example.fi> kirjoitti 23.11.2026 kello 11.15:",
    "po 23. 11. 2026 o 11:15 Podpora <help@example.sk> napísal(a):",
    "Dňa 23. 11. 2026 o 11:15 Podpora napísal(a):",
    "po 23. 11. 2026 v 11:15 odesílatel Podpora <help@example.cz> napsal:",
    "Dne 23. 11. 2026 v 11:15 Podpora napsal(a):",
    "pon., 23 lis 2026 o 11:15 Pomoc <help@example.pl> napisał(a):",
    "W dniu 23.11.2026 o 11:15, Pomoc pisze:",
    "Am 23.11.2026 um 11:15 schrieb Hilfe:",
    "Am Mo., 23. Nov. 2026 um 11:15 Uhr schrieb Hilfe <help@example.de>:",
]
HEADERS = [
    ("From", "Sent", "To", "Subject"),
    ("Från", "Skickat", "Till", "Ämne"),
    ("Fra", "Sendt", "Til", "Emne"),
    ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
    ("Od", "Odoslané", "Komu", "Predmet"),
    ("Od", "Odesláno", "Komu", "Předmět"),
    ("Od", "Wysłano", "Do", "Temat"),
    ("Von", "Gesendet", "An", "Betreff"),
]
SEPARATORS = ["-----Original Message-----", "-----Ursprungligt meddelande-----", "-----Oprindelig meddelelse-----"]
SEPARATORS += ["-----Opprinnelig melding-----", "-----Alkuperäinen viesti-----", "-----Pôvodná správa-----"]
SEPARATORS += ["-----Původní zpráva-----", "-----Wiadomość oryginalna-----", "-----Ursprüngliche Nachricht-----"]
SEPARATORS += ["---------- Forwarded message ---------", "-------- Vidarebefordrat meddelande --------"]
PHONES = ["Sent from my iPhone", "Skickat från min iPhone", "Skickat från Outlook för iOS", "Sendt fra min iPhone"]
PHONES += ["Sendt fra Outlook for Android", "Lähetetty iPhonesta", "Odoslané z iPhonu", "Odesláno z iPhonu"]
PHONES += ["Wysłane z iPhone’a", "Von meinem iPhone gesendet", "Gesendet mit der Outlook-App", "Get Outlook for iOS"]
PHONES += ["Hämta Outlook för Android", "Sent from Mail for Windows", "Sendt fra min Galaxy"]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
@pytest.mark.parametrize("wrapped", [False, True])
def test_the_line_above_a_quote_is_known_in_nine_languages(introduction: str, wrapped: bool) -> None:
    """The line goes with the quote, also when it is wrapped before its last word or address."""
    if wrapped:
        introduction = "\n".join(introduction.rsplit(" ", 1))
    assert _plain(f"Tack!\n\n{introduction}\n\n> Hej\n> igen\n") == "Tack!"


@pytest.mark.parametrize("introduction", [line for line in INTRODUCTIONS if "@" in line])
def test_a_quote_without_marks_is_cut_where_its_writer_is_named(introduction: str) -> None:
    """Phones quote without ">": an introduction with an address and a moment is enough."""
    assert _plain(f"Tack!\n\n{introduction}\n\nHej igen\n\nSupport\n") == "Tack!"


@pytest.mark.parametrize("words", HEADERS)
@pytest.mark.parametrize("mark", ["{}", "*{}*", "** {} **"])
def test_outlooks_header_block_is_known_in_nine_languages(words: tuple[str, ...], mark: str) -> None:
    """From, date, recipient and subject above the old mail, bold or not."""
    block = "\n".join(f"{mark.format(word + ':')} x" for word in words)
    assert _plain(f"Tack!\n\n{block}\n\nHej\n") == "Tack!"
    assert _plain(f"Tack!\n________________________________\n{block}\n\nHej\n") == "Tack!"


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_line_above_an_original_message_is_known(separator: str) -> None:
    """All below it is old."""
    assert _plain(f"Tack!\n\n{separator}\nFrån: x\n\nHej\n") == "Tack!"


@pytest.mark.parametrize("phone", PHONES)
def test_a_phones_signature_is_left_out(phone: str) -> None:
    """Whole lines that a program added."""
    assert _plain(f"Tack!\n\n{phone}\n") == "Tack!"


@pytest.mark.parametrize(
    "text",
    [
        "Sent from my desk, is much easier than my phone.",
        "From: the printer\nTo: the bin",
        "Den 3 mars 2026 kl. 10:00 skrev jag till er:\n\nInget svar.",
        "I wrote:\n\nthe manual",
        "Three things:\n\n- one\n- two",
        "a -- b",
        "Original message: see below",
        "Best regards to all of you, and thanks for 20 years!",
        "Hej\n\nMvh\nAnna",
        "-5 grader i serverrummet",
        "Från: Malmö\nTill: Lund\nvill vi flytta skrivaren",
        "x" * 5000,
    ],
)
def test_new_words_that_look_like_marks_are_kept(text: str) -> None:
    """Nothing that the sender wrote is taken for a quote or a signature."""
    assert _plain(text) == text


def test_answers_between_quoted_lines_are_kept() -> None:
    """Interleaved answers all come out, the quotes do not."""
    text = "Hi,\n\nOn 2026-11-23 11:15, A <a@b.se> wrote:\n> One?\n\nYes.\n\n> Two?\nNo.\n\n-- \nAnna\n"
    assert _plain(text) == "Hi,\n\nYes.\n\nNo."


@pytest.mark.parametrize(
    "text", ["> only\n> quotes", "-- \nAnna", "Sent from my iPhone", "From: a\nSent: b\nTo: c\nSubject: d\n\nx"]
)
def test_there_is_a_reply_wherever_there_is_text(text: str) -> None:
    """A mail of nothing but quotes or signature still shows its words."""
    assert _plain(text)


@pytest.mark.parametrize(
    "old",
    [
        '<div class="gmail_quote"><div class="gmail_attr">X</div><blockquote>OLD</blockquote></div>',
        '<blockquote type="cite">OLD</blockquote>',
        '<div id="appendonsend"></div><hr tabindex="-1"><div id="divRplyFwdMsg">OLD</div>OLD',
        '<span id="OLK_SRC_BODY_SECTION">OLD</span>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">OLD</div>OLD',
        '<div class="yahoo_quoted">OLD</div>',
        '<div class="ydp1a2yahoo_quoted">OLD</div>',
        '<hr id="stopSpelling">OLD',
        '<div style="padding-top: 5px; border-top-color: rgb(229, 229, 229); border-top-style: solid;">OLD</div>OLD',
        '<div style="border-top:1pt solid rgb(225,225,225);padding:3pt 0cm 0cm">OLD</div>OLD',
        '<div name="messageReplySection">OLD</div>',
        '<hr id="zwchr" data-marker="__DIVIDER__">OLD',
        '<div class="protonmail_quote">OLD</div>',
        '<div class="moz-cite-prefix">X</div><blockquote>OLD</blockquote>',
        '<div class="gmail_signature">OLD</div>',
        '<div id="ms-outlook-mobile-signature">OLD</div>',
    ],
)
def test_the_marks_of_html_are_believed(old: str) -> None:
    """Containers that mail programs name, and what Outlook puts above the rest."""
    assert _html(f"<div>New <b>words</b></div>{old}") == "New words"


def test_words_below_a_quote_in_html_are_kept() -> None:
    """Answers below a blockquote are new."""
    assert _html("<p>A</p><blockquote type=cite>OLD</blockquote><p>B</p>") == "A\n\nB"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li><div>a</div></li><li><div><span>b</span></div><div>c</div></li></ul>", "- a\n- b\nc"),
        (
            "<ol>\n<li>\n<p>a</p></li><li><br>b</li><li></li><li><table><td>c<td>d</table></ol>",
            "1. a\n\n2. b\n3.\n4. c\td",
        ),
        ("<ul><li style='list-style:none'><ul><li>a</ul><li><pre>b\n c</pre></ul>d", "- a\n\n- b\n c\n\nd"),
        ("<ul><li><a href='http://a.se/x'><img src=y></a></ul>", "- <http://a.se/x>"),
        ("<ul><li></ul>a", "-\n\na"),
        ("<ul><li><blockquote type=cite>a</blockquote></ul>", "> - a"),
        (
            "<p class=MsoNormal>a</p><p class=MsoNormal>&nbsp;</p><p class=MsoNormal>b</p><p class=MsoNormal>c",
            "a\n\nb\nc",
        ),
        ("<style>P {margin-top:0;margin-bottom:0;}</style><p>a</p><p>b</p>", "a\nb"),
        ("<span style='font-family:Wingdings'>J</span> <font face=Wingdings>à</font> J", "🙂 → J"),
        ("<p class=MsoListParagraph><span style='mso-list:Ignore'>§<span>&nbsp; </span></span>a", "• a"),
        ("<p class=MsoListParagraph><span style='mso-list:Ignore'>1.2.<span>&nbsp; </span></span>a", "1.2. a"),
        ("<ol start=3><li>a</li><li>b</li></ol>", "3. a\n4. b"),
        ("<div style='white-space: pre-wrap'>a\n  b</div>c\nd", "a\n  b\nc d"),
        ("Sam&shy;man&#8288;satt", "Sammansatt"),
        ("<a href='mailto:a@b.se'>Anna</a> or <a href='mailto:c@d.se'>c@d.se</a>", "Anna <a@b.se> or c@d.se"),
        ("<a href='mailto:a@b.se?subject=x'>7</a>", "7"),
        ("<blockquote style='margin:0 0 0 40px;border:none'>a</blockquote>b", "a\n\nb"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a\tb\nc"),
        ("<table><tr><td><p>a</p><td><div>b<br></div><tr><td> <p>c</p> </td> <td><h2>d</h2></table>", "a\tb\nc\td"),
        ("<table><tr><td><p>a</p></td></tr><tr><td><p>b</p></td></tr></table>", "a\n\nb"),
        ("<table><tr><td><p>a</p><p>b</p></td><td><p>c</p></table>", "a\n\nb\n\nc"),
        ("<table><tr><td><p>a</p><table><tr><td><p>b</p><td><p>c</p></table>d</table>", "a\n\nb\tc\n\nd"),
        ("<table><tr><td>a<br>b<br><br>c<td><div>d</div></table>", "a\nb\n\nc\td"),
        ("<table><tr><td><div>a</div><blockquote type=cite><p>b</p></blockquote>c</table>", "a\n\n> b\n>\nc"),
        ("<table><tr><td><a href='http://a.se/x'><div>a</div></a></table>", "a <http://a.se/x>"),
        ("a<br>b<p>c</p>d", "a\nb\n\nc\n\nd"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("x&nbsp;&nbsp;y &lt;z&gt; &aring;", "x y <z> å"),
        ("<a href='http://a.se/x'>here</a>", "here <http://a.se/x>"),
        ("<a href='http://a.se/x'>http://a.se/x</a>", "http://a.se/x"),
        ("<a href='javascript:x'>y</a>", "y"),
        ("<p style='display: none'>x</p>y<span hidden>z</span>", "y"),
        ("<script>x</script><style>y</style><title>z</title>w", "w"),
        ("<!-- x --><!--[if mso]>y<![endif]-->z", "z"),
        ('<img alt="a > b" src=x>y', "y"),
        ("<img alt='🙂'>", "🙂"),
        ("a < b <c", "a < b"),
        ("&#xD800;&#99999999999;&#0;x", "\ufffd\ufffd\ufffdx"),
        ("<style>x", "x"),
        ("<div><td></div>x", "x"),
    ],
)
def test_html_becomes_readable_text(html: str, text: str) -> None:
    """Lists, tables, links and line breaks are kept; hidden text, style and script are gone."""
    assert "\n".join(line.text for line in html_lines(html)) == text


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["Hej", "Tack!", "", "Kan ni hjälpa mig?", "Det är bråttom.", "ord " * 30]), min_size=1)
)
def test_text_without_marks_is_its_own_reply(lines: list[str]) -> None:
    """A mail without quotes and signatures loses no word."""
    text = "\n".join(lines)
    assert _plain(text).split() == text.split()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300), st.sampled_from(INTRODUCTIONS))
def test_what_is_quoted_never_comes_out_twice(text: str, introduction: str) -> None:
    """A quoted text with its introduction adds nothing to the reply above it."""
    quoted = "\n".join("> " + line for line in text.splitlines()) or "> x"
    assert _plain(f"Ny text.\n\n{introduction}\n{quoted}\n") == "Ny text."


def test_a_line_in_thousands_of_quotes_stays_short() -> None:
    """Marks for each quote on each line would be gigabytes; fifty say enough."""
    assert max(len(line.text) for line in html_lines("<blockquote>x" * 5000)) < 150


def test_lines_know_whether_html_marked_them() -> None:
    """Plain lines carry no mark, quoted HTML does."""
    assert {line.mark for line in plain_lines("a\nb")} == {Mark.NEW}
    assert [line.mark for line in html_lines("a<blockquote type=cite>b</blockquote>")][-1] is Mark.QUOTED


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Hej!", True),
        ("Hej!\n\nOn Mon, Nov 23, 2026, Support wrote:\n> #close", True),
        ("On Mon, Nov 23, 2026 at 11:15 AM Support <help@example.com> wrote:\n> A note.\n> #close", False),
        ("> A note.\n> #close", False),
        ("\n-----Original Message-----\nFrom: Support\nSent: today\nTo: Agnes\nSubject: Hi\n\n#close", False),
        ("-- \nAgnes", True),
    ],
)
def test_a_mail_of_old_words_alone_is_known(text: str, own: bool) -> None:
    """What only quotes an agent's copy must not go to a customer, nor be obeyed, though somebody may read it."""
    lines = plain_lines(text)
    words, is_own = new_words(lines, lambda: lines)
    assert words
    assert is_own == own


@pytest.mark.parametrize(
    ("html", "own"),
    [
        ("<div>Hej!</div><blockquote>A note.</blockquote>", True),
        ("<div><br></div><blockquote>A note.</blockquote>", False),
    ],
)
def test_old_words_alone_are_known_in_html(html: str, own: bool) -> None:
    """Also where the plain text beside it does not mark the quote."""
    lines = html_lines(html)
    plain = plain_lines("\n".join(line.text for line in lines))
    assert new_words(plain, lambda: lines)[1] == own
    assert new_words(lines, lambda: lines)[1] == own


def test_a_marked_signature_alone_is_no_words() -> None:
    """Who sends nothing but what the mail program adds has not written."""
    lines = html_lines('<div><br></div><div class="gmail_signature">Agnes</div>')
    assert new_words(lines, lambda: lines) == ("Agnes", False)
