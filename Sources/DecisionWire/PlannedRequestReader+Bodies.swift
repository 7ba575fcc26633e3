import CedarEngine
import CedarModel
import Identity
import PolicyBundles
import Residency
import StrictJSON

/// What a request that was read asks, besides what the compiled request holds.
struct PlannedQuestion {
    /// The index of the action.
    var action: Int

    /// The index of the tenant.
    var tenant: Int

    /// Whether a credential vouches for the principal.
    var isVerified = false

    /// What is asked about data; `nil` when nothing is.
    var data: Datum?
}

extension PlannedRequestReader {
    /// Reads the body of the native API.
    ///
    /// - Parameter verify: finds the subject of a token; `nil` for one that the general way has to refuse.
    mutating func readNative(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, at now: Datetime, verify: ([UInt8]) -> VerifiedSubject?
    ) -> PlannedQuestion? {
        guard Self.isObject(text, tokens[0]) else { return nil }
        var (principal, action, resource, context, credentials, data) = (-1, -1, -1, -1, -1, -1)
        var key = 1
        for _ in 0..<Int(tokens[0].detail) {
            switch name(text, tokens, key) {
            case names.principal: principal = key + 1
            case names.action: action = key + 1
            case names.resource: resource = key + 1
            case names.context: context = key + 1
            case names.credentials: credentials = key + 1
            case names.data: data = key + 1
            // Which tenant it is was found before.
            case names.tenant: break
            default: return nil
            }
            key = Int(tokens[key + 1].next)
        }
        guard action >= 0, resource >= 0, data < 0 || Self.isObject(text, tokens[data]),
            let (who, subject) = nativePrincipal(text, tokens, principal, credentials: credentials, verify),
            let what = nativeParty(text, tokens, resource, mayHaveRoles: false),
            let (index, properties) = self.action(
                text, tokens, action, name: names.id, properties: names.attributes, isStrict: true),
            setContext(
                text, tokens, context: context, properties: properties, of: plan.action(at: index), at: now,
                subject: subject),
            setQuestion(text, tokens, principal: who, action: index, resource: what, subject: subject), finish()
        else { return nil }
        var question = PlannedQuestion(action: index, tenant: tenant)
        question.isVerified = subject != nil
        if data >= 0 { question.data = self.data(text, tokens, data, action: action) }
        return question
    }

    /// Who asks: whom the caller names, where it may, or whom a token names, with whom the caller must agree.
    private mutating func nativePrincipal(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, credentials: Int,
        _ verify: ([UInt8]) -> VerifiedSubject?
    ) -> (Party, VerifiedSubject?)? {
        guard credentials >= 0 else {
            guard plan.allowsAssertedPrincipals, index >= 0,
                let party = nativeParty(text, tokens, index, mayHaveRoles: true)
            else { return nil }
            return (party, nil)
        }
        guard let token = bearerToken(text, tokens, credentials), let subject = verify(token),
            let party = party(of: subject)
        else { return nil }
        if index >= 0 {
            guard let named = nativeParty(text, tokens, index, mayHaveRoles: true),
                named.entity.isSame(as: party.entity), named.attributes < 0, named.roles < 0, named.parents < 0
            else { return nil }
        }
        return (party, subject)
    }

    /// What is asked about data, in the shape of a routing request.
    private func data(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, action: Int) -> Datum? {
        var key = action + 1
        while name(text, tokens, key) != names.id { key = Int(tokens[key + 1].next) }
        return RoutingBodyReader.data(
            Datum(tokens[index], at: index, of: tokens, in: text), action: tokens[key + 1].string(in: text))
    }

