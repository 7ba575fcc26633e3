/// All that a decision needs of one policy: its scope as ids and its compiled conditions.
struct PolicyRecord: BitwiseCopyable {
    /// Whether it forbids when it is satisfied, rather than permits.
    var isForbid: Bool

    /// The principals it is about.
    var principal: ScopeTest

    /// The resources it is about.
    var resource: ScopeTest

    /// The actions it is about.
    var action: ActionTest

    /// Whether it is about everybody, everything and all actions.
    var isOpen: Bool

    /// The steps of its conditions.
    var code: Cells<Instruction>

    /// The constants of its conditions.
    var constants: Cells<CompiledValue>

    /// The patterns of its conditions.
    var patterns: Cells<CompiledPattern>

    /// The layouts of its record literals.
    var layouts: Cells<RecordLayout>

    /// Joins a scope and conditions.
    init(isForbid: Bool, principal: ScopeTest, resource: ScopeTest, action: ActionTest, body: PolicyBody) {
        self.isForbid = isForbid
        self.principal = principal
        self.resource = resource
        self.action = action
        isOpen = principal.form == .any && resource.form == .any && action.form == .any
        code = body.code
        constants = body.constants
        patterns = body.patterns
        layouts = body.layouts
    }
}

/// What a scope demands of the principal or the resource.
struct ScopeTest: BitwiseCopyable {
    /// The forms of the demand.
    enum Form: UInt8 {
        case any, equal, within, isType, isTypeWithin
    }

    /// The form.
    var form = Form.any

    /// The id of the type.
    var type: Int32 = 0

    /// The id of the entity.
    var entity: Int32 = 0

    /// Whether an entity meets it.
    @inline(__always)
    func matches(_ value: CompiledValue, _ hierarchy: Hierarchy, _ arena: Arena) -> Bool {
        switch form {
        case .any: true
        case .equal: value.id == entity
        case .within: hierarchy.isMember(value.id, of: entity, arena: arena)
        case .isType: value.type == type
        case .isTypeWithin: value.type == type && hierarchy.isMember(value.id, of: entity, arena: arena)
        }
    }
}

/// What a scope demands of the action.
struct ActionTest: BitwiseCopyable {
    /// The forms of the demand.
    enum Form: UInt8 {
        case any, equal, within
    }

    /// The form.
    var form = Form.any

    /// The actions or groups, one of which it has to be or be in.
    var entities = Cells<Int32>()

    /// Whether an action meets it.
    func matches(_ action: CompiledValue, _ hierarchy: Hierarchy, _ arena: Arena) -> Bool {
        switch form {
        case .any: return true
        case .equal: return entities[0] == action.id
        case .within:
            for index in 0..<entities.count where hierarchy.isMember(action.id, of: entities[index], arena: arena) {
                return true
            }
            return false
        }
    }
}
