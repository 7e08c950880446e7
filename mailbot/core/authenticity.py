"""Says whether our own mail server found the sender genuine, from Authentication-Results (RFC 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from mailbot.core.letter import Letter
from mailbot.core.mailboxes import ascii_lower

MAX_HEADER = 8000
"""Characters of one header that are read; a longer one is not our server's."""
MAX_HEADERS = 20

Authenticity = Literal["pass", "fail", "none"]
"""What the desk's own mail server found out about the From address."""

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_SERVER = re.compile(rf"\s*(?P<id>{_QUOTED}|[^\s;=\"/]+)(?:\s+(?P<version>\d+))?\s*")
_METHOD = re.compile(
    r"\s*(?P<method>[A-Za-z0-9-]+)\s*(?:/\s*(?P<version>\d+)\s*)?=\s*(?P<result>[A-Za-z0-9-]+)(?=\s|$)"
)
# Quoted strings are taken first, so that nothing inside a reason or a local part reads as a property.
_PROPERTY = re.compile(rf"(?<!\S)([A-Za-z0-9-]+)\s*\.\s*([A-Za-z0-9._-]+)\s*=\s*((?:{_QUOTED})?[^\s\"]*)|{_QUOTED}")
# Other headers that filters write among their results; anything else ends the block that our server wrote.
_BETWEEN = frozenset(("dkim-filter", "received-spf", "x-spf-result"))


@dataclass(frozen=True, slots=True)
class Result:
    """One method's result in an Authentication-Results header."""

    method: str
    """Lower case: "dmarc", "dkim", "spf"."""
    result: str
    """Lower case: "pass", "fail", "none"."""
    properties: tuple[tuple[str, str], ...]
    """("header.from", "example.com") and the like, names in lower case."""

    def domains(self, *names: str) -> tuple[str, ...]:
        """The domains told under these property names, lower case."""
        return tuple(_domain(value) for name, value in self.properties if name in names)


def judge_sender(letter: Letter, authserv_id: str) -> Authenticity:
    """Whether the From is genuine as the server named `authserv_id` saw it; "none" where nothing tells.

    "pass": DMARC, DKIM or SPF passed for the From's own domain or, for DKIM and SPF, for a domain above it. A pass for
    a domain below it is left to DMARC, because without a list of public suffixes it proves nothing.
    "fail": DMARC says fail, or there is no DMARC result and all results of SPF and DKIM say fail (T6 to T9).
    Only the topmost contiguous run of headers of that server counts; what stands below came with the mail (T7).
    """
    if not authserv_id or letter.sender is None:
        return "none"
    results = own_results(letter.headers, authserv_id)
    domain = _domain(letter.sender.address)
    dmarc = [result for result in results if result.method == "dmarc" and result.result != "none"]
    others = [result for result in results if result.method in {"dkim", "spf"} and result.result != "none"]
    if any(result.result == "fail" for result in dmarc):
        return "fail"
    if any(result.result == "pass" and result.domains("header.from") == (domain,) for result in dmarc):
        return "pass"
    if any(result.result == "pass" and _aligned(result, domain) for result in others):
        return "pass"
    if not dmarc and others and all(result.result in {"fail", "hardfail"} for result in others):
        return "fail"
    return "none"


def own_results(headers: tuple[tuple[str, str], ...], authserv_id: str) -> tuple[Result, ...]:
    """All results in the topmost contiguous block of our own server's headers; a malformed header has none."""
    wanted = ascii_lower(authserv_id.strip())
    found: list[Result] = []
    inside = False
    count = 0
    for name, value in headers:
        if name == "authentication-results":
            server, results = parse_results(value)
            if server == wanted and count < MAX_HEADERS:
                inside = True
                count += 1
                found.extend(results)
                continue
        if inside and name not in _BETWEEN:
            break
    return tuple(found)


def parse_results(value: str) -> tuple[str, tuple[Result, ...]]:
    """The authserv-id in lower case and the results of one header value (RFC 8601 section 2.2); never raises.

    A header of another version than 1, or one that is not well formed, has no results and the id "".
    """
    bare = _without_comments(value) if len(value) <= MAX_HEADER else None
    if bare is None:
        return "", ()
    first, *rest = _split(bare)
    server = _SERVER.fullmatch(first)
    if server is None or server["version"] not in {None, "1"}:
        return "", ()
    results = []
    for part in rest:
        found = _METHOD.match(part)
        if found is None:
            # "none" alone says that nothing was checked; a trailing semicolon says nothing.
            continue
        if found["version"] not in {None, "1"}:
            continue
        properties = tuple(
            (f"{kind}.{name}".lower(), _unquoted(text))
            for kind, name, text in _PROPERTY.findall(part, found.end())
            if kind
        )
        results.append(Result(found["method"].lower(), found["result"].lower(), properties))
    return ascii_lower(_unquoted(server["id"])), tuple(results)


def _aligned(result: Result, domain: str) -> bool:
    names = ("header.d", "header.i") if result.method == "dkim" else ("smtp.mailfrom", "smtp.from")
    signers = result.domains(*names)
    # Two properties that disagree (d= above i= is allowed by RFC 6376) are judged by the first, which is header.d.
    return bool(signers) and _covers(signers[0], domain)


def _covers(signer: str, domain: str) -> bool:
    """Whether the signer is the domain itself or one above it that is more than a top-level domain."""
    return signer == domain or ("." in signer and domain.endswith("." + signer))


def _domain(value: str) -> str:
    """The domain of an address, or the value itself where it is only a domain."""
    return ascii_lower(value.rpartition("@")[2].strip(" <>")).rstrip(".")


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if len(text) > 1 and text[0] == text[-1] == '"' else text


def _without_comments(value: str) -> str | None:
    """The value with each comment turned into a space; None where a comment or a quoted string has no end."""
    if "(" not in value and '"' not in value:  # as most are
        return value
    out: list[str] = []
    depth = 0
    quoted = escaped = False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\" and (quoted or depth):
            escaped = True
        elif quoted:
            quoted = character != '"'
        elif character == "(":
            depth += 1
            out.append(" ")
        elif character == ")" and depth:
            depth -= 1
            continue
        elif character == '"' and not depth:
            quoted = True
        if not depth:
            out.append(character)
    return None if depth or quoted else "".join(out)


def _split(value: str) -> list[str]:
    """The value cut at each semicolon outside quoted strings."""
    if '"' not in value:
        return value.split(";")
    parts = [""]
    quoted = escaped = False
    for character in value:
        if escaped:
            escaped = False
        elif character == "\\" and quoted:
            escaped = True
        elif character == '"':
            quoted = not quoted
        elif character == ";" and not quoted:
            parts.append("")
            continue
        parts[-1] += character
    return parts
