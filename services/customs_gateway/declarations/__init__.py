"""Declarations to customs: their XML, and sending them until customs' broker confirms."""
