"""Clients of the identity providers: they ask, and believe only what is proven."""
