import CedarEngine
import CedarModel
import ConformanceSuites
import DecisionPoint
import DecisionWire
import Foundation
import PolicyBundles
import Residency
import SeededRandom
import StrictJSON
import Testing

/// The short way from the bytes of a request to those of its answer, against the general way: wherever the short way
/// answers at all, both must write the same bytes.
@Suite("Decisions by plan") struct PlannedDecisionsTests {
    private static var root: String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().path
    }

    /// The questions of the suites of the example application, each with the time and place it is asked at.
    private struct Setting {
        let applications: Applications
        let questions: [(tenant: String, body: Tree)]
        /// The questions of the suites about data, as what a decision request asks.
        let data: [Tree]

        init() throws {
            let loaded = BundleLoader.loadApplications(below: PlannedDecisionsTests.root + "/Policies")
            applications = try #require(loaded.applications)
            let suites = try #require(
                SuiteLoader.load([PlannedDecisionsTests.root + "/Conformance"], applications: applications).suites)
            let cases = suites.flatMap(\.cases)
            data = try cases.filter { $0.question.pack != nil }.map { testCase in
                var body = Tree(try JSONDocument(parsing: testCase.question.body, limits: .request).root)
                for member in ["application", "tenant", "now"] { body.remove(member) }
                return body
            }
            questions = try cases.filter { $0.question.pack == nil }.map { testCase in
                let document = try JSONDocument(parsing: testCase.question.body, limits: .request)
                var body = Tree(document.root)
                body.remove("application")
                body.remove("tenant")
                body.change("context") { $0.remove("now") }
                return (testCase.question.tenant, body)
            }
        }
    }

    /// Both ways, with memory that every question uses again.
    private struct Ways {
        let setting: Setting
        let planned = PlannedDecisions(limits: .request)
        let workspace = DecisionWorkspace()
        let id = DecisionIdentifier()
        let texts = TextMemory()

        /// The texts of a pack, kept like those of a server.
        final class TextMemory {
            private var texts: [String: RouteTexts] = [:]

            func texts(of route: RoutingDecision) -> RouteTexts {
                if let known = texts[route.pack.name], known.pack === route.pack { return known }
                let made = RouteTexts(route.pack)
                texts[route.pack.name] = made
                return made
            }
        }

        /// The answer of the short way; `nil` when it has none.
        func short(
            _ body: [UInt8], _ format: PlannedDecisions.Format, _ tenant: String, at instant: Datetime = morning
        ) -> [UInt8]? {
            guard let plan = setting.applications.plan(for: nil),
                planned.read(body, format, tenant: tenant, by: plan, at: instant, where: { _ in true }),
                let decision = planned.decide()
            else { return nil }
            var route: PlannedRoute?
            if let (datum, tenant) = planned.data {
                guard let snapshot = setting.applications.snapshot(named: nil), let tenant = snapshot.tenants[tenant],
                    let found = try? PolicyDecisionPoint.route(
                        datum, tenant, snapshot, at: instant, in: workspace.routing)
                else { return nil }
                route = PlannedRoute(found, texts.texts(of: found))
            }
            return planned.answer(decision, format, decisionID: id, route: route)
        }

        /// The answer of the general way; `nil` when the call is an error.
        func general(
            _ body: [UInt8], _ format: PlannedDecisions.Format, _ tenant: String, at instant: Datetime = morning
        ) -> [UInt8]? {
            do {
                var address = Address()
                try address.addTenant(tenant, at: "the path")
                let request =
                    switch format {
                    case .native: try NativeRequestReader.read(body, limits: .request, address: address)
                    case .authZEN:
                        try AuthZENRequestReader.readEvaluation(body, limits: .request, address: address)
                    }
                let decision = try PolicyDecisionPoint(applications: setting.applications)
                    .decide(request, at: instant, in: workspace)
                return switch format {
                case .native: NativeResponseWriter.body(decision, decisionID: id.text)
                case .authZEN: AuthZENResponseWriter.body(decision)
                }
            } catch {
                return nil
            }
        }

        /// Whether the short way has an answer, which is then that of the general way.
        ///
        /// It is asked more than once, and at other times: the second time it keeps what it read, the others it recalls.
        func agree(_ body: [UInt8], _ format: PlannedDecisions.Format, _ tenant: String) -> Bool {
            guard agree(body, format, tenant, at: morning) else { return false }
            for (hours, isRecalled) in [(0, false), (9, true), (24 * 5 + 13, true)] {
                let instant = Datetime(milliseconds: morning.milliseconds + Int64(hours) * 3_600_000 + 1234)
                guard agree(body, format, tenant, at: instant) else { continue }
                #expect(planned.isRecalled || !isRecalled || body.count > 4096)
            }
            return true
        }

        private func agree(
            _ body: [UInt8], _ format: PlannedDecisions.Format, _ tenant: String, at instant: Datetime
        ) -> Bool {
            guard let short = short(body, format, tenant, at: instant) else { return false }
            let general = general(body, format, tenant, at: instant)
            #expect(
                short == general,
                """
                \(String(decoding: body, as: UTF8.self))
                short:   \(String(decoding: short, as: UTF8.self))
                general: \(general.map { String(decoding: $0, as: UTF8.self) } ?? "an error")
                """)
            return true
        }

        /// The same for several evaluations.
        func agree(evaluations body: [UInt8], _ tenant: String) -> Bool {
            guard let plan = setting.applications.plan(for: nil),
                let short = planned.evaluate(body, tenant: tenant, by: plan, at: morning, where: { _ in true })
            else { return false }
            let general = general(evaluations: body, tenant)
            #expect(
                short.body == general?.body,
                """
                \(String(decoding: body, as: UTF8.self))
                short:   \(String(decoding: short.body, as: UTF8.self))
                general: \(general.map { String(decoding: $0.body, as: UTF8.self) } ?? "an error")
                """)
            #expect(short.outcomes == general?.outcomes)
            return true
        }

        private func general(evaluations body: [UInt8], _ tenant: String) -> (body: [UInt8], outcomes: [Bool])? {
            var address = Address()
            guard (try? address.addTenant(tenant, at: "the path")) != nil,
                case .several(let questions, _) = try? AuthZENRequestReader.readEvaluations(
                    body, limits: .request, maximumEvaluations: 100, address: address)
            else { return nil }
            let point = PolicyDecisionPoint(applications: setting.applications)
            let answers = questions.map { question -> Result<Decision, ProblemDetails> in
                do throws(ProblemDetails) {
                    let request = try question.get()
                    do throws(CallError) {
                        return .success(try point.decide(request, at: morning, in: workspace))
                    } catch {
                        return .failure(ProblemDetails(authZEN: error))
                    }
                } catch {
                    return .failure(error)
                }
            }
            return (
                AuthZENResponseWriter.body(answers), answers.map { (try? $0.get())?.decision == .allow }
            )
        }
    }

    @Test("the suites' questions, most of which it answers", arguments: [false, true])
    func suites(isAuthZEN: Bool) throws {
        let setting = try Setting()
        let ways = Ways(setting: setting)
        var answered = 0
        for (tenant, body) in setting.questions {
            let bytes = isAuthZEN ? body.asAuthZEN.bytes : body.bytes
            if ways.agree(bytes, isAuthZEN ? .authZEN : .native, tenant) { answered += 1 }
        }
        #expect(setting.questions.count > 500)
        #expect(answered * 10 > setting.questions.count * 6, "\(answered) of \(setting.questions.count)")
    }

    @Test("questions about data besides") func data() throws {
        let setting = try Setting()
        let ways = Ways(setting: setting)
        #expect(setting.data.count > 100)
        var answered = 0
        for (index, data) in setting.data.enumerated() {
            // Questions that are allowed and such that are denied, of several tenants.
            var (tenant, body) = setting.questions[index * 7 % setting.questions.count]
            body.add("data", data)
            if ways.agree(body.bytes, .native, tenant) { answered += 1 }
            tenant = setting.questions[index * 11 % setting.questions.count].tenant
            if ways.agree(body.bytes, .native, tenant) { answered += 1 }
        }
        #expect(answered * 10 > setting.data.count * 2 * 6, "\(answered) of \(setting.data.count * 2)")
    }

    @Test("several evaluations at once, with and without defaults") func evaluations() throws {
        let setting = try Setting()
        let ways = Ways(setting: setting)
        let byTenant = Dictionary(grouping: setting.questions, by: \.tenant)
        var random = SeededGenerator(seed: 3)
        var (answered, asked) = (0, 0)
        for (tenant, questions) in byTenant.sorted(by: { $0.key < $1.key }) where questions.count > 3 {
            for _ in 0..<40 {
                let items = (0..<Int.random(in: 1...6, using: &random)).map { _ -> Tree in
                    var item = (questions.randomElement(using: &random)?.body ?? .object([])).asAuthZEN
                    if Int.random(in: 0..<12, using: &random) == 0 { item.mutate(using: &random) }
                    return item
                }
                var body = Tree.object([])
                // Members that all items share may stand once, and so may some that none of them needs.
                var rest = items
                for member in ["subject", "action", "resource", "context"] where Bool.random(using: &random) {
                    guard let shared = items[0][member] else { continue }
                    body.add(member, shared)
                    let last = Int.random(in: 0...items.count, using: &random)
                    for index in 0..<last { rest[index].remove(member) }
                }
                body.add("evaluations", .array(rest))
                asked += 1
                if ways.agree(evaluations: body.bytes, tenant) { answered += 1 }
            }
        }
        #expect(answered * 10 > asked * 3, "\(answered) of \(asked)")
    }

    @Test("names of the context that only the server sets, although the schema declares them")
    func reserved() throws {
        let files = BundleFiles(
            application: "app",
            texts: [
                "bundle.yaml": "name: app\nnamespace: App\nasserted_principals: true\n",
                "app.cedarschema": """
                namespace App {
                  entity User, Doc;
                  action view appliesTo {
                    principal: User, resource: Doc,
                    context: { mfa?: Bool, residency?: String, credential?: { second_factor: Bool } }
                  };
                }
                """,
                "policies/p.cedar": """
                @id("p") permit (principal, action, resource)
                when { context has credential && context.credential.second_factor };
                """,
                "tenants/acme.yaml": "id: acme\ntime_zone: UTC\n",
            ])
        let applications = try #require(BundleLoader.loadApplication(from: files).applications)
        let plan = try #require(applications.plan(for: nil))
        let planned = PlannedDecisions(limits: .request)
        func isRead(_ context: String) -> Bool {
            let body = """
                {"principal": {"type": "User", "id": "u"}, "action": {"id": "view"}, "resource": {"type": "Doc", "id": "d"},
                 "context": {\(context)}}
                """
            return planned.read(
                Array(body.utf8), .native, tenant: "acme", by: plan, at: morning, where: { _ in true })
        }
        #expect(isRead(""))
        #expect(isRead(#""mfa": true"#))
        for context in [
            #""credential": {"second_factor": true}"#, #""residency": "x""#, #""now": 1"#, #""tenant": {}"#,
        ] {
            #expect(!isRead(context), "\(context)")
        }
    }

    @Test("a question is recalled only for the same tenant, format and policies") func recalled() throws {
        let setting = try Setting()
        let body = Array(
            """
            {"principal": {"type": "User", "id": "u", "roles": ["viewer"]}, "action": {"id": "metrics:read"},
             "resource": {"type": "Metric", "id": "m", "attributes": {"tenant": "acme", "sensitivity": "internal"}}}
            """.utf8)
        let others = [try Setting().applications, try Setting().applications]
        let plans = try ([setting.applications] + others).map { try #require($0.plan(for: nil)) }
        let planned = PlannedDecisions(limits: .request)
        var served = plans
        func isRecalled(_ plan: Int, _ tenant: String?) -> Bool? {
            let isRead = planned.read(
                body, .native, tenant: tenant, by: plans[plan], at: morning,
                where: { plan in served.contains { $0 === plan } })
            return isRead ? planned.isRecalled : nil
        }
        #expect((0..<3).map { _ in isRecalled(0, "acme") } == [false, false, true])
        // Of another tenant, and of none, it is another question.
        #expect((0..<3).map { _ in isRecalled(0, "wayne") } == [false, false, true])
        #expect((0..<3).map { _ in isRecalled(0, nil) } == [false, false, true])
        #expect((0..<3).map { _ in isRecalled(0, "nowhere") } == [nil, nil, nil])
        #expect(isRecalled(0, "acme") == true)
        #expect(!planned.read(body, .authZEN, tenant: "acme", by: plans[0], at: morning, where: { _ in true }))
        #expect(isRecalled(0, "acme") == true)
        // Other policies read it anew.
        let byOthers = (0..<3).map { _ in isRecalled(1, "acme") }
        #expect(byOthers.first == false && byOthers.last == true)
        #expect(isRecalled(0, "wayne") == true)
        // Nothing is kept of policies that are no longer served, once there are newer ones.
        served = [plans[2]]
        #expect([isRecalled(2, "acme"), isRecalled(0, "wayne")] == [false, false])
    }

    @Test("what takes much memory is not kept") func large() throws {
        let setting = try Setting()
        let plan = try #require(setting.applications.plan(for: nil))
        let planned = PlannedDecisions(limits: .request)
        func isRecalled(tags: Int) -> [Bool] {
            let tags = (0..<tags).map { "\"\($0)\"" }.joined(separator: ",")
            let body = """
                {"principal": {"type": "User", "id": "u", "roles": ["editor"]}, "action": {"id": "dashboard:edit"},
                 "resource": {"type": "Dashboard", "id": "d", "attributes":
                  {"tenant": "acme", "sensitivity": "internal", "owner": "sre", "tags": [\(tags)]}}}
                """
            return (0..<3).map { _ in
                #expect(
                    planned.read(
                        Array(body.utf8), .native, tenant: "acme", by: plan, at: morning, where: { _ in true }))
                return planned.isRecalled
            }
        }
        #expect(isRecalled(tags: 10) == [false, false, true])
        // Short enough as a body, but not as values; and then too long.
        #expect(isRecalled(tags: 600) == [false, false, false])
        #expect(isRecalled(tags: 2000) == [false, false, false])
        #expect(isRecalled(tags: 11) == [false, false, true])
    }

    @Test("without memory every question is read") func notRecalled() throws {
        let setting = try Setting()
        let plan = try #require(setting.applications.plan(for: nil))
        let planned = PlannedDecisions(limits: .request, recallsQuestions: false)
        let (tenant, body) = try #require(
            setting.questions.first {
                planned.read(
                    $0.body.bytes, .native, tenant: $0.tenant, by: plan, at: morning, where: { _ in true })
            })
        for _ in 0..<3 {
            #expect(planned.read(body.bytes, .native, tenant: tenant, by: plan, at: morning, where: { _ in true }))
            #expect(!planned.isRecalled)
        }
    }

    @Test("hostile and unusual questions", arguments: [1, 2] as [UInt64], [false, true])
    func mutations(seed: UInt64, isAuthZEN: Bool) throws {
        let setting = try Setting()
        let ways = Ways(setting: setting)
        var random = SeededGenerator(seed: seed)
        var answered = 0
        for _ in 0..<1500 {
            guard let (tenant, body) = setting.questions.randomElement(using: &random) else { break }
            var mutated = isAuthZEN ? body.asAuthZEN : body
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutated.mutate(using: &random) }
            var bytes = mutated.bytes
            if Int.random(in: 0..<6, using: &random) == 0 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            if ways.agree(bytes, isAuthZEN ? .authZEN : .native, tenant) { answered += 1 }
        }
        // Mutations that change nothing of importance have to be among them, or nothing is compared.
        #expect(answered > 100, "\(answered)")
    }
}

