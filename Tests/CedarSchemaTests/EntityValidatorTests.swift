import CedarModel
import CedarSyntax
import Testing

@testable import CedarSchema

/// Entities that come from elsewhere than JSON, and all that is wrong with them.
@Suite struct EntityValidatorTests {
    private func reader(_ fields: Record.Field..., tags: Record = .empty, parents: [String] = []) throws -> Entity {
        Entity(
            uid: try .of("Reader::\"r\""), attributes: Record(fields), tags: tags,
            parents: Set(try parents.map { try EntityUID.of($0) }))
    }

    private func codes(_ entity: Entity) throws -> [String] {
        EntityValidator(schema: try .library()).problems(of: entity).map(\.code.description)
    }

    @Test func conformingEntities() throws {
        #expect(try codes(reader(.init(key: "name", value: .string("n")))).isEmpty)
        #expect(try codes(reader(.init(key: "name", value: .string("n")), .init(key: "age", value: .long(1)))).isEmpty)
        #expect(try codes(reader(.init(key: "name", value: .string("n")), parents: ["Genre::\"novel\""])).isEmpty)
    }

    @Test func attributes() throws {
        #expect(try codes(reader()) == ["V2107"])
        #expect(try codes(reader(.init(key: "name", value: .long(1)))) == ["V2109"])
        #expect(
            try codes(reader(.init(key: "name", value: .string("n")), .init(key: "nmae", value: .long(1)))) == ["V2108"]
        )
        #expect(
            try codes(
                reader(.init(key: "name", value: .string("n")), .init(key: "since", value: .string("2024-01-01")))) == [
                    "V2109"
                ])
    }

    @Test func everyProblemIsTold() throws {
        let tags = Record([.init(key: "a", value: .long(1)), .init(key: "b", value: .long(1))])
        let entity = try reader(tags: tags, parents: ["Genre::\"poem\"", "Room::\"r\"", "Nobody::\"n\""])
        #expect(try codes(entity) == ["V2107", "V2111", "V2106", "V2110", "V2110"])
    }

    @Test func namesAndHelp() throws {
        let entity = Entity(uid: try .of("Raeder::\"r\""))
        let problem = try #require(EntityValidator(schema: try .library()).problems(of: entity).first)
        #expect(problem.code == .undeclaredEntityType)
        #expect(problem.help == "did you mean `Reader`?")
        #expect(problem.place == nil)
        #expect(problem.diagnostic(in: nil).code.description == "V2102")
    }

    @Test func severalEntitiesKnowEachOther() throws {
        let validator = EntityValidator(schema: try .library())
        let read = Entity(uid: try .of("Action::\"read\""), parents: [try .of("Action::\"old\"")])
        let old = Entity(uid: try .of("Action::\"old\""), parents: [try .of("Action::\"any\"")])
        #expect(validator.problems(of: [read, old]).isEmpty)
        #expect(validator.problems(of: [read]).map(\.problems) == [[ConformanceError(.actionMismatch, "")]])
        #expect(validator.problems(of: try Schema.library().actionEntities).isEmpty)
    }

    @Test func manyProblemsAreCutOff() throws {
        let validator = EntityValidator(schema: try .library())
        let many = try (0..<1_000).map { Entity(uid: try .of("Nobody::\"\($0)\"")) }
        #expect(validator.problems(of: many).count == EntityValidator.maximumEntities)
        let parents = Set(try (0..<1_000).map { try EntityUID.of("Nobody::\"\($0)\"") })
        let entity = Entity(uid: try .of("House::\"h\""), parents: parents)
        #expect(validator.problems(of: entity).count == EntityValidator.maximumProblems)
    }
}
