"""`post` beyond the dialogues: what it refuses unsent, how long it keeps a connection, what it tells an admin."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.config import SmtpSettings
from mailbot.core.fate import Fate, Outcome, Step, clean
from mailbot.post import Freight, Post, PostError
from tests.dialogues.peer import Peer
from tests.dialogues.sink import Sink
from tests.shell.test_post_dialogues import make_post

TEXT = b"Subject: received\r\n\r\nWe have your letter.\r\n"


def plain_post(port: int, monotonic: Callable[[], float] = lambda: 0.0, **settings: object) -> Post:
    """A Post without TLS to a port on loopback."""
    values = {"host": "127.0.0.1", "port": port, "security": "none", "timeout_seconds": 20, **settings}
    return Post(SmtpSettings.model_validate(values), "desk.example.test", monotonic)


def to(recipient: str, sender: str = "", content: bytes = TEXT) -> Freight:
    """A letter for this recipient."""
    return Freight(sender, recipient, content)


BAD_ADDRESSES = [
    "anna@example.test\r\nDATA",
    "anna@example.test\n",
    "anna\r@example.test",
    "an\0na@example.test",
    "an na@example.test",
    " anna@example.test",
    "anna@example.test>",
    "<anna@example.test",
    "anna@exam<ple.test",
    "anna\t@example.test",
    "anna\x7f@example.test",
    "anna\x85@example.test",
    "anna\u2028@example.test",
    "anna\ud800@example.test",
    "anna",
    "@example.test",
    "anna@",
    "a" * 243 + "@example.test",
    "ä" * 121 + "@example.test",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_bad_addresses_are_refused_unsent(address: str) -> None:
    """An address that could say more than an address is refused undialled, as recipient and as sender (T21)."""
    with Sink() as sink, closing(plain_post(sink.port)) as post:
        fates = [post.deliver(to(address)), post.deliver(to("anna@example.test", sender=address))]
        assert sink.connections == 0
    assert [(fate.outcome, fate.code, fate.step) for fate in fates] == [
        (Outcome.NEVER, 0, Step.RCPT),
        (Outcome.NEVER, 0, Step.MAIL),
    ]
    assert all(fate.text.isprintable() for fate in fates)


def test_empty_recipient_is_refused() -> None:
    """The null path is a sender, never a recipient."""
    with Sink() as sink:
        assert plain_post(sink.port).deliver(to("")).outcome is Outcome.NEVER
        assert sink.connections == 0


@pytest.mark.parametrize(
    "address", ["a" * 241 + "@example.test", "a+b=c@x.test", "o'neil/x@sub.example.test", "x@[10.0.0.1]"]
)
def test_good_addresses_go_out_as_they_are(address: str) -> None:
    """An address of 254 bytes or with rare but legal characters is not touched."""
    with Sink() as sink, closing(plain_post(sink.port)) as post:
        assert post.deliver(to(address, sender=address)).outcome is Outcome.SENT
        post.close()
        assert (sink.taken[0].sender, sink.taken[0].recipient) == (address, address)


@given(st.text(max_size=40))
def test_no_address_changes_the_dialogue(local: str) -> None:
    """Whatever stands before the @, it is refused unsent or is one printable word without brackets."""
    fate = plain_post(1).deliver(to(f"{local}@example.test"))  # nobody listens on port 1
    if fate.outcome is not Outcome.NEVER:
        assert fate.step is Step.CONNECT
        assert local.isprintable()
        assert not set(local) & set(" <>")


@pytest.mark.parametrize(
    "content",
    [b"Subject: \xe5\r\n\r\n", b"a\nb\r\n", b"a\rb\r\n", b"a\r\n\r", b"\n", b"a\r\r\nb\r\n", b"a\0b\r\n", b"a\n\r\n"],
)
def test_wrongly_composed_content_is_refused_unsent(content: bytes) -> None:
    """Bytes that are not 7-bit CRLF text are refused for good with a clear text, undialled (G9)."""
    with Sink() as sink:
        fate = plain_post(sink.port).deliver(to("anna@example.test", content=content))
        assert sink.connections == 0
    assert (fate.outcome, fate.step) == (Outcome.NEVER, Step.DATA)
    assert "composed wrongly" in fate.text


@pytest.fixture(scope="module")
def round_trip() -> Iterator[Callable[[bytes], bytes]]:
    """Sends a content and returns what arrived; one server for all examples of a property."""
    with Sink() as sink, closing(plain_post(sink.port, letters_per_connection=10_000)) as post:

        def go(content: bytes) -> bytes:
            assert post.deliver(to("anna@example.test", content=content)).outcome is Outcome.SENT
            return sink.taken[-1].content

        yield go


@given(st.lists(st.sampled_from([b".", b"..", b"", b"a", b".a", b"a.", b". ", b"From x"]), max_size=12))
def test_every_pattern_of_dots_arrives(round_trip: Callable[[bytes], bytes], lines: list[bytes]) -> None:
    """Any lines of dots arrive byte for byte, by the server's own unstuffing."""
    content = b"".join(line + b"\r\n" for line in lines)
    assert round_trip(content) == content


