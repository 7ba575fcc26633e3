import CedarSyntax
import SAML

/// Where keys are fetched from.
enum KeyPlace: Hashable, Sendable {
    /// At the address that an issuer's discovery document names.
    case issuer(CedarString)
    /// At an address.
    case address(CedarString)
    /// In metadata.
    case metadata(MetadataOrigin)

    var name: String {
        switch self {
        case .issuer(let name), .address(let name): name.text
        case .metadata(let origin): origin.address.text
        }
    }

    var kind: FetchedDocumentKind {
        if case .metadata = self { .metadata } else { .keySet }
    }

    var isDiscovered: Bool {
        if case .issuer = self { true } else { false }
    }
}
