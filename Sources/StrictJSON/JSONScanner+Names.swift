extension JSONScanner {
    /// Objects up to this size compare their names pairwise; the cost per byte of input is bounded by it.
    private static var pairwiseLimit: Int { 16 }

    /// Refuses the innermost open object if two of its members have the same name.
    ///
    /// The names count after unescaping, and byte by byte: canonically equivalent spellings are different names.
    @inline(__always)
    func checkNames(_ bytes: Span<UInt8>) throws(JSONError) {
        let count = Int(tokens[Int(open)].detail)
        if count < 2 {
            return
        }
        if count > Self.pairwiseLimit {
            try checkNamesHashed(bytes, count)
        } else {
            try checkNamesPairwise(bytes, count)
        }
    }

    private func checkNamesPairwise(_ bytes: Span<UInt8>, _ count: Int) throws(JSONError) {
        var names = InlineArray<16, Int>(repeating: 0)
        var prefixes = InlineArray<16, UInt64>(repeating: 0)
        var index = Int(open) + 1
        for position in 0..<count {
            let name = tokens[index]
            if name.detail != 0 {
                // An escape: only the other way compares unescaped names.
                return try checkNamesHashed(bytes, count)
            }
            let prefix = prefix(of: name, bytes)
            for earlier in 0..<position where prefixes[earlier] == prefix {
                let other = tokens[names[earlier]]
                let length = name.end &- name.start
                if other.end &- other.start == length,
                    bytes.matches(at: Int(name.start), bytes, at: Int(other.start), length: Int(length))
                {
                    throw duplicate(index, bytes)
                }
            }
            names[position] = index
            prefixes[position] = prefix
            index = Int(tokens[index + 1].next)
        }
    }

    /// The first eight bytes of a name without escapes, so that most names differ by one comparison.
    @inline(__always)
    private func prefix(of name: JSONToken, _ bytes: Span<UInt8>) -> UInt64 {
        let start = Int(name.start) + 1
        let length = min(Int(name.end) - 1 - start, 8)
        if start + 8 <= bytes.count {
            let word = bytes.word(at: start)
            return length == 8 ? word : word & (1 << UInt64(length * 8) &- 1)
        }
        var word: UInt64 = 0
        for place in 0..<length {
            word |= UInt64(bytes[start + place]) << UInt64(place * 8)
        }
        return word
    }

    /// Finds duplicates with an open-addressing table.
    ///
    /// `Hasher` is keyed per process, so nobody can choose names that collide and make this quadratic.
    private func checkNamesHashed(_ bytes: Span<UInt8>, _ count: Int) throws(JSONError) {
        // At most half full. A slot holds the upper half of a hash and the index of a name; no name has index 0.
        var bits = 2
        while 1 << bits < count * 2 {
            bits += 1
        }
        let mask = 1 << bits - 1
        var slots = [UInt64](repeating: 0, count: mask + 1)
        var index = Int(open) + 1
        for _ in 0..<count {
            let hash = hash(of: tokens[index], bytes)
            let upper = hash & 0xFFFF_FFFF_0000_0000
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 {
                let other = Int(slots[slot] & 0xFFFF_FFFF)
                if slots[slot] & 0xFFFF_FFFF_0000_0000 == upper,
                    contents(of: tokens[other], bytes) == contents(of: tokens[index], bytes)
                {
                    throw duplicate(index, bytes)
                }
                slot = (slot + 1) & mask
            }
            slots[slot] = upper | UInt64(index)
            index = Int(tokens[index + 1].next)
        }
    }

    private func hash(of name: JSONToken, _ bytes: Span<UInt8>) -> UInt64 {
        var hasher = Hasher()
        if name.detail == 0 {
            let contents = bytes.extracting(Int(name.start) + 1..<Int(name.end) - 1)
            // Safe: the buffer is only read while the closure runs.
            unsafe contents.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        } else {
            // Safe: as above.
            unsafe contents(of: name, bytes).withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        }
        return UInt64(bitPattern: Int64(hasher.finalize()))
    }

    /// The contents of a string token after unescaping.
    func contents(of name: JSONToken, _ bytes: Span<UInt8>) -> [UInt8] {
        JSONEscape.unescaped(bytes, Int(name.start) + 1..<Int(name.end) - 1)
    }

    private func duplicate(_ index: Int, _ bytes: Span<UInt8>) -> JSONError {
        failure(
            .duplicateMember, "the object already has a member of this name", Int(tokens[index].start), bytes,
            in: .member(index))
    }
}
