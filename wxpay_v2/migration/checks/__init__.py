"""What readiness looks at, one question per module; each answers with what it found and with what is well."""
