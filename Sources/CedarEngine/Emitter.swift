import CedarModel
import CedarSyntax

/// The second pass: from terms to instructions.
///
/// Registers are handed out like a stack, so that operands of one step lie side by side. A condition becomes tests that
/// jump to the end as soon as it is known to fail; a boolean is stored only where something reads it as a value.
///
/// The code checks types as it runs. A schema that has validated requests and entities would make many checks
/// superfluous; this is the pass to leave them out.
struct Emitter {
    private var encoder: TableEncoder
    private var code: [Instruction] = []
    private var constants: [CompiledValue] = []
    private var patterns: [CompiledPattern] = []
    private var layouts: [RecordLayout] = []
    private var registerCount = Self.variables

    /// A jump target: its place once known, and the jumps that wait for it.
    private struct Label {
        var waiting: [Int] = []
    }

    /// The registers that hold the variables of the request.
    private static let variables: Int32 = 4

    /// Compiles the conditions of a policy against a symbol table.
    static func emit(_ conditions: [(term: Term, isUnless: Bool)], symbols: inout SymbolTable) -> PolicyBody {
        let arena = Arena(firstSize: 512)
        var emitter = Emitter(encoder: TableEncoder(symbols: symbols, arena: arena))
        // Not two owners of the table at once: every addition would copy it.
        symbols = .placeholder
        var failed = Label()
        for condition in conditions {
            emitter.branch(condition.term, to: &failed, when: condition.isUnless, at: variables)
        }
        emitter.code.append(Instruction(.satisfied))
        if !failed.waiting.isEmpty {
            emitter.bind(failed)
            emitter.code.append(Instruction(.unsatisfied))
        }
        symbols = emitter.encoder.symbols
        return PolicyBody(
            code: arena.cells(copying: emitter.code), constants: arena.cells(copying: emitter.constants),
            patterns: arena.cells(copying: emitter.patterns), layouts: arena.cells(copying: emitter.layouts),
            registerCount: Int(emitter.registerCount), arena: arena)
    }

    private init(encoder: TableEncoder) {
        self.encoder = encoder
    }

    // MARK: - Branches

    /// Code that goes to a label when a term is a given boolean, and on to the next step otherwise.
    private mutating func branch(_ term: Term, to label: inout Label, when sense: Bool, at free: Int32) {
        switch term {
        case .constant(.bool(let value)):
            if value == sense { jump(Instruction(.jump), to: &label) }
        case .not(let operand): branch(operand, to: &label, when: !sense, at: free)
        case .and(let operands): chain(operands, deciding: false, to: &label, when: sense, at: free)
        case .or(let operands): chain(operands, deciding: true, to: &label, when: sense, at: free)
        case .conditional(let condition, let then, let otherwise):
            var (otherwiseStart, end) = (Label(), Label())
            branch(condition, to: &otherwiseStart, when: false, at: free)
            branch(then, to: &label, when: sense, at: free)
            jump(Instruction(.jump), to: &end)
            bind(otherwiseStart)
            branch(otherwise, to: &label, when: sense, at: free)
            bind(end)
        case .has(let base, let path): has(base, path, to: &label, when: sense, at: free)
        case .isTypeWithin(let operand, let type, let ancestor):
            let entity = self.operand(operand, at: free)
            var end = Label()
            let isOther = Instruction(.isType, a: entity, b: encoder.symbols.intern(type))
            if sense { jump(isOther, when: false, to: &end) } else { jump(isOther, when: false, to: &label) }
            let right = self.operand(ancestor, at: max(free, entity + 1))
            jump(Instruction(.within, a: entity, b: right), when: sense, to: &label)
            bind(end)
        default:
            if let test = test(term, at: free) {
                jump(test, when: sense, to: &label)
            } else {
                jump(Instruction(.truth, a: operand(term, at: free)), when: sense, to: &label)
            }
        }
    }

    /// `&&`, which `false` decides, or `||`, which `true` decides.
    private mutating func chain(
        _ operands: [Term], deciding: Bool, to label: inout Label, when sense: Bool, at free: Int32
    ) {
        if sense == deciding {
            for operand in operands { branch(operand, to: &label, when: sense, at: free) }
            return
        }
        var decided = Label()
        for operand in operands.dropLast() { branch(operand, to: &decided, when: deciding, at: free) }
        if let last = operands.last { branch(last, to: &label, when: sense, at: free) }
        bind(decided)
    }

