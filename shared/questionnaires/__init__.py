"""The questionnaires that cases are asked: read once, and how their answers stand in a case."""
