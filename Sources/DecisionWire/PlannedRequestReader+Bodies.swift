import CedarModel
import PolicyBundles
import StrictJSON

extension PlannedRequestReader {
    /// Reads the body of the native API; answers the index of the action.
    mutating func readNative(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, at now: Datetime) -> Int? {
        guard Self.isObject(text, tokens[0]) else { return nil }
        var (principal, action, resource, context) = (-1, -1, -1, -1)
        var key = 1
        for _ in 0..<Int(tokens[0].detail) {
            switch name(text, tokens[key]) {
            case names.principal: principal = key + 1
            case names.action: action = key + 1
            case names.resource: resource = key + 1
            case names.context: context = key + 1
            // Which tenant it is was found before.
            case names.tenant: break
            default: return nil
            }
            key = Int(tokens[key + 1].next)
        }
        guard principal >= 0, action >= 0, resource >= 0,
            let who = nativeParty(text, tokens, principal, mayHaveRoles: true),
            let what = nativeParty(text, tokens, resource, mayHaveRoles: false),
            let (index, properties) = self.action(
                text, tokens, action, name: names.id, properties: names.attributes, isStrict: true),
            setContext(
                text, tokens, context: context, properties: properties, of: plan.action(at: index), at: now),
            setQuestion(text, tokens, principal: who, action: index, resource: what), finish()
        else { return nil }
        return index
    }

    private mutating func nativeParty(
        _ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int, mayHaveRoles: Bool
    ) -> Party? {
        guard Self.isObject(text, tokens[index]) else { return nil }
        var (type, id, attributes, roles, parents) = (-1, -1, -1, -1, -1)
        var key = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            switch name(text, tokens[key]) {
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
            let found = self.name(text, tokens[key])
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

    /// Reads the body of AuthZEN's evaluation endpoint; answers the index of the action.
    mutating func readAuthZEN(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, at now: Datetime) -> Int? {
        guard Self.isObject(text, tokens[0]) else { return nil }
        var (subject, action, resource, context) = (-1, -1, -1, -1)
        var key = 1
        for _ in 0..<Int(tokens[0].detail) {
            switch name(text, tokens[key]) {
            case names.subject: subject = key + 1
            case names.action: action = key + 1
            case names.resource: resource = key + 1
            case names.context: context = key + 1
            case -2: return nil
            default: break
            }
            key = Int(tokens[key + 1].next)
        }
        guard subject >= 0, action >= 0, resource >= 0,
            var who = authZENParty(text, tokens, subject), let what = authZENParty(text, tokens, resource),
            let (index, properties) = self.action(
                text, tokens, action, name: names.name, properties: names.properties, isStrict: false),
            findRoles(text, tokens, of: &who),
            setContext(
                text, tokens, context: context, properties: properties, of: plan.action(at: index), at: now),
            setQuestion(text, tokens, principal: who, action: index, resource: what), finish()
        else { return nil }
        return index
    }

    private mutating func authZENParty(_ text: Span<UInt8>, _ tokens: Span<JSONToken>, _ index: Int) -> Party? {
        guard Self.isObject(text, tokens[index]) else { return nil }
        var (type, id, properties) = (-1, -1, -1)
        var key = index + 1
        for _ in 0..<Int(tokens[index].detail) {
            switch name(text, tokens[key]) {
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
            let name = name(text, tokens[key])
            if name == names.credentials { return false }
            if name == names.roles { subject.roles = key + 1 }
            key = Int(tokens[key + 1].next)
        }
        return true
    }
}