    private mutating func has(
        _ base: Term, _ path: [CedarString], to label: inout Label, when sense: Bool, at free: Int32
    ) {
        var end = Label()
        var current = operand(base, at: free)
        let target = max(free, current + 1)
        for (index, name) in path.enumerated() {
            let test = Instruction(.has, a: current, b: encoder.symbol(name))
            if index + 1 == path.count {
                jump(test, when: sense, to: &label)
            } else {
                if sense { jump(test, when: false, to: &end) } else { jump(test, when: false, to: &label) }
                append(Instruction(.attribute, target: target, a: current, b: encoder.symbol(name)))
                current = target
            }
        }
        bind(end)
    }

    private mutating func jump(_ instruction: Instruction, when sense: Bool = true, to label: inout Label) {
        label.waiting.append(code.count)
        var instruction = instruction
        instruction.sense = sense
        instruction.target = Instruction.noTarget
        code.append(instruction)
    }

    /// Lets the jumps of a label go to the next step.
    private mutating func bind(_ label: Label) {
        for place in label.waiting { code[place].jump = Int32(code.count - place - 1) }
    }

    // MARK: - Values

    /// The operand that a term is: a variable or a constant where it lies, everything else in a register from the
    /// first free one on.
    private mutating func operand(_ term: Term, at free: Int32) -> Int32 {
        switch term {
        case .constant(let value):
            constants.append(encoder.encode(value))
            return Int32(-constants.count)
        case .variable(let variable): return Self.register(of: variable)
        default:
            value(term, in: free)
            return free
        }
    }

    private static func register(of variable: Variable) -> Int32 {
        switch variable {
        case .principal: 0
        case .action: 1
        case .resource: 2
        case .context: 3
        }
    }

    /// Two operands, the first evaluated first.
    private mutating func operands(_ left: Term, _ right: Term, at free: Int32) -> (Int32, Int32) {
        let first = operand(left, at: free)
        return (first, operand(right, at: max(free, first + 1)))
    }

    /// The values of terms in registers side by side.
    private mutating func values(_ terms: [Term], at free: Int32) {
        for (offset, term) in terms.enumerated() { value(term, in: free + Int32(offset)) }
    }

    /// Code that puts the value of a term into a register; the registers behind it are free.
    private mutating func value(_ term: Term, in target: Int32) {
        switch term {
        case .constant, .variable: append(Instruction(.move, target: target, a: operand(term, at: target)))
        case .not, .and, .or, .has, .isTypeWithin: boolean(term, in: target)
        case .conditional(let condition, let then, let otherwise):
            var (otherwiseStart, end) = (Label(), Label())
            branch(condition, to: &otherwiseStart, when: false, at: target)
            value(then, in: target)
            jump(Instruction(.jump), to: &end)
            bind(otherwiseStart)
            value(otherwise, in: target)
            bind(end)
        case .negate(let operand):
            append(Instruction(.negate, target: target, a: self.operand(operand, at: target)))
        case .sum(let first, let terms):
            fold(first, terms.map { ($0.isSubtraction ? .subtract : .add, $0.term) }, in: target)
        case .product(let factors):
            guard let first = factors.first else { return }
            fold(first, factors.dropFirst().map { (.multiply, $0) }, in: target)
        case .member(let base, let steps):
            var current = operand(base, at: target)
            for step in steps {
                select(step, from: current, in: target)
                current = target
            }
        case .call(let function, let arguments):
            values(arguments, at: target)
            call(function, arguments.count, in: target)
        case .set(let elements):
            values(elements, at: target)
            append(Instruction(.set, target: target, a: target, b: Int32(elements.count)), using: elements.count)
        case .record(let fields):
            values(fields.map(\.term), at: target)
            layouts.append(layout(fields.map(\.key)))
            append(Instruction(.record, target: target, a: target, b: Int32(layouts.count - 1)), using: fields.count)
        case .equal, .less, .within, .like, .isType:
            guard var test = test(term, at: target) else { return }
            test.target = target
            append(test)
        }
    }

    /// A chain of binary operations from the left.
    private mutating func fold(_ first: Term, _ rest: [(Instruction.Operation, Term)], in target: Int32) {
        var left = operand(first, at: target)
        for (operation, term) in rest {
            let right = operand(term, at: max(target, left + 1))
            append(Instruction(operation, target: target, a: left, b: right))
            left = target
        }
    }

