public import CedarSyntax

/// Makes a schema of fragments: looks up all names, and replaces common types by what they stand for.
///
/// The rules are those of Cedar RFC 24 (order of lookup), RFC 52 (`__cedar`) and RFC 70 (no shadowing) as the
/// reference implementation 4.12 has them. One limit is our own: see ``maximumTypeSize``. Time is linear in the
/// declarations and the size of the types they stand for.
public enum SchemaResolver {
    /// How many types a declared type may have in it once common types are replaced, each as often as it is used.
    ///
    /// Common types that double one another would otherwise grow beyond any bound; whoever walks a type relies on it,
    /// and on its nesting of at most ``DeclaredType/maximumNesting``.
    public static let maximumTypeSize = 65_536

    /// How many steps it may take to follow all declared memberships, from each entity type or action to all that it
    /// is in.
    ///
    /// Whoever computes ancestors relies on it: they are far more than the declarations when chains are long.
    public static let maximumHierarchySize = 1_000_000

    /// Resolves fragments together, in which any may refer to the declarations of all.
    ///
    /// The schema is `nil` when there are errors. At most 100 errors and 100 warnings are reported. Fragments that are
    /// not complete are resolved as they are.
    public static func resolve(_ fragments: [SchemaFragment]) -> (schema: Schema?, diagnostics: [Diagnostic]) {
        var run = SchemaResolution(fragments)
        let schema = run.resolve()
        return (run.findings.isClean ? schema : nil, run.findings.errors + run.findings.warnings)
    }
}
