import CedarModel
import CedarSyntax
import Identity

extension Console {
    /// Shows whom a credential was found to be about.
    static func show(_ subject: VerifiedSubject) {
        print("accepted")
        print("  principal: \(subject.principalType) \(TokenFile.shown(subject.principalID.text))")
        for field in subject.attributes.fields {
            print(
                "  attribute \(TokenFile.shown(field.key.text)): \(TokenFile.shown(field.value.description))")
        }
        print("  roles: \(names(subject.roles))")
        print("  groups: \(names(subject.groups))")
        print("  context: \(TokenFile.shown(subject.contextValue.description))")
    }

    private static func names(_ names: MappedNames) -> String {
        switch names {
        case .known(let names): names.isEmpty ? "none" : TokenFile.shown(names.map(\.text).joined(separator: ", "))
        case .unknown(let reason): "unknown, as \(reason)"
        }
    }
}
