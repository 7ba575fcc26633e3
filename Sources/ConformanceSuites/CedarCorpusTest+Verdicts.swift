import CedarModel
import CedarSchema
import CedarSyntax
import Foundation
import StrictJSON

/// What the corpus says of validation: in the test itself, and in the verdicts beside it.
extension CedarCorpusTest {
    private typealias Verdict = CorpusOutcome.Verdict

    /// `shouldValidate`: whether all policies pass the strict validation.
    func askWhetherValid(_ outcome: inout CorpusOutcome) throws {
        guard let expected = test["shouldValidate"]?.bool, let schema else { return }
        let report = PolicyValidator(schema: schema).validate(policies, in: policyFile)
        outcome.add(
            .shouldValidate, set: file.set, id: file.id, expected: expected, actual: Verdict(report.diagnostics))
    }

    /// The verdicts beside the test, and that requests are valid where nothing else is said.
    func askVerdicts(_ outcome: inout CorpusOutcome) throws {
        let verdicts = try file.companion(".validation.json")
        if let verdicts {
            askPolicies(verdicts.root, &outcome)
            try askEntities(verdicts.root, &outcome)
        }
        try askRequestValidity(verdicts?.root, &outcome)
        if let verdicts = try file.companion(".parsing.json") { try askParsing(verdicts.root, &outcome) }
    }

    // MARK: - Policies

    private func askPolicies(_ verdicts: JSONNode, _ outcome: inout CorpusOutcome) {
        guard let schema, let perPolicy = verdicts["policyValidation"]?["perPolicy"] else { return }
        let modes: [(CorpusQuestion, PolicyValidator.Mode, String)] = [
            (.strictValidation, .strict, "strict"), (.permissiveValidation, .permissive, "permissive"),
        ]
        for (question, mode, key) in modes {
            let validator = PolicyValidator(schema: schema, mode: mode)
            for member in perPolicy.members {
                guard let expected = member.value[key]?.bool else { continue }
                let policy = policies.first { $0.id.text == member.key }
                let findings = policy.map { validator.validate([$0], in: policyFile).diagnostics }
                outcome.add(
                    question, set: file.set, id: "\(file.id)#\(member.key)", expected: expected,
                    actual: findings.map { Verdict($0) } ?? Verdict(isValid: !expected, reason: "no such policy"))
            }
        }
    }

    // MARK: - Requests

    private func askRequestValidity(_ verdicts: JSONNode?, _ outcome: inout CorpusOutcome) throws {
        guard let schema else { return }
        let validator = RequestValidator(schema: schema)
        let stated = verdicts?["requestValidation"].map { Array($0.elements) } ?? []
        for (index, node) in requests.enumerated() {
            let expected: Bool
            if stated.count == requests.count, let verdict = stated[index]["strict"]?.bool {
                expected = verdict
            } else {
                guard file.set.statesDecisions, node["validateRequest"]?.bool != false else { continue }
                expected = true
            }
            let verdict: Verdict
            do {
                verdict = Verdict(validator.problems(of: try request(node)).map { $0.diagnostic(in: nil) })
            } catch let error as ConformanceError {
                verdict = Verdict([error.diagnostic(in: nil)])
            } catch {
                verdict = Verdict(isValid: false, reason: "\(error)")
            }
            outcome.add(
                .requestValidation, set: file.set, id: "\(file.id)#\(index)", expected: expected, actual: verdict)
        }
    }

    // MARK: - Entities

    private func askEntities(_ verdicts: JSONNode, _ outcome: inout CorpusOutcome) throws {
        guard let perEntity = verdicts["entityValidation"]?["perEntity"] else { return }
        let actual = try entityVerdicts()
        for member in perEntity.members {
            outcome.add(
                .entityValidation, set: file.set, id: "\(file.id)#\(member.key)",
                expected: member.value["errors"] == nil,
                actual: actual[CedarString(member.key)]
                    ?? Verdict(isValid: member.value["errors"] != nil, reason: "no such entity"))
        }
    }

    /// What can be read as a whole and entity by entity; each is judged by itself.
    private func askParsing(_ verdicts: JSONNode, _ outcome: inout CorpusOutcome) throws {
        guard let schema else { throw CorpusError("`\(file.id)` names no schema") }
        if let expected = verdicts["allEntities"]?["success"]?.bool {
            let verdict: Verdict
            do {
                let reader = SchemaEntityReader(schema: schema, dialect: .reference)
                _ = try reader.readStore(try entityDocument().root)
                verdict = Verdict(isValid: true)
            } catch let error as ConformanceError {
                verdict = Verdict([error.diagnostic(in: nil)])
            } catch {
                verdict = Verdict(isValid: false, reason: "\(error)")
            }
            outcome.add(.entityParsing, set: file.set, id: file.id, expected: expected, actual: verdict)
        }
        guard let perEntity = verdicts["perEntity"], perEntity.count > 0 else { return }
        let actual = try entityVerdicts()
        for member in perEntity.members {
            guard let expected = member.value["success"]?.bool else { continue }
            outcome.add(
                .entityParsing, set: file.set, id: "\(file.id)#\(member.key)", expected: expected,
                actual: actual[CedarString(member.key)] ?? Verdict(isValid: !expected, reason: "no such entity"))
        }
    }

    /// Whether each entity by itself can be read by the schema, by `Type::id` with the id as it is.
    private func entityVerdicts() throws -> [CedarString: Verdict] {
        guard let schema else { throw CorpusError("`\(file.id)` names no schema") }
        let reader = SchemaEntityReader(schema: schema, dialect: .reference)
        var verdicts: [CedarString: Verdict] = [:]
        for node in try entityDocument().root.elements {
            guard let uid = node["uid"].flatMap({ try? EntityReader(.reference).readUID($0) }) else { continue }
            let key = CedarString("\(uid.type.path)::\(uid.id.text)")
            do {
                _ = try reader.readEntity(node)
                if verdicts[key] == nil { verdicts[key] = Verdict(isValid: true) }
            } catch {
                verdicts[key] = Verdict([error.diagnostic(in: nil)])
            }
        }
        return verdicts
    }

    // MARK: - Schemas

    /// The schema in JSON, as the reference translates it.
    func askTranslation(_ outcome: inout CorpusOutcome) throws {
        guard let schema, let schemaFragment, !schemaFragment.file.name.hasSuffix(".json"),
            let expected = try file.companion(".cedarschema.json")
        else { return }
        let comparison = SchemaTranslation(schema, schemaFragment, expected)
        outcome.add(
            .schemaTranslation, set: file.set, id: file.id, expected: true,
            actual: Verdict(isValid: comparison.difference == nil, reason: comparison.difference))
    }
}
