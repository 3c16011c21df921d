"""The debrief: what a class did, beside what the model would have done."""