    private mutating func nativeParty(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, mayHaveRoles: Bool
    ) -> Party? {
        guard Self.isObject(text, tokens[index]) else { return nil }
        var (type, id, attributes, roles, parents) = (-1, -1, -1, -1, -1)
        var key = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            switch name(text, tokens, key) {
            case names.type: type = key + 1
            case names.id: id = key + 1
            case names.attributes: attributes = key + 1
            case names.roles where mayHaveRoles: roles = key + 1
            case names.parents: parents = key + 1
            default: return nil
            }
            key = Int(tokens[key + 1].next)
        }
        guard var party = party(text, tokens, type: type, id: id) else { return nil }
        party.attributes = attributes
        party.roles = roles
        party.parents = parents
        return party
    }

    /// The index of the action that an object names, and where its properties stand.
    private func action(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, name: Int32, properties: Int32, isStrict: Bool
    ) -> (index: Int, properties: Int)? {
        guard Self.isObject(text, tokens[index]) else { return nil }
        var (nameToken, described) = (-1, -1)
        var key = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            let found = self.name(text, tokens, key)
            if found == name {
                nameToken = key + 1
            } else if found == properties {
                described = key + 1
            } else if isStrict || found == -2 {
                return nil
            }
            key = Int(tokens[key + 1].next)
        }
        guard let word = word(text, tokens, nameToken), word >= 0, let action = plan.action(word) else { return nil }
        return (action, described)
    }

    /// Where the members of an evaluation stand; -1 for those that are not there.
    struct Evaluation: Equatable {
        var subject = -1
        var action = -1
        var resource = -1
        var context = -1
    }

    /// Finds the members of an evaluation in an object; those that are not there are taken from the defaults.
    ///
    /// - Parameter others: what becomes of a member of another name; `nil` ends the search.
    func evaluation(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, over defaults: Evaluation = Evaluation(),
        others: (_ name: Int32, _ value: Int) -> Bool = { _, _ in true }
    ) -> Evaluation? {
        guard Self.isObject(text, tokens[index]) else { return nil }
        var found = defaults
        var key = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            switch name(text, tokens, key) {
            case names.subject: found.subject = key + 1
            case names.action: found.action = key + 1
            case names.resource: found.resource = key + 1
            case names.context: found.context = key + 1
            case -2: return nil
            case let name: guard others(name, key + 1) else { return nil }
            }
            key = Int(tokens[key + 1].next)
        }
        return found
    }

    /// Reads an evaluation of AuthZEN.
    mutating func readAuthZEN(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ evaluation: Evaluation, at now: Datetime
    ) -> PlannedQuestion? {
        guard plan.allowsAssertedPrincipals, evaluation.subject >= 0, evaluation.action >= 0, evaluation.resource >= 0,
            var who = authZENParty(text, tokens, evaluation.subject),
            let what = authZENParty(text, tokens, evaluation.resource),
            let (index, properties) = self.action(
                text, tokens, evaluation.action, name: names.name, properties: names.properties, isStrict: false),
            findRoles(text, tokens, of: &who),
            setContext(
                text, tokens, context: evaluation.context, properties: properties, of: plan.action(at: index), at: now),
            setQuestion(text, tokens, principal: who, action: index, resource: what), finish()
        else { return nil }
        return PlannedQuestion(action: index, tenant: tenant)
    }

    private mutating func authZENParty(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int) -> Party? {
        guard Self.isObject(text, tokens[index]) else { return nil }
        var (type, id, properties) = (-1, -1, -1)
        var key = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            switch name(text, tokens, key) {
            case names.type: type = key + 1
            case names.id: id = key + 1
            case names.properties: properties = key + 1
            case -2: return nil
            default: break
            }
            key = Int(tokens[key + 1].next)
        }
        guard var party = party(text, tokens, type: type, id: id) else { return nil }
        party.attributes = properties
        return party
    }

    /// Finds the names of roles among the properties of a subject; `false` when there are credentials.
    private func findRoles(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, of subject: inout Party) -> Bool {
        guard subject.attributes >= 0 else { return true }
        guard Self.isObject(text, tokens[subject.attributes]) else { return false }
        var key = subject.attributes + 1
        for _ in 0..<Int(tokens[subject.attributes].detail) {
            let name = name(text, tokens, key)
            if name == names.credentials { return false }
            if name == names.roles { subject.roles = key + 1 }
            key = Int(tokens[key + 1].next)
        }
        return true
    }
}
