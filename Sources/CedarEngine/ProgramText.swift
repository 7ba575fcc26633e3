import CedarModel
import CedarSyntax

extension CompiledPolicies: CustomStringConvertible {
    /// The policies as they run: for each its scope, and its steps with names in place of numbers.
    ///
    /// For people; the form may change.
    public var description: String { policies.policies.indices.map(program).joined() }

    /// The program of the policy at a position in the policy set.
    public func program(at position: Int) -> String {
        let record = records[position]
        let instance = policies.policies[position]
        var text = "\(instance.policy.effect.rawValue) \(StringLiteral.quote(instance.id.text))"
        for part in [
            self.text(of: record.principal, "principal"), self.text(of: record.action),
            self.text(of: record.resource, "resource"),
        ] where !part.isEmpty { text += " \(part)" }
        text += "\n"
        for place in 0..<record.code.count {
            let number = String(place)
            let padding = String(repeating: " ", count: max(0, 4 - number.utf8.count))
            text += "\(padding)\(number)  \(self.text(of: record.code[place], at: place, in: record))\n"
        }
        return text
    }

    // MARK: - Scopes

    private func text(of test: ScopeTest, _ name: String) -> String {
        switch test.form {
        case .any: ""
        case .equal: "\(name) == \(symbols.entity(at: test.entity))"
        case .within: "\(name) in \(symbols.entity(at: test.entity))"
        case .isType: "\(name) is \(symbols.string(at: test.type))"
        case .isTypeWithin:
            "\(name) is \(symbols.string(at: test.type)) in \(symbols.entity(at: test.entity))"
        }
    }

    private func text(of test: ActionTest) -> String {
        let uids = (0..<test.entities.count).map { symbols.entity(at: test.entities[$0]).description }
        switch test.form {
        case .any: return ""
        case .equal: return "action == \(uids[0])"
        case .within: return "action in [\(uids.joined(separator: ", "))]"
        }
    }

    // MARK: - Steps

    private func text(of step: Instruction, at place: Int, in record: PolicyRecord) -> String {
        let (a, b) = (operand(step.a, in: record), operand(step.b, in: record))
        switch step.operation {
        case .satisfied: return "satisfied"
        case .unsatisfied: return "not satisfied"
        case .jump: return "go to \(place + 1 + Int(step.jump))"
        case .fail: return "fail \(Fault(rawValue: UInt8(truncatingIfNeeded: step.a))?.code ?? "?")"
        case .move: return "\(register(step.target)) = \(a)"
        case .attribute: return "\(register(step.target)) = \(a)\(selector(step.b))"
        case .tag: return "\(register(step.target)) = \(a).getTag(\(b))"
        case .add: return "\(register(step.target)) = \(a) + \(b)"
        case .subtract: return "\(register(step.target)) = \(a) - \(b)"
        case .multiply: return "\(register(step.target)) = \(a) * \(b)"
        case .negate: return "\(register(step.target)) = -\(a)"
        case .set: return "\(register(step.target)) = [\(registers(from: step.a, count: Int(step.b)))]"
        case .record: return "\(register(step.target)) = {\(fields(record.layouts[Int(step.b)], from: step.a))}"
        case .call where step.target >= 0: return "\(register(step.target)) = \(call(step))"
        default: break
        }
        let test = self.test(step, a, b, in: record)
        if step.target >= 0 { return "\(register(step.target)) = \(test)" }
        return "if \(step.sense ? "" : "not ")\(test) go to \(place + 1 + Int(step.jump))"
    }

    private func test(_ step: Instruction, _ a: String, _ b: String, in record: PolicyRecord) -> String {
        switch step.operation {
        case .equal: "\(a) == \(b)"
        case .less: "\(a) < \(b)"
        case .within: "\(a) in \(b)"
        case .isType: "\(a) is \(symbols.string(at: step.b))"
        case .has: "\(a) has \(StringLiteral.quote(symbols.string(at: step.b).text))"
        case .like: "\(a) like \(pattern(record.patterns[Int(step.b)]))"
        case .hasTag: "\(a).hasTag(\(b))"
        case .contains: "\(a).contains(\(b))"
        case .containsAll: "\(a).containsAll(\(b))"
        case .containsAny: "\(a).containsAny(\(b))"
        case .isEmpty: "\(a).isEmpty()"
        case .call: call(step)
        default: a
        }
    }

    private func operand(_ number: Int32, in record: PolicyRecord) -> String {
        if number >= 0 { return register(number) }
        guard Int(~number) < record.constants.count else { return "?" }
        return symbols.decode(record.constants[Int(~number)]).description
    }

    private func register(_ number: Int32) -> String {
        ["principal", "action", "resource", "context"].indices.contains(Int(number))
            ? ["principal", "action", "resource", "context"][Int(number)] : "r\(number)"
    }

    private func registers(from first: Int32, count: Int) -> String {
        (0..<count).map { register(first + Int32($0)) }.joined(separator: ", ")
    }

    private func selector(_ key: Int32) -> String {
        let name = symbols.string(at: key).text
        return Identifier.isWellFormed(name) && !Identifier.isReserved(name)
            ? ".\(name)" : "[\(StringLiteral.quote(name))]"
    }

    private func fields(_ layout: RecordLayout, from first: Int32) -> String {
        (0..<layout.fields.count).map { index in
            let field = layout.fields[index]
            return "\(StringLiteral.quote(symbols.string(at: field.key).text)): \(register(first + field.register))"
        }.joined(separator: ", ")
    }

    private func call(_ step: Instruction) -> String {
        let function = ExtensionFunction.byNumber[Int(step.b)]
        return "\(function.rawValue)(\(registers(from: step.a, count: function.argumentCount)))"
    }

    private func pattern(_ pattern: CompiledPattern) -> String {
        let pieces = (0..<pattern.pieces.count).map { index in
            let piece = pattern.pieces[index]
            return String(decoding: (0..<piece.count).map { piece[$0] }, as: UTF8.self).replacingStars
        }
        let text =
            (pattern.floatsAtStart ? "*" : "") + pieces.joined(separator: "*")
            + (pattern.floatsAtEnd && !pieces.isEmpty ? "*" : "")
        return "\"\(text)\""
    }
}

extension String {
    /// The text with stars and quotes as a pattern writes them.
    fileprivate var replacingStars: String {
        var text = ""
        for scalar in unicodeScalars {
            switch scalar {
            case "*": text += "\\*"
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
