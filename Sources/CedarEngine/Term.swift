import CedarModel
import CedarSyntax

/// An expression after lowering and folding.
///
/// What has a value without a request is a constant, and surface forms with one meaning are one form. Chains stay flat,
/// as in expressions.
indirect enum Term {
    case constant(Value)
    case variable(Variable)
    case not(Term)
    case negate(Term)
    case and([Term])
    case or([Term])
    case conditional(condition: Term, then: Term, otherwise: Term)
    case equal(Term, Term)
    /// `left < right`, evaluated in this order; with `isSwapped`, `right < left`.
    case less(Term, Term, isSwapped: Bool)
    case within(Term, Term)
    case sum(first: Term, [(isSubtraction: Bool, term: Term)])
    case product([Term])
    /// `e has a.b.c`: at least one name.
    case has(Term, [CedarString])
    case like(Term, Pattern)
    case isType(Term, Name)
    /// `e is T in x`, whose second half is evaluated only where the first is true.
    case isTypeWithin(Term, Name, Term)
    /// A base with one or more selectors, of which there may be thousands.
    case member(Term, [Step])
    case call(ExtensionFunction, [Term])
    case set([Term])
    /// Fields in the order of evaluation, which is that of their keys.
    case record([(key: CedarString, term: Term)])

    /// A selector behind a base.
    enum Step {
        case attribute(CedarString)
        case method(CoreMethod, Term?)
        case call(ExtensionFunction, [Term])
    }
}
