"""API v2: XML messages signed with a keyed digest. Bytes in, bytes out: no socket, no clock, no randomness here."""
