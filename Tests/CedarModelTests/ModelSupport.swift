import CedarModel
import CedarSyntax
import StrictJSON
import Testing

/// The root of a JSON text.
func json(_ text: String) throws -> JSONNode {
    try JSONDocument(parsing: Array(text.utf8), limits: .bundle).root
}

/// A user, the entity type of most tests here.
func user(_ id: String) -> EntityUID {
    EntityUID(type: Name(unchecked: "User"), id: CedarString(id))
}

extension Value {
    /// A set literal, for expectations.
    static func setOf(_ elements: Value...) -> Value { .set(ValueSet(elements)) }

    /// A value that cannot be read, for whatever reason.
    static func unreadable(_ reason: String) -> Value { .unreadable(UnreadableValue(reason: reason)) }
}

/// The code of the data error that a body throws; `nil` when it throws none.
func dataErrorCode(_ body: () throws -> Void) throws -> DataError.Code? {
    do {
        try body()
        return nil
    } catch let error as DataError {
        return error.code
    }
}
