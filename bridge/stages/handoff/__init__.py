"""Handoff, pure: who is how placed in the decision, which people are one handoff, the chart of an organisation, and its picture."""
