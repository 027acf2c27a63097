"""The page: replies as JSON, as cards and as files; the report to read; every word shown to people."""
