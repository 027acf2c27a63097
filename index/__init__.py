"""Report time: a document goes in, a searchable report comes out."""
