import CedarSyntax

/// What is known of an expression after it was checked.
struct TypeAnswer {
    /// The type; `nil` when an error hides it.
    ///
    /// An expression with errors inside may still have a type, as `&&` has.
    var type: ValidationType?

    /// Whether the expression and all that it consists of are without error.
    var isSound: Bool

    /// What holds whenever the expression is true.
    var capabilities: Set<Capability> = []

    init(_ type: ValidationType?, isSound: Bool = true, capabilities: Set<Capability> = []) {
        self.type = type
        self.isSound = isSound
        self.capabilities = isSound ? capabilities : []
    }
}

/// The knowledge that an attribute or tag is there.
///
/// Expressions are named by the numbers of their shapes.
enum Capability: Hashable {
    case attribute(of: Int, CedarString)
    case tag(of: Int, key: Int)
}

/// A type error in one environment.
struct TypeFinding {
    var code: DiagnosticCode
    var span: SourceSpan
    var message: String
    var help: String?
}
