"""How good the answers are: question sets, measures, and what the product is compared with."""
