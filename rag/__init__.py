"""Question time: a question goes in, quotes come out."""
