"""The gateway's API v3: read, verified, carried out on the same books as API v2, and signed.

It is made from the catalogue's rows and has no code in common with the client's v3: the two check each other.
"""
