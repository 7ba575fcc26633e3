import DecisionPoint
import DecisionWire
import StrictJSON
import Testing

@Suite("Addresses of calls")
struct AddressTests {
    struct Named: Sendable, CustomTestStringConvertible {
        var path: String?
        var header: String?
        var body: String?
        var expected: String?
        var agrees = true

        var testDescription: String { "\(path ?? "-"), \(header ?? "-"), \(body ?? "-")" }
    }

    static let cases = [
        Named(),
        Named(path: "a", expected: "a"),
        Named(header: "a", expected: "a"),
        Named(body: "a", expected: "a"),
        Named(path: "a", header: "a", body: "a", expected: "a"),
        Named(path: "a", header: "b", agrees: false),
        Named(path: "a", body: "b", agrees: false),
        Named(header: "a", body: "b", agrees: false),
        Named(path: "a", header: "a", body: "b", agrees: false),
        Named(path: "a", header: "b", body: "b", agrees: false),
        Named(path: "a", body: "A", agrees: false),
        Named(header: "", body: "a", agrees: false),
        Named(header: "", expected: ""),
        // One is precomposed: the same to the eye, and to Swift's `==`, but not the same name.
        Named(path: "caf\u{E9}", body: "cafe\u{301}", agrees: false),
    ]

    @Test("all that are given must agree", arguments: cases, [true, false])
    func agreement(_ named: Named, tenant: Bool) throws {
        let member = named.body.map { (tenant ? #""tenant""# : #""application""#) + #": "\#($0)""# } ?? ""
        let read = { () throws(ProblemDetails) -> DecisionRequest in
            var address = Address()
            if tenant {
                try address.addTenant(named.path, at: "the path")
                try address.addTenant(named.header, at: "the header")
            } else {
                try address.addApplication(named.path, at: "the path")
                try address.addApplication(named.header, at: "the header")
            }
            return try readNative(native(and: member), address: address)
        }
        if named.agrees {
            let request = try read()
            #expect(request.tenant == (tenant ? named.expected : nil))
            #expect(request.application == (tenant ? nil : named.expected))
        } else {
            let found = problem(read)
            #expect(found?.code == "ADDRESS_CONFLICT")
            #expect(found?.status == 400)
        }
    }

    @Test("a conflict names both places")
    func places() throws {
        var address = Address()
        try address.addTenant("acme", at: "the path")
        let found = problem { () throws(ProblemDetails) in try address.addTenant("globex", at: "the header") }
        #expect(found?.detail == "the path names tenant `acme` and the header names `globex`")
    }

    @Test("an AuthZEN body names neither tenant nor application")
    func authZEN() throws {
        var address = Address()
        try address.addTenant("acme", at: "the path")
        let request = try AuthZENRequestReader.readEvaluation(
            Array(evaluation(and: #""tenant": "globex", "application": "other""#).utf8), limits: .request,
            address: address)
        #expect(request.tenant == "acme")
        #expect(request.application == nil)
    }
}
