/// The answer to one statement: its rows, in binary, copied out of the library.
///
/// Reading a cell as another type than its column has gives zero or an empty value: the columns are the program's own.
package struct PostgresRows: Sendable {
    /// Number of rows.
    package let count: Int
    /// Rows that the statement inserted, changed, deleted or selected.
    package let affected: Int64
    let columns: Int
    /// The cells' bytes, row by row.
    let bytes: [UInt8]
    /// End of each cell in `bytes`; a cell begins where the one before it ends.
    let ends: [Int]
    /// Cells that are NULL, by index.
    let nulls: Set<Int>

    static let empty = PostgresRows(count: 0, affected: 0, columns: 0, bytes: [], ends: [], nulls: [])

    package func isNull(_ row: Int, _ column: Int) -> Bool { nulls.contains(row * columns + column) }

    package func bytes(_ row: Int, _ column: Int) -> [UInt8] { Array(slice(row, column)) }

    package func text(_ row: Int, _ column: Int) -> String { String(decoding: slice(row, column), as: UTF8.self) }

    package func optionalText(_ row: Int, _ column: Int) -> String? { isNull(row, column) ? nil : text(row, column) }

    package func bool(_ row: Int, _ column: Int) -> Bool { slice(row, column).first == 1 }

    /// An `int2`, `int4` or `int8`.
    package func int(_ row: Int, _ column: Int) -> Int64 {
        let cell = slice(row, column)
        let value: UInt64 = cell.reduce(0) { $0 << 8 | UInt64($1) }
        switch cell.count {
        case 2: return Int64(Int16(truncatingIfNeeded: value))
        case 4: return Int64(Int32(truncatingIfNeeded: value))
        default: return Int64(bitPattern: value)
        }
    }

    package func optionalInt(_ row: Int, _ column: Int) -> Int64? { isNull(row, column) ? nil : int(row, column) }

    /// A `timestamptz` in microseconds since 1970-01-01T00:00:00Z.
    package func timestamp(_ row: Int, _ column: Int) -> Int64 { int(row, column) &+ PostgresValue.epochOffset }

    package func optionalTimestamp(_ row: Int, _ column: Int) -> Int64? { isNull(row, column) ? nil : timestamp(row, column) }

    /// A `uuid`'s big-endian halves.
    package func uuid(_ row: Int, _ column: Int) -> (high: UInt64, low: UInt64) {
        let cell = slice(row, column)
        return (cell.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }, cell.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    private func slice(_ row: Int, _ column: Int) -> ArraySlice<UInt8> {
        let index = row * columns + column
        return bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }
}
