"""The only place that knows what a case may do: stages, the table of rules, the decision, and the one update that saves it."""
