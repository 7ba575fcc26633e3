package import CedarSyntax

/// The permissions of an application and the role tables over them: `roles.yaml`, resolved.
package struct RoleCatalog: Sendable {
    /// The permissions in the order of the file; `nil` when the file has no catalogue, so that roles may name any.
    package let permissions: [Permission]?

    /// The role models in the order of the file.
    package let models: [Model]

    /// The file, for places.
    package let file: SourceFile

    /// The model of a name.
    package func model(named name: String) -> Model? {
        models.first { CedarString($0.name.value) == CedarString(name) }
    }

    /// Something that can be allowed, named like the action it stands for.
    package struct Permission: Sendable {
        /// Its canonical name, which policies and answers use.
        package let id: Spanned<String>

        /// What it allows, for people.
        package let description: String?

        /// Where it comes from: a word of the author's choice.
        package let origin: String?

        /// Other names of exactly the same permission.
        package let aliases: [Spanned<String>]
    }

    /// A table of roles of which a tenant chooses one.
    package struct Model: Sendable {
        /// Its name.
        package let name: Spanned<String>

        /// The roles in the order of the file.
        package let roles: [Role]

        /// The role of a name.
        package func role(named name: String) -> Role? {
            roles.first { CedarString($0.name.value) == CedarString(name) }
        }
    }

    /// A role.
    package struct Role: Sendable {
        /// Its name, in lower case.
        package let name: Spanned<String>

        /// What it is for, for people.
        package let description: String?

        /// The roles whose permissions it has as well, with the places where it lists them.
        package let inherits: [Spanned<String>]

        /// What it lists itself, by canonical name, with the places where it lists them.
        package let permissions: [Spanned<String>]

        /// Everything it grants, inherited permissions included, by canonical name in byte order.
        package internal(set) var effectivePermissions: [CedarString] = []
    }
}
