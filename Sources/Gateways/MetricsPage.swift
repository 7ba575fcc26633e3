import CedarEngine
import Foundation
import PolicyBundles

/// The page for `GET /metrics`.
struct MetricsPage {
    private(set) var bytes: [UInt8] = []

    init(
        _ metrics: LoopMetrics, _ applications: Applications, _ status: PolicyReloader.Status,
        credentials: CredentialOperations? = nil, compilation: CompilationCache.Statistics = .init(),
        accessLog: AccessLogFile? = nil, now: Date = Date()
    ) {
        var text = PrometheusText()
        text.metric("verdict_calls_total", "counter", help: "Calls by endpoint, errors included.")
        for endpoint in DecisionRoute.Endpoint.allCases {
            text.sample(
                "verdict_calls_total", [("endpoint", String(describing: endpoint))],
                String(metrics.calls(at: endpoint)))
        }
        text.metric("verdict_decisions_total", "counter", help: "Decisions by endpoint and outcome.")
        for endpoint in DecisionRoute.Endpoint.allCases {
            for isAllow in [true, false] {
                text.sample(
                    "verdict_decisions_total",
                    [("endpoint", String(describing: endpoint)), ("decision", isAllow ? "allow" : "deny")],
                    String(metrics.decisions(at: endpoint, isAllow: isAllow)))
            }
        }
        text.metric(
            "verdict_recalled_questions_total", "counter",
            help: "Decisions whose question was known from an earlier call and not read again.")
        text.sample("verdict_recalled_questions_total", [], String(metrics.recalledQuestions))
        text.metric("verdict_call_errors_total", "counter", help: "Calls that were errors and not decisions, by code.")
        for (code, count) in metrics.problems.sorted(by: { $0.key < $1.key }) {
            text.sample("verdict_call_errors_total", [("code", code)], String(count))
        }
        text.metric("verdict_policy_errors_total", "counter", help: "Policies that had no value for a request.")
        let errors = metrics.policyErrors.sorted {
            ($0.key.application, $0.key.policy) < ($1.key.application, $1.key.policy)
        }
        for (key, count) in errors {
            text.sample(
                "verdict_policy_errors_total", [("application", key.application), ("policy", key.policy)],
                String(count))
        }
        text.metric(
            "verdict_stage_duration_seconds", "histogram", help: "Time spent in each stage of answering a call.")
        for stage in LoopMetrics.Stage.allCases {
            text.histogram(
                "verdict_stage_duration_seconds", [("stage", stage.name)], metrics.stages[stage.rawValue])
        }
        text.metric("verdict_snapshot_info", "gauge", help: "The version of the policies served, by application.")
        for snapshot in applications.snapshots {
            text.sample(
                "verdict_snapshot_info", [("application", snapshot.application), ("version", snapshot.version)], "1")
        }
        text.metric("verdict_snapshot_policies", "gauge", help: "Policies served, by application.")
        for snapshot in applications.snapshots {
            text.sample(
                "verdict_snapshot_policies", [("application", snapshot.application)],
                String(snapshot.policies.policies.count))
        }
        text.metric("verdict_snapshot_age_seconds", "gauge", help: "Time since the served policies were loaded.")
        text.sample(
            "verdict_snapshot_age_seconds", [], String(format: "%.3f", max(0, now.timeIntervalSince(status.loadedAt))))
        text.metric(
            "verdict_snapshot_stale", "gauge", help: "1 when the files have errors and older policies are served.")
        text.sample("verdict_snapshot_stale", [], status.isStale ? "1" : "0")
        text.metric("verdict_reloads_total", "counter", help: "Loads of the policy files, by result.")
        text.sample("verdict_reloads_total", [("result", "success")], String(status.successes))
        text.sample("verdict_reloads_total", [("result", "failure")], String(status.failureCount))
        if let accessLog {
            text.metric(
                "verdict_access_log_lost_lines_total", "counter",
                help: "Lines of the access log that the file system refused or was too slow to take.")
            text.sample("verdict_access_log_lost_lines_total", [], String(accessLog.lostLines))
        }
        Self.write(metrics, credentials, to: &text)
        text.metric(
            "verdict_load_duration_seconds", "gauge", help: "How long the last reload took, by stage; 0 before any.")
        for stage in LoadDurations.Stage.allCases {
            text.sample(
                "verdict_load_duration_seconds", [("stage", stage.rawValue)],
                String(format: "%.6f", status.durations[stage]))
        }
        text.metric(
            "verdict_compiled_policies_total", "counter",
            help: "Policies in loads: compiled, or reused as they were compiled before.")
        text.sample("verdict_compiled_policies_total", [("result", "compiled")], String(compilation.compiled))
        text.sample("verdict_compiled_policies_total", [("result", "reused")], String(compilation.reused))
        bytes = text.bytes
    }
}
