"""A real Postfix in a temp folder on a free loopback port; it delivers every address into a Dovecot by LMTP."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tests.servers import local
from tests.servers.dovecot import Dovecot


class Postfix:
    """One running server; use as a context manager.

    Mail to any address ends in the Dovecot mailbox of that name (user@domain), with the exceptions that the tests of
    sending want: addresses at `refused.test` are refused at RCPT for good (550), at `later.test` for now (450), at
    `bounced.test` they are taken and then bounced to the envelope sender.
    """

    host = "127.0.0.1"

    def __init__(self, dovecot: Dovecot, *, drops: tuple[str, ...] = ()) -> None:
        """`drops` are headers that it takes out of every mail, as some gateways do."""
        self._drops = drops
        self._postfix = local.binary("postfix", "postfix")
        local.binary("postdrop", "postfix")
        if os.geteuid() != 0:
            local.unavailable("Postfix's master process insists on root")
        if not dovecot.has_lmtp:
            local.unavailable("Dovecot cannot take mail by LMTP: apt-get install dovecot-lmtpd")
        self._dovecot = dovecot
        self.port = local.free_port()
        self.folder = local.make_folder("mb-postfix-")

    def __enter__(self) -> Postfix:
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
        """Start it, or start it again with the same port and queue."""
        self._command("start")
        local.await_port(self.port, b"220", self.folder)

    def stop(self) -> None:
        """Stop it; what is queued stays."""
        if (self.folder / "queue/pid/master.pid").exists():
            self._command("stop")

    def log(self) -> str:
        """What it has logged so far."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _write_files(self) -> None:
        # Postfix refuses a configuration, or a queue's parent, that another than root owns.
        os.chown(self.folder, 0, 0)
        self.folder.chmod(0o755)
        for name, owner in (("etc", "root"), ("queue", "root"), ("data", "postfix")):
            path = self.folder / name
            path.mkdir(mode=0o755)
            shutil.chown(path, owner)
        values = {"dir": self.folder, "port": self.port, "lmtp": self._dovecot.lmtp_port}
        main = _MAIN % values
        if self._drops:
            main += f"header_checks = regexp:{self.folder}/etc/drops\n"
            rules = (f"/^{re.escape(name)}:/ IGNORE\n" for name in self._drops)
            (self.folder / "etc/drops").write_text("".join(rules))
        (self.folder / "etc/main.cf").write_text(main)
        (self.folder / "etc/master.cf").write_text(_MASTER % values)

    def _command(self, verb: str) -> None:
        done = subprocess.run(
            [self._postfix, "-c", str(self.folder / "etc"), verb],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            # Python would make it a child with our coverage and locale settings otherwise.
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
        )
        if done.returncode:
            raise RuntimeError(f"postfix {verb} ended with {done.returncode}: {done.stdout}{done.stderr}{self.log()}")

    @property
    def queue(self) -> Path:
        """Its queue folder."""
        return self.folder / "queue"


_MAIN = """
compatibility_level = 3.6
queue_directory = %(dir)s/queue
data_directory = %(dir)s/data
mail_owner = postfix
setgid_group = postdrop
maillog_file = %(dir)s/log
maillog_file_prefixes = %(dir)s
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
myorigin = example.test
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
mynetworks = 127.0.0.0/8
default_transport = lmtp:inet:127.0.0.1:%(lmtp)s
relay_transport = $default_transport
transport_maps = inline:{ { bounced.test = error:5.1.1 no such person } }
smtpd_recipient_restrictions =
    check_recipient_access inline:{ { refused.test = 550 5.1.1 no such person }, { later.test = 450 4.2.0 try later } },
    permit_mynetworks, reject
smtpd_relay_restrictions = permit_mynetworks, reject
# Else smtpd itself refuses what the error transport is to bounce.
smtpd_reject_unlisted_recipient = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
recipient_delimiter =
biff = no
minimal_backoff_time = 2s
maximal_backoff_time = 5s
queue_run_delay = 2s
message_size_limit = 104857600
"""

_MASTER = """
127.0.0.1:%(port)s inet n - n - - smtpd
pickup    unix  n - n 60 1 pickup
cleanup   unix  n - n - 0 cleanup
qmgr      unix  n - n 300 1 qmgr
rewrite   unix  - - n - - trivial-rewrite
bounce    unix  - - n - 0 bounce
defer     unix  - - n - 0 bounce
trace     unix  - - n - 0 bounce
verify    unix  - - n - 1 verify
flush     unix  n - n 1000? 0 flush
proxymap  unix  - - n - - proxymap
smtp      unix  - - n - - smtp
relay     unix  - - n - - smtp
showq     unix  n - n - - showq
error     unix  - - n - - error
retry     unix  - - n - - error
discard   unix  - - n - - discard
local     unix  - n n - - local
virtual   unix  - n n - - virtual
lmtp      unix  - - n - - lmtp
anvil     unix  - - n - 1 anvil
scache    unix  - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""
