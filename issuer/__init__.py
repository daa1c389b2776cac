"""Open Badges 3.0 issuer and verifiable credential service for teacher micro-credentials."""
