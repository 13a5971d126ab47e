"""Owns the HTTP API, the sign-in and the live view. Reads cases, changes none.

Hears CaseMoved (an exclusive queue of each process). Asks the owning services to carry commands out.
"""
