import Foundation

extension Mint {
    /// Signature wrapping: a forged assertion or response beside, around or inside what was signed.
    ///
    /// The first eight are those of the literature (Somorovsky et al., USENIX Security 2012), as the tools of testers
    /// number them.
    var wrappings: [MintedCase] { classicWrappings + hiddenOriginals + stolenSignatures + identifiers }

    private func signature(_ forge: MessageForge, extra: String = "") -> String {
        var parts = SignatureParts(over: forge.assertion, id: forge.assertionID, by: forge.signer)
        parts.extra = extra
        return parts.text
    }

    private var classicWrappings: [MintedCase] {
        let signed = forge
        let whole = signed.response(signed.assertion)
        var foreign = signed
        foreign.responseID = "_evil" + MessageForge.random()
        let evilResponse = foreign.response(evil(signed))
        let outer = SignatureParts(over: whole, id: signed.responseID, by: signed.signer)
        var around = outer
        around.extra = "<ds:Object>\(whole)</ds:Object>"
        return [
            MintedCase("xsw1", signed.inserting(around.text, into: evilResponse), "xsw"),
            MintedCase(
                "xsw2",
                evilResponse.replacingFirst("<samlp:Status>", with: whole + outer.text + "<samlp:Status>"), "xsw"),
            MintedCase("xsw3", signed.response(evil(signed) + signed.signedAssertion), "saml.assertion_count"),
            MintedCase(
                "xsw4",
                signed.response(
                    evil(signed).replacingFirst("</saml:Assertion>", with: signed.signedAssertion + "</saml:Assertion>")
                ),
                "xsw"),
            MintedCase(
                "xsw5",
                signed.response(signed.inserting(signature(signed), into: evil(signed)) + signed.assertion),
                "saml.assertion_count"),
            MintedCase(
                "xsw6",
                signed.response(
                    signed.inserting(
                        signature(signed).replacingFirst("</ds:Signature>", with: signed.assertion + "</ds:Signature>"),
                        into: evil(signed))), "xsw"),
            MintedCase(
                "xsw7",
                signed.response(signed.signedAssertion).replacingFirst(
                    "<samlp:Status>",
                    with: "<samlp:Extensions>\(evil(signed, id: signed.assertionID))</samlp:Extensions><samlp:Status>"),
                "id.duplicate"),
            MintedCase(
                "xsw8",
                signed.response(
                    signed.inserting(
                        signature(signed, extra: "<ds:Object>\(signed.assertion)</ds:Object>"), into: evil(signed))),
                "xsw"),
        ]
    }

    /// The signed assertion in a place where only a search for its ID finds it.
    private var hiddenOriginals: [MintedCase] {
        let signed = forge
        let original = signed.signedAssertion
        let bare = signed.response(evil(signed))
        func status(_ content: String) -> String {
            bare.replacingFirst("</samlp:Status>", with: content + "</samlp:Status>")
        }
        return [
            MintedCase("wrap-behind", signed.response(original + evil(signed)), "saml.assertion_count"),
            MintedCase("wrap-status", status("<samlp:StatusDetail>\(original)</samlp:StatusDetail>"), "xsw"),
            MintedCase(
                "wrap-extensions",
                bare.replacingFirst(
                    "<samlp:Status>", with: "<samlp:Extensions>\(original)</samlp:Extensions><samlp:Status>"), "xsw"),
            MintedCase(
                "wrap-advice",
                signed.response(evil(signed, inside: "<saml:Advice>\(original)</saml:Advice>")), "sig.missing"),
            MintedCase(
                "wrap-attribute",
                signed.response(evil(signed).replacingFirst(">staff<", with: ">\(original)<")), "xsw"),
            MintedCase(
                "wrap-foreign",
                bare.replacingFirst(
                    "<samlp:Status>", with: "<x:wrap xmlns:x=\"urn:x\">\(original)</x:wrap><samlp:Status>"), "xsw"),
            MintedCase(
                "wrap-key-hints",
                signed.response(
                    signed.inserting(
                        signature(signed, extra: "<ds:KeyInfo>\(signed.assertion)</ds:KeyInfo>"), into: evil(signed))),
                "xsw"),
            MintedCase(
                "wrap-response-in-response", signed.response(signed.response(original) + evil(signed)), "xsw"),
            MintedCase(
                "wrap-two-valid",
                signed.response(original + { (other: MessageForge) in other.signedAssertion }(forge)),
                "saml.assertion_count"),
            MintedCase(
                "wrap-bare", evil(signed, inside: "<saml:Statement>\(original)</saml:Statement>"), "xsw"
            ) { $0.isBare = true },
            MintedCase(
                "wrap-artifact",
                "<samlp:ArtifactResponse xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_x\" "
                    + "IssueInstant=\"\(MessageForge.time(now))\" Version=\"2.0\">\(signed.message)"
                    + "</samlp:ArtifactResponse>", "saml.root"),
        ]
    }

