import StrictJSON

/// Documents, policies and links.
extension PolicyJSONReading {
    /// Reads a whole document.
    mutating func readDocument(limits: JSONLimits) -> PolicyCollection? {
        let root: JSONNode
        do {
            root = try JSONDocument(parsing: log.file.bytes, limits: limits).root
        } catch {
            log.report(.json(error), at: SourceSpan(start: error.offset, end: error.offset))
            return nil
        }
        if root["effect"] != nil {
            return readPolicy(root, id: "policy0").map { PolicyCollection(policies: [$0]) }
        }
        return readCollection(root)
    }

    private mutating func readCollection(_ node: JSONNode) -> PolicyCollection? {
        let required = ["templates", "staticPolicies", "templateLinks"]
        guard let members = members(of: node, "the policy set", required: required),
            let templates = members[0], let statics = members[1], let links = members[2]
        else { return nil }
        var collection = PolicyCollection()
        var ids: Set<PolicyID> = []
        readPolicies(templates, areTemplates: true, &collection, &ids)
        readPolicies(statics, areTemplates: false, &collection, &ids)
        guard let links = array(links, "`templateLinks`") else { return nil }
        // Links of templates that have errors would be reported as links of nothing.
        guard log.diagnostics.isEmpty else { return nil }
        let slots = Dictionary(
            uniqueKeysWithValues: collection.policies.filter { !$0.slots.isEmpty }.map { ($0.id, $0.slots) })
        for link in links {
            if log.isFull { return nil }
            if let link = readLink(link, slots, &ids) { collection.links.append(link) }
        }
        return collection
    }

    private mutating func readPolicies(
        _ node: JSONNode, areTemplates: Bool, _ collection: inout PolicyCollection, _ ids: inout Set<PolicyID>
    ) {
        guard let members = object(node, areTemplates ? "`templates`" : "`staticPolicies`") else { return }
        for member in members {
            if log.isFull { return }
            let id = PolicyID(member.key)
            if !ids.insert(id).inserted { report(.jsonDuplicateID(id.text), at: member.keyNode) }
            guard let policy = readPolicy(member.value, id: id) else { continue }
            if policy.slots.isEmpty == areTemplates {
                report(.jsonMisplaced(isTemplate: !areTemplates), at: member.keyNode)
            }
            collection.policies.append(policy)
        }
    }

    // MARK: Policies

    private mutating func readPolicy(_ node: JSONNode, id: PolicyID) -> Policy? {
        let required = ["effect", "principal", "action", "resource", "conditions"]
        guard let members = members(of: node, "the policy", required: required, optional: ["annotations"]),
            let effectNode = members[0], let principalNode = members[1], let actionNode = members[2],
            let resourceNode = members[3], let conditionsNode = members[4]
        else { return nil }
        let effect: Effect? = word(effectNode, "an effect")
        let principal = readConstraint(principalNode, slot: .principal)
        let action = readActionConstraint(actionNode)
        let resource = readConstraint(resourceNode, slot: .resource)
        let conditions = readConditions(conditionsNode)
        let annotations = members[5].map { readAnnotations($0) } ?? []
        guard let effect, let principal, let action, let resource, let conditions, let annotations else { return nil }
        return Policy(
            id: id, annotations: annotations, effect: effect, principal: principal, action: action,
            resource: resource, conditions: conditions, span: node.span)
    }

    private mutating func readAnnotations(_ node: JSONNode) -> [Annotation]? {
        guard let members = object(node, "`annotations`") else { return nil }
        var annotations: [Annotation] = []
        for member in members {
            let name = member.key
            guard Identifier.isWellFormed(name) else {
                report(.jsonAnnotationName(name), at: member.keyNode)
                continue
            }
            var annotation = Annotation(
                name: Spanned(name, member.keyNode.span), value: "", valueSpan: member.keyNode.span)
            if !member.value.isNull, let value = text(member.value, "the value of an annotation") {
                annotation.value = CedarString(value)
                annotation.valueSpan = member.value.span
            }
            annotations.append(annotation)
        }
        return annotations
    }

    private mutating func readConditions(_ node: JSONNode) -> [Condition]? {
        guard let elements = array(node, "`conditions`") else { return nil }
        var conditions: [Condition] = []
        for element in elements {
            if log.isFull { return nil }
            guard let members = members(of: element, "a condition", required: ["kind", "body"]),
                let kindNode = members[0], let bodyNode = members[1]
            else { continue }
            let kind: Condition.Kind? = word(kindNode, "the kind of a condition")
            guard let body = readExpression(bodyNode, depth: 0), let kind else { continue }
            conditions.append(Condition(kind: kind, body: body, span: element.span))
        }
        return conditions
    }

    // MARK: Scopes

    private enum Operator: String, CaseIterable {
        case all = "All"
        case lowercaseAll = "all"
        case equal = "=="
        case within = "in"
        case isType = "is"
    }

    /// Reads the `op` of a constraint.
    private mutating func readOperator(_ node: JSONNode) -> Operator? {
        guard object(node, "a constraint") != nil else { return nil }
        guard let name = node["op"] else {
            report(.jsonMissing("op", of: "the constraint"), at: node)
            return nil
        }
        return word(name, "an operator of a scope")
    }

