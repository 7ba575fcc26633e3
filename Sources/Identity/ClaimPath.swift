package import CedarSyntax
import StrictJSON

/// The way to a claim: literal keys, from the outside in.
///
/// Keys are never split at dots or slashes, as names such as `kubernetes.io` and `https://acme.example/roles` have them
/// (RFC 7519 section 4.2). `*` stands for every member of an object and every element of a list.
package struct ClaimPath: Hashable, Sendable {
    /// A step.
    package enum Step: Hashable, Sendable {
        /// The member of a name.
        case key(CedarString)
        /// Every member or element.
        case every
    }

    /// The steps, at least one.
    package let steps: [Step]

    /// How many steps there may be.
    package static let maximumSteps = 8

    /// How many values a path may lead to.
    static let maximumValues = 4_096

    /// Makes a path.
    package init(_ steps: [Step]) {
        self.steps = steps
    }

    /// The path to a claim of the outermost object.
    package init(_ claim: CedarString) {
        steps = [.key(claim)]
    }

    /// The name of the claim in the outermost object; `nil` when the path begins with `*`.
    var claim: CedarString? {
        if case .key(let key) = steps.first { key } else { nil }
    }

    /// The values that the path leads to, without nulls; `null` is as good as absent.
    func values(in claims: JSONNode) -> [JSONNode] {
        if steps.count == 1, case .key(let key) = steps[0] {
            guard let value = claims[key.text], !value.isNull else { return [] }
            return [value]
        }
        var found = [claims]
        for step in steps {
            var next: [JSONNode] = []
            for node in found {
                switch step {
                case .key(let key):
                    if let value = node[key.text] { next.append(value) }
                case .every:
                    next += node.elements
                    next += node.members.map(\.value)
                }
                if next.count > Self.maximumValues { break }
            }
            found = next
        }
        return found.filter { !$0.isNull }
    }

    /// The path in words.
    var description: String {
        steps.map { step in
            switch step {
            case .key(let key): key.text
            case .every: "*"
            }
        }.joined(separator: " > ")
    }
}