    /// A signature that is good, and covers something else.
    private var stolenSignatures: [MintedCase] {
        let signed = forge
        let whole = signed.response(signed.assertion)
        let parts = SignatureParts(over: whole, id: signed.responseID, by: signed.signer)
        var smuggled = parts
        smuggled.extra = "<ds:Object>\(evil(signed))</ds:Object>"
        let failed = signed.response("").replacingFirst("status:Success", with: "status:Responder")
        var failure = SignatureParts(over: failed, id: signed.responseID, by: signed.signer)
        let decoy = failure.text.replacingFirst("</ds:Signature>", with: evil(signed) + "</ds:Signature>")
        failure.extra = "<ds:Object>\(evil(signed))</ds:Object>"
        let ancestor = signed.response(evil(signed))
        let logout =
            "<samlp:LogoutRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_logout\" "
            + "IssueInstant=\"\(MessageForge.time(now))\" Version=\"2.0\"><saml:Issuer xmlns:saml=\""
            + "\(MessageForge.samlNamespace)\">\(signed.provider)</saml:Issuer></samlp:LogoutRequest>"
        let metadata = signed.metadata([Signer.rsa.certificate])
        func extended(_ content: String) -> String {
            signed.response(evil(signed)).replacingFirst(
                "<samlp:Status>", with: "<samlp:Extensions>\(content)</samlp:Extensions><samlp:Status>")
        }
        return [
            MintedCase("object-smuggle", signed.inserting(smuggled.text, into: whole), "sig.object"),
            MintedCase("error-object", signed.inserting(failure.text, into: failed), "s"),
            MintedCase("error-decoy", signed.inserting(decoy, into: failed), "xsw"),
            MintedCase(
                "ancestor-signature",
                signed.response(
                    signed.inserting(
                        SignatureParts(over: ancestor, id: signed.responseID, by: signed.signer).text,
                        into: evil(signed))), "sig.reference_not_parent"),
            MintedCase("metadata-donor", extended(metadata), "xsw"),
            MintedCase("logout-donor", extended(signed.signed(logout, id: "_logout")), "xsw"),
            MintedCase(
                "signature-in-status",
                whole.replacingFirst("</samlp:Status>", with: parts.text + "</samlp:Status>"), "sig.position"),
            MintedCase(
                "signature-at-response",
                signed.inserting(signature(signed), into: whole), "sig.reference_not_parent"),
            MintedCase(
                "copied-signature",
                signed.response(signed.inserting(signature(signed), into: evil(signed, id: signed.assertionID)))
                    .replacingFirst(
                        "<samlp:Status>",
                        with: "<samlp:Extensions>\(signed.assertion)</samlp:Extensions><samlp:Status>"), "id.duplicate"),
        ]
    }

    /// Two meanings of one ID.
    private var identifiers: [MintedCase] {
        let signed = forge
        let original = signed.signedAssertion
        let twin = evil(signed, id: signed.assertionID)
        return [
            MintedCase("same-id-first", signed.response(twin + original), "id.duplicate"),
            MintedCase("same-id-last", signed.response(original + twin), "id.duplicate"),
            MintedCase(
                "xml-id",
                signed.response(original).replacingFirst(
                    "<samlp:Status>", with: "<samlp:Status xml:id=\"\(signed.assertionID)\">"), "id.namespaced"),
            MintedCase(
                "other-id",
                signed.response(original).replacingFirst(
                    "<samlp:Status>", with: "<samlp:Status Id=\"\(signed.assertionID)\">"), "id.duplicate"),
            MintedCase(
                "namespaced-id",
                signed.message.replacingFirst(" ID=", with: " samlp:ID=\"_x\" ID="), "id.namespaced"),
            MintedCase(
                "look-alike",
                signed.message.replacingOccurrences(
                    of: MessageForge.samlNamespace + "\" ID", with: MessageForge.samlNamespace + "#\" ID"), ""),
            MintedCase("no-id", signed.message(replacing: " ID=\"\(signed.assertionID)\"", with: ""), "saml.id"),
        ]
    }
}
