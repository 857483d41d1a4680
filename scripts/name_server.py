"""A DNS server for the checks of host names in scripts/smoke. For Linux only."""

import contextlib
import socket
import struct
import subprocess
import threading
from pathlib import Path

with contextlib.suppress(ImportError):
    import fcntl

# The names in DOMAIN that the server resolves, each with the families of its addresses.
DOMAIN = "smoke.test"
HOSTS = {"ipv4": [socket.AF_INET], "ipv6": [socket.AF_INET6], "both": [socket.AF_INET, socket.AF_INET6]}


class NameServer:
    """A DNS server on this machine, which replaces all other name servers. Needs its own namespaces for the network and for mounts."""

    servers = Path("/etc/resolv.conf")

    def __init__(self, directory):
        self.file = directory / "resolv.conf"
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def __enter__(self):
        # Enable loopback, by SIOCSIFFLAGS with IFF_UP: https://man7.org/linux/man-pages/man7/netdevice.7.html
        fcntl.ioctl(self.socket, 0x8914, struct.pack("16sH14x", b"lo", 1))
        self.socket.bind(("127.0.0.1", 53))
        self.file.write_text(f"nameserver 127.0.0.1\nsearch {DOMAIN}\n")
        subprocess.run(["mount", "--bind", str(self.file), str(self.servers)], check=True)
        threading.Thread(target=self.serve, daemon=True).start()

    def __exit__(self, *_):
        subprocess.run(["umount", str(self.servers)], check=False)

    def serve(self):
        while True:
            question, client = self.socket.recvfrom(4096)
            self.socket.sendto(self.answer(question), client)

    def answer(self, message):
        """Returns the response to a query: an address, an empty answer, or the error for an unknown name.

        https://www.rfc-editor.org/rfc/rfc1035#section-4
        """
        labels, at = [], 12
        while length := message[at]:
            labels.append(message[at + 1 : at + 1 + length].decode().lower())
            at += 1 + length
        (kind,) = struct.unpack_from(">H", message, at + 1)
        families = HOSTS.get(labels[0]) if ".".join(labels[1:]) == DOMAIN else None
        family, address = {1: (socket.AF_INET, "127.0.0.1"), 28: (socket.AF_INET6, "::1")}.get(kind, (None, None))
        record = b""
        if family in (families or []):
            data = socket.inet_pton(family, address)
            record = struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(data)) + data
        code = 3 if families is None else 0
        header = message[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, bool(record), 0, 0)
        return header + message[12 : at + 5] + record
