"""What is deployed (template, workflow, build), and the same thing on a laptop (`local`).

`operate` is for who runs it: the command `paraphe` loads it.
"""