    private mutating func readConstraint(_ node: JSONNode, slot: Slot) -> EntityConstraint? {
        guard let name = readOperator(node) else { return nil }
        switch name {
        case .all, .lowercaseAll:
            return members(of: node, "an empty constraint", required: ["op"]).map { _ in .any }
        case .equal:
            return readOperand(node, also: "op", slot: slot).map { .equal($0) }
        case .within:
            return readOperand(node, also: "op", slot: slot).map { .within($0) }
        case .isType:
            guard
                let members = members(of: node, "the constraint", required: ["op", "entity_type"], optional: ["in"]),
                let typeNode = members[1]
            else { return nil }
            let type = typeName(typeNode)
            guard let ancestorNode = members[2], !ancestorNode.isNull else { return type.map { .isType($0) } }
            guard let ancestor = readOperand(ancestorNode, also: nil, slot: slot), let type else { return nil }
            return .isTypeWithin(type, ancestor)
        }
    }

    /// Reads the `entity` or `slot` of an object that may have one more member.
    private mutating func readOperand(_ node: JSONNode, also member: String?, slot: Slot) -> EntityOperand? {
        let what = "the constraint"
        let required = member.map { [$0] } ?? []
        guard let members = members(of: node, what, required: required, optional: ["entity", "slot"]) else {
            return nil
        }
        let (entityNode, slotNode) = (members[required.count], members[required.count + 1])
        switch (entityNode, slotNode) {
        case (nil, nil):
            report(.jsonMissing("entity", of: what), at: node)
            return nil
        case (.some, .some(let slotNode)):
            report(.jsonExcluded("slot", by: "entity", of: what), at: slotNode)
            return nil
        case (.some(let entityNode), nil):
            return entity(entityNode).map { .entity($0) }
        case (nil, .some(let slotNode)):
            guard let text = text(slotNode, "the slot") else { return nil }
            guard let written = Slot(rawValue: text) else {
                report(.unknownSlot(text), at: slotNode)
                return nil
            }
            if written != slot { report(.wrongSlot(text, expected: slot.rawValue), at: slotNode) }
            return .slot(Spanned(slot, slotNode.span))
        }
    }

    private mutating func readActionConstraint(_ node: JSONNode) -> ActionConstraint? {
        guard let name = readOperator(node) else { return nil }
        let what = "the constraint of the action"
        switch name {
        case .all, .lowercaseAll:
            return members(of: node, "an empty constraint", required: ["op"]).map { _ in .any }
        case .isType:
            report(.actionType, at: node)
            return nil
        case .equal, .within:
            if let slot = node["slot"] {
                report(.actionSlot(slot.string ?? "?"), at: slot)
                return nil
            }
            let others = name == .within ? ["entity", "entities"] : ["entity"]
            guard let members = members(of: node, what, required: ["op"], optional: others) else { return nil }
            if let list = others.count == 2 ? members[2] : nil {
                if members[1] != nil {
                    report(.jsonExcluded("entities", by: "entity", of: what), at: list)
                    return nil
                }
                return readActions(list).map { .withinAny($0) }
            }
            guard let single = members[1] else {
                report(.jsonMissing("entity", of: what), at: node)
                return nil
            }
            return readAction(single).map { name == .equal ? .equal($0) : .within($0) }
        }
    }

    private mutating func readActions(_ node: JSONNode) -> [Spanned<EntityUID>]? {
        guard let elements = array(node, "`entities`") else { return nil }
        return elements.compactMap { readAction($0) }
    }

    private mutating func readAction(_ node: JSONNode) -> Spanned<EntityUID>? {
        guard let action = entity(node) else { return nil }
        if action.value.type.basename != "Action" { report(.notAnAction(action.value.description), at: node) }
        return action
    }

    // MARK: Links

    private mutating func readLink(
        _ node: JSONNode, _ slots: [PolicyID: Set<Slot>], _ ids: inout Set<PolicyID>
    ) -> PolicyLink? {
        guard let members = members(of: node, "a link", required: ["templateId", "newId", "values"]),
            let templateNode = members[0], let idNode = members[1], let valuesNode = members[2],
            let template = text(templateNode, "`templateId`"), let id = text(idNode, "`newId`"),
            let values = object(valuesNode, "`values`")
        else { return nil }
        if !ids.insert(PolicyID(id)).inserted { report(.jsonDuplicateID(id), at: idNode) }
        guard let wanted = slots[PolicyID(template)] else {
            report(.jsonUnknownTemplate(template, known: slots.keys.map(\.text).sorted()), at: templateNode)
            return nil
        }
        var link = PolicyLink(template: PolicyID(template), id: PolicyID(id), values: [:])
        for value in values {
            guard let slot = Slot(rawValue: value.key) else {
                report(.unknownSlot(value.key), at: value.keyNode)
                continue
            }
            if !wanted.contains(slot) { report(.jsonExtraSlot(slot.rawValue, of: template), at: value.keyNode) }
            link.values[slot] = entity(value.value)?.value
        }
        for slot in wanted where !values.contains(where: { $0.keyEquals(slot.rawValue) }) {
            report(.jsonMissingSlot(slot.rawValue, of: template), at: valuesNode)
        }
        return link
    }
}
