"""A small mail server for tests: keeps what it gets, and can be away or refuse an address."""

import asyncio
import email
import threading
from email import policy
from email.message import Message
from typing import Any


class MailServer:
    """Speaks as much SMTP as a client needs, on a port of its own, in a thread."""

    def __init__(self, port: int = 0):
        self.port = port
        self.mails: list[Message] = []
        self.refused: set[str] = set()

    def __enter__(self) -> "MailServer":
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.server = self._run(asyncio.start_server(self._talk, "127.0.0.1", self.port))
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: Any) -> None:
        self.loop.call_soon_threadsafe(self.server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
        self.loop.close()

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(5)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := (await reader.readline()).decode().strip():
            word = line.split(":")[0].upper()
            if word == "DATA":
                writer.write(b"354 go on\r\n")
                raw = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(email.message_from_bytes(raw[:-5], policy=policy.default))
            refused = word == "RCPT TO" and any(name in line for name in self.refused)
            writer.write(b"550 unknown here\r\n" if refused else b"250 ok\r\n")
            await writer.drain()
            if word == "QUIT":
                break
        writer.close()

    def texts(self) -> list[str]:
        """Subject and body of each mail, as a person reads them."""
        return [f"{m['subject']}\n{m.get_content()}" for m in self.mails]
