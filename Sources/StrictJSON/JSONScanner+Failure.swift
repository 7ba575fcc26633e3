extension JSONScanner {
    /// What a fault concerns, seen from the innermost open container.
    enum Place {
        /// The container itself, or what stands between its values.
        case container
        /// The value about to be read, whose token is not yet on the tape.
        case value
        /// The member whose name has this index on the tape.
        case member(Int)
    }

    /// Makes an error with the position and the path of the fault.
    @inline(never)
    func failure(
        _ code: JSONError.Code, _ message: String, _ offset: Int, _ bytes: Span<UInt8>, in place: Place
    ) -> JSONError {
        let (line, column) = bytes.position(of: offset)
        return JSONError(
            code: code, offset: offset, line: line, column: column, path: path(of: place, bytes), message: message)
    }

    /// The error for a byte that the grammar does not allow at `offset`, or for the end of the text there.
    @inline(never)
    func unexpected(_ offset: Int, _ bytes: Span<UInt8>, expecting: String, in place: Place) -> JSONError {
        guard offset < bytes.count else {
            return failure(.unexpectedEnd, "the text ends where \(expecting) should stand", offset, bytes, in: place)
        }
        if bytes[offset] >= 0x80, bytes.multibyteLength(at: offset) == nil {
            return invalidUTF8(offset, bytes, in: place)
        }
        let message = "expected \(expecting), found \(describe(bytes, at: offset))"
        return failure(.unexpectedCharacter, message, offset, bytes, in: place)
    }

    func invalidUTF8(_ offset: Int, _ bytes: Span<UInt8>, in place: Place) -> JSONError {
        failure(.invalidUTF8, "the bytes here are not UTF-8", offset, bytes, in: place)
    }

    /// The character at an offset, in backticks if it can be shown and else by its number.
    func describe(_ bytes: Span<UInt8>, at offset: Int) -> String {
        let length = bytes[offset] < 0x80 ? 1 : bytes.multibyteLength(at: offset)
        guard let length else { return "bytes that are not UTF-8" }
        let sequence = (offset..<offset + length).map { bytes[$0] }
        guard let scalar = String(decoding: sequence, as: UTF8.self).unicodeScalars.first else { return "nothing" }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator, .nonspacingMark, .enclosingMark, .spacingMark:
            break
        default:
            if scalar != "`" {
                return "`\(scalar)`"
            }
        }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// The path of a place.
    ///
    /// Costs one step per level: the name of a member stands just before its value.
    private func path(of place: Place, _ bytes: Span<UInt8>) -> String {
        var steps: [String] = []
        if open != JSONToken.none {
            switch place {
            case .container:
                break
            case .member(let index):
                steps.append(JSONPath.step(name: contents(of: tokens[index], bytes)))
            case .value:
                let container = tokens[Int(open)]
                steps.append(step(into: container, index: container.detail, name: tokens.count - 1, bytes))
            }
        }
        var child = open
        while child != JSONToken.none, tokens[Int(child)].next != JSONToken.none {
            let container = tokens[Int(tokens[Int(child)].next)]
            // A container that is open has already been counted by the one around it.
            steps.append(step(into: container, index: container.detail - 1, name: Int(child) - 1, bytes))
            child = tokens[Int(child)].next
        }
        return JSONPath.root + steps.reversed().joined()
    }

    private func step(into container: JSONToken, index: UInt32, name: Int, _ bytes: Span<UInt8>) -> String {
        bytes[Int(container.start)] == ASCII.openBracket
            ? JSONPath.step(index: Int(index)) : JSONPath.step(name: contents(of: tokens[name], bytes))
    }
}
