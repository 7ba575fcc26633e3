import ArgumentParser
import CedarEngine
import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import Foundation
import Gateways
import Identity
import OpenIDConnect
import PolicyBundles
import SAML
import StrictJSON

/// The command `verdict decide`.
struct DecideCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide", abstract: "Answer one request from policy files, without a server.",
        discussion: """
            A credential in the request is verified as the server does, but for revocations; keys that the policies \
            do not hold are fetched. Exits with 0 for allow, 1 for deny, 3 for an invalid request or invalid policies.
            """)

    @OptionGroup var options: PolicyOptions

    @Option(help: ArgumentHelp("The request, as in `POST /v1/decide`; `-` reads standard input.", valueName: "file"))
    var request: String

    @Option(help: ArgumentHelp("The application, when the request does not name it.", valueName: "name"))
    var application: String?

    @Option(help: ArgumentHelp("The tenant, when the request does not name it.", valueName: "id"))
    var tenant: String?

    @Option(
        help: ArgumentHelp("The time of the decision, as `2026-11-21T10:00:00Z`; now by default.", valueName: "time"))
    var now: String?

    @OptionGroup var issuers: IssuerOptions

    @OptionGroup var engine: EngineOptions

    @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
    var format = OutputFormat.text

    func run() async throws {
        let instant = try InputTime.instant(now)
        let applications = try options.loadOrExit()
        let decision: Decision
        do {
            var address = Address()
            try address.addApplication(application, at: "`--application`")
            try address.addTenant(tenant, at: "`--tenant`")
            let question = try NativeRequestReader.read(
                try InputFile.read(request).bytes, limits: .request, address: address)
            let tenant = try PolicyDecisionPoint(applications: applications).address(question).1
            let keys = await issuers.fetchedKeys(of: question.credentials.isEmpty ? nil : tenant.trust)
            let messages = SAMLVerifier(
                replays: LocalAssertionReplays(since: Datetime(milliseconds: .min)), cache: nil, metadata: keys)
            let verifier = CredentialVerifiers([
                "jwt": TokenVerifier(keySource: keys, cache: nil), "saml_response": messages,
                "saml_assertion": messages,
            ])
            decision = try PolicyDecisionPoint(
                applications: applications, engine: engine.engine, verifier: verifier
            ).decide(question, at: instant)
        } catch let problem as ProblemDetails {
            throw Console.refuse(problem)
        } catch let error as CallError {
            throw Console.refuse(ProblemDetails(error))
        }
        switch format {
        case .json: Console.print(NativeResponseWriter.body(decision, decisionID: DecisionIdentifier().text))
        case .text: Console.print(text(decision))
        }
        if decision.decision == .deny { throw ExitStatus.negative }
    }

    private func text(_ decision: Decision) -> String {
        var lines = [decision.decision.rawValue]
        for reason in decision.reasons {
            lines.append("  \(reason.code): \(reason.message)")
            if let policy = reason.policy, let source = reason.source {
                let effect = reason.effect.map { "\($0.rawValue) " } ?? ""
                lines.append(
                    "    \(effect)`\(policy)` at \(source.file):\(source.position.line):\(source.position.column)")
            }
        }
        // An obligation is part of the answer: who cannot honour it must deny.
        lines += decision.obligations.map { "  obligation `\($0.id)` (\($0.type))" }
        lines += decision.advice.map { "  advice `\($0.id)` (\($0.type))" }
        for failure in decision.errors {
            let path = failure.path.map { " (\($0))" } ?? ""
            lines.append("  error in `\(failure.policy)`: \(failure.code): \(failure.message)\(path)")
        }
        return lines.joined(separator: "\n")
    }
}
