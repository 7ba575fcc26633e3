/// A run of trivial elements in memory that somebody else owns, with checked bounds.
///
/// Copying it counts no references, which is why everything that a decision reads lies in cells. The owner is an
/// ``Arena``: whoever keeps cells keeps the arena, too.
@safe struct Cells<Element: BitwiseCopyable>: BitwiseCopyable {
    private let base: UnsafeMutablePointer<Element>?

    /// How many elements there are.
    let count: Int

    /// The empty run.
    init() {
        unsafe base = nil
        count = 0
    }

    /// The caller vouches for the memory as long as the cells are used.
    @unsafe init(base: UnsafeMutablePointer<Element>?, count: Int) {
        unsafe self.base = base
        self.count = count
    }

    /// The element at an index, which must be in range.
    subscript(index: Int) -> Element {
        @inline(__always) get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // Safe: the index is in range, so there is memory, and its owner lives.
            return unsafe base.unsafelyUnwrapped[index]
        }
        @inline(__always) nonmutating set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
            // Safe: as above; only the thread that fills an arena writes into its cells.
            unsafe base.unsafelyUnwrapped[index] = newValue
        }
    }

    /// The address as a number, to be kept in a value.
    var address: UInt64 {
        // Safe: nothing is read through the pointer.
        unsafe UInt64(UInt(bitPattern: base))
    }

    /// The cells at an address that ``address`` gave.
    @inline(__always) init(address: UInt64, count: Int) {
        // Safe: the number was made of the base of cells of this type and at least this count, whose arena lives.
        unsafe base = UnsafeMutablePointer(bitPattern: UInt(address))
        self.count = count
    }

    /// Copies the first elements of other cells to the front of these.
    func copy(_ other: Cells<Element>, count: Int) {
        guard count > 0 else { return }
        precondition(count <= self.count && count <= other.count)
        // Safe: both runs have so many elements.
        unsafe base.unsafelyUnwrapped.update(from: other.base.unsafelyUnwrapped, count: count)
    }

    /// Copies the elements of a span, of which there are as many, into these cells.
    func copy(_ other: Span<Element>) {
        precondition(other.count == count)
        if count == 0 { return }
        // Safe: both have so many elements, and every element is copied as it is.
        unsafe other.withUnsafeBufferPointer { source in
            guard let start = source.baseAddress else { return }
            unsafe base.unsafelyUnwrapped.update(from: start, count: count)
        }
    }

    /// The first elements.
    func prefix(_ length: Int) -> Cells<Element> {
        precondition(length >= 0 && length <= count)
        // Safe: a part of these cells has the same owner.
        return unsafe Cells(base: base, count: length)
    }

    /// The elements from an index on.
    func suffix(from start: Int, count length: Int) -> Cells<Element> {
        precondition(start >= 0 && length >= 0 && start <= count - length)
        // Safe: a part of these cells has the same owner.
        return unsafe Cells(base: base.map { unsafe $0 + start }, count: length)
    }

    /// Runs a body with the elements as a buffer.
    @inline(__always)
    func withBuffer<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Element>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Safe: the buffer is used only while the owner lives.
        try unsafe body(UnsafeBufferPointer(start: base, count: count))
    }
}

// Safety: whoever shares cells between threads shares an arena that nobody fills any more.
extension Cells: @unchecked Sendable {}

extension Cells where Element == UInt8 {
    /// Whether the bytes equal those of a span.
    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }
}

extension Cells {
    /// Sorts in place, without memory of its own.
    ///
    /// Insertion for a few elements, a heap for many: the worst case is `n log n`.
    func sort(by areInOrder: (Element, Element) -> Bool) {
        guard count > 1, !isSorted(by: areInOrder) else { return }
        guard count > 16 else {
            var next = 1
            while next < count {
                let element = self[next]
                var place = next
                while place > 0, areInOrder(element, self[place - 1]) {
                    self[place] = self[place - 1]
                    place -= 1
                }
                self[place] = element
                next += 1
            }
            return
        }
        for root in stride(from: count / 2 - 1, through: 0, by: -1) { sift(root, end: count, areInOrder) }
        for end in stride(from: count - 1, to: 0, by: -1) {
            let greatest = self[0]
            self[0] = self[end]
            self[end] = greatest
            sift(0, end: end, areInOrder)
        }
    }

    private func isSorted(by areInOrder: (Element, Element) -> Bool) -> Bool {
        for index in 1..<count where areInOrder(self[index], self[index - 1]) { return false }
        return true
    }

    private func sift(_ start: Int, end: Int, _ areInOrder: (Element, Element) -> Bool) {
        var root = start
        while 2 * root + 1 < end {
            var child = 2 * root + 1
            if child + 1 < end, areInOrder(self[child], self[child + 1]) { child += 1 }
            guard areInOrder(self[root], self[child]) else { return }
            let element = self[root]
            self[root] = self[child]
            self[child] = element
            root = child
        }
    }
}
