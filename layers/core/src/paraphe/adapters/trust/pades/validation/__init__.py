"""Validation of signed PDFs, anybody's, without a network: ETSI EN 319 102-1, by pyHanko (P20).

`file_validation` begins; `conclusions` says what a finding makes of a signature.
"""
