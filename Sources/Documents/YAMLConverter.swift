import CedarSyntax
import Yams

/// Turns the nodes of Yams into document nodes, within limits.
struct YAMLConverter {
    let file: SourceFile
    let limits: DocumentLimits
    private(set) var diagnostics: [Diagnostic] = []

    private var places: YAMLPlaces
    private var valueCount = 0

    /// After the first finding about an anchor or a limit nothing further is visited.
    private var isStopped = false

    init(file: SourceFile, limits: DocumentLimits) {
        self.file = file
        self.limits = limits
        self.places = YAMLPlaces(file)
    }

    /// Converts the root of a document.
    mutating func convert(_ root: Node) -> DocumentNode? { convert(root, depth: 0) }

    private mutating func convert(_ node: Node, depth: Int) -> DocumentNode? {
        guard !isStopped else { return nil }
        let start = places.offset(of: node.mark)
        valueCount += 1
        if valueCount > limits.maximumValues {
            return stop(DocumentParser.tooManyValues(location(start), limits))
        }
        if !checkProperties(at: start) { return nil }
        switch node {
        case .scalar(let scalar): return convert(scalar, at: start)
        case .sequence(let sequence):
            guard depth < limits.maximumDepth else { return stop(DocumentParser.tooDeep(location(start), limits)) }
            var elements: [DocumentNode] = []
            for element in sequence {
                if let element = convert(element, depth: depth + 1) { elements.append(element) }
                if isStopped { return nil }
            }
            let end = places.endOfCollection(from: start, lastChild: elements.last?.span.end)
            return DocumentNode(.sequence(elements), at: SourceSpan(start: start, end: end), in: file)
        case .mapping(let mapping):
            guard depth < limits.maximumDepth else { return stop(DocumentParser.tooDeep(location(start), limits)) }
            return convert(mapping, at: start, depth: depth)
        case .alias:
            return stop(aliasFinding(location(start)))
        }
    }

    private mutating func convert(_ mapping: Node.Mapping, at start: Int, depth: Int) -> DocumentNode? {
        var members: [DocumentMember] = []
        var keys: [CedarString: SourceSpan] = [:]
        for (keyNode, valueNode) in mapping {
            let key = convertKey(keyNode)
            if isStopped { return nil }
            let value = convert(valueNode, depth: depth + 1)
            if isStopped { return nil }
            guard let key, let value else { continue }
            if let first = keys.updateValue(key.span, forKey: CedarString(key.value)) {
                report(duplicateFinding(key.value, at: key.span, first: first))
            }
            members.append(DocumentMember(key: key, value: value))
        }
        let end = places.endOfCollection(from: start, lastChild: members.last?.value.span.end)
        return DocumentNode(.mapping(members), at: SourceSpan(start: start, end: end), in: file)
    }

    private mutating func convertKey(_ node: Node) -> Spanned<String>? {
        let start = places.offset(of: node.mark)
        guard checkProperties(at: start) else { return nil }
        guard case .scalar(let scalar) = node else {
            report(keyNotTextFinding(location(start)))
            return nil
        }
        let span = SourceSpan(start: start, end: places.endOfScalar(scalar, from: start))
        guard scalar.style == .plain || scalar.style == .any else { return Spanned(scalar.string, span) }
        if scalar.string.utf8.elementsEqual("<<".utf8) {
            report(
                Diagnostic(
                    .yamlMergeKey, "merge keys are not supported", at: .init(file, span),
                    help: "write the keys out where they apply"))
            return nil
        }
        // Other words keep their spelling: the key `true` is the text `true`.
        if scalar.string.isEmpty {
            report(Diagnostic(.keyNotText, "a key is missing before this `:`", at: .init(file, span)))
            return nil
        }
        return Spanned(scalar.string, span)
    }

    private mutating func convert(_ scalar: Node.Scalar, at start: Int) -> DocumentNode? {
        let span = SourceSpan(start: start, end: places.endOfScalar(scalar, from: start))
        guard scalar.style == .plain || scalar.style == .any else {
            return DocumentNode(.string(scalar.string), at: span, in: file, wasQuoted: true)
        }
        let value: DocumentNode.Value
        switch CoreSchema.classify(scalar.string) {
        case .null: value = .null
        case .bool(let bool): value = .bool(bool)
        case .integer(let integer): value = .integer(integer)
        case .number: value = .number(scalar.string)
        case .text: value = .string(scalar.string)
        case .refusedNumber(let fault):
            report(numberFinding(scalar.string, fault, at: span))
            return nil
        }
        return DocumentNode(value, at: span, in: file)
    }

    /// Refuses anchors, aliases and tags: a node with any of them begins with its sign, and no other node does.
    ///
    /// Yams gives an alias the place of its anchor.
    private mutating func checkProperties(at start: Int) -> Bool {
        guard start < file.bytes.count else { return true }
        switch file.bytes[start] {
        case UInt8(ascii: "&"), UInt8(ascii: "*"):
            _ = stop(aliasFinding(location(start)))
            return false
        case UInt8(ascii: "!"):
            report(
                Diagnostic(
                    .yamlTag, "tags are not supported", at: location(start),
                    help: "a value in quotes is a text, and no other tag is needed"))
            return false
        default:
            return true
        }
    }

    // MARK: - Findings

    private func location(_ start: Int) -> Diagnostic.Location {
        .init(file, SourceSpan(start: start, end: min(start + 1, file.bytes.count)))
    }

    private mutating func report(_ finding: Diagnostic) {
        diagnostics.append(finding)
        if diagnostics.count >= DiagnosticCollector.limitPerFile { isStopped = true }
    }

    private mutating func stop(_ finding: Diagnostic) -> DocumentNode? {
        diagnostics.append(finding)
        isStopped = true
        return nil
    }

    private func numberFinding(_ text: String, _ fault: CoreSchema.Fault, at span: SourceSpan) -> Diagnostic {
        let fact =
            switch fault {
            case .outOfRange: "the number `\(text)` does not fit into 64 bits"
            case .leadingZero: "the number `\(text)` has a leading zero, which some readers take for octal"
            case .notFinite: "`\(text)` is not a finite number"
            }
        return Diagnostic(.documentNumber, fact, at: .init(file, span), help: "quote it if it is meant as a text")
    }
}
