"""A verdict in words, French or English: for the command and the public page (P25).

Nothing here says "qualified": which list a certificate's root is on is not asked.
"""
