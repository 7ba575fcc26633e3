import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import Identity
import PolicyBundles
import Testing

/// Answers as it is told, whatever the credential.
private struct FixedVerifier: CredentialVerifier {
    var result: Result<VerifiedSubject, VerificationFailure>

    func verify(
        _ credentials: PresentedCredentials, for tenant: TenantTrust, at now: Datetime
    ) throws(VerificationFailure) -> VerifiedSubject { try result.get() }
}

@Suite("Principals that credentials name") struct CredentialTests {
    static func subject(
        id: CedarString = "u", type: String = "User", attributes: Record = .empty, roles: [CedarString] = [],
        groups: MappedNames = .known([]), secondFactor: Bool = false
    ) -> VerifiedSubject {
        var sign = VerifiedSubject.SignIn()
        sign.hasSecondFactor = secondFactor
        return VerifiedSubject(
            tenant: "default", issuer: "https://a.example", subject: id,
            mapped: MappedClaims(
                principalType: type, principalID: id, attributes: attributes, roles: .known(roles), groups: groups,
                groupType: "Team"),
            sign: sign, token: VerifiedSubject.TokenFacts(expiry: noon))
    }

    private func point(
        _ policies: String, _ result: Result<VerifiedSubject, VerificationFailure>, adding: Set<CedarString> = []
    ) throws -> PolicyDecisionPoint {
        var application = Application(policies: policies)
        application.settings.assertedPrincipals = false
        application.trust = TenantTrust(tenant: "default", issuers: [], callerMayAdd: adding)
        return PolicyDecisionPoint(
            applications: Applications([try application.snapshot()]), verifier: FixedVerifier(result: result))
    }

    private func request(_ action: String = "read", named: Bool = false) -> DecisionRequest {
        var request = ask(action)
        if !named {
            request.principal = .init(type: "", id: "")
            request.namesPrincipal = false
        }
        request.credentials = [SubjectCredential(type: "jwt", value: [])]
        return request
    }

    @Test func theSubjectIsThePrincipal() throws {
        let policies = """
            permit(principal == App::User::"u", action, resource) when {
                principal.level == 3 && principal in App::Team::"t" && context.credential.second_factor
                && context.credential.issuer == "https://a.example"
            };
            """
        let point = try point(
            policies,
            .success(
                Self.subject(attributes: ["level": .long(3)], groups: .known(["t"]), secondFactor: true)))
        let decision = try point.decide(request(), at: noon)
        #expect(decision.decision == .allow, "\(decision.errors)")
        #expect(decision.credential == .accepted)
    }

    @Test func rolesComeFromTheTenantsModel() throws {
        let point = try point(Application.roles, .success(Self.subject(roles: ["viewer", "emperor"])))
        #expect(try point.decide(request("docs:read"), at: noon).decision == .allow)
        #expect(try point.decide(request("docs:delete"), at: noon).decision == .deny)
    }

    @Test("who is named must be who the credential is about")
    func mismatch() throws {
        let permitAll = "permit(principal, action, resource);"
        #expect(
            try point(permitAll, .success(Self.subject())).decide(request(named: true), at: noon).decision == .allow)
        for other in [Self.subject(id: "v"), Self.subject(type: "Robot")] {
            let decision = try point(permitAll, .success(other)).decide(request(named: true), at: noon)
            #expect(decision.decision == .deny)
            #expect(decision.reasons.map(\.code) == ["credential.principal"])
            #expect(decision.credential == .refused("credential.principal"))
        }
    }

    @Test func refusalsAreTypedAndSayNoMoreThanCallersMayKnow() throws {
        let failure = VerificationFailure(.audience, "SECRET detail")
        let decision = try point("permit(principal, action, resource);", .failure(failure)).decide(request(), at: noon)
        #expect(decision.decision == .deny)
        #expect(decision.reasons.map(\.code) == ["claims.audience"])
        #expect(!decision.reasons[0].message.contains("SECRET"))
    }

    @Test func whatCannotBeJudgedIsNoDecision() throws {
        let failure = VerificationFailure(.keysUnavailable, "down", disposition: .indeterminate)
        #expect(throws: CallError(.indeterminate, "")) {
            try point("permit(principal, action, resource);", .failure(failure)).decide(request(), at: noon)
        }
    }

    @Test func aTenantWithoutIssuersRefuses() throws {
        var application = Application(policies: "permit(principal, action, resource);")
        application.settings.assertedPrincipals = true
        let point = PolicyDecisionPoint(
            applications: Applications([try application.snapshot()]),
            verifier: FixedVerifier(result: .success(Self.subject())))
        #expect(try point.decide(request(), at: noon).reasons.map(\.code) == ["credential.no_trust"])
    }

    @Test("callers add what the tenant lists, and nothing else")
    func additions() throws {
        let policies = """
            permit(principal, action, resource) when { principal.posture == "good" && principal.level == 3 };
            """
        let subject = Self.subject(attributes: ["level": .long(3)])
        let point = try point(policies, .success(subject), adding: ["posture"])
        var request = request(named: true)
        request.principal.attributes = ["posture": .string("good")]
        #expect(try point.decide(request, at: noon).decision == .allow)
        request.principal.attributes = ["posture": .string("good"), "level": .long(9)]
        #expect(throws: CallError(.assertionNotAllowed, "")) { try point.decide(request, at: noon) }
        request.principal.attributes = ["posture": .string("good")]
        request.roles = ["viewer"]
        #expect(throws: CallError(.assertionNotAllowed, "")) { try point.decide(request, at: noon) }
        request.roles = []
        request.principal.parents = [("Team", "t")]
        #expect(throws: CallError(.assertionNotAllowed, "")) { try point.decide(request, at: noon) }
    }

    @Test("a description of the resource is none of the principal")
    func selfDescription() throws {
        let point = try point("permit(principal, action, resource);", .success(Self.subject()), adding: ["posture"])
        var request = request()
        request.resource = .init(type: "User", id: "u", attributes: ["level": .long(9)])
        #expect(throws: CallError(.assertionNotAllowed, "")) { try point.decide(request, at: noon) }
    }

    @Test func theContextOfTheCredentialIsTheServers() throws {
        var request = request()
        request.context = ["credential": .record(["second_factor": .bool(true)])]
        let point = try point("permit(principal, action, resource);", .success(Self.subject()))
        #expect(throws: CallError(.reservedContext, "")) { try point.decide(request, at: noon) }
    }

    @Test("groups that the issuer did not send are unknown, and policies see it")
    func overage() throws {
        let policies = """
            permit(principal, action, resource);
            @code("GROUPS_UNKNOWN") forbid(principal, action, resource) unless { context.credential.groups_known };
            """
        let point = try point(policies, .success(Self.subject(groups: .unknown(reason: "overage"))))
        #expect(try point.decide(request(), at: noon).reasons.map(\.code) == ["GROUPS_UNKNOWN"])
    }
}
