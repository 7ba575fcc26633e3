/// The bounds of a message, all counted before a parser sees it.
package struct MessageLimits: Hashable, Sendable {
    /// The length of the XML in bytes.
    package var maximumBytes = 262_144
    /// The nesting of elements.
    package var maximumDepth = 64
    /// The number of elements.
    package var maximumElements = 20_000
    /// The attributes of one element, declarations of namespaces included.
    package var maximumAttributes = 64
    /// The declarations of namespaces of the whole message.
    package var maximumDeclarations = 2_048
    /// The different namespaces of one element.
    package var maximumElementDeclarations = 64
    /// The length of an attribute's value in bytes.
    package var maximumValueBytes = 65_536
    /// The length of a namespace in bytes: canonicalization may repeat it at every element.
    package var maximumNamespaceBytes = 512

    /// The length that canonicalization may reach.
    var maximumCanonicalBytes: Int { maximumBytes * 8 }

    /// The limits that hold where nothing else is said.
    package static let standard = MessageLimits()

    /// Makes the standard limits.
    package init() {}
}
