"""The fault rig: kills, stops and starves the real processes under load, and counts what a witness outside them saw.

`python -m tests.faults` (`make faults`) runs every scenario; the tests here run a short form of it.
"""
