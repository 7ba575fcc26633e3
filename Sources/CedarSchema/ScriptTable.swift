/// Which scripts the letters of a text come from (Unicode Technical Standard 39, section 5.1).
///
/// Letters of several scripts in one word are the usual way to make a name that looks like another.
enum ScriptTable {
    /// Whether all characters of a text can belong to one script.
    ///
    /// Digits, punctuation and marks go with any; scripts that Chinese, Japanese and Korean are written in together
    /// count as one.
    static func isSingleScript(_ text: String) -> Bool {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return true }
        var common: Set<Substring>?
        for scalar in text.unicodeScalars {
            switch scripts(of: scalar) {
            case .any: continue
            case .none: return false
            case .some(let scripts):
                common = common?.intersection(scripts) ?? scripts
                if common?.isEmpty == true { return false }
            }
        }
        return true
    }

    private enum Scripts: Sendable {
        case any, none
        case some(Set<Substring>)
    }

    private struct Range: Sendable {
        var scalars: ClosedRange<UInt32>
        var scripts: Scripts
    }

    private static let ranges: [Range] = {
        var ranges: [Range] = []
        for line in source.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let name = words.first else { continue }
            let scripts = name == "*" ? Scripts.any : .some(augmented(Set(name.split(separator: "+"))))
            for word in words.dropFirst() {
                if let scalars = HexadecimalRange.parse(word) {
                    ranges.append(Range(scalars: scalars, scripts: scripts))
                }
            }
        }
        return ranges.sorted { $0.scalars.lowerBound < $1.scalars.lowerBound }
    }()

    /// The scripts with the names of the writing systems that use several of them.
    private static func augmented(_ scripts: Set<Substring>) -> Set<Substring> {
        var result = scripts
        if scripts.contains("Hani") { result.formUnion(["Hanb", "Jpan", "Kore"]) }
        if scripts.contains("Hira") || scripts.contains("Kana") { result.insert("Jpan") }
        if scripts.contains("Hang") { result.insert("Kore") }
        if scripts.contains("Bopo") { result.insert("Hanb") }
        return result
    }

    private static func scripts(of scalar: Unicode.Scalar) -> Scripts {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            let range = ranges[middle]
            if range.scalars.contains(scalar.value) { return range.scripts }
            if range.scalars.upperBound < scalar.value { low = middle + 1 } else { high = middle }
        }
        return .none
    }
}
