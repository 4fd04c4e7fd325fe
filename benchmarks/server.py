"""A TLS server for the calls: asks for a client certificate, and answers every request with the bytes it was given.

``python server.py CERTIFICATE KEY CA SIZE`` reads an answer of SIZE bytes, head and all, from standard input, prints
its port and runs until its standard input ends. It runs in a process of its own, so that a client's CPU seconds are the
client's alone.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import sys

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


async def main(certificate: str, key: str, ca: str, answer: bytes) -> None:
    """Serve on a free loopback port until standard input ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.load_verify_locations(ca)
    context.verify_mode = ssl.CERT_OPTIONAL

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                length = _LENGTH.search(request)
                await reader.readexactly(int(length.group(1)) if length else 0)
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError, ssl.SSLError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    size = int(sys.argv[4])
    asyncio.run(main(*sys.argv[1:4], sys.stdin.buffer.read(size)))
