"""Saved views: a list as somebody wants to find it again, alone, with a team, or with everybody."""
