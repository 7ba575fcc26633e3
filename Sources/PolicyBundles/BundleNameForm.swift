import CedarSyntax
import Documents

/// The forms of the names that bundles give to things.
enum BundleNameForm {
    /// Applications: they stand in paths of requests and are names of folders.
    case application
    /// Tenants: the same, and capital letters and dots, as customers' names come from elsewhere.
    case tenant
    /// Roles and role models: lower case, because role names in requests are folded before they are matched.
    case role
    /// Regions of a cloud.
    case region
    /// Where a permission comes from.
    case origin

    /// The greatest length, in bytes.
    static let maximumLength = 64

    private var allowsCapitalsAndDots: Bool { self == .tenant }

    private var what: String {
        switch self {
        case .application: "an application name"
        case .tenant: "a tenant id"
        case .role: "a role or role model name"
        case .region: "a region"
        case .origin: "an origin"
        }
    }

    /// Whether a text has the form.
    func accepts(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= Self.maximumLength else { return false }
        return isLetterOrDigit(first)
            && text.utf8.allSatisfy {
                isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                    || (allowsCapitalsAndDots && $0 == UInt8(ascii: "."))
            }
    }

    /// Whether a text has the form; reports one that has not.
    func check(_ text: Spanned<String>, in file: SourceFile, into diagnostics: DiagnosticCollector) -> Bool {
        if accepts(text.value) { return true }
        let letters =
            allowsCapitalsAndDots ? "letters, digits, `-`, `_` and `.`" : "`a` to `z`, `0` to `9`, `-` and `_`"
        let folded = text.value.lowercased()
        diagnostics.report(
            .bundleNameForm, "`\(text.value)` is not \(what)", at: .init(file, text.span),
            help: accepts(folded)
                ? "write `\(folded)`"
                : "it has up to \(Self.maximumLength) of \(letters), and begins with a letter or digit")
        return false
    }

    private func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
            || (allowsCapitalsAndDots && (0x41...0x5A).contains(byte))
    }
}
