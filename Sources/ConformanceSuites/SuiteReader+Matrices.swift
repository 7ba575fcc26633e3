import CedarSyntax
import Documents

extension SuiteReader {
    /// A row as it is written: an action and its cells.
    private struct WrittenRow {
        var action: Spanned<String>
        /// A cell for each principal.
        var cells: [WrittenCell]
    }

    /// A cell, and what it expects; nothing where nothing is tested.
    private struct WrittenCell {
        var text: Spanned<String>
        var expectation: SuiteExpectation?
    }

    /// Reads an entry of `matrices`: for each resource a table whose every cell is a case.
    mutating func readMatrix(_ node: DocumentNode) {
        let findingsBefore = diagnostics.diagnostics.count
        guard var reader = MappingReader(node, what: "the matrix", into: diagnostics) else { return }
        let name = takeName(&reader) ?? ""
        let refs = refs(&reader)
        let targets = Self.distinct(requiredNames("resource", &reader).flatMap { resources.resolve($0, in: file) })
        let circumstances = SuiteCircumstances(&reader, over: defaults, for: snapshot)
        let columns = readColumns(requiredNames("columns", &reader))
        if !reader.contains("rows") { reader.reportMissing("rows") }
        let rows = readRows(reader.entries("rows") ?? [], columns)
        reader.finish()

        // Cells that could not be read have been reported already.
        let isSound = diagnostics.diagnostics.count == findingsBefore
        if isSound, !columns.isBroken, !rows.contains(where: { $0.cells.contains { $0.expectation != nil } }) {
            diagnostics.report(
                .matrixCell, "the matrix `\(name)` tests nothing", at: reader.node.location,
                help: "write a row of `rows` with an expectation for each of `columns`")
        }
        for row in rows {
            for cell in row.cells where cell.expectation != nil { checkAction(row.action, cell.expectation) }
        }
        for resource in targets {
            var tested: [SuiteMatrix.Row] = []
            for row in rows {
                var cells: [SuiteMatrix.Cell] = []
                for (column, cell) in zip(columns.expanded, row.cells) {
                    var index: Int?
                    if let expectation = cell.expectation {
                        let parts = [column.name, row.action.value] + (targets.count > 1 ? [resource.name] : [])
                        index = add(
                            name: "\(name) (\(parts.joined(separator: ", ")))", refs: refs, at: cell.text.span,
                            principal: column, action: row.action.value, resource: resource, circumstances,
                            expectation)
                        if index == nil { return }
                    }
                    cells.append(SuiteMatrix.Cell(text: cell.text.value, caseIndex: index))
                }
                tested.append(SuiteMatrix.Row(action: row.action.value, cells: cells))
            }
            matrices.append(
                SuiteMatrix(
                    name: name, resource: resource.name, columns: columns.expanded.map(\.name), rows: tested))
        }
    }

    // MARK: - Columns

    /// The columns as they are listed, and with their groups expanded.
    private struct Columns {
        /// How many principals each listed name stands for.
        var sizes: [Int] = []
        var expanded: [SuiteFixture] = []
        /// Whether a name stands for nothing, so that cells cannot be counted.
        var isBroken = false
    }

    private mutating func readColumns(_ names: [Spanned<String>]) -> Columns {
        var columns = Columns()
        var seen: Set<CedarString> = []
        for name in names {
            let fixtures = principals.resolve(name, in: file)
            if fixtures.isEmpty { columns.isBroken = true }
            columns.sizes.append(fixtures.count)
            for fixture in fixtures {
                columns.expanded.append(fixture)
                if seen.insert(CedarString(fixture.name)).inserted { continue }
                diagnostics.report(
                    .matrixDuplicate, "the matrix has the principal `\(fixture.name)` twice", at: .init(file, name.span)
                )
            }
        }
        return columns
    }

    // MARK: - Rows

    private mutating func readRows(_ entries: [DocumentMember], _ columns: Columns) -> [WrittenRow] {
        var rows: [WrittenRow] = []
        var first: [CedarString: SourceSpan] = [:]
        for entry in entries {
            let cells = readCells(entry, columns)
            for action in actions.resolve(entry.key) {
                if let first = first.updateValue(entry.key.span, forKey: CedarString(action.value)) {
                    diagnostics.report(
                        .matrixDuplicate, "the matrix has a row for the action `\(action.value)` already",
                        at: .init(file, entry.key.span), labels: [.init(first, "the first one")])
                }
                if let cells { rows.append(WrittenRow(action: action, cells: cells)) }
            }
        }
        return rows
    }

    /// The cells of a row, one for each principal.
    ///
    /// A row has a cell for each column as listed, which then counts for every principal of a group, or one for each
    /// principal.
    private func readCells(_ entry: DocumentMember, _ columns: Columns) -> [WrittenCell]? {
        guard let elements = entry.value.elements else {
            diagnostics.report(
                .wrongKind, "the row `\(entry.key.value)` must be a list, but this is \(entry.value.kindInWords)",
                at: entry.value.location, help: "write a cell for each column, as in `[allow, deny, -]`")
            return nil
        }
        let cells = elements.compactMap { element -> WrittenCell? in
            if case .null = element.value {
                diagnostics.report(
                    .matrixCell, "a cell cannot be empty", at: element.location,
                    help: "write `-` for what is not tested")
                return nil
            }
            return MappingReader.text(element, what: "a cell", into: diagnostics).map {
                WrittenCell(text: $0, expectation: SuiteExpectation(cell: $0, in: file, into: diagnostics))
            }
        }
        guard cells.count == elements.count, !columns.isBroken else { return nil }
        if cells.count == columns.expanded.count { return cells }
        if cells.count == columns.sizes.count {
            return zip(cells, columns.sizes).flatMap { Array(repeating: $0, count: $1) }
        }
        let count = columns.sizes.count
        diagnostics.report(
            .matrixRowLength,
            "the row `\(entry.key.value)` has \(cells.count) cell\(cells.count == 1 ? "" : "s"), but the matrix has "
                + "\(count) column\(count == 1 ? "" : "s")",
            at: entry.value.location, help: "write `-` for what is not tested")
        return nil
    }
}
