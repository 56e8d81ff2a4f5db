"""The whole platform on a laptop: embedded AWS, deploy, reverse proxy, inbox. Never shipped."""
