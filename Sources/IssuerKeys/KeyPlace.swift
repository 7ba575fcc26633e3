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

    /// The host that is asked first.
    var host: String {
        let parts = name.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? String(decoding: Array(parts[2]), as: UTF8.self) : ""
    }

    var kind: FetchedDocumentKind {
        if case .metadata = self { .metadata } else { .keySet }
    }

    var isDiscovered: Bool {
        if case .issuer = self { true } else { false }
    }
}
