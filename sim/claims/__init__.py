"""Propositions: causal claims as data, what they measure, and how they are checked."""
