"""OpenID Connect: authorization code with PKCE, against any provider that configuration names."""
