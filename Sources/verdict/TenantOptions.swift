import ArgumentParser
import CedarSyntax
import Identity
import PolicyBundles

/// The tenant for which a credential is verified.
struct TenantOptions: ParsableArguments {
    @OptionGroup var options: PolicyOptions

    @Option(help: ArgumentHelp("The application, where several are loaded.", valueName: "name"))
    var application: String?

    @Option(help: ArgumentHelp("The tenant.", valueName: "id"))
    var tenant: String

    /// Whom the tenant trusts; `nil` when it trusts nobody.
    ///
    /// - Throws: ``ExitStatus/invalidInput`` when the policies cannot be loaded or there is no such tenant, with an
    ///   error shown.
    func trust() throws -> TenantTrust? {
        let applications = try options.loadOrExit()
        guard let snapshot = applications.snapshot(named: application) else {
            Console.error("error: name one of the applications with `--application`")
            throw ExitStatus.invalidInput
        }
        guard let known = snapshot.tenants[CedarString(tenant)] else {
            Console.error("error: the application `\(snapshot.application)` has no tenant `\(tenant)`")
            throw ExitStatus.invalidInput
        }
        return known.trust
    }
}
