import Foundation

extension Mint {
    /// Signed assertions that break a rule of the profile, by a change of their text before they were signed.
    var claims: [MintedCase] {
        let audience = forge.audience
        let restriction =
            "<saml:AudienceRestriction><saml:Audience>\(audience)</saml:Audience></saml:AudienceRestriction>"
        let changes: [(String, String, String, String)] = [
            ("audience-none", restriction, "", "audience.missing"),
            ("audience-empty", "<saml:Audience>\(audience)", "<saml:Audience>", "audience.mismatch"),
            ("audience-prefix", audience + "</saml:Aud", audience + "-2</saml:Aud", "audience.mismatch"),
            (
                "audience-case", "https://verdict.example.org/acme</saml:Aud",
                "https://verdict.example.org/Acme</saml:Aud",
                "audience.mismatch"
            ),
            ("audience-space", "<saml:Audience>", "<saml:Audience> ", "audience.mismatch"),
            ("audience-other-tenant", "/acme</saml:Aud", "/globex</saml:Aud", "audience.mismatch"),
            (
                "audience-second", restriction, restriction + restriction.replacingFirst("/acme", with: "/other"),
                "audience.mismatch"
            ),
            (
                "condition-unknown", "</saml:Conditions>", "<saml:Condition></saml:Condition></saml:Conditions>",
                "conditions.unknown"
            ),
            (
                "condition-twice", "</saml:Conditions>",
                "<saml:OneTimeUse></saml:OneTimeUse><saml:OneTimeUse></saml:OneTimeUse></saml:Conditions>",
                "conditions.repeated"
            ),
            ("recipient-none", " Recipient=\"\(forge.recipient)\"", "", "subject.confirmation"),
            (
                "recipient-other", "Recipient=\"\(forge.recipient)", "Recipient=\"\(forge.recipient)/x",
                "subject.confirmation"
            ),
            (
                "answer-other", "InResponseTo=\"_request-1\" Not", "InResponseTo=\"_request-2\" Not",
                "subject.confirmation"
            ),
            ("answer-unpaired", "InResponseTo=\"_request-1\" Not", "Not", "subject.confirmation"),
            ("sender-vouches", "cm:bearer", "cm:sender-vouches", "subject.confirmation"),
            ("holder-of-key", "cm:bearer", "cm:holder-of-key", "subject.confirmation"),
            (
                "bearer-start", "Data InResponseTo=\"_request-1\" Not",
                "Data InResponseTo=\"_request-1\" NotBefore=\"2020-01-01T00:00:00Z\" Not", "subject.confirmation"
            ),
            ("name-empty", "alice@example.com", "", "subject.empty_nameid"),
            ("name-nested", "alice@example.com", "<x>alice</x>", "subject.nested"),
            ("name-invisible", "alice@example.com", "ali\u{200D}ce", "subject.control_chars"),
            ("issuer-format", "<saml:Issuer>", "<saml:Issuer Format=\"urn:x\">", "issuer.format"),
            ("issuer-space", "<saml:Issuer>", "<saml:Issuer> ", "issuer.malformed"),
            ("attribute-nameless", "<saml:Attribute Name=\"mail\">", "<saml:Attribute>", "attr.name"),
            ("attribute-nested", "a@b.example", "<x>a</x>", "attr.nested"),
            ("version", "Version=\"2.0\"", "Version=\"1.1\"", "saml.version"),
            (
                "order", "<saml:Subject>", "<saml:AttributeStatement></saml:AttributeStatement><saml:Subject>",
                "saml.order"
            ),
            (
                "confirmation-endless", "NotOnOrAfter=\"\(MessageForge.time(forge.confirmationEnd))\" Rec", "Rec",
                "subject.confirmation"
            ),
        ]
        var cases = changes.map { name, part, other, code in
            MintedCase(name, forge.message(replacing: part, with: other), code)
        }
        let signed = forge
        var nobody = forge
        nobody.provider = "https://nobody.example.com/saml"
        var other = forge
        other.provider = "https://idp.example.com/saml/"
        cases += [
            MintedCase("issuer-other", nobody.message, "issuer.mismatch"),
            MintedCase("issuer-slash", other.message, "issuer.mismatch"),
            MintedCase("issuer-mixed", signed.response(nobody.signedAssertion), "issuer.mismatch"),
            MintedCase(
                "subject-none", removing("<saml:Subject>", "</saml:Subject>"), "subject.missing"),
            MintedCase(
                "conditions-none", removing("<saml:Conditions", "</saml:Conditions>"), "conditions.missing"),
            MintedCase(
                "sign-in-none", removing("<saml:AuthnStatement", "</saml:AuthnStatement>"), "authn.missing"),
            MintedCase(
                "status-failure", signed.message.replacingFirst("status:Success", with: "status:Responder"),
                "saml.status"),
            MintedCase(
                "status-nested",
                signed.message.replacingFirst(
                    "status:Success\">",
                    with: "status:Responder\"><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\">"
                        + "</samlp:StatusCode>"), "saml.status"),
            MintedCase(
                "status-none", signed.message.removing("<samlp:Status>", "</samlp:Status>"), "saml.status"),
            MintedCase(
                "destination-empty", signed.message.replacingFirst("\"\(signed.recipient)\" ID", with: "\"\" ID"),
                "destination.empty"),
            MintedCase(
                "destination-longer", signed.message.replacingFirst("/acs\" ID", with: "/acs.evil\" ID"),
                "destination.mismatch"),
            MintedCase(
                "answer-response",
                signed.message.replacingFirst("InResponseTo=\"_request-1\"", with: "InResponseTo=\"_request-2\""),
                "in_response_to"),
            MintedCase("answer-expected", signed.message, "in_response_to") { $0.requestID = "_request-9" },
            MintedCase(
                "response-version", signed.message.replacingFirst("Version=\"2.0\"", with: "Version=\"1.1\""),
                "saml.version"),
        ]
        return cases
    }