def test_content_without_a_last_line_end_gets_one(round_trip: Callable[[bytes], bytes]) -> None:
    """The final dot stands on a line of its own even where the letter does not end with CRLF."""
    assert round_trip(b"no end") == b"no end\r\n"


def test_connection_is_changed_after_its_number_of_letters() -> None:
    """A connection carries `letters_per_connection` letters and no more (G15)."""
    with Sink() as sink, closing(plain_post(sink.port, letters_per_connection=3)) as post:
        assert [post.deliver(to("anna@example.test")).outcome for _ in range(7)] == [Outcome.SENT] * 7
        post.close()
        assert sink.connections == 3


def test_idle_connection_is_closed_and_dialled_anew() -> None:
    """A connection unused for longer than `idle_seconds` is not trusted, and a tick of the clock closes it."""
    moment = 0.0
    with Sink() as sink, closing(plain_post(sink.port, lambda: moment, idle_seconds=30)) as post:
        post.deliver(to("anna@example.test"))
        moment = 29.0
        post.close_if_idle()
        post.deliver(to("anna@example.test"))
        assert sink.connections == 1
        moment = 60.0
        post.deliver(to("anna@example.test"))
        assert sink.connections == 2
        post.close()
    assert len(sink.taken) == 3


def test_close_leaves_a_letter_in_hand_alone() -> None:
    """Hanging up from another thread in the middle of a letter does nothing; afterwards it does."""
    posts: list[Post] = []

    def hang_up(step: str, _whom: str) -> None:
        if step in {"rcpt", "data", "dot"}:
            posts[0].close()

    with Sink(hang_up) as sink, closing(plain_post(sink.port)) as post:
        posts.append(post)
        assert [post.deliver(to("anna@example.test")).outcome for _ in range(2)] == [Outcome.SENT] * 2
        assert sink.connections == 1
        post.close()
        post.deliver(to("anna@example.test"))
        assert sink.connections == 2
    assert {letter.content for letter in sink.taken} == {TEXT}


