"""A real Dovecot 2.3 (IMAP, IMAPS, LMTP) in a temp folder on free loopback ports; every user exists."""

from __future__ import annotations

import base64
import itertools
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from imapclient import IMAPClient

from tests.servers import local

FULL = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED MOVE "
    "SPECIAL-USE ESEARCH SEARCHRES"
)
"""What this server offers unless told otherwise; pass `without("MOVE", ...)` as `capability` to mask some."""


def without(*masked: str) -> str:
    """The capability list with some left out, as a poorer server would have it."""
    return " ".join(word for word in FULL.split() if word not in masked)


class Dovecot:
    """One running server; use as a context manager."""

    host = "127.0.0.1"

    def __init__(self, capability: str = FULL, password: str = "secret") -> None:
        """`password` is every user's."""
        self._capability = capability
        self.password = password
        self._numbers = itertools.count(1)
        self._program = local.binary("dovecot", "dovecot-imapd")
        self._doveadm = local.binary("doveadm", "dovecot-core")
        self._process: subprocess.Popen[bytes] | None = None
        self.has_lmtp = Path("/usr/lib/dovecot/lmtp").exists()
        self.port = local.free_port()
        self.tls_port = local.free_port()
        self.lmtp_port = local.free_port()
        self.folder = local.make_folder("mb-dovecot-")
        self.ca_file = self.folder / "certificate.pem"
        """The server's certificate, self-signed, for 127.0.0.1 and localhost."""

    def __enter__(self) -> Dovecot:
        try:
            self._write_files()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        """Start it, or start it again with the same ports and mail."""
        self._process = local.start([self._program, "-F", "-c", "dovecot.conf"], self.folder)
        local.await_port(self.port, b"* OK", self.folder, self._process)

    def stop(self) -> None:
        """Stop it; connections break, mail stays."""
        if self._process is not None:
            local.stop(self._process)
            self._process = None

    def new_user(self) -> str:
        """The name of a user with an empty mailbox."""
        return f"user{next(self._numbers)}@example.test"

    @contextmanager
    def client(self, user: str, folder: str = "INBOX") -> Iterator[IMAPClient]:
        """A second mail client of this user, with the folder selected."""
        with IMAPClient(self.host, self.port, ssl=False, timeout=30) as client:
            client.normalise_times = False
            client.login(user, self.password)
            client.select_folder(folder)
            yield client

    def append(
        self,
        user: str,
        *mails: bytes,
        received: datetime | None = None,
        flags: Sequence[bytes] = (),
        folder: str = "INBOX",
    ) -> None:
        """Put mails into a folder; `received` becomes their INTERNALDATE (default: the server's clock)."""
        with self.client(user) as client:
            for mail in mails:
                client.append(folder, mail, flags, received.astimezone(UTC) if received else None)

    def mails(self, user: str, folder: str = "INBOX") -> list[bytes]:
        r"""The mails of a folder in order of UID, \Seen untouched; empty where there is no such folder."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                return []
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(["ALL"]), ["BODY.PEEK[]"])
            return [bytes(found[uid][b"BODY[]"]) for uid in sorted(found)]

    def flags(self, user: str, folder: str = "INBOX") -> list[set[str]]:
        r"""The flags of each mail in order of UID, without \Recent."""
        with self.client(user, folder) as client:
            found = client.get_flags(client.search(["ALL"]))
            return [{flag.decode() for flag in found[uid] if flag != rb"\Recent"} for uid in sorted(found)]

    def folders(self, user: str) -> list[str]:
        """The names of the user's folders."""
        with self.client(user) as client:
            return [name for _, _, name in client.list_folders()]

    def doveadm(self, *arguments: str) -> str:
        """What `doveadm` says: `doveadm("mailbox", "update", "-u", user, "--uid-validity", "7", "INBOX")`."""
        return local.run([self._doveadm, "-c", "dovecot.conf", *arguments], self.folder)

    def log(self) -> str:
        """What the server has logged so far."""
        return (self.folder / "log").read_text(errors="replace")

    def _write_files(self) -> None:
        local.run(
            [
                local.binary("openssl", "openssl"),
                *("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"),
                *("-keyout", "key.pem", "-out", "certificate.pem", "-subj", "/CN=localhost"),
                *("-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"),
            ],
            self.folder,
        )
        self.folder.chmod(0o755)
        user, group = local.user_and_group()
        values = {
            "dir": self.folder,
            "user": user,
            "group": group,
            "capability": self._capability,
            "port": self.port,
            "tls_port": self.tls_port,
            "password": base64.b64encode(self.password.encode()).decode(),
            "protocols": "imap lmtp" if self.has_lmtp else "imap",
            "lmtp": _LMTP % {"port": self.lmtp_port} if self.has_lmtp else "",
        }
        (self.folder / "dovecot.conf").write_text(_CONFIGURATION % values)


_LMTP = """
service lmtp {
  chroot =
  inet_listener lmtp {
    address = 127.0.0.1
    port = %(port)s
  }
}
"""

# Without root: every user is ours, nothing is chrooted, every path is in the folder.
_CONFIGURATION = """
protocols = %(protocols)s
listen = 127.0.0.1
base_dir = %(dir)s/run
state_dir = %(dir)s/state
log_path = %(dir)s/log
default_internal_user = %(user)s
default_internal_group = %(group)s
default_login_user = %(user)s
first_valid_uid = 0
first_valid_gid = 0
ssl = yes
ssl_cert = <%(dir)s/certificate.pem
ssl_key = <%(dir)s/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 200
imap_capability = %(capability)s
passdb {
  driver = static
  args = password={PLAIN.b64}%(password)s
}
userdb {
  driver = static
  args = uid=%(user)s gid=%(group)s home=%(dir)s/home/%%u allow_all_users=yes
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %(port)s
  }
  inet_listener imaps {
    port = %(tls_port)s
    ssl = yes
  }
}
service anvil {
  chroot =
  # Wrong passwords are what some tests are about: no growing penalty.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
%(lmtp)s
"""
