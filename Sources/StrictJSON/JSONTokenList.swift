/// The tokens of a text in memory of their own, which serves again for the next text.
///
/// Every token is written once and read several times: an array would ask before each write whether it has its memory
/// to itself.
@safe struct JSONTokenList: ~Copyable {
    /// Safety: allocated for `capacity` tokens and freed once; the first `count` are initialized.
    private var base: UnsafeMutablePointer<JSONToken>
    private(set) var capacity: Int

    /// How many there are.
    private(set) var count = 0

    init() {
        capacity = 0
        unsafe base = .allocate(capacity: 0)
    }

    deinit { unsafe base.deallocate() }

    /// The token at an index, which must be in range.
    subscript(index: Int) -> JSONToken {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // Safe: the index is that of an initialized token.
            return unsafe base[index]
        }
        @inline(__always) set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // Safe: as above.
            unsafe base[index] = newValue
        }
    }

    /// Adds a token.
    @inline(__always)
    mutating func append(_ token: JSONToken) {
        if count == capacity { move(to: max(64, capacity * 2)) }
        // Safe: there is room behind the last token, and tokens need no destruction.
        unsafe (base + count).initialize(to: token)
        count += 1
    }

    /// Makes room for so many tokens.
    mutating func reserve(_ size: Int) {
        if size > capacity { move(to: size) }
    }

    /// Forgets all tokens, and their memory if it was for more than so many.
    mutating func removeAll(keeping kept: Int) {
        count = 0
        if capacity > kept { move(to: 0) }
    }

    /// Hands all tokens to a body.
    @inline(__always)
    func withSpan<Result>(_ body: (Span<JSONToken>) -> Result) -> Result {
        // Safe: the memory is neither changed nor freed while the body runs.
        body(unsafe UnsafeBufferPointer(start: base, count: count).span)
    }

    /// All tokens.
    var array: [JSONToken] {
        // Safe: so many tokens are initialized.
        unsafe Array(UnsafeBufferPointer(start: base, count: count))
    }

    @inline(never)
    private mutating func move(to size: Int) {
        let larger = UnsafeMutablePointer<JSONToken>.allocate(capacity: size)
        // Safe: there is room for all tokens, and the old memory is not used again.
        unsafe larger.update(from: base, count: count)
        unsafe base.deallocate()
        unsafe base = larger
        capacity = size
    }
}