    private mutating func boolean(_ term: Term, in target: Int32) {
        var (isTrue, end) = (Label(), Label())
        branch(term, to: &isTrue, when: true, at: target)
        append(Instruction(.move, target: target, a: operand(.constant(.bool(false)), at: target)))
        jump(Instruction(.jump), to: &end)
        bind(isTrue)
        append(Instruction(.move, target: target, a: operand(.constant(.bool(true)), at: target)))
        bind(end)
    }

    /// The step that tests a term, behind the code for its operands; `nil` when it is not a test.
    private mutating func test(_ term: Term, at free: Int32) -> Instruction? {
        switch term {
        case .equal(let left, let right):
            let (left, right) = operands(left, right, at: free)
            return Instruction(.equal, a: left, b: right)
        case .less(let left, let right, let isSwapped):
            let (left, right) = operands(left, right, at: free)
            return isSwapped ? Instruction(.less, a: right, b: left) : Instruction(.less, a: left, b: right)
        case .within(let left, let right):
            let (left, right) = operands(left, right, at: free)
            return Instruction(.within, a: left, b: right)
        case .like(let operand, let pattern):
            patterns.append(CompiledPattern(pattern, in: encoder.arena))
            let number = Int32(patterns.count - 1)
            return Instruction(.like, a: self.operand(operand, at: free), b: number)
        case .isType(let operand, let type):
            return Instruction(.isType, a: self.operand(operand, at: free), b: encoder.symbols.intern(type))
        case .member(let base, let steps):
            guard let last = steps.last, isTest(last) else { return nil }
            let receiver = operand(steps.count == 1 ? base : .member(base, steps.dropLast()), at: free)
            return test(last, of: receiver, at: free)
        default: return nil
        }
    }

    // MARK: - Selectors and calls

    private func isTest(_ step: Term.Step) -> Bool {
        switch step {
        case .attribute, .method(.getTag, _): false
        case .method: true
        case .call(let function, let arguments): function.isTest && arguments.count + 1 == function.argumentCount
        }
    }

    /// The step that tests a receiver with a method, behind the code for its arguments.
    private mutating func test(_ step: Term.Step, of receiver: Int32, at free: Int32) -> Instruction {
        switch step {
        case .method(let method, let argument):
            let operation: Instruction.Operation =
                switch method {
                case .contains: .contains
                case .containsAll: .containsAll
                case .containsAny: .containsAny
                case .hasTag: .hasTag
                case .isEmpty: .isEmpty
                case .getTag: .tag
                }
            let right = argument.map { operand($0, at: max(free, receiver + 1)) } ?? 0
            return Instruction(operation, a: receiver, b: right)
        case .call(let function, let arguments):
            place(receiver, and: arguments, at: free)
            return Instruction(.call, target: free, a: free, b: function.number)
        case .attribute(let name): return Instruction(.attribute, a: receiver, b: encoder.symbol(name))
        }
    }

    /// Code that puts what a selector gives into a register.
    private mutating func select(_ step: Term.Step, from receiver: Int32, in target: Int32) {
        if case .call(let function, let arguments) = step {
            place(receiver, and: arguments, at: target)
            call(function, arguments.count + 1, in: target)
        } else {
            var instruction = test(step, of: receiver, at: target)
            instruction.target = target
            append(instruction)
        }
    }

    /// Puts a receiver and arguments into registers side by side.
    private mutating func place(_ receiver: Int32, and arguments: [Term], at free: Int32) {
        if receiver != free { append(Instruction(.move, target: free, a: receiver)) }
        values(arguments, at: free + 1)
        registerCount = max(registerCount, free + 1 + Int32(arguments.count))
    }

    /// The call of a function whose arguments are in place.
    private mutating func call(_ function: ExtensionFunction, _ count: Int, in target: Int32) {
        // A wrong number of arguments is an error only once they have values.
        let step =
            count == function.argumentCount
            ? Instruction(.call, target: target, a: target, b: function.number)
            : Instruction(.fail, a: Int32(Fault.wrongArgumentCount.rawValue))
        append(step, using: count)
    }

    private mutating func layout(_ keys: [CedarString]) -> RecordLayout {
        let fields = encoder.arena.cells(keys.count, of: RecordLayout.Field.self)
        for (index, key) in keys.enumerated() {
            fields[index] = RecordLayout.Field(key: encoder.symbol(key), register: Int32(index))
        }
        fields.sort { $0.key < $1.key }
        return RecordLayout(fields: fields)
    }

    private mutating func append(_ instruction: Instruction, using registers: Int = 1) {
        registerCount = max(registerCount, instruction.target + Int32(max(1, registers)))
        code.append(instruction)
    }
}
