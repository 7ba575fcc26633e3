import IssuerKeys
import OpenIDConnect

extension MetricsPage {
    /// How many issuers have samples of their own.
    ///
    /// With more, `/v1/issuers` tells what is wrong with which.
    private static let maximumIssuers = 100

    /// Writes what became of credentials, and how fresh the keys of issuers are.
    static func write(_ metrics: LoopMetrics, _ credentials: CredentialOperations?, to text: inout PrometheusText) {
        text.metric("verdict_credentials_total", "counter", help: "Decisions with a credential, by what became of it.")
        text.sample(
            "verdict_credentials_total", [("result", "accepted"), ("code", "")], String(metrics.acceptedCredentials))
        for (code, count) in metrics.refusedCredentials.sorted(by: { $0.key < $1.key }) {
            text.sample("verdict_credentials_total", [("result", "refused"), ("code", code)], String(count))
        }
        text.sample(
            "verdict_credentials_total", [("result", "indeterminate"), ("code", "INDETERMINATE")],
            String(metrics.problems["INDETERMINATE", default: 0]))
        guard let credentials else { return }
        let statistics = credentials.cache.statistics
        text.metric("verdict_token_cache_lookups_total", "counter", help: "Looks for a verified token, by outcome.")
        text.sample("verdict_token_cache_lookups_total", [("result", "hit")], String(statistics.hits))
        text.sample("verdict_token_cache_lookups_total", [("result", "miss")], String(statistics.misses))
        text.metric("verdict_token_cache_entries", "gauge", help: "Verified tokens that are remembered.")
        text.sample("verdict_token_cache_entries", [], String(credentials.cache.count))
        let revoked = credentials.journal?.list.counts ?? (tokens: 0, subjects: 0)
        text.metric("verdict_revocations", "gauge", help: "Revocations that count, by kind.")
        text.sample("verdict_revocations", [("kind", "token")], String(revoked.tokens))
        text.sample("verdict_revocations", [("kind", "subject")], String(revoked.subjects))
        text.metric(
            "verdict_saml_disagreements_total", "counter",
            help: "SAML signatures refused because the two verifiers did not agree.")
        text.sample("verdict_saml_disagreements_total", [], String(credentials.disagreements()))
        write(credentials.keys.reports, to: &text)
    }

    private static func write(_ reports: [KeySetReport], to text: inout PrometheusText) {
        text.metric("verdict_issuers", "gauge", help: "Places of keys, by whether keys are known and the last fetch.")
        for (state, holds) in [
            ("fresh", { $0.keys > 0 && $0.failures == 0 }), ("failing", { $0.keys > 0 && $0.failures > 0 }),
            ("missing", { $0.keys == 0 }),
        ] as [(String, (KeySetReport) -> Bool)] {
            text.sample("verdict_issuers", [("state", state)], String(reports.count(where: holds)))
        }
        let shown = reports.prefix(maximumIssuers)
        text.metric("verdict_issuer_keys_age_seconds", "gauge", help: "Time since the keys of a place were fetched.")
        for report in shown {
            guard let age = report.age else { continue }
            text.sample("verdict_issuer_keys_age_seconds", [("place", report.place)], String(age / 1_000))
        }
        text.metric(
            "verdict_saml_metadata_valid_until_seconds", "gauge",
            help: "When the first provider of fetched metadata ends, in seconds since 1970.")
        for report in shown {
            guard let end = report.validUntil else { continue }
            text.sample(
                "verdict_saml_metadata_valid_until_seconds", [("place", report.place)], String(end / 1_000))
        }
        text.metric("verdict_issuer_fetch_failures", "gauge", help: "Fetches that failed since the last that did not.")
        for report in shown {
            text.sample("verdict_issuer_fetch_failures", [("place", report.place)], String(report.failures))
        }
    }
}
