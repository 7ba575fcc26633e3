/// "Did you mean" for names that people mistyped.
public enum Suggestion {
    /// The candidate that is closest to a word; `nil` when none is close enough to be a likely slip.
    ///
    /// Close are a difference in case only, and otherwise one edit for every three letters but at least one. An edit
    /// inserts, removes or replaces a letter or swaps two neighbours. Of equally close candidates the first wins.
    /// Words longer than 64 bytes get no suggestion, so that hostile input costs nothing.
    public static func closest(to word: String, among candidates: [String]) -> String? {
        guard !word.isEmpty, word.utf8.count <= 64 else { return nil }
        let letters = Array(word.lowercased().utf8)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates where candidate != word && candidate.utf8.count <= 64 {
            let target = Array(candidate.lowercased().utf8)
            let limit = max(1, max(letters.count, target.count) / 3)
            guard abs(letters.count - target.count) <= limit else { continue }
            let distance = editDistance(letters, target)
            // A word of one or two letters is close to everything by one edit.
            if distance > limit || (distance > 0 && min(letters.count, target.count) <= 2) { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// "did you mean `candidate`?" for the closest candidate.
    public static func sentence(for word: String, among candidates: [String]) -> String? {
        closest(to: word, among: candidates).map { "did you mean `\($0)`?" }
    }

    /// The number of edits between two words (optimal string alignment distance).
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        if left.isEmpty || right.isEmpty { return max(left.count, right.count) }
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var current = [row]
            for column in 1...right.count {
                let same = left[row - 1] == right[column - 1]
                var distance = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (same ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    distance = min(distance, beforeLast[column - 2] + 1)
                }
                current.append(distance)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
