"""How places that speak API v2 are found in source files of many languages."""
