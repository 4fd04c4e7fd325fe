"""API v3: JSON bodies, RSA signatures, AES-GCM. It imports nothing of API v2."""
