"""Part of Paraphe."""
