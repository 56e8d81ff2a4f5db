"""Schedule: each day write down where every audit chain stands, time-stamped."""
