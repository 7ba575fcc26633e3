package import CedarEngine
package import CedarModel
package import CedarSyntax
import Synchronization

/// Compilers by application, kept between loads so that a reload compiles only what changed.
package final class CompilationCache: Sendable {
    /// What compiling has cost since the cache was made.
    package struct Statistics: Sendable {
        /// How many policies were compiled.
        package var compiled = 0

        /// How many were found compiled by an earlier load.
        package var reused = 0

        /// Nothing yet.
        package init() {}
    }

    private struct Entry {
        var compiler = PolicyCompiler()
        /// How many names the compiler knew after it was new.
        var firstSymbolCount: Int?
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// What compiling has cost so far, by application; apart from the entries, which are held while one compiles.
    private let costs = Mutex<[String: Statistics]>([:])

    /// What loads found out about the policies of applications, by folder; taken out while one loads.
    private let memories = Mutex<[String: LoadMemory]>([:])

    /// Makes an empty cache.
    package init() {}

    /// Compiles the policies and entities of an application, with the constants of its requests; names and entities
    /// that requests refer to get numbers.
    package func compile(
        _ policies: PolicySet, entities: EntityStore, of application: String, learning names: [CedarString] = [],
        _ uids: [EntityUID] = [], constants: [Record] = []
    ) -> (policies: CompiledPolicies, constants: CompiledConstants) {
        entries.withLock { entries in
            var entry = entries.removeValue(forKey: application) ?? Entry()
            // Names that are gone stay in the table; when they could be most of it, it is made anew.
            if let first = entry.firstSymbolCount, entry.compiler.symbolCount > 2 * first + 10_000 {
                entry.compiler.reset()
                entry.firstSymbolCount = nil
            }
            let stored = entry.compiler.compile(entities: entities)
            entry.compiler.learn(names, uids)
            let constants = entry.compiler.compile(constants: constants)
            let compiled = entry.compiler.compile(policies, entities: stored)
            if entry.firstSymbolCount == nil { entry.firstSymbolCount = entry.compiler.symbolCount }
            entries[application] = entry
            let cost = entry.compiler.statistics
            costs.withLock {
                $0[application] = Statistics()
                $0[application]?.compiled = cost.compiled
                $0[application]?.reused = cost.reused
            }
            return (compiled, constants)
        }
    }

    /// What earlier loads found out about the policies in a folder; nothing, when there were none or one is under way.
    func takeMemory(of folder: String) -> LoadMemory {
        memories.withLock { $0.removeValue(forKey: folder) ?? LoadMemory() }
    }

    /// Keeps what a load found out for the next one.
    func keep(_ memory: LoadMemory, of folder: String) {
        memories.withLock { $0[folder] = memory }
    }

    /// What compiling has cost, all applications together; does not wait for one that is being compiled.
    package var statistics: Statistics {
        costs.withLock { costs in
            costs.values.reduce(into: Statistics()) { sum, cost in
                sum.compiled += cost.compiled
                sum.reused += cost.reused
            }
        }
    }
}
