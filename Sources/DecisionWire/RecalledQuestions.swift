import CedarEngine
import PolicyBundles

/// The questions that a thread was asked more than once, in the form in which they are decided.
///
/// A question is the same when every byte of its body is, and it goes to the same tenant of the same application. All
/// that is saved is reading it: a question is decided anew each time, at the time of the call, and one with a credential
/// is never kept, because credentials are verified anew.
final class RecalledQuestions {
    /// A question that was read.
    final class Entry {
        /// The question as policies read it; its time is that of the last call.
        let request: CompiledRequest

        /// What it asks besides.
        fileprivate(set) var question = PlannedQuestion(action: -1, tenant: -1)

        private var body: [UInt8] = []
        private var place = Place(format: .native, tenant: -1)
        /// The plan by which it was read; `nil` while nothing is kept here.
        private var plan: RequestPlan?

        fileprivate init(for plan: RequestPlan) { request = CompiledRequest(for: plan.compiled) }

        fileprivate func isSame(_ body: [UInt8], _ place: Place, _ plan: RequestPlan) -> Bool {
            self.plan === plan && self.place == place && self.body == body
        }

        fileprivate func isOf(_ isServed: (RequestPlan) -> Bool) -> Bool { plan.map(isServed) ?? false }

        /// Forgets what was kept, because the request is about to be read into.
        fileprivate func clear() { plan = nil }

        fileprivate func keep(_ question: PlannedQuestion, _ body: [UInt8], _ place: Place, _ plan: RequestPlan) {
            (self.question, self.body, self.place, self.plan) = (question, body, place, plan)
        }
    }

    /// To whom a question goes, and in which format.
    struct Place: Equatable {
        var format: PlannedDecisions.Format
        /// The number of the tenant's name in the path or headers; -2 where they name none.
        var tenant: Int32
    }

    /// Where the questions of one hash are kept.
    struct Slot {
        fileprivate let index: Int
        fileprivate let tag: UInt32
    }

    private let isOn: Bool
    private var entries = [Entry?](repeating: nil, count: count)

    /// The hashes of recent questions: most are asked once, and keeping them would only cost.
    private var recent = [UInt32](repeating: 0, count: recentCount)

    /// How many questions are kept at most, and of how many it is known that they were asked.
    private static let count = 256
    private static let recentCount = 1024

    /// Longer bodies, and questions that take more memory as policies read them, are not kept: with all places taken,
    /// they would hold too much.
    private static let maximumBytes = 4096
    private static let maximumMemory = 32 << 10

    /// Makes a memory, or one that stays empty.
    init(isOn: Bool) { self.isOn = isOn }

    /// Where a question belongs; `nil` for one that is not kept.
    func slot(of body: [UInt8], _ place: Place) -> Slot? {
        guard isOn, body.count <= Self.maximumBytes else { return nil }
        let hash = Self.hash(
            body.span, UInt64(UInt32(bitPattern: place.tenant)) << 1 | (place.format == .native ? 0 : 1))
        return Slot(index: Int(truncatingIfNeeded: hash % UInt64(Self.recentCount)), tag: UInt32(hash >> 32))
    }

    /// The question as it was read before; `nil` when it was not, or is no longer known.
    func question(at slot: Slot, _ body: [UInt8], _ place: Place, _ plan: RequestPlan) -> Entry? {
        guard recent[slot.index] == slot.tag, let entry = entries[slot.index % Self.count],
            entry.isSame(body, place, plan)
        else { return nil }
        return entry
    }

    /// Where to read a question that was asked before; `nil` when this is the first time.
    func room(at slot: Slot, for plan: RequestPlan) -> Entry? {
        guard recent[slot.index] == slot.tag else {
            recent[slot.index] = slot.tag
            return nil
        }
        let index = slot.index % Self.count
        let entry = entries[index] ?? Entry(for: plan)
        entry.clear()
        entries[index] = entry
        return entry
    }

    /// Keeps a question that was read into the room at its slot, unless it is too large.
    func keep(
        _ question: PlannedQuestion, in room: Entry, at slot: Slot, _ body: [UInt8], _ place: Place, _ plan: RequestPlan
    ) {
        if room.request.memorySize <= Self.maximumMemory {
            room.keep(question, body, place, plan)
        } else {
            entries[slot.index % Self.count] = nil
        }
    }

    /// Forgets the questions that were read by plans which are no longer served.
    func removeAll(except isServed: (RequestPlan) -> Bool) {
        for index in entries.indices {
            guard let entry = entries[index], !entry.isOf(isServed) else { continue }
            entries[index] = nil
        }
    }

    /// A number that differs for most bodies.
    ///
    /// Whoever finds bodies with the same one wins nothing: what is kept is compared byte by byte.
    private static func hash(_ body: Span<UInt8>, _ seed: UInt64) -> UInt64 {
        // Safe: bytes have no padding, and every load lies within the body.
        let raw = unsafe body.bytes
        let count = raw.byteCount
        let (first, second): (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xC2B2_AE3D_27D4_EB4F)
        var state = UInt64(truncatingIfNeeded: count) ^ seed &* second
        var offset = 0
        while offset &+ 16 <= count {
            let (left, right) = unsafe (
                raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self),
                raw.unsafeLoadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self)
            )
            let product = (left ^ first).multipliedFullWidth(by: right ^ second ^ state)
            state = product.high ^ product.low
            offset &+= 16
        }
        while offset < count {
            unsafe state = (state ^ UInt64(raw.unsafeLoad(fromByteOffset: offset, as: UInt8.self))) &* first
            offset &+= 1
        }
        let product = (state ^ second).multipliedFullWidth(by: first)
        return product.high ^ product.low
    }
}
