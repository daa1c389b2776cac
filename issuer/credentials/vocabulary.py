"""Names that stand in every badge we issue: contexts, schema addresses and the types that need them."""

from __future__ import annotations

CREDENTIALS_CONTEXT = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
EXTENSIONS_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

BADGE_TYPE_URL = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
"""What `OpenBadgeCredential` stands for under the Open Badges context; the `vct` of our SD-JWT VCs."""

BADGE_SCHEMA = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
BADGE_SCHEMA_TYPE = "1EdTechJsonSchemaValidator2019"

REVOCATION = "revocation"
"""The status purpose a badge names (Bitstring Status List 1.0 §2.1)."""

N_QUADS = "application/n-quads"
