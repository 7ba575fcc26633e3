/// Memory that is handed out in cells and taken back all at once.
///
/// Handed out cells never move. After ``reset()`` the same memory serves again, so that a reused arena stops allocating
/// once it has seen the largest of its tasks.
@safe final class Arena {
    /// Safety: the arena frees it once, and hands out only what lies within its size.
    @safe private struct Chunk {
        let base: UnsafeMutableRawPointer
        let size: Int
    }

    /// What a reset arena may keep: one request with very much data must not hold its memory for ever.
    private static let keptBytes = 1 << 20

    /// What is left of the current piece.
    ///
    /// Safety: from `start` on, so many bytes of the piece belong to nobody.
    @safe private struct Rest {
        var start: UnsafeMutableRawPointer?
        var count = 0

        /// The next bytes, if so many are left.
        @inline(__always)
        mutating func take(_ size: Int) -> UnsafeMutableRawPointer? {
            guard size <= count, let taken = unsafe start else { return nil }
            unsafe start = taken + size
            count -= size
            return unsafe taken
        }
    }

    private var chunks: [Chunk] = []
    private var current = 0
    private var rest = Rest()
    private let firstSize: Int

    /// Makes an arena whose first piece has so many bytes.
    init(firstSize: Int = 4096) {
        self.firstSize = firstSize
    }

    deinit {
        for chunk in chunks { unsafe chunk.base.deallocate() }
    }

    /// Hands out cells with arbitrary content.
    func cells<Element: BitwiseCopyable>(_ count: Int, of _: Element.Type = Element.self) -> Cells<Element> {
        guard count > 0 else { return Cells() }
        let size = (count * MemoryLayout<Element>.stride + 15) & ~15
        let start = unsafe allocate(size)
        // Safe: the memory has the size and an alignment of 16, and belongs to nobody else until the reset.
        return unsafe Cells(base: start.bindMemory(to: Element.self, capacity: count), count: count)
    }

    /// Hands out cells that all hold one element.
    func cells<Element: BitwiseCopyable>(_ count: Int, repeating element: Element) -> Cells<Element> {
        let cells = cells(count, of: Element.self)
        for index in 0..<count { cells[index] = element }
        return cells
    }

    /// Hands out cells with the elements of an array.
    func cells<Element: BitwiseCopyable>(copying elements: [Element]) -> Cells<Element> {
        let cells = cells(elements.count, of: Element.self)
        cells.copy(elements.span)
        return cells
    }

    /// Hands out cells with the bytes of a span.
    func cells(copying bytes: Span<UInt8>) -> Cells<UInt8> {
        let cells = cells(bytes.count, of: UInt8.self)
        cells.copy(bytes)
        return cells
    }

    /// How many bytes the pieces have, handed out or not.
    var size: Int { chunks.reduce(0) { $0 + $1.size } }

    /// Takes everything back.
    func reset() {
        if chunks.count > 1 { trim() }
        current = 0
        // Safe: the whole of the first piece is free again.
        rest = chunks.isEmpty ? Rest() : unsafe Rest(start: chunks[0].base, count: chunks[0].size)
    }

    @inline(never)
    private func trim() {
        while chunks.count > 1, let last = chunks.last, size > Self.keptBytes {
            unsafe last.base.deallocate()
            chunks.removeLast()
        }
    }

    @inline(__always)
    private func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        if let start = unsafe rest.take(size) { return unsafe start }
        return unsafe allocateElsewhere(size)
    }

    @inline(never)
    private func allocateElsewhere(_ size: Int) -> UnsafeMutableRawPointer {
        while current + 1 < chunks.count {
            current += 1
            // Safe: nothing of the piece is handed out yet.
            unsafe rest = Rest(start: chunks[current].base, count: chunks[current].size)
            if let start = unsafe rest.take(size) { return unsafe start }
        }
        let capacity = max(size, chunks.last.map { min($0.size * 2, 1 << 20) } ?? firstSize)
        let base = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        unsafe chunks.append(Chunk(base: base, size: capacity))
        current = chunks.count - 1
        // Safe: the piece was just made and holds the size.
        unsafe rest = Rest(start: base + size, count: capacity - size)
        return unsafe base
    }
}

/// A list in an arena that grows by moving to cells of twice the size.
struct ArenaList<Element: BitwiseCopyable>: BitwiseCopyable {
    private var cells = Cells<Element>()

    /// How many elements there are.
    private(set) var count = 0

    /// The elements.
    var elements: Cells<Element> { cells.prefix(count) }

    /// The element at an index.
    subscript(index: Int) -> Element {
        @inline(__always) get { cells[index] }
        nonmutating set { cells[index] = newValue }
    }

    /// Adds an element.
    @inline(__always)
    mutating func append(_ element: Element, in arena: Arena) {
        if count == cells.count { grow(in: arena) }
        cells[count] = element
        count += 1
    }

    /// Removes the elements from an index on.
    mutating func truncate(to length: Int) {
        precondition(length <= count)
        count = length
    }

    @inline(never)
    private mutating func grow(in arena: Arena) {
        let larger = arena.cells(max(8, cells.count * 2), of: Element.self)
        larger.copy(cells, count: count)
        cells = larger
    }
}