def test_server_that_is_not_there() -> None:
    """A refused connection and a name that does not resolve are failures for now, and say so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    fates = [
        plain_post(port).deliver(to("anna@example.test")),
        make_nowhere().deliver(to("anna@example.test")),
    ]
    assert [(fate.outcome, fate.code, fate.step, fate.server_gone) for fate in fates] == [
        (Outcome.LATER, 0, Step.CONNECT, True)
    ] * 2
    assert "refused" in fates[0].text
    assert "gaierror" in fates[1].text


def make_nowhere() -> Post:
    """A Post to a host that no resolver knows (RFC 6761)."""
    settings = SmtpSettings(host="mail.invalid", security="tls", timeout_seconds=5)
    return Post(settings, "desk.example.test", lambda: 0.0)


def test_dialogue_that_never_ends_is_cut() -> None:
    """A server that answers each step just in time cannot hold a letter longer than the lease allows."""
    seconds = iter(range(0, 10_000, 25))
    with Sink() as sink, closing(plain_post(sink.port, lambda: float(next(seconds)))) as post:
        fate = post.deliver(to("anna@example.test"))
    assert (fate.outcome, fate.code) == (Outcome.LATER, 0)
    assert "longer than 100 seconds" in fate.text


@pytest.mark.parametrize("answer", ["421 4.3.2 bye", "451 4.3.0 error", "550 5.1.1 who", "530 5.7.0 login", "drop"])
@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "dot"])
@pytest.mark.parametrize("offers", ["ok", "PIPELINING"])
def test_next_letter_goes_well(step: str, answer: str, offers: str) -> None:
    """Whatever one letter met with at whatever step, the next one is sent."""
    with (
        Sink(lambda at, whom: answer if (at, whom) == (step, "first@example.test") else None, offers=offers) as sink,
        closing(plain_post(sink.port)) as post,
    ):
        assert post.deliver(to("first@example.test", sender="first@example.test")).outcome is not Outcome.SENT
        assert post.deliver(to("second@example.test")).outcome is Outcome.SENT
        post.close()
    assert [letter.recipient for letter in sink.taken] == ["second@example.test"]


def test_missing_password_file_is_named(tmp_path: Path) -> None:
    """A secret that is not where it should be is a failure for now that says where it was looked for."""
    with Sink(lambda step, _: "250 AUTH PLAIN" if not step else None) as sink:
        missing = tmp_path / "nothing"
        fate = plain_post(sink.port, user="desk", password_file=missing).deliver(to("anna@example.test"))
    assert (fate.outcome, fate.step) == (Outcome.LATER, Step.AUTH)
    assert str(missing) in fate.text


def test_missing_certificates_are_named(tmp_path: Path) -> None:
    """A ca_file that is not there is a failure for now at TLS."""
    with Peer("dial\ndrop") as peer:
        settings = SmtpSettings(host="127.0.0.1", port=peer.port, ca_file=tmp_path / "nothing")
        fate = Post(settings, "desk.example.test", lambda: 0.0).deliver(to("anna@example.test"))
    assert (fate.outcome, fate.step) == (Outcome.LATER, Step.TLS)
    assert "FileNotFoundError" in fate.text


def test_try_login_tells_what_the_server_said(tmp_path: Path) -> None:
    """`mailbot check` sees greeting, cipher and welcome, and the session is ended."""
    dialogue = (
        "dial\n<- 220 mx.example.test ESMTP\n-> ehlo *\n<- 250-hello\n<- 250 STARTTLS\n-> STARTTLS\n<- 220 go\ntls\n"
        "-> ehlo *\n<- 250-hello\n<- 250 AUTH PLAIN\n-> AUTH PLAIN *\n<- 235 2.7.0 welcome\n-> QUIT\n<- 221 bye"
    ).replace("-> QUIT", "-> quit")
    with Peer(dialogue) as peer:
        said = make_post(peer.port, {"starttls", "login"}, tmp_path).try_login()
    assert re.fullmatch(r"220 mx\.example\.test ESMTP; TLSv1\.[23]; 235 2\.7\.0 welcome", said)


def test_try_login_raises_a_clear_error(tmp_path: Path) -> None:
    """A wrong password is told with server, step, the server's words and where to look, without the password."""
    with Peer("dial\n<- 220 hello\n-> ehlo *\n<- 250 AUTH PLAIN\n<- 250 no") as peer:
        pass_one = make_post(peer.port, {"login"}, tmp_path)
        with pytest.raises(PostError) as raised:
            pass_one.try_login()
    assert "AUTH" in str(raised.value)
    with Peer(
        "dial\n<- 220 hello\n-> ehlo *\n<- 250-hello\n<- 250 AUTH PLAIN\n-> AUTH PLAIN *\n<- 535 5.7.8 wrong\n"
    ) as peer:
        with pytest.raises(PostError) as raised:
            make_post(peer.port, {"login"}, tmp_path).try_login()
        assert str(raised.value).startswith(f"127.0.0.1:{peer.port}: auth: 535 5.7.8 wrong (")
    assert "mailbot.toml" in str(raised.value)
    assert "lösenord" not in str(raised.value)


@given(st.binary(max_size=2000))
def test_answers_are_told_in_one_clean_line(reply: bytes) -> None:
    """Whatever a server says is one printable line of at most 500 characters (T38)."""
    line = clean(reply)
    assert line.isprintable()
    assert len(line) <= 500


def test_fate_in_words() -> None:
    """A fate names its step, its code where there is one, and the words."""
    assert str(Fate(Outcome.NEVER, 550, "5.1.1 who", Step.RCPT)) == "rcpt: 550 5.1.1 who"
    assert str(Fate(Outcome.LATER, 0, "TimeoutError: timed out", Step.CONNECT)) == "connect: TimeoutError: timed out"
