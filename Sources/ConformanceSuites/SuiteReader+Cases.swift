import CedarSyntax
import Documents

extension SuiteReader {
    /// Reads an entry of `cases`: every combination of its principals, actions and resources is a case.
    mutating func readCase(_ node: DocumentNode) {
        guard var reader = MappingReader(node, what: "the case", into: diagnostics) else { return }
        let name = takeName(&reader) ?? ""
        let refs = refs(&reader)
        let askers = Self.distinct(requiredNames("principal", &reader).flatMap { principals.resolve($0, in: file) })
        let asked = distinctActions(requiredNames("action", &reader))
        let targets = Self.distinct(requiredNames("resource", &reader).flatMap { resources.resolve($0, in: file) })
        let circumstances = SuiteCircumstances(&reader, over: defaults, for: snapshot)
        let data = reader.value("data").map { AttributeJSON($0, what: "`data`", into: diagnostics) }
        let expectation = SuiteExpectation(&reader)
        reader.finish()
        for action in asked { checkAction(action, expectation) }
        guard let expectation else { return }
        for principal in askers {
            for action in asked {
                for resource in targets {
                    let varying = [
                        askers.count > 1 ? principal.name : nil, asked.count > 1 ? action.value : nil,
                        targets.count > 1 ? resource.name : nil,
                    ].compactMap { $0 }
                    let index = add(
                        name: varying.isEmpty ? name : "\(name) (\(varying.joined(separator: ", ")))", refs: refs,
                        at: node.span, principal: principal, action: action.value, resource: resource, circumstances,
                        data: data,
                        expectation)
                    if index == nil { return }
                }
            }
        }
    }

    private mutating func distinctActions(_ names: [Spanned<String>]) -> [Spanned<String>] {
        var seen: Set<CedarString> = []
        return names.flatMap { actions.resolve($0) }.filter { seen.insert(CedarString($0.value)).inserted }
    }
}