/// A member of an object.
private struct Member {
    var key: String
    var value: Tree

    init(_ key: String, _ value: Tree) {
        self.key = key
        self.value = value
    }
}

/// A JSON value that can be changed, and that may say things twice.
private enum Tree {
    case scalar(String)
    case array([Tree])
    case object([Member])

    init(_ node: JSONNode) {
        switch node.kind {
        case .object: self = .object(node.members.map { Member($0.key, Tree($0.value)) })
        case .array: self = .array(node.elements.map(Tree.init))
        default: self = .scalar(String(decoding: node.rawBytes, as: UTF8.self))
        }
    }

    var bytes: [UInt8] { Array(text.utf8) }

    private var text: String {
        switch self {
        case .scalar(let text): text
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.key)):\($0.value.text)" }.joined(separator: ", ") + "}"
        }
    }

    private static func quoted(_ key: String) -> String {
        var writer = JSONWriter()
        writer.string(key)
        return writer.text
    }

    subscript(key: String) -> Tree? {
        if case .object(let members) = self { members.first { $0.key == key }?.value } else { nil }
    }

    mutating func remove(_ key: String) {
        if case .object(let members) = self { self = .object(members.filter { $0.key != key }) }
    }

    mutating func add(_ key: String, _ value: Tree) {
        if case .object(let members) = self { self = .object(members + [Member(key, value)]) }
    }

    mutating func change(_ key: String, _ change: (inout Tree) -> Void) {
        guard case .object(var members) = self else { return }
        for index in members.indices where members[index].key == key { change(&members[index].value) }
        self = .object(members)
    }

    /// A native question in the words of AuthZEN.
    var asAuthZEN: Tree {
        func party(_ name: String) -> Tree {
            var properties: [Member] = []
            if case .object(let attributes) = self[name]?["attributes"] { properties = attributes }
            if let roles = self[name]?["roles"] { properties.append(Member("roles", roles)) }
            return .object(
                [Member("type", self[name]?["type"] ?? .scalar("1")), Member("id", self[name]?["id"] ?? .scalar("1"))]
                    + (properties.isEmpty ? [] : [Member("properties", .object(properties))]))
        }
        var action: [Member] = [Member("name", self["action"]?["id"] ?? .scalar("1"))]
        if let attributes = self["action"]?["attributes"] { action.append(Member("properties", attributes)) }
        return .object(
            [
                Member("subject", party("principal")), Member("action", .object(action)),
                Member("resource", party("resource")),
            ] + (self["context"].map { [Member("context", $0)] } ?? []))
    }

    /// Changes one place.
    mutating func mutate(using random: inout SeededGenerator) {
        switch self {
        case .scalar: self = Self.anything(using: &random)
        case .array(var elements):
            if elements.isEmpty || Int.random(in: 0..<4, using: &random) == 0 {
                elements.append(Self.anything(using: &random))
            } else {
                let index = Int.random(in: 0..<elements.count, using: &random)
                if Bool.random(using: &random) {
                    elements[index].mutate(using: &random)
                } else {
                    elements.append(elements[index])
                }
            }
            self = .array(elements)
        case .object(var members):
            let index = members.isEmpty ? 0 : Int.random(in: 0..<members.count, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case _ where members.isEmpty, 0:
                members.append(Member(Self.names.randomElement(using: &random) ?? "", Self.anything(using: &random)))
            case 1: members.remove(at: index)
            case 2: members[index].key = Self.names.randomElement(using: &random) ?? ""
            case 3: members.shuffle(using: &random)
            case 4 where Int.random(in: 0..<4, using: &random) == 0: self = Self.anything(using: &random)
            default: members[index].value.mutate(using: &random)
            }
            if case .object = self { self = .object(members) }
        }
    }

    private static func anything(using random: inout SeededGenerator) -> Tree {
        .scalar(values.randomElement(using: &random) ?? "0")
    }

    private static let names = [
        "type", "id", "name", "tenant", "application", "now", "roles", "parents", "credentials", "permission", "action",
        "sensitivity", "owner", "tags", "active", "title", "__entity", "__extn", "attributes", "properties", "context",
        "mfa_verified", "source_ip", "credential", "residency", "data", "usage", "emergency", "approval", "é", "data",
        "explain", "clearance_level",
    ]

    private static let values = [
        "null", "true", "false", "0", "-0", "3", "1.5", "1e2", "9223372036854775808", #""""#, #""x""#, #""acme""#,
        #""admin""#, #""ADMIN""#, #""Editor""#, #""viewer""#, #""User""#, #""Traceo::User""#, #""Metric""#,
        #""Role""#, #""Permission""#, #""Traceo::Role""#, #""Team""#, #""Action""#, #""metrics:read""#,
        #""data:delete""#,
        #""confidential""#, #""internal""#, #""10.1.2.3""#, #""2026-06-01""#, #""2026-06-01T00:00:00Z""#,
        #""a\u0041\n""#,
        #""e\u0301""#, #""u1""#, #""rec-1""#, "{}", "[]", #"["a","a","b"]"#, #"[1,"a"]"#, #"["viewer","Admin"]"#,
        #"{"type":"User","id":"u1"}"#, #"{"id":"u1","type":"Traceo::User"}"#, #"[{"type":"Team","id":"sre"}]"#,
        #"[{"type":"Role","id":"registry/admin"}]"#, #"{"__entity":{"type":"Traceo::User","id":"u1"}}"#,
        #"{"__entity":{"type":"User","id":"u1"}}"#, #"{"__extn":{"fn":"datetime","arg":"2026-06-01"}}"#,
        #"{"__extn":{"fn":"ip","arg":"10.0.0.1"}}"#, #"{"__extn":{"fn":"ip","arg":"x"}}"#,
        #"[{"__entity":{"type":"Traceo::PatientRecord","id":"rec-1"}}]"#,
        #"[{"type":"PatientRecord","id":"rec-1"},{"type":"PatientRecord","id":"rec-\u0032"}]"#,
        #"{"method":"GET"}"#, #"{"requests_today":5}"#, #"{"id":"acme"}"#,
    ]
}