    private func removing(_ start: String, _ end: String) -> String {
        let forge = self.forge
        return forge.response(forge.signed(forge.assertion.removing(start, end), id: forge.assertionID))
    }

    /// Times that are over, to come, contradictory, or no times.
    var times: [MintedCase] {
        func changed(_ change: (inout MessageForge) -> Void) -> String {
            var forge = self.forge
            change(&forge)
            return forge.message
        }
        let instant = "IssueInstant=\"\(MessageForge.time(now))\" Version=\"2.0\"><saml:Issuer>"
        return [
            MintedCase("ended", ended(now - 61_000), "time.not_on_or_after"),
            MintedCase("ended-just", ended(now - 60_000), "time.not_on_or_after"),
            MintedCase("confirmation-ended", changed { $0.confirmationEnd = now - 61_000 }, "subject.confirmation"),
            MintedCase("to-come", changed { $0.start = now + 61_000 }, "time.not_before"),
            MintedCase(
                "inverted",
                changed {
                    $0.start = now + 20_000
                    $0.end = now - 20_000
                }, "time.inverted"),
            MintedCase("issued-later", changed { $0.issued = now + 120_000 }, "time.issue_instant_future"),
            MintedCase(
                "signed-in-later",
                forge.message(
                    replacing: "AuthnInstant=\"\(MessageForge.time(now))",
                    with: "AuthnInstant=\"\(MessageForge.time(now + 120_000))"), "time.authn_instant_future"),
            MintedCase(
                "session-over",
                forge.message(
                    replacing: "SessionIndex=\"_s\"",
                    with: "SessionIndex=\"_s\" SessionNotOnOrAfter=\"\(MessageForge.time(now - 120_000))\""),
                "time.session_expired"),
            MintedCase(
                "no-zone",
                forge.message(replacing: instant, with: instant.replacingFirst("Z\"", with: "\"")),
                "saml.issue_instant"),
            MintedCase(
                "no-time",
                forge.message(
                    replacing: "NotBefore=\"\(MessageForge.time(forge.start))", with: "NotBefore=\"yesterday"),
                "time.format"),
        ]
    }

    private func ended(_ end: Int64) -> String {
        var forge = self.forge
        (forge.start, forge.end) = (end - 300_000, end)
        return forge.message
    }

    /// Assertions that are used twice.
    var replays: [MintedCase] {
        let signed = forge
        var other = signed
        other.responseID = "_other" + MessageForge.random()
        return [
            .valid("first-use", signed.message) { $0.group = "replay" },
            MintedCase("second-use", signed.message, "replay.seen") { $0.group = "replay" },
            MintedCase("second-response", other.message, "replay.seen") { $0.group = "replay" },
        ]
    }

    /// Assertions without a response (RFC 7522).
    var bareAssertions: [MintedCase] {
        var foreign = forge
        foreign.audience = "https://other.example.org"
        var silent = forge
        silent.hasSignIn = false
        return [
            .valid("bare", forge.signedAssertion) { $0.isBare = true },
            .valid("bare-without-sign-in", silent.signedAssertion) { $0.isBare = true },
            MintedCase("bare-audience", foreign.signedAssertion, "audience.mismatch") { $0.isBare = true },
            MintedCase("bare-unsigned", forge.assertion, "sig.missing") { $0.isBare = true },
            MintedCase("bare-response", forge.message, "saml.root") { $0.isBare = true },
            MintedCase("response-bare", forge.signedAssertion, "saml.root"),
        ]
    }
}
