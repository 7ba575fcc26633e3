import CedarModel
import CedarSyntax
import Documents
import Residency
import Testing

/// The rules of routing itself, on the packs of this repository.
@Suite struct RoutingTests {
    @Test func thePacksHaveNoFindings() {
        #expect(Installation.loaded.diagnostics.isEmpty)
        #expect(Installation.loaded.packs?.packs.keys.sorted() == ["baseline", "law2026"])
    }

    @Test(
        "boundaries in time",
        arguments: [
            // The last day of the United Kingdom's decision, and the day after.
            (time: "2031-12-27T23:59:59Z", to: "GB", isAllowed: true, code: ""),
            (time: "2031-12-28T00:00:00Z", to: "GB", isAllowed: false, code: "ADEQUACY_EXPIRED"),
            (time: "2026-01-25T23:59:59Z", to: "BR", isAllowed: false, code: "ADEQUACY_NOT_IN_FORCE"),
            (time: "2026-01-26T00:00:00Z", to: "BR", isAllowed: true, code: ""),
        ])
    func datedDecisions(time: String, to: String, isAllowed: Bool, code: String) throws {
        let route = try Installation.route(
            """
            {"operation": "transfer", "tenant": {"sector": "technology"},
             "data": {"subject_countries": ["DE"], "category": "personal"},
             "source": {"country": "DE"}, "destination": {"country": "\(to)"}, "transfer": {}}
            """, at: time)
        #expect(route.isAllowed == isAllowed)
        if !code.isEmpty { #expect(route.codes.contains(code), "\(route.codes)") }
    }

    @Test(
        "thresholds",
        arguments: [
            (people: 99_999, sensitive: 0, code: nil as String?),
            (people: 100_000, sensitive: 0, code: "CN_STANDARD_CONTRACT_OR_CERTIFICATION_REQUIRED"),
            (people: 999_999, sensitive: 9_999, code: "CN_STANDARD_CONTRACT_OR_CERTIFICATION_REQUIRED"),
            (people: 1_000_000, sensitive: 0, code: "CAC_SECURITY_ASSESSMENT_REQUIRED"),
            (people: 0, sensitive: 1, code: "CN_STANDARD_CONTRACT_OR_CERTIFICATION_REQUIRED"),
            (people: 0, sensitive: 10_000, code: "CAC_SECURITY_ASSESSMENT_REQUIRED"),
        ])
    func volumes(people: Int, sensitive: Int, code: String?) throws {
        let route = try Installation.route(
            """
            {"operation": "transfer", "tenant": {"sector": "technology"},
             "data": {"subject_countries": ["CN"], "category": "personal", "classification": "general",
                      "volume": {"pi_subjects_ytd": \(people), "sensitive_pi_subjects_ytd": \(sensitive)}},
             "source": {"country": "CN"}, "destination": {"country": "US"},
             "transfer": {"consent": {"separate": true, "recorded_at": "2026-10-01"}, "pipia": true}}
            """)
        #expect(route.isAllowed == (code == nil))
        if let code { #expect(route.codes.contains(code), "\(route.codes)") }
    }

    @Test func anAnswerEndsWithWhatItReliesOn() throws {
        let route = try Installation.route(
            """
            {"operation": "transfer", "tenant": {}, "data": {"subject_countries": ["DE"], "category": "personal"},
             "source": {"country": "DE"}, "destination": {"country": "IN"},
             "transfer": {"mechanism": "scc",
                          "tia": {"from": "DE", "to": "IN", "assessment_date": "2026-01-10", "risk": "low"}}}
            """)
        #expect(route.mechanism == "scc")
        #expect(route.validUntil == Datetime(rfc3339: "2027-01-10T00:00:00Z"))
    }

    @Test func theCallersWordIsNoEvidence() throws {
        let question = """
            {"operation": "transfer", "data": {"subject_countries": ["DE"], "category": "personal"},
             "source": {"country": "DE"}, "destination": {"country": "US"},
             "transfer": {"mechanism": "scc",
                          "tia": {"from": "DE", "to": "US", "assessment_date": "2026-10-01", "risk": "low"}}}
            """
        var profile = TenantProfile()
        profile.id = "acme"
        profile.isKnown = true
        let denied = try Installation.route(question, profile: profile)
        #expect(!denied.isAllowed)
        #expect(denied.warnings.contains("EVIDENCE_NOT_TRUSTED:transfer.tia.risk"))
        profile.trustsCallers = true
        let allowed = try Installation.route(question, profile: profile)
        #expect(allowed.isAllowed)
        #expect(allowed.evidence.contains { $0.path == "transfer.tia.risk" && $0.origin == .caller })
    }

    @Test func evidenceOnFileCounts() throws {
        let profile = try Installation.profile(
            """
            evidence:
              - destination: US
                transfer:
                  mechanism: scc
                  tia: {from: DE, to: US, assessment_date: 2026-10-01, risk: low}
            """)
        func route(to country: String) throws -> RoutingDecision {
            try Installation.route(
                """
                {"operation": "transfer", "data": {"subject_countries": ["DE"], "category": "personal"},
                 "source": {"country": "DE"}, "destination": {"country": "\(country)"}}
                """, profile: profile)
        }
        let allowed = try route(to: "US")
        #expect(allowed.isAllowed)
        #expect(allowed.evidence.contains { $0.path == "transfer.tia.risk" && $0.origin == .tenant })
        let denied = try route(to: "IN")
        #expect(!denied.isAllowed)
    }

    @Test(
        "an answer ends when evidence ends, or other evidence begins",
        arguments: [
            ("until: 2026-11-30", "2026-12-01T00:00:00Z", true),
            ("from: 2026-12-02", "2026-12-02T00:00:00Z", false),
            ("until: 2026-11-20", nil, false),
        ])
    func periods(of period: String, end: String?, isAllowed: Bool) throws {
        let profile = try Installation.profile(
            """
            evidence:
              - destination: US
                \(period)
                transfer:
                  mechanism: scc
                  tia: {from: DE, to: US, assessment_date: 2026-10-01, risk: low}
              - destination: IN
                until: 2026-11-22
                transfer: {mechanism: scc}
            """)
        let route = try Installation.route(
            """
            {"operation": "transfer", "data": {"subject_countries": ["DE"], "category": "personal"},
             "source": {"country": "DE"}, "destination": {"country": "US"}}
            """, profile: profile)
        #expect(route.isAllowed == isAllowed)
        if let end { #expect(route.validUntil == Datetime(rfc3339: end)) }
    }

    @Test(
        "what is not understood is denied",
        arguments: [
            (#"{"operation": "ship", "tenant": {}}"#, "UNKNOWN_VALUE:operation"),
            (
                #"{"operation": "store", "tenant": {}, "data": {"category": "personal"}}"#,
                "MISSING_ATTRIBUTE:data.subject_countries"
            ),
            (
                #"{"operation": "store", "tenant": {}, "data": {"category": 7, "subject_countries": ["DE"]}}"#,
                "INVALID_VALUE:data.category"
            ),
            (
                #"{"operation": "store", "tenant": {}, "data": {"category": "personal", "subject_countries": ["UK"]}}"#,
                "UNKNOWN_COUNTRY"
            ),
            (
                #"{"operation": "transfer", "tenant": {}, "data": {"category": "personal", "subject_countries": ["DE"]}}"#,
                "MISSING_ATTRIBUTE:destination.country"
            ),
            (
                #"{"operation": "store", "tenant": {"residency_mode": "lax"}, "#
                    + #""data": {"category": "personal", "subject_countries": ["DE"]}}"#,
                "UNKNOWN_VALUE:tenant.residency_mode"
            ),
        ])
    func failsClosed(json: String, code: String) throws {
        let route = try Installation.route(json)
        #expect(!route.isAllowed)
        #expect(route.codes.contains(code), "\(route.codes)")
        #expect(route.allowed.isEmpty && route.primary == nil)
    }
}
