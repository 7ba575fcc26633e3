public import StrictJSON

/// The JSON policy format of Cedar 4.12: writing.
extension JSONWriter {
    /// Writes a set of policies as `{"templates", "staticPolicies", "templateLinks"}`.
    ///
    /// The ids must be unique.
    public mutating func policies(_ collection: PolicyCollection) {
        beginObject()
        for (name, areTemplates) in [("templates", true), ("staticPolicies", false)] {
            key(name)
            beginObject()
            for policy in collection.policies where policy.slots.isEmpty != areTemplates {
                key(policy.id.text)
                self.policy(policy)
            }
            endObject()
        }
        key("templateLinks")
        beginArray()
        for link in collection.links { self.link(link) }
        endArray()
        endObject()
    }

    /// Writes one policy or template, without its id.
    public mutating func policy(_ policy: Policy) {
        beginObject()
        field("effect", policy.effect.rawValue)
        key("principal")
        constraint(policy.principal)
        key("action")
        constraint(policy.action)
        key("resource")
        constraint(policy.resource)
        key("conditions")
        beginArray()
        for condition in policy.conditions {
            beginObject()
            field("kind", condition.kind.rawValue)
            key("body")
            expression(condition.body)
            endObject()
        }
        endArray()
        if !policy.annotations.isEmpty { annotations(policy.annotations) }
        endObject()
    }

    private mutating func field(_ name: String, _ text: String) {
        key(name)
        string(text)
    }

    /// Writes annotations in the order of their names; one without a value has `null`.
    private mutating func annotations(_ annotations: [Annotation]) {
        key("annotations")
        beginObject()
        for annotation in annotations.sorted(by: { CedarString($0.name.value) < CedarString($1.name.value) }) {
            key(annotation.name.value)
            if annotation.hasValue { string(annotation.value.text) } else { null() }
        }
        endObject()
    }

    private mutating func link(_ link: PolicyLink) {
        beginObject()
        field("templateId", link.template.text)
        field("newId", link.id.text)
        key("values")
        beginObject()
        for (slot, entity) in link.values.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            key(slot.rawValue)
            escape(entity)
        }
        endObject()
        endObject()
    }

    // MARK: Entities and scopes

    /// Writes `{"type", "id"}`.
    private mutating func identity(_ uid: EntityUID) {
        beginObject()
        field("type", uid.type.path)
        field("id", uid.id.text)
        endObject()
    }

    /// Writes `{"__entity": {"type", "id"}}`.
    mutating func escape(_ uid: EntityUID) {
        beginObject()
        key("__entity")
        identity(uid)
        endObject()
    }

    private mutating func operand(_ operand: EntityOperand) {
        switch operand {
        case .entity(let uid):
            key("entity")
            identity(uid.value)
        case .slot(let slot):
            field("slot", slot.value.rawValue)
        }
    }

    private mutating func constraint(_ constraint: EntityConstraint) {
        beginObject()
        switch constraint {
        case .any: field("op", "All")
        case .equal(let operand):
            field("op", "==")
            self.operand(operand)
        case .within(let operand):
            field("op", "in")
            self.operand(operand)
        case .isType(let type):
            field("op", "is")
            field("entity_type", type.value.path)
        case .isTypeWithin(let type, let operand):
            field("op", "is")
            field("entity_type", type.value.path)
            key("in")
            beginObject()
            self.operand(operand)
            endObject()
        }
        endObject()
    }

    private mutating func constraint(_ constraint: ActionConstraint) {
        beginObject()
        switch constraint {
        case .any: field("op", "All")
        case .equal(let action):
            field("op", "==")
            operand(.entity(action))
        case .within, .withinAny:
            field("op", "in")
            // A list of one action is the action, in the reference too.
            if constraint.ancestors.count == 1, let action = constraint.ancestors.first {
                operand(.entity(action))
            } else {
                key("entities")
                beginArray()
                for action in constraint.ancestors { identity(action.value) }
                endArray()
            }
        }
        endObject()
    }
}
