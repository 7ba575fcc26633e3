import ArgumentParser
import CedarModel
import CedarSyntax
import DecisionPoint
import DecisionWire
import Foundation
import Gateways
import PolicyBundles
import Residency
import StrictJSON

/// The command `verdict route`.
struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Say where data may be or go, without a server.",
        discussion: """
            Prints a table of the regions: allowed, primary, or the policy that excludes each. Exits with 0 for allow, \
            1 for deny, 3 for an invalid request or invalid policies.
            """)

    @OptionGroup var options: PolicyOptions

    @Option(help: ArgumentHelp("The request, as in `POST /v1/route`; `-` reads standard input.", valueName: "file"))
    var request: String

    @Option(help: ArgumentHelp("The application, when the request does not name it.", valueName: "name"))
    var application: String?

    @Option(help: ArgumentHelp("The tenant, when the request does not name it.", valueName: "id"))
    var tenant: String?

    @Option(
        help: ArgumentHelp("The time of the answer, as `2026-11-21T10:00:00Z`; now by default.", valueName: "time"))
    var now: String?

    @Option(
        help: ArgumentHelp(
            "Answer with this pack, without a tenant, and take the request's word for evidence.", valueName: "name"))
    var pack: String?

    @Option(help: ArgumentHelp("How to print.", valueName: "text|json"))
    var format = OutputFormat.text

    func run() throws {
        let instant = try InputTime.instant(now)
        let applications = try options.loadOrExit()
        let route: RoutingDecision
        do {
            var address = Address()
            try address.addApplication(application, at: "`--application`")
            try address.addTenant(tenant, at: "`--tenant`")
            let question = try RoutingBodyReader.read(
                try InputFile.read(request).bytes, limits: .request, address: address)
            if let pack {
                let packs = applications.snapshots.compactMap(\.residency).first
                guard let pack = packs?.packs[pack] else {
                    Console.error("error: there is no residency pack `\(pack)`")
                    throw ExitStatus.invalidInput
                }
                var profile = TenantProfile.trusting
                profile.isKnown = true
                let request = RoutingRequestReader.read(
                    question.request, for: pack, profile: profile, at: question.now ?? instant)
                route = ResidencyRouter(pack).route(request, at: question.now ?? instant)
            } else {
                route = try PolicyDecisionPoint(applications: applications, allowsRequestClock: true).route(
                    question, at: instant)
            }
        } catch let problem as ProblemDetails {
            throw Console.refuse(problem)
        } catch let error as CallError {
            throw Console.refuse(ProblemDetails(error))
        }
        switch format {
        case .json: Console.print(RoutingResponseWriter.body(route, decisionID: DecisionIdentifier().text))
        case .text: Console.print(RouteTable(route).text)
        }
        if !route.isAllowed { throw ExitStatus.negative }
    }
}
