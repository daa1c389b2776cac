"""Pages and HTTP API: decodes requests, calls services, encodes what they say."""
